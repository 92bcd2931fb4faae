package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.id;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.name;
import static org.remotepkcs11.wire.MessageBounds.MAX_NAME_CHARS;
import static org.remotepkcs11.wire.MessageBounds.MAX_TEXT_CHARS;
import static org.remotepkcs11.wire.MessageBounds.MAX_VALID_MINUTES;

import com.google.protobuf.ByteString;
import java.time.Duration;
import org.remotepkcs11.proto.V1;

/** {@link Administration}s as messages. */
final class AdministrationCodec {
    private AdministrationCodec() {
    }

    static V1.Administer encode(Administration action) {
        V1.Administer.Builder message = V1.Administer.newBuilder();
        if (action instanceof Administration.Invite invite) {
            message.getInviteBuilder().setName(invite.name()).setRoleValue(invite.role().ordinal() + 1)
                    .setValidMinutes((int) invite.valid().toMinutes());
        } else if (action instanceof Administration.ReplaceKey replace) {
            message.getReplaceKeyBuilder().setName(replace.name()).setValidMinutes((int) replace.valid().toMinutes());
        } else if (action instanceof Administration.AddCard add) {
            message.getAddCardBuilder().setLabel(add.label()).setSource(add.source())
                    .setDerivation(PinDerivationCodec.encode(add.derivation()));
        } else if (action instanceof Administration.RemoveCard remove) {
            message.getRemoveCardBuilder().setCard(Fields.of(remove.card()));
        } else if (action instanceof Administration.Delegate delegate) {
            message.getDelegateBuilder().setCard(Fields.of(delegate.card())).setUserName(delegate.userName())
                    .setLimits(LimitsCodec.encode(delegate.limits()))
                    .setDerivation(PinDerivationCodec.encode(delegate.derivation()));
        } else if (action instanceof Administration.Revoke revoke) {
            message.getRevokeBuilder().setDelegation(Fields.of(revoke.delegation()));
        } else if (action instanceof Administration.Unlock unlock) {
            message.getUnlockBuilder().setDelegation(Fields.of(unlock.delegation()));
        } else if (action instanceof Administration.ListState) {
            message.getListStateBuilder();
        } else if (action instanceof Administration.DisableUser disable) {
            message.getDisableUserBuilder().setName(disable.name());
        } else if (action instanceof Administration.RenewCardPin renew) {
            message.getRenewCardPinBuilder().setCard(Fields.of(renew.card())).setSource(renew.source());
        } else if (action instanceof Administration.ListApprovals) {
            message.getListApprovalsBuilder();
        } else if (action instanceof Administration.Decide decide) {
            message.getDecideBuilder().setDelegation(Fields.of(decide.delegation()))
                    .setOperation(Fields.of(decide.operation())).setInputHash(Fields.of(decide.inputHash()))
                    .setApprove(decide.approve());
        } else if (action instanceof Administration.JoinCard join) {
            message.getJoinCardBuilder().setCard(Fields.of(join.card())).setSource(join.source());
        } else if (action instanceof Administration.LeaveCard leave) {
            message.getLeaveCardBuilder().setCard(Fields.of(leave.card())).setSource(leave.source());
        }
        return message.build();
    }

    static Administration decode(V1.Administer message) throws RefusedException {
        known(message);
        return switch (message.getActionCase()) {
            case INVITE -> invite(message.getInvite());
            case REPLACE_KEY -> {
                V1.ReplaceKey replace = message.getReplaceKey();
                known(replace);
                yield new Administration.ReplaceKey(name(replace.getName(), MAX_NAME_CHARS, "name"),
                        validity(replace.getValidMinutes()));
            }
            case ADD_CARD -> addCard(message.getAddCard());
            case REMOVE_CARD -> {
                known(message.getRemoveCard());
                yield new Administration.RemoveCard(random(message.getRemoveCard().getCard(), "card"));
            }
            case DELEGATE -> delegate(message.getDelegate());
            case REVOKE -> {
                known(message.getRevoke());
                yield new Administration.Revoke(random(message.getRevoke().getDelegation(), "delegation"));
            }
            case UNLOCK -> {
                known(message.getUnlock());
                yield new Administration.Unlock(random(message.getUnlock().getDelegation(), "delegation"));
            }
            case LIST_STATE -> {
                known(message.getListState());
                yield new Administration.ListState();
            }
            case DISABLE_USER -> {
                known(message.getDisableUser());
                yield new Administration.DisableUser(name(message.getDisableUser().getName(), MAX_NAME_CHARS, "name"));
            }
            case RENEW_CARD_PIN -> {
                known(message.getRenewCardPin());
                yield new Administration.RenewCardPin(random(message.getRenewCardPin().getCard(), "card"),
                        Fields.line(message.getRenewCardPin().getSource(), MAX_TEXT_CHARS, "source"));
            }
            case JOIN_CARD -> {
                known(message.getJoinCard());
                yield new Administration.JoinCard(random(message.getJoinCard().getCard(), "card"),
                        name(message.getJoinCard().getSource(), MAX_TEXT_CHARS, "source"));
            }
            case LEAVE_CARD -> {
                known(message.getLeaveCard());
                yield new Administration.LeaveCard(random(message.getLeaveCard().getCard(), "card"),
                        name(message.getLeaveCard().getSource(), MAX_TEXT_CHARS, "source"));
            }
            case LIST_APPROVALS -> {
                known(message.getListApprovals());
                yield new Administration.ListApprovals();
            }
            case DECIDE -> decide(message.getDecide());
            case ACTION_NOT_SET -> throw Fields.malformed("the action is missing");
        };
    }

    private static Id random(ByteString value, String name) throws RefusedException {
        return id(value, Id.RANDOM_BYTES, name);
    }

    private static Administration decide(V1.Decide message) throws RefusedException {
        known(message);
        return new Administration.Decide(random(message.getDelegation(), "delegation"),
                random(message.getOperation(), "operation"), id(message.getInputHash(), Id.HASH_BYTES, "input_hash"),
                message.getApprove());
    }

    private static Administration invite(V1.Invite message) throws RefusedException {
        known(message);
        return new Administration.Invite(name(message.getName(), MAX_NAME_CHARS, "name"),
                Fields.choice(message.getRole(), message.getRoleValue(), Role.class),
                validity(message.getValidMinutes()));
    }

    private static Duration validity(int minutes) throws RefusedException {
        return Duration.ofMinutes(Fields.number(minutes, MAX_VALID_MINUTES, "valid_minutes"));
    }

    private static Administration addCard(V1.AddCard message) throws RefusedException {
        known(message);
        Fields.present(message.hasDerivation(), "derivation");
        return new Administration.AddCard(name(message.getLabel(), MAX_NAME_CHARS, "label"),
                name(message.getSource(), MAX_TEXT_CHARS, "source"),
                PinDerivationCodec.decode(message.getDerivation()));
    }

    private static Administration delegate(V1.Delegate message) throws RefusedException {
        known(message);
        Fields.present(message.hasDerivation(), "derivation");
        return new Administration.Delegate(random(message.getCard(), "card"),
                name(message.getUserName(), MAX_NAME_CHARS, "user_name"), LimitsCodec.decode(message.getLimits()),
                PinDerivationCodec.decode(message.getDerivation()));
    }
}
