package org.remotepkcs11.provider;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SignatureException;
import org.remotepkcs11.wire.MessageBounds;

/** Collects a message, hashed or as it is. */
sealed interface Intake {
    void add(byte[] bytes, int offset, int length) throws SignatureException;

    void add(ByteBuffer bytes) throws SignatureException;

    /** What was collected; begins anew. */
    byte[] take();

    /** What was collected before {@link #take}, where the digest alone is taken and the whole is short; else empty. */
    default byte[] whole() {
        return new byte[0];
    }

    /** Keeps what it passes on, up to a bound. */
    record Keeping(Intake digest, ByteArrayOutputStream kept) implements Intake {
        private static final int BOUND = MessageBounds.MAX_TO_BE_SIGNED_BYTES;

        Keeping(Intake digest) {
            this(digest, new ByteArrayOutputStream());
        }

        @Override
        public void add(byte[] bytes, int offset, int length) throws SignatureException {
            digest.add(bytes, offset, length);
            kept.write(bytes, offset, Math.min(length, BOUND + 1 - kept.size()));
        }

        @Override
        public void add(ByteBuffer bytes) throws SignatureException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            add(copy, 0, copy.length);
        }

        @Override
        public byte[] whole() {
            return kept.size() > BOUND ? new byte[0] : kept.toByteArray();
        }

        @Override
        public byte[] take() {
            kept.reset();
            return digest.take();
        }
    }

    /** Its digest, however long it is. */
    record Digest(MessageDigest digest) implements Intake {
        @Override
        public void add(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public void add(ByteBuffer bytes) {
            digest.update(bytes);
        }

        @Override
        public byte[] take() {
            return digest.digest();
        }
    }

    /** The message itself, up to a bound. */
    record Whole(ByteArrayOutputStream message, int bound, String otherwise) implements Intake {
        Whole(int bound, String otherwise) {
            this(new ByteArrayOutputStream(), bound, otherwise);
        }

        @Override
        public void add(byte[] bytes, int offset, int length) throws SignatureException {
            if (length > bound - message.size()) {
                message.reset();
                throw new SignatureException("more than " + bound + " bytes: " + otherwise);
            }
            message.write(bytes, offset, length);
        }

        @Override
        public void add(ByteBuffer bytes) throws SignatureException {
            byte[] copy = new byte[Math.min(bytes.remaining(), bound + 1)];
            bytes.get(copy);
            add(copy, 0, copy.length);
        }

        @Override
        public byte[] take() {
            byte[] taken = message.toByteArray();
            message.reset();
            return taken;
        }
    }
}
