package org.remotepkcs11.proxy.access;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * The physical cards behind a remote one, by source.
 *
 * @param sound     those whose rows are as the proxy wrote them
 * @param untrusted sources of the others: nothing is done with them, but that they may leave
 */
record Members(List<Member> sound, List<String> untrusted) {
    Members {
        sound = List.copyOf(sound);
        untrusted = List.copyOf(untrusted);
    }

    /** Those of a card that is not removed: at least one. @throws RefusedException {@link ErrorCode#STATE_UNTRUSTED} */
    List<Member> standing() throws RefusedException {
        if (sound.isEmpty()) {
            throw untrusted(untrusted.isEmpty() ? "deleted" : "changed");
        }
        return sound;
    }

    /**
     * Those that hold the key: each of them may use it.
     *
     * @throws RefusedException {@link ErrorCode#KEY_UNKNOWN}; {@link ErrorCode#STATE_UNTRUSTED} where one that is not
     *                          trusted may have held it
     */
    List<Member> holding(Id key) throws RefusedException {
        List<Member> holders = standing().stream().filter(one -> one.key(key).isPresent()).toList();
        if (!holders.isEmpty()) {
            return holders;
        }
        throw untrusted.isEmpty() ? new RefusedException(ErrorCode.KEY_UNKNOWN, "the card has no key " + key)
                : untrusted("changed");
    }

    /**
     * @param source empty: the only one
     * @throws RefusedException {@link ErrorCode#CARD_UNKNOWN}, {@link ErrorCode#INPUT_INVALID},
     *                          {@link ErrorCode#STATE_UNTRUSTED}
     */
    Member named(String source) throws RefusedException {
        if (source.isEmpty() && size() > 1) {
            throw new RefusedException(ErrorCode.INPUT_INVALID, "several cards are behind this remote card; say which: "
                    + Stream.concat(sound.stream().map(Member::source), untrusted.stream()).sorted()
                            .collect(Collectors.joining(", ")));
        }
        if (untrusted.contains(source)) {
            throw untrusted("changed");
        }
        return standing().stream().filter(one -> source.isEmpty() || one.source().equals(source)).findFirst()
                .orElseThrow(() -> new RefusedException(ErrorCode.CARD_UNKNOWN,
                        source + " is not behind this remote card"));
    }

    boolean has(String source) {
        return untrusted.contains(source) || sound.stream().anyMatch(one -> one.source().equals(source));
    }

    /** Whether another stays when this one leaves; one that is trusted, unless the leaving one is not. */
    boolean standWithout(String source) {
        return size() > 1 && (untrusted.contains(source) || sound.size() > 1);
    }

    int size() {
        return sound.size() + untrusted.size();
    }

    private static RefusedException untrusted(String how) {
        return new RefusedException(ErrorCode.STATE_UNTRUSTED,
                "a row of the table card_member was " + how + " outside the proxy");
    }
}
