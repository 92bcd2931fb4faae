package org.remotepkcs11.proxy.access;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.proxy.access.format.StoredDerivation;
import org.remotepkcs11.proxy.access.format.StoredLimits;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.RefusedException;

/** Limits and PIN derivations as columns. */
final class PolicyCodec {
    private PolicyCodec() {
    }

    /** Sorted, so that the same limits are the same bytes. */
    static byte[] encode(Limits limits) {
        StoredLimits.Builder to = StoredLimits.newBuilder().setMaxOperations(limits.maxOperations());
        limits.notBefore().ifPresent(time -> to.setNotBeforeMs(time.toEpochMilli()));
        limits.notAfter().ifPresent(time -> to.setNotAfterMs(time.toEpochMilli()));
        to.addAllKeys(bytes(limits.keys())).addAllDocumentDigests(bytes(limits.documentDigests()));
        limits.mechanisms().stream().sorted().forEach(to::addMechanisms);
        limits.kinds().stream().sorted().forEach(kind -> to.addKinds(kind.name()));
        limits.hours().ifPresent(hours -> to.setHours(HoursCodec.encode(hours)));
        to.setWarranty(limits.warranty()).setApproveWithinMs((int) limits.approveWithin().toMillis());
        return to.build().toByteArray();
    }

    private static List<ByteString> bytes(Collection<Id> ids) {
        return ids.stream().sorted().map(id -> ByteString.copyFrom(id.bytes())).toList();
    }

    static Limits limits(byte[] stored) throws RefusedException {
        try {
            StoredLimits from = StoredLimits.parseFrom(stored);
            Set<Operation.Kind> kinds = EnumSet.noneOf(Operation.Kind.class);
            from.getKindsList().forEach(kind -> kinds.add(Operation.Kind.valueOf(kind)));
            return new Limits(
                    from.hasNotBeforeMs() ? Optional.of(Instant.ofEpochMilli(from.getNotBeforeMs())) : Optional.empty(),
                    from.hasNotAfterMs() ? Optional.of(Instant.ofEpochMilli(from.getNotAfterMs())) : Optional.empty(),
                    from.getMaxOperations(), ids(from.getKeysList()), new HashSet<>(from.getMechanismsList()), kinds,
                    ids(from.getDocumentDigestsList()),
                    from.hasHours() ? Optional.of(HoursCodec.hours(from.getHours())) : Optional.empty(),
                    from.getWarranty(), Duration.ofMillis(from.getApproveWithinMs()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException | DateTimeException e) {
            throw unreadable("limits");
        }
    }

    private static Set<Id> ids(List<ByteString> stored) {
        return stored.stream().map(bytes -> Id.of(bytes.toByteArray())).collect(Collectors.toSet());
    }

    static byte[] encode(PinDerivation derivation) {
        return StoredDerivation.newBuilder().setSalt(ByteString.copyFrom(derivation.salt().bytes()))
                .setMemoryKib(derivation.memoryKib()).setIterations(derivation.iterations())
                .setParallelism(derivation.parallelism()).build().toByteArray();
    }

    static PinDerivation derivation(byte[] stored) throws RefusedException {
        try {
            StoredDerivation from = StoredDerivation.parseFrom(stored);
            return new PinDerivation(Id.of(from.getSalt().toByteArray()), from.getMemoryKib(), from.getIterations(),
                    from.getParallelism());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw unreadable("pin derivation");
        }
    }

    static RefusedException unreadable(String what) {
        return new RefusedException(ErrorCode.STATE_UNTRUSTED, "a stored " + what + " cannot be read");
    }
}
