package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.moment;
import static org.remotepkcs11.wire.Fields.text;

import com.google.protobuf.ByteString;
import java.time.Instant;
import org.remotepkcs11.proto.V1;

/** {@link Snapshot}s as messages. */
final class SnapshotCodec {
    private SnapshotCodec() {
    }

    static V1.Snapshot encode(Snapshot snapshot) {
        V1.Snapshot.Builder message = V1.Snapshot.newBuilder().setVersion(snapshot.version());
        for (RemoteCard card : snapshot.cards()) {
            message.addCards(encode(card));
        }
        return message.build();
    }

    private static V1.RemoteCard encode(RemoteCard card) {
        V1.RemoteCard.Builder message = V1.RemoteCard.newBuilder()
                .setId(Fields.of(card.id()))
                .setLabel(card.token().label())
                .setSerialNumber(card.token().serialNumber())
                .setManufacturer(card.token().manufacturer())
                .setModel(card.token().model())
                .setOwner(card.owner())
                .setDelegation(Fields.of(card.delegation()))
                .setPin(PinDerivationCodec.encode(card.pin()))
                .setPinStateValue(card.pinState().ordinal())
                .setPresent(card.present())
                .setNotBeforeMs(LimitsCodec.millis(card.notBefore()))
                .setNotAfterMs(LimitsCodec.millis(card.notAfter()))
                .setDocumentBound(card.documentBound())
                .setApproveWithinMs((int) card.approval().within().toMillis())
                .setSealedPin(ByteString.copyFrom(card.sealedPin()));
        card.approval().waiting().forEach(one -> message.addWaitingBuilder().setOperation(Fields.of(one.operation()))
                .setUntilMs(one.until().toEpochMilli()));
        card.mechanisms().stream().sorted().forEach(message::addMechanisms);
        card.certificates().forEach(certificate -> message.addCertificates(ObjectCodec.encode(certificate)));
        card.keys().forEach(key -> message.addKeys(ObjectCodec.encode(key)));
        for (KeySet set : card.keySets()) {
            V1.KeySet.Builder shown = message.addKeySetsBuilder().setPresent(set.present());
            set.mechanisms().stream().sorted().forEach(shown::addMechanisms);
            set.certificates().forEach(certificate -> shown.addCertificates(ObjectCodec.encode(certificate)));
            set.keys().forEach(key -> shown.addKeys(ObjectCodec.encode(key)));
        }
        return message.build();
    }

    static Snapshot decode(V1.Snapshot message) throws RefusedException {
        known(message);
        Fields.present(!message.getVersion().isEmpty(), "version");
        return new Snapshot(Fields.line(message.getVersion(), MessageBounds.MAX_VERSION_CHARS, "version"),
                Fields.list(message.getCardsList(), MessageBounds.MAX_CARDS, "cards", SnapshotCodec::card));
    }

    private static RemoteCard card(V1.RemoteCard message) throws RefusedException {
        known(message);
        Fields.present(message.hasPin(), "pin");
        return new RemoteCard(id(message.getId(), Id.RANDOM_BYTES, "id"), token(message),
                text(message.getOwner(), MessageBounds.MAX_NAME_CHARS, "owner"),
                id(message.getDelegation(), Id.RANDOM_BYTES, "delegation"),
                PinDerivationCodec.decode(message.getPin()), pinState(message.getPinStateValue()),
                message.getPresent(), LimitsCodec.mechanisms(message.getMechanismsList()),
                Fields.list(message.getCertificatesList(), MessageBounds.MAX_OBJECTS, "certificates",
                        ObjectCodec::decode),
                Fields.list(message.getKeysList(), MessageBounds.MAX_OBJECTS, "keys", ObjectCodec::decode),
                moment(message.getNotBeforeMs(), "not_before_ms"), moment(message.getNotAfterMs(), "not_after_ms"),
                message.getDocumentBound(), approval(message),
                Fields.bytes(message.getSealedPin(), MessageBounds.MAX_SEALED_PIN_BYTES, "sealed_pin"),
                Fields.list(message.getKeySetsList(), MessageBounds.MAX_MEMBERS, "key_sets", SnapshotCodec::keySet));
    }

    private static RemoteCard.Approval approval(V1.RemoteCard message) throws RefusedException {
        return new RemoteCard.Approval(Fields.millis(message.getApproveWithinMs(), "approve_within_ms"),
                Fields.list(message.getWaitingList(), MessageBounds.MAX_WAITING, "waiting", SnapshotCodec::waiting));
    }

    private static RemoteCard.Waiting waiting(V1.WaitingOperation message) throws RefusedException {
        known(message);
        return new RemoteCard.Waiting(id(message.getOperation(), Id.RANDOM_BYTES, "operation"),
                Instant.ofEpochMilli(Fields.number(message.getUntilMs(), "until_ms")));
    }

    private static KeySet keySet(V1.KeySet message) throws RefusedException {
        known(message);
        return new KeySet(message.getPresent(), LimitsCodec.mechanisms(message.getMechanismsList()),
                Fields.list(message.getCertificatesList(), MessageBounds.MAX_OBJECTS, "certificates",
                        ObjectCodec::decode),
                Fields.list(message.getKeysList(), MessageBounds.MAX_OBJECTS, "keys", ObjectCodec::decode));
    }

    private static RemoteCard.Token token(V1.RemoteCard message) throws RefusedException {
        return new RemoteCard.Token(text(message.getLabel(), MessageBounds.MAX_NAME_CHARS, "label"),
                text(message.getSerialNumber(), MessageBounds.MAX_NAME_CHARS, "serial_number"),
                text(message.getManufacturer(), MessageBounds.MAX_NAME_CHARS, "manufacturer"),
                text(message.getModel(), MessageBounds.MAX_NAME_CHARS, "model"));
    }

    static PinState pinState(int number) throws RefusedException {
        PinState[] states = PinState.values();
        return states[Fields.number(number, states.length - 1, "pin_state")];
    }
}
