package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.moment;
import static org.remotepkcs11.wire.Fields.number;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.proto.V1;

/** {@link Limits} as messages. */
final class LimitsCodec {
    /** SHA-1 to SHA-512. */
    private static final Set<Integer> DIGEST_BYTES = Set.of(20, 28, 32, 48, 64);

    private LimitsCodec() {
    }

    static V1.Limits encode(Limits limits) {
        V1.Limits.Builder message = V1.Limits.newBuilder()
                .setNotBeforeMs(millis(limits.notBefore()))
                .setNotAfterMs(millis(limits.notAfter()))
                .setMaxOperations(limits.maxOperations())
                .setWarranty(limits.warranty())
                .setApproveWithinMs((int) limits.approveWithin().toMillis());
        limits.hours().ifPresent(hours -> message.setHours(WeeklyHoursCodec.encode(hours)));
        limits.keys().stream().sorted().forEach(key -> message.addKeys(Fields.of(key)));
        limits.mechanisms().stream().sorted().forEach(message::addMechanisms);
        limits.kinds().stream().sorted().forEach(kind -> message.addKindsValue(kind.ordinal() + 1));
        limits.documentDigests().stream().sorted().forEach(digest -> message.addDocumentDigests(Fields.of(digest)));
        return message.build();
    }

    static long millis(Optional<Instant> moment) {
        return moment.map(Instant::toEpochMilli).orElse(0L);
    }

    static Limits decode(V1.Limits message) throws RefusedException {
        Fields.known(message);
        return new Limits(moment(message.getNotBeforeMs(), "not_before_ms"),
                moment(message.getNotAfterMs(), "not_after_ms"), number(message.getMaxOperations(), "max_operations"),
                Fields.set(message.getKeysList(), MessageBounds.MAX_LIMIT_KEYS, "keys",
                        key -> Fields.id(key, Id.HASH_BYTES, "key")),
                mechanisms(message.getMechanismsList()),
                Fields.set(message.getKindsValueList(), Operation.Kind.values().length, "kinds",
                        kind -> Fields.choice(V1.Operation.Kind.SIGN, kind, Operation.Kind.class)),
                Fields.set(message.getDocumentDigestsList(), MessageBounds.MAX_LIMIT_DOCUMENTS, "document_digests",
                        LimitsCodec::digest),
                message.hasHours() ? Optional.of(WeeklyHoursCodec.decode(message.getHours())) : Optional.empty(),
                message.getWarranty(), Fields.millis(message.getApproveWithinMs(), "approve_within_ms"));
    }

    private static Id digest(ByteString value) throws RefusedException {
        if (!DIGEST_BYTES.contains(value.size())) {
            throw Fields.malformed("a document digest has " + value.size() + " bytes");
        }
        return Id.owning(value.toByteArray());
    }

    static Set<Long> mechanisms(List<Long> mechanisms) throws RefusedException {
        return Fields.set(mechanisms, MessageBounds.MAX_MECHANISMS, "mechanisms",
                mechanism -> number(mechanism, "mechanism"));
    }
}
