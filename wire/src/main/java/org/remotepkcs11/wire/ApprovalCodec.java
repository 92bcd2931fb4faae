package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.line;
import static org.remotepkcs11.wire.Fields.text;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.remotepkcs11.proto.V1;

/** {@link Approval}s as messages. */
final class ApprovalCodec {
    private ApprovalCodec() {
    }

    static V1.Approvals encode(List<Approval> approvals) {
        V1.Approvals.Builder message = V1.Approvals.newBuilder();
        approvals.forEach(one -> message.addApprovals(encode(one)));
        return message.build();
    }

    private static V1.Approval encode(Approval approval) {
        V1.Approval.Builder message = V1.Approval.newBuilder()
                .setDelegation(Fields.of(approval.delegation()))
                .setOperation(Fields.of(approval.operation()))
                .setInputHash(Fields.of(approval.inputHash()))
                .setUserName(approval.userName())
                .setCardLabel(approval.card())
                .setAskedMs(approval.asked().toEpochMilli())
                .setUntilMs(approval.until().toEpochMilli())
                .setCard(Fields.of(approval.cardId()))
                .setApproved(approval.approved());
        approval.operations().forEach(one -> message.addOperations(encode(one)));
        return message.build();
    }

    private static V1.AskedOperation encode(Approval.Asked asked) {
        V1.AskedOperation.Builder message = V1.AskedOperation.newBuilder()
                .setKeyLabel(asked.key()).setOperation(OperationCodec.encode(asked.operation()))
                .setInput(Fields.of(asked.input())).setDigest(Fields.of(asked.digest()));
        asked.documents().forEach(digest -> message.addDocuments(Fields.of(digest)));
        return message.build();
    }

    static List<Approval> decode(V1.Approvals message) throws RefusedException {
        known(message);
        return Fields.list(message.getApprovalsList(), MessageBounds.MAX_WAITING, "approvals", ApprovalCodec::approval);
    }

    private static Approval approval(V1.Approval message) throws RefusedException {
        known(message);
        return new Approval(id(message.getCard(), Id.RANDOM_BYTES, "card"),
                id(message.getDelegation(), Id.RANDOM_BYTES, "delegation"),
                id(message.getOperation(), Id.RANDOM_BYTES, "operation"),
                id(message.getInputHash(), Id.HASH_BYTES, "input_hash"),
                line(message.getUserName(), MessageBounds.MAX_NAME_CHARS, "user_name"),
                line(message.getCardLabel(), MessageBounds.MAX_NAME_CHARS, "card_label"),
                Fields.list(message.getOperationsList(), MessageBounds.MAX_OPERATIONS, "operations",
                        ApprovalCodec::asked),
                Instant.ofEpochMilli(Fields.number(message.getAskedMs(), "asked_ms")),
                Instant.ofEpochMilli(Fields.number(message.getUntilMs(), "until_ms")), message.getApproved());
    }

    private static Approval.Asked asked(V1.AskedOperation message) throws RefusedException {
        known(message);
        Fields.present(message.hasOperation(), "operation");
        Operation operation = OperationCodec.decode(message.getOperation());
        if (operation.input().length > 0 || operation.toBeSigned().length > 0) {
            throw Fields.malformed("an operation that waits for approval is named without its input");
        }
        return new Approval.Asked(text(message.getKeyLabel(), MessageBounds.MAX_NAME_CHARS, "key_label"), operation,
                id(message.getInput(), Id.HASH_BYTES, "input"),
                Fields.list(message.getDocumentsList(), MessageBounds.MAX_SEEN_DOCUMENTS, "documents",
                        ApprovalCodec::digest),
                message.getDigest().isEmpty() ? Id.NONE : digest(message.getDigest()));
    }

    private static Id digest(ByteString value) throws RefusedException {
        return Id.owning(Fields.someBytes(value, 2 * Id.HASH_BYTES, "document"));
    }
}
