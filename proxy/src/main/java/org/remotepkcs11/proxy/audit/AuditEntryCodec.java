package org.remotepkcs11.proxy.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.proxy.audit.format.LogEntry;
import org.remotepkcs11.proxy.audit.format.OperationOutcome;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.Role;

/** Between entries and the bytes that the tree is made of. */
final class AuditEntryCodec {
    private AuditEntryCodec() {
    }

    static byte[] encode(AuditEntry entry) {
        LogEntry.Builder to = LogEntry.newBuilder().setTimeMs(entry.time().toEpochMilli());
        AuditEntry.Matter matter = entry.matter();
        if (matter instanceof AuditEntry.Intent intent) {
            to.setKind(LogEntry.Kind.INTENT);
            put(intent.evidence(), to);
            put(intent.right(), to);
        } else if (matter instanceof AuditEntry.Done done) {
            to.setKind(LogEntry.Kind.DONE);
            put(done.evidence(), to);
            put(done.right(), to);
        } else if (matter instanceof AuditEntry.Outcome outcome) {
            put(outcome, to);
        } else if (matter instanceof AuditEntry.Refused refused) {
            put(refused, to);
        } else if (matter instanceof AuditEntry.Happened happened) {
            put(happened, to);
        }
        return to.build().toByteArray();
    }

    private static void put(AuditEntry.Evidence evidence, LogEntry.Builder to) {
        to.setUser(bytes(evidence.user()))
                .setRequestBody(UnsafeByteOperations.unsafeWrap(evidence.body()))
                .setRequestSignature(UnsafeByteOperations.unsafeWrap(evidence.signature()));
    }

    private static void put(AuditEntry.Right right, LogEntry.Builder to) {
        to.setCard(bytes(right.card())).setDelegation(bytes(right.delegation()));
    }

    private static void put(AuditEntry.Outcome outcome, LogEntry.Builder to) {
        to.setKind(LogEntry.Kind.OUTCOME).setIntent(outcome.intent());
        outcome.refusal().ifPresent(refusal -> put(refusal, to));
        for (AuditEntry.Result result : outcome.results()) {
            to.addOutcomes(OperationOutcome.newBuilder().setCode(result.code())
                    .setOutputHash(bytes(result.outputHash())).addAllMembers(result.members()));
        }
    }

    private static void put(AuditEntry.Refused refused, LogEntry.Builder to) {
        to.setKind(LogEntry.Kind.REFUSAL).setAddress(refused.address()).setUnlisted(refused.unlisted());
        refused.evidence().ifPresent(evidence -> put(evidence, to));
        to.setUser(bytes(refused.caller()));
        put(refused.right(), to);
        put(refused.refusal(), to);
    }

    private static void put(Refusal refusal, LogEntry.Builder to) {
        to.setCode(refusal.code().number()).setDetail(refusal.detail());
    }

    private static void put(AuditEntry.Happened happened, LogEntry.Builder to) {
        to.setKind(LogEntry.Kind.SYSTEM).setDetail(happened.what()).setName(happened.name())
                .setCertificate(ByteString.copyFrom(happened.certificate()));
        happened.role().ifPresent(role -> to.setRole(role.name()));
    }

    private static ByteString bytes(Id id) {
        return id.isNone() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(id.bytes());
    }

    /** @throws UnreadableEntryException if the bytes are no entry of this version */
    static AuditEntry decode(byte[] bytes) throws UnreadableEntryException {
        try {
            LogEntry from = LogEntry.parseFrom(bytes);
            return new AuditEntry(Instant.ofEpochMilli(from.getTimeMs()), matter(from));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new UnreadableEntryException("an entry of the log cannot be read: " + e.getMessage(), e);
        }
    }

    private static AuditEntry.Matter matter(LogEntry from) throws UnreadableEntryException {
        return switch (from.getKind()) {
            case INTENT -> new AuditEntry.Intent(evidence(from), right(from));
            case DONE -> new AuditEntry.Done(evidence(from), right(from));
            case OUTCOME -> new AuditEntry.Outcome(from.getIntent(), refusal(from), results(from));
            case REFUSAL -> new AuditEntry.Refused(id(from.getUser()), from.getAddress(),
                    from.getRequestBody().isEmpty() ? Optional.empty() : Optional.of(evidence(from)), right(from),
                    refusal(from).orElseThrow(() -> new UnreadableEntryException("an entry of the log has a refusal without a reason", null)),
                    from.getUnlisted());
            case SYSTEM -> new AuditEntry.Happened(from.getDetail(), from.getName(), role(from),
                    from.getCertificate().toByteArray());
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw new UnreadableEntryException("an entry of a kind this version does not know", null);
        };
    }

    private static AuditEntry.Evidence evidence(LogEntry from) {
        return new AuditEntry.Evidence(id(from.getUser()), from.getRequestBody().toByteArray(),
                from.getRequestSignature().toByteArray());
    }

    private static AuditEntry.Right right(LogEntry from) {
        return new AuditEntry.Right(id(from.getCard()), id(from.getDelegation()));
    }

    private static Optional<Refusal> refusal(LogEntry from) {
        return from.getCode() == 0 ? Optional.empty()
                : Optional.of(Refusal.of(ErrorCode.ofNumber(from.getCode()), from.getDetail()));
    }

    private static List<AuditEntry.Result> results(LogEntry from) {
        return from.getOutcomesList().stream()
                .map(result -> new AuditEntry.Result(result.getCode(), id(result.getOutputHash()),
                        result.getMembersList())).toList();
    }

    private static Optional<Role> role(LogEntry from) {
        return from.getRole().isEmpty() ? Optional.empty() : Optional.of(Role.valueOf(from.getRole()));
    }

    private static Id id(ByteString bytes) {
        return Id.of(bytes.toByteArray());
    }
}
