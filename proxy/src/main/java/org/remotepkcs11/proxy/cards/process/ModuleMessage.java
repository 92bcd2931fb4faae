package org.remotepkcs11.proxy.cards.process;

import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Operation;

/** What the proxy and a module's process say to each other. A call is answered under its number, in any order. */
sealed interface ModuleMessage {
    /** The proxy's first word. It is call 0. @param only the one card to serve; empty: all */
    record Begin(Pkcs11Settings settings, Duty duty, Optional<String> only) implements ModuleMessage {
    }

    /** What a process is for. */
    enum Duty {
        /** To tell which cards there are, without using them. */ SCOUT,
        /** To use cards, and to tell what they show. */ CARDS
    }

    record Scan(long call, boolean afresh) implements ModuleMessage {
    }

    /** @param deadlineMillis Unix milliseconds */
    record Apply(long call, String serial, Operation operation, long deadlineMillis, CardPin pin) implements ModuleMessage {
    }

    record CheckPin(long call, String serial, CardPin pin) implements ModuleMessage {
    }

    /** Of the process. */
    sealed interface Answer extends ModuleMessage {
        long call();
    }

    /** @param output empty where none was asked for */
    record Done(long call, byte[] output) implements Answer {
    }

    record Refused(long call, ErrorCode code, String detail) implements Answer {
    }

    /** Names of the cards that are there. */
    record Tokens(long call, List<String> serials) implements Answer {
    }

    /** Unasked: a card came, or shows something else. */
    record Shown(String serial, CardDescription description) implements ModuleMessage {
    }

    /** Unasked. */
    record Gone(String serial) implements ModuleMessage {
    }
}
