package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.remotepkcs11.proto.V1;

/** {@link Outcome}s as the oneof of a {@code ReplyBody}. */
final class OutcomeCodec {
    private OutcomeCodec() {
    }

    static void encode(Outcome outcome, V1.ReplyBody.Builder body) {
        if (outcome instanceof Outcome.Refused refused) {
            body.setRefusal(RefusalCodec.encode(refused.refusal()));
        } else if (outcome instanceof Outcome.Opened opened) {
            body.setOpened(encode(opened));
        } else if (outcome instanceof Outcome.LoggedIn) {
            body.getLoggedInBuilder();
        } else if (outcome instanceof Outcome.Used used) {
            V1.Used.Builder message = body.getUsedBuilder();
            used.results().forEach(result -> message.addResults(OperationCodec.encode(result)));
        } else if (outcome instanceof Outcome.PinChanged) {
            body.getPinChangedBuilder();
        } else if (outcome instanceof Outcome.Watched watched) {
            body.getWatchedBuilder().setChanged(watched.changed());
        } else if (outcome instanceof Outcome.CertificateRenewed renewed) {
            V1.CertificateRenewed.Builder message = body.getCertificateRenewedBuilder();
            renewed.chain().forEach(der -> message.addCertificateChain(ByteString.copyFrom(der)));
        } else if (outcome instanceof Outcome.LogRead read) {
            V1.LogRead.Builder message = body.getLogReadBuilder();
            read.entries().forEach(entry -> message.addEntries(UnsafeByteOperations.unsafeWrap(entry)));
        } else if (outcome instanceof Outcome.Invited invited) {
            body.getAdministeredBuilder().getInvitedBuilder().setCode(invited.code())
                    .setExpiresMs(invited.expires().toEpochMilli());
        } else if (outcome instanceof Outcome.Administered administered) {
            body.getAdministeredBuilder().setId(Fields.of(administered.id()));
        } else if (outcome instanceof Outcome.Listed listed) {
            body.getAdministeredBuilder().setState(ProxyStateCodec.encode(listed.state()));
        } else if (outcome instanceof Outcome.ApprovalsListed listed) {
            body.getAdministeredBuilder().setApprovals(ApprovalCodec.encode(listed.approvals()));
        }
    }

    private static V1.Opened encode(Outcome.Opened opened) {
        V1.Opened.Builder message = V1.Opened.newBuilder()
                .setSession(Fields.of(opened.session()))
                .setProxyNonce(Fields.of(opened.proxyNonce()))
                .setUserNonce(Fields.of(opened.userNonce()))
                .setIdleMs((int) opened.idle().toMillis())
                .setPinKey(Fields.of(opened.pinKey()));
        opened.snapshot().ifPresent(snapshot -> message.setSnapshot(SnapshotCodec.encode(snapshot)));
        opened.consistency().forEach(hash -> message.addConsistency(ByteString.copyFrom(hash)));
        return message.build();
    }

    static Outcome decode(V1.ReplyBody body) throws RefusedException {
        return switch (body.getOutcomeCase()) {
            case REFUSAL -> new Outcome.Refused(RefusalCodec.decode(body.getRefusal()));
            case OPENED -> opened(body.getOpened());
            case LOGGED_IN -> {
                known(body.getLoggedIn());
                yield new Outcome.LoggedIn();
            }
            case USED -> {
                known(body.getUsed());
                yield new Outcome.Used(Fields.list(body.getUsed().getResultsList(), MessageBounds.MAX_OPERATIONS,
                        "results", OperationCodec::decode));
            }
            case PIN_CHANGED -> {
                known(body.getPinChanged());
                yield new Outcome.PinChanged();
            }
            case WATCHED -> {
                known(body.getWatched());
                yield new Outcome.Watched(body.getWatched().getChanged());
            }
            case ADMINISTERED -> administered(body.getAdministered());
            case CERTIFICATE_RENEWED -> {
                known(body.getCertificateRenewed());
                Fields.present(body.getCertificateRenewed().getCertificateChainCount() > 0, "certificate_chain");
                yield new Outcome.CertificateRenewed(Fields.list(body.getCertificateRenewed().getCertificateChainList(),
                        MessageBounds.MAX_CHAIN, "certificate_chain",
                        der -> Fields.bytes(der, MessageBounds.MAX_DER_BYTES, "certificate_chain")));
            }
            case LOG_READ -> {
                known(body.getLogRead());
                yield new Outcome.LogRead(Fields.list(body.getLogRead().getEntriesList(),
                        MessageBounds.MAX_LOG_ENTRIES, "entries",
                        entry -> Fields.someBytes(entry, MessageBounds.MAX_LOG_ENTRY_BYTES, "entries")));
            }
            case OUTCOME_NOT_SET -> throw Fields.malformed("the outcome is missing");
        };
    }

    private static Outcome opened(V1.Opened message) throws RefusedException {
        known(message);
        Optional<Snapshot> snapshot = message.hasSnapshot()
                ? Optional.of(SnapshotCodec.decode(message.getSnapshot())) : Optional.empty();
        int idle = Fields.number(message.getIdleMs(), Integer.MAX_VALUE, "idle_ms");
        return new Outcome.Opened(id(message.getSession(), Id.RANDOM_BYTES, "session"),
                id(message.getProxyNonce(), Id.HASH_BYTES, "proxy_nonce"),
                id(message.getUserNonce(), Id.HASH_BYTES, "user_nonce"), snapshot,
                Fields.hashes(message.getConsistencyList(), "consistency"), Duration.ofMillis(idle),
                id(message.getPinKey(), Id.HASH_BYTES, "pin_key"));
    }

    private static Outcome administered(V1.Administered message) throws RefusedException {
        known(message);
        return switch (message.getResultCase()) {
            case INVITED -> {
                V1.Invited invited = message.getInvited();
                known(invited);
                yield new Outcome.Invited(Fields.name(invited.getCode(), MessageBounds.MAX_NAME_CHARS, "code"),
                        Instant.ofEpochMilli(Fields.number(invited.getExpiresMs(), "expires_ms")));
            }
            case ID -> new Outcome.Administered(Fields.idOrNone(message.getId(), Id.RANDOM_BYTES, "id"));
            case STATE -> new Outcome.Listed(ProxyStateCodec.decode(message.getState()));
            case APPROVALS -> new Outcome.ApprovalsListed(ApprovalCodec.decode(message.getApprovals()));
            case RESULT_NOT_SET -> throw Fields.malformed("the result is missing");
        };
    }
}
