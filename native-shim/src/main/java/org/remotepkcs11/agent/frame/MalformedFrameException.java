package org.remotepkcs11.agent.frame;

import java.io.IOException;

/** The other end broke a rule of SOCKET.md; the connection is of no use any more. */
public final class MalformedFrameException extends IOException {
    public MalformedFrameException(String message) {
        super(message);
    }
}
