package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.bytes;
import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.number;
import static org.remotepkcs11.wire.Fields.someBytes;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import org.remotepkcs11.proto.V1;
import org.remotepkcs11.wire.Operation.Parameters;

/** {@link Operation}s and their results as messages. */
final class OperationCodec {
    private static final int MAX_SALT_BYTES = 512;

    private OperationCodec() {
    }

    static V1.Operation encode(Operation operation) {
        V1.Operation.Builder message = V1.Operation.newBuilder()
                .setKey(Fields.of(operation.key()))
                .setKindValue(operation.kind().ordinal() + 1)
                .setMechanism(operation.mechanism())
                .setInput(UnsafeByteOperations.unsafeWrap(operation.input()))
                .setToBeSigned(UnsafeByteOperations.unsafeWrap(operation.toBeSigned()));
        Parameters parameters = operation.parameters();
        if (parameters instanceof Parameters.Pss pss) {
            message.getPssBuilder().setHash(pss.hash()).setMgf(pss.mgf()).setSaltLength(pss.saltLength());
        } else if (parameters instanceof Parameters.Oaep oaep) {
            message.getOaepBuilder().setHash(oaep.hash()).setMgf(oaep.mgf())
                    .setLabel(ByteString.copyFrom(oaep.label()));
        } else if (parameters instanceof Parameters.Ecdh ecdh) {
            message.getEcdhBuilder().setPublicPoint(ByteString.copyFrom(ecdh.publicPoint()));
        }
        return message.build();
    }

    static Operation decode(V1.Operation message) throws RefusedException {
        known(message);
        Operation.Kind kind = Fields.choice(message.getKind(), message.getKindValue(), Operation.Kind.class);
        byte[] input = bytes(message.getInput(), MessageBounds.MAX_INPUT_BYTES, "input");
        return new Operation(id(message.getKey(), Id.HASH_BYTES, "key"), kind,
                number(message.getMechanism(), "mechanism"), parameters(message), input,
                bytes(message.getToBeSigned(), MessageBounds.MAX_TO_BE_SIGNED_BYTES, "to_be_signed"));
    }

    private static Parameters parameters(V1.Operation message) throws RefusedException {
        return switch (message.getParametersCase()) {
            case PSS -> pss(message.getPss());
            case OAEP -> oaep(message.getOaep());
            case ECDH -> ecdh(message.getEcdh());
            case PARAMETERS_NOT_SET -> Operation.NO_PARAMETERS;
        };
    }

    private static Parameters pss(V1.PssParameters message) throws RefusedException {
        known(message);
        return new Parameters.Pss(number(message.getHash(), "hash"), number(message.getMgf(), "mgf"),
                number(message.getSaltLength(), MAX_SALT_BYTES, "salt_length"));
    }

    private static Parameters oaep(V1.OaepParameters message) throws RefusedException {
        known(message);
        return new Parameters.Oaep(number(message.getHash(), "hash"), number(message.getMgf(), "mgf"),
                bytes(message.getLabel(), MessageBounds.MAX_PARAMETER_BYTES, "label"));
    }

    private static Parameters ecdh(V1.EcdhParameters message) throws RefusedException {
        known(message);
        return new Parameters.Ecdh(
                someBytes(message.getPublicPoint(), MessageBounds.MAX_PARAMETER_BYTES, "public_point"));
    }

    static V1.Result encode(Outcome.Result result) {
        if (result instanceof Outcome.Result.Output output) {
            return V1.Result.newBuilder().setOutput(UnsafeByteOperations.unsafeWrap(output.value())).build();
        }
        Refusal refusal = ((Outcome.Result.Failed) result).refusal();
        return V1.Result.newBuilder().setRefusal(RefusalCodec.encode(refusal)).build();
    }

    static Outcome.Result decode(V1.Result message) throws RefusedException {
        known(message);
        return switch (message.getOutcomeCase()) {
            case OUTPUT -> new Outcome.Result.Output(
                    bytes(message.getOutput(), MessageBounds.MAX_OUTPUT_BYTES, "output"));
            case REFUSAL -> new Outcome.Result.Failed(RefusalCodec.decode(message.getRefusal()));
            case OUTCOME_NOT_SET -> throw Fields.malformed("a result has no outcome");
        };
    }
}
