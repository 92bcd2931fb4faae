package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.number;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.time.Instant;
import org.remotepkcs11.proto.V1;

/** {@link RequestHeader} and {@link Request} as a {@code RequestBody}. */
final class RequestCodec {
    /** Of this protocol. */
    static final int VERSION = 1;

    private RequestCodec() {
    }

    static byte[] encode(RequestHeader header, Request request, ByteString secretCommitment) {
        V1.RequestBody.Builder body = V1.RequestBody.newBuilder()
                .setVersion(VERSION)
                .setProxy(Fields.of(header.proxy()))
                .setUser(Fields.of(header.user()))
                .setSession(Fields.of(header.session()))
                .setProxyNonce(Fields.of(header.proxyNonce()))
                .setSequence(header.sequence())
                .setOperation(Fields.of(header.operation()))
                .setTimeMs(header.time().toEpochMilli())
                .setSecretCommitment(secretCommitment);
        if (request instanceof Request.Open open) {
            body.getOpenBuilder().setUserNonce(Fields.of(open.userNonce())).setKnownSnapshot(open.knownSnapshot())
                    .setKnownTreeSize(open.knownTreeSize());
        } else if (request instanceof Request.Login login) {
            body.getLoginBuilder().setCard(Fields.of(login.card()));
        } else if (request instanceof Request.Use use) {
            body.setUse(encode(use));
        } else if (request instanceof Request.ChangePin change) {
            body.getChangePinBuilder().setCard(Fields.of(change.card()))
                    .setNewDerivation(PinDerivationCodec.encode(change.derivation()));
        } else if (request instanceof Request.Watch watch) {
            body.getWatchBuilder().setKnownSnapshot(watch.knownSnapshot())
                    .setWaitMs((int) watch.patience().toMillis());
        } else if (request instanceof Request.RenewCertificate renew) {
            body.getRenewCertificateBuilder()
                    .setCertificationRequest(ByteString.copyFrom(renew.certificationRequest()));
        } else if (request instanceof Request.ReadLog read) {
            body.getReadLogBuilder().setFrom(read.from()).setTo(read.to());
        } else if (request instanceof Request.Administer administer) {
            body.setAdminister(AdministrationCodec.encode(administer.action()));
        }
        return body.build().toByteArray();
    }

    private static V1.Use encode(Request.Use use) {
        V1.Use.Builder message = V1.Use.newBuilder().setCard(Fields.of(use.card()))
                .setDeadlineMs((int) use.deadline().toMillis());
        for (Operation operation : use.operations()) {
            message.addOperations(OperationCodec.encode(operation));
        }
        return message.build();
    }

    /** A body of this version; nothing else in it is checked. */
    static V1.RequestBody parse(byte[] bytes, int offset, int length) throws RefusedException {
        CodedInputStream input = CodedInputStream.newInstance(bytes, offset, length);
        input.setRecursionLimit(MessageBounds.MAX_DEPTH);
        input.setSizeLimit(MessageBounds.MAX_REQUEST_BYTES);
        try {
            V1.RequestBody body = V1.RequestBody.parseFrom(input);
            checkVersion(body);
            return body;
        } catch (IOException e) {
            throw Fields.malformed("the request's body is not a message");
        }
    }

    private static void checkVersion(V1.RequestBody body) throws RefusedException {
        if (body.getVersion() != VERSION) {
            throw new RefusedException(ErrorCode.VERSION_UNSUPPORTED, "the request is of protocol version "
                    + Integer.toUnsignedString(body.getVersion()) + "; this proxy speaks " + VERSION);
        }
    }

    static RequestHeader header(V1.RequestBody body) throws RefusedException {
        known(body);
        boolean open = body.hasOpen();
        int session = open ? 0 : Id.RANDOM_BYTES;
        int nonce = open ? 0 : Id.HASH_BYTES;
        long sequence = number(body.getSequence(), "sequence");
        if (open != (sequence == 0)) {
            throw Fields.malformed("sequence is 0 in open and only there");
        }
        int commitment = body.getSecretCommitment().isEmpty() ? 0 : Id.HASH_BYTES;
        id(body.getSecretCommitment(), commitment, "secret_commitment");
        return new RequestHeader(id(body.getProxy(), Id.HASH_BYTES, "proxy"),
                id(body.getUser(), Id.HASH_BYTES, "user"), id(body.getSession(), session, "session"),
                id(body.getProxyNonce(), nonce, "proxy_nonce"), sequence,
                id(body.getOperation(), Id.RANDOM_BYTES, "operation"), Instant.ofEpochMilli(body.getTimeMs()));
    }

    static Request request(V1.RequestBody body) throws RefusedException {
        return switch (body.getRequestCase()) {
            case OPEN -> open(body.getOpen());
            case LOGIN -> {
                known(body.getLogin());
                yield new Request.Login(card(body.getLogin().getCard()));
            }
            case USE -> use(body.getUse());
            case CHANGE_PIN -> changePin(body.getChangePin());
            case WATCH -> {
                known(body.getWatch());
                yield new Request.Watch(version(body.getWatch().getKnownSnapshot()),
                        Fields.millis(body.getWatch().getWaitMs(), "wait_ms"));
            }
            case ADMINISTER -> new Request.Administer(AdministrationCodec.decode(body.getAdminister()));
            case RENEW_CERTIFICATE -> renewCertificate(body.getRenewCertificate());
            case READ_LOG -> {
                known(body.getReadLog());
                yield new Request.ReadLog(number(body.getReadLog().getFrom(), "from"),
                        number(body.getReadLog().getTo(), "to"));
            }
            case REQUEST_NOT_SET -> throw Fields.malformed("the request is missing");
        };
    }

    private static Id card(ByteString value) throws RefusedException {
        return id(value, Id.RANDOM_BYTES, "card");
    }

    private static String version(String value) throws RefusedException {
        return Fields.line(value, MessageBounds.MAX_VERSION_CHARS, "known_snapshot");
    }

    private static Request open(V1.Open message) throws RefusedException {
        known(message);
        return new Request.Open(id(message.getUserNonce(), Id.HASH_BYTES, "user_nonce"),
                version(message.getKnownSnapshot()), number(message.getKnownTreeSize(), "known_tree_size"));
    }

    private static Request use(V1.Use message) throws RefusedException {
        known(message);
        Fields.present(message.getOperationsCount() > 0, "operations");
        return new Request.Use(card(message.getCard()),
                Fields.list(message.getOperationsList(), MessageBounds.MAX_OPERATIONS, "operations",
                        OperationCodec::decode),
                Fields.millis(message.getDeadlineMs(), "deadline_ms"));
    }

    private static Request renewCertificate(V1.RenewCertificate message) throws RefusedException {
        known(message);
        Fields.present(!message.getCertificationRequest().isEmpty(), "certification_request");
        return new Request.RenewCertificate(Fields.bytes(message.getCertificationRequest(),
                MessageBounds.MAX_DER_BYTES, "certification_request"));
    }

    private static Request changePin(V1.ChangePin message) throws RefusedException {
        known(message);
        Fields.present(message.hasNewDerivation(), "new_derivation");
        return new Request.ChangePin(card(message.getCard()), PinDerivationCodec.decode(message.getNewDerivation()));
    }
}
