package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKK;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.wire.PinState;

class SessionTest {
    private final SoftwareKey rsa = SoftwareKey.rsa();
    private final Host host = Host.with(rsa);
    private final SessionFunctions sessions = host.application.sessions();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void stateFollowsLoginForAllSessions() {
        long readOnly = host.open(0);
        assertThat(sessions.info(readOnly).state()).isEqualTo(CKF.STATE_RO_PUBLIC);
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_PUBLIC);
        host.login();
        assertThat(sessions.info(readOnly).state()).isEqualTo(CKF.STATE_RO_USER);
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_USER);
        assertThat(sessions.info(host.session).flags()).isEqualTo(CKF.SERIAL_SESSION | CKF.RW_SESSION);
        assertThat(host.application.slots().tokenInfo(host.slot).rwSessions()).isEqualTo(1);
        assertThat(host.application.slots().tokenInfo(host.slot).sessions()).isEqualTo(2);
    }

    @Test
    void parallelAndAsynchronousSessionsAreRefused() {
        assertReturns(CKR.SESSION_PARALLEL_NOT_SUPPORTED, () -> sessions.open(host.slot, CKF.RW_SESSION));
        assertReturns(CKR.SESSION_ASYNC_NOT_SUPPORTED,
                () -> sessions.open(host.slot, CKF.SERIAL_SESSION | CKF.ASYNC_SESSION));
        assertReturns(CKR.SLOT_ID_INVALID, () -> sessions.open(host.slot + 1, CKF.SERIAL_SESSION));
    }

    @Test
    void closedSessionIsUnknown() {
        sessions.close(host.session);
        assertReturns(CKR.SESSION_HANDLE_INVALID, () -> sessions.info(host.session));
        assertReturns(CKR.SESSION_HANDLE_INVALID, () -> sessions.close(host.session));
        assertReturns(CKR.SESSION_HANDLE_INVALID, () -> sessions.close(0));
    }

    @Test
    void lastSessionTakesTheLoginAlong() {
        host.login();
        long second = host.open(0);
        sessions.close(host.session);
        assertThat(sessions.info(second).state()).isEqualTo(CKF.STATE_RO_USER);
        sessions.closeAll(host.slot);
        assertThat(sessions.info(host.open(0)).state()).isEqualTo(CKF.STATE_RO_PUBLIC);
    }

    @Test
    void sessionObjectsGoWithTheirSessionAndAreSeenByAllUntilThen() {
        long other = host.open(0);
        long key = host.secretKey(CKK.AES, new byte[16]);
        assertThat(host.application.objects().size(other, key)).isPositive();
        sessions.close(host.session);
        assertReturns(CKR.OBJECT_HANDLE_INVALID, () -> host.application.objects().size(other, key));
    }

    @Test
    void pulledCardEndsItsSessions() {
        host.login();
        host.cards.show(host.cards.card("Demo card", PinState.OK, false));
        host.application.slots().list(false, true);
        assertReturns(CKR.DEVICE_REMOVED, () -> sessions.info(host.session));
        assertReturns(CKR.SESSION_HANDLE_INVALID, () -> sessions.info(host.session));
        host.cards.show(host.cards.card("Demo card", PinState.OK, true));
        host.application.slots().list(false, true);
        assertThat(sessions.info(host.open(0)).state()).isEqualTo(CKF.STATE_RO_PUBLIC);
    }

    @Test
    void applicationsKnowNothingOfEachOther() {
        host.login();
        Application other = new Application(host.inventory, Optional.empty(), PinEntry.NONE);
        long session = other.sessions().open(host.slot, CKF.SERIAL_SESSION);
        assertThat(other.sessions().info(session).state()).isEqualTo(CKF.STATE_RO_PUBLIC);
        host.secretKey(CKK.AES, new byte[16]);
        other.objects().findInit(session, Template.of(
                Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY)));
        assertThat(other.objects().find(session, 10)).isEmpty();
        other.close();
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_USER);
    }

    @Test
    void cancelEndsOnlyWhatItNames() {
        host.application.digests().init(host.session, Optional.of(Mechanism.of(CKM.SHA256)));
        host.application.objects().findInit(host.session, Template.EMPTY);
        sessions.cancel(host.session, CKF.DIGEST | CKF.SIGN);
        assertReturns(CKR.OPERATION_NOT_INITIALIZED,
                () -> host.application.digests().finish(host.session, Output.withRoom(32)));
        assertThat(host.application.objects().find(host.session, 1)).hasSize(1);
    }

    @Test
    void parallelFunctionsAreOfThePast() {
        assertReturns(CKR.FUNCTION_NOT_PARALLEL, () -> sessions.noParallelFunction(host.session));
    }

    @Test
    void finalizedApplicationAnswersNothing() {
        host.application.close();
        assertReturns(CKR.CRYPTOKI_NOT_INITIALIZED, () -> sessions.info(host.session));
        assertReturns(CKR.CRYPTOKI_NOT_INITIALIZED, () -> sessions.open(host.slot, CKF.SERIAL_SESSION));
    }
}
