package org.remotepkcs11.proxy.pipeline;

/** How long each stage of one request took, for Java Flight Recorder. The stages come one after the other. */
final class Laps {
    /** What a request passes. */
    enum Stage {
        /** TLS identity, decoding, signature, freshness. */
        CHECK,
        /** Rights and PIN, and the intent on disk. */
        ADMIT,
        /** The card's queue, and the card. */
        CARD,
        /** The outcome on disk. */
        RECORD,
        /** The signed reply. */
        SEAL
    }

    private final long[] nanos = new long[Stage.values().length];
    private long last = System.nanoTime();

    void end(Stage stage) {
        long now = System.nanoTime();
        nanos[stage.ordinal()] += now - last;
        last = now;
    }

    /** Ends the last stage and reports all of them, if anybody records. */
    void finish(String kind, int operations) {
        end(Stage.SEAL);
        RequestEvent event = new RequestEvent();
        if (event.isEnabled()) {
            event.kind = kind;
            event.operations = operations;
            event.check = nanos[Stage.CHECK.ordinal()];
            event.admit = nanos[Stage.ADMIT.ordinal()];
            event.card = nanos[Stage.CARD.ordinal()];
            event.record = nanos[Stage.RECORD.ordinal()];
            event.seal = nanos[Stage.SEAL.ordinal()];
            event.commit();
        }
    }
}
