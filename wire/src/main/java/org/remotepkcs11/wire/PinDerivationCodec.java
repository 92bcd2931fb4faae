package org.remotepkcs11.wire;

import org.remotepkcs11.proto.V1;

/** {@link PinDerivation}s as messages. */
final class PinDerivationCodec {
    private PinDerivationCodec() {
    }

    static V1.PinDerivation encode(PinDerivation derivation) {
        return V1.PinDerivation.newBuilder()
                .setSalt(Fields.of(derivation.salt()))
                .setMemoryKib(derivation.memoryKib())
                .setIterations(derivation.iterations())
                .setParallelism(derivation.parallelism())
                .build();
    }

    static PinDerivation decode(V1.PinDerivation message) throws RefusedException {
        Fields.known(message);
        Id salt = Fields.id(message.getSalt(), Id.RANDOM_BYTES, "salt");
        try {
            return new PinDerivation(salt, message.getMemoryKib(), message.getIterations(), message.getParallelism());
        } catch (IllegalArgumentException e) {
            throw Fields.malformed(e.getMessage());
        }
    }
}
