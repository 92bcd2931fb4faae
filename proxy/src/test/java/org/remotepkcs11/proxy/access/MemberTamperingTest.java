package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.remotepkcs11.proxy.access.Denials.denied;
import static org.remotepkcs11.proxy.access.Denials.pin;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.MemberState;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** Somebody with a text editor for the database changes what is stored of one of several physical cards. */
class MemberTamperingTest {
    private static final String SECOND = "memory:0002";
    private static final String OF_SECOND = " WHERE source = '" + SECOND + "'";
    private static final String CHANGED = "UPDATE card_member SET description = x''" + OF_SECOND;

    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private void join(PrivateKeyObject... keys) throws Exception {
        assertThat(office.joinCard(card, SECOND, keys)).isInstanceOf(Admission.Done.class);
        office.delegate(card, alice, Limits.NONE);
    }

    private void tamper(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + office.file);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
        }
    }

    private Admission asOlga(Administration action) throws Exception {
        return office.ask(office.olga, action, Secret.none());
    }

    private MemberState stateOfSecond() throws Exception {
        Outcome.Listed listed = (Outcome.Listed) ((Admission.Done) asOlga(new Administration.ListState())).outcome();
        return listed.state().cards().get(0).members().stream().filter(member -> member.source().equals(SECOND))
                .map(ProxyState.CardMember::state).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {CHANGED, "UPDATE card_member SET sealed_pin = zeroblob(60)" + OF_SECOND,
        "UPDATE card_member SET sealed_pin = (SELECT sealed_pin FROM card_member WHERE source = 'memory:0001')" + OF_SECOND})
    void cardWhoseRowWasChangedIsLeftOutAndTheOthersGoOn(String sql) throws Exception {
        join(office.rsa, office.ec);
        tamper(sql);
        try (Granted granted = (Granted) office.use(alice, card, office.sign())) {
            assertThat(granted.members(office.sign())).containsExactly(Office.SOURCE);
        }
        assertThat(office.access().directory().snapshot(alice.caller().fingerprint()).cards()).hasSize(1);
        assertThat(stateOfSecond()).isEqualTo(MemberState.UNTRUSTED);
    }

    @Test
    void keyThatOnlyTheChangedRowKnewIsNotUsed() throws Exception {
        PrivateKeyObject other = Office.key("EC", 384);
        join(other);
        tamper(CHANGED);
        assertThat(denied(office.use(alice, card, new Operation(other.fingerprint(), Operation.Kind.SIGN,
                Mechanisms.ECDSA, Operation.NO_PARAMETERS, new byte[48])))).isEqualTo(ErrorCode.STATE_UNTRUSTED);
    }

    @Test
    void noPinIsToldAnewForAChangedRow() throws Exception {
        join(office.rsa, office.ec);
        tamper(CHANGED);
        assertThat(denied(office.ask(office.olga, new Request.Administer(new Administration.RenewCardPin(card, SECOND)),
                Secret.of(Office.proof("olga"), new byte[0], new byte[] {1})))).isEqualTo(ErrorCode.STATE_UNTRUSTED);
    }

    @Test
    void ownerTakesTheCardOutAndPutsItBack() throws Exception {
        join(office.rsa, office.ec);
        tamper(CHANGED);
        assertThat(denied(asOlga(new Administration.LeaveCard(card, Office.SOURCE)))).isEqualTo(ErrorCode.INPUT_INVALID);
        assertThat(asOlga(new Administration.LeaveCard(card, SECOND))).isInstanceOf(Admission.Done.class);
        assertThat(office.joinCard(card, SECOND, office.rsa, office.ec)).isInstanceOf(Admission.Done.class);
        assertThat(stateOfSecond()).isEqualTo(MemberState.FREE);
    }

    @Test
    void pinThatDoesNotBelongToItsCardIsFoundWhenThatCardIsChosen() throws Exception {
        join(office.rsa, office.ec);
        tamper("UPDATE card_member SET sealed_pin = zeroblob(60)" + OF_SECOND);
        office.access().rekeying().acceptRules(office.keys.policySecret());
        try (Granted granted = (Granted) office.use(office.olga, card, office.sign())) {
            assertThat(pin(granted, Office.SOURCE)).isEqualTo(Office.CARD_PIN);
            assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> pin(granted, SECOND))
                    .matches(refused -> refused.code() == ErrorCode.STATE_UNTRUSTED);
        }
    }
}
