package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.number;
import static org.remotepkcs11.wire.Fields.text;
import static org.remotepkcs11.wire.MessageBounds.MAX_NAME_CHARS;
import static org.remotepkcs11.wire.MessageBounds.MAX_STATE_ROWS;
import static org.remotepkcs11.wire.MessageBounds.MAX_TEXT_CHARS;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.remotepkcs11.proto.V1;
import org.remotepkcs11.wire.ProxyState.CardMember;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.ProxyState.DelegationState;
import org.remotepkcs11.wire.ProxyState.OwnedCard;
import org.remotepkcs11.wire.ProxyState.QueuedUser;
import org.remotepkcs11.wire.ProxyState.UserState;

/** {@link ProxyState}s as messages. */
final class ProxyStateCodec {
    private ProxyStateCodec() {
    }

    static V1.State encode(ProxyState state) {
        V1.State.Builder message = V1.State.newBuilder();
        for (CardSource source : state.sources()) {
            message.addSourcesBuilder().setSource(source.source()).setLabel(source.label()).setModel(source.model())
                    .setUsed(source.used());
        }
        state.cards().forEach(card -> message.addCards(encode(card)));
        for (UserState user : state.users()) {
            message.addUsersBuilder().setName(user.name()).setRoleValue(user.role().ordinal() + 1)
                    .setFingerprint(Fields.of(user.fingerprint())).setDisabled(user.disabled())
                    .setCertificate(ByteString.copyFrom(user.certificate()));
        }
        for (DelegationState delegation : state.delegations()) {
            message.addDelegationsBuilder().setId(Fields.of(delegation.id())).setCard(Fields.of(delegation.card()))
                    .setUserName(delegation.userName()).setLimits(LimitsCodec.encode(delegation.limits()))
                    .setOperationsUsed(delegation.operationsUsed())
                    .setPinStateValue(delegation.pinState().ordinal()).setRevoked(delegation.revoked());
        }
        return message.build();
    }

    private static V1.OwnedCard encode(OwnedCard card) {
        V1.OwnedCard.Builder message = V1.OwnedCard.newBuilder()
                .setId(Fields.of(card.id()))
                .setLabel(card.label())
                .setOwner(card.owner())
                .setOwnerDelegation(Fields.of(card.ownerDelegation()));
        card.ownerDerivation().ifPresent(own -> message.setOwnerDerivation(PinDerivationCodec.encode(own)));
        for (CardMember member : card.members()) {
            V1.CardMember.Builder shown = message.addMembersBuilder().setSource(member.source())
                    .setStateValue(member.state().ordinal()).setWaiting(member.waiting());
            member.keys().forEach(key -> shown.addKeys(ObjectCodec.encode(key)));
        }
        for (QueuedUser queued : card.queue()) {
            message.addQueueBuilder().setUserName(queued.userName()).setWaiting(queued.waiting())
                    .setPlace(queued.place());
        }
        return message.build();
    }

    static ProxyState decode(V1.State message) throws RefusedException {
        known(message);
        return new ProxyState(Fields.list(message.getSourcesList(), MAX_STATE_ROWS, "sources", ProxyStateCodec::source),
                Fields.list(message.getCardsList(), MAX_STATE_ROWS, "cards", ProxyStateCodec::card),
                Fields.list(message.getUsersList(), MAX_STATE_ROWS, "users", ProxyStateCodec::user),
                Fields.list(message.getDelegationsList(), MAX_STATE_ROWS, "delegations", ProxyStateCodec::delegation));
    }

    private static CardSource source(V1.CardSource message) throws RefusedException {
        known(message);
        return new CardSource(text(message.getSource(), MAX_TEXT_CHARS, "source"),
                text(message.getLabel(), MAX_NAME_CHARS, "label"), text(message.getModel(), MAX_NAME_CHARS, "model"),
                message.getUsed());
    }

    private static OwnedCard card(V1.OwnedCard message) throws RefusedException {
        known(message);
        Optional<PinDerivation> derivation = message.hasOwnerDerivation()
                ? Optional.of(PinDerivationCodec.decode(message.getOwnerDerivation())) : Optional.empty();
        return new OwnedCard(id(message.getId(), Id.RANDOM_BYTES, "id"),
                text(message.getLabel(), MAX_NAME_CHARS, "label"), text(message.getOwner(), MAX_NAME_CHARS, "owner"),
                Fields.list(message.getMembersList(), MessageBounds.MAX_MEMBERS, "members", ProxyStateCodec::member),
                Fields.list(message.getQueueList(), MAX_STATE_ROWS, "queue", ProxyStateCodec::queued), derivation,
                Fields.idOrNone(message.getOwnerDelegation(), Id.RANDOM_BYTES, "owner_delegation"));
    }

    private static CardMember member(V1.CardMember message) throws RefusedException {
        known(message);
        MemberState[] states = MemberState.values();
        return new CardMember(text(message.getSource(), MAX_TEXT_CHARS, "source"),
                states[number(message.getStateValue(), states.length - 1, "state")],
                number(message.getWaiting(), Integer.MAX_VALUE, "waiting"),
                Fields.list(message.getKeysList(), MessageBounds.MAX_OBJECTS, "keys", ObjectCodec::decode));
    }

    private static QueuedUser queued(V1.QueuedUser message) throws RefusedException {
        known(message);
        return new QueuedUser(text(message.getUserName(), MAX_NAME_CHARS, "user_name"),
                number(message.getWaiting(), Integer.MAX_VALUE, "waiting"),
                number(message.getPlace(), Integer.MAX_VALUE, "place"));
    }

    private static UserState user(V1.UserState message) throws RefusedException {
        known(message);
        return new UserState(text(message.getName(), MAX_NAME_CHARS, "name"),
                Fields.choice(message.getRole(), message.getRoleValue(), Role.class),
                Fields.idOrNone(message.getFingerprint(), Id.HASH_BYTES, "fingerprint"), message.getDisabled(),
                Fields.bytes(message.getCertificate(), MessageBounds.MAX_DER_BYTES, "certificate"));
    }

    private static DelegationState delegation(V1.DelegationState message) throws RefusedException {
        known(message);
        return new DelegationState(id(message.getId(), Id.RANDOM_BYTES, "id"),
                id(message.getCard(), Id.RANDOM_BYTES, "card"),
                text(message.getUserName(), MAX_NAME_CHARS, "user_name"),
                LimitsCodec.decode(message.getLimits()), number(message.getOperationsUsed(), "operations_used"),
                SnapshotCodec.pinState(message.getPinStateValue()), message.getRevoked());
    }
}
