package org.remotepkcs11.proxy.access;

import org.remotepkcs11.wire.ReplyHeader.LogPosition;

/**
 * What a reply's header says of the record made.
 *
 * @param position        {@link LogPosition#NONE} where a stranger's refusal was only counted
 * @param snapshotVersion of the user's snapshot now; empty where the user is not known
 */
public record Recorded(LogPosition position, String snapshotVersion) {
    static final Recorded NOT_LISTED = new Recorded(LogPosition.NONE, "");
}
