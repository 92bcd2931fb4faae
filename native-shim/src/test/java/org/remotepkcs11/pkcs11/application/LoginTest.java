package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.pkcs11.application.Returns.assertReturns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RemoteCard;

class LoginTest {
    private static final Mechanism SHA256_RSA = Mechanism.of(CKM.SHA256_RSA_PKCS);

    private final SoftwareKey rsa = SoftwareKey.rsa();
    private final Host host = Host.with(rsa);
    private final SessionFunctions sessions = host.application.sessions();

    @AfterEach
    void close() {
        host.close();
    }

    private void login(String pin) {
        sessions.login(host.session, CKF.USER_USER, Host.pin(pin));
    }

    @Test
    void wrongPinIsSentOnce() {
        assertReturns(CKR.PIN_INCORRECT, () -> login("000000"));
        assertThat(host.cards.logins).hasValue(1);
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_PUBLIC);
    }

    @Test
    void lockedPinHasItsOwnCode() {
        for (int i = 0; i < 3; i++) {
            assertReturns(CKR.PIN_INCORRECT, () -> login("000000"));
        }
        assertReturns(CKR.PIN_LOCKED, () -> login(SoftwareCards.PIN));
    }

    @Test
    void whatCanBeNoPinCostsNoTry() {
        assertReturns(CKR.PIN_INCORRECT, () -> login(""));
        assertReturns(CKR.PIN_INCORRECT,
                () -> sessions.login(host.session, CKF.USER_USER, Optional.of(new byte[] {(byte) 0xFF, 49})));
        assertReturns(CKR.ARGUMENTS_BAD, () -> sessions.login(host.session, CKF.USER_USER, Optional.empty()));
        assertThat(host.cards.logins).hasValue(0);
    }

    @Test
    void secondLoginIsToldSo() {
        host.login();
        assertReturns(CKR.USER_ALREADY_LOGGED_IN, host::login);
        assertThat(host.cards.logins).hasValue(1);
    }

    @Test
    void securityOfficerAndUnknownUsersAreRefused() {
        assertReturns(CKR.USER_TYPE_INVALID,
                () -> sessions.login(host.session, CKF.USER_SO, Host.pin(SoftwareCards.PIN)));
        assertReturns(CKR.USER_TYPE_INVALID, () -> sessions.login(host.session, 77, Host.pin(SoftwareCards.PIN)));
        assertReturns(CKR.USER_NOT_LOGGED_IN, () -> sessions.initPin(host.session));
    }

    @Test
    void loginsAtTheSameTimeAreOneRequest() {
        CountDownLatch hold = host.cards.holdLogins();
        List<CompletableFuture<Long>> logins = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            logins.add(CompletableFuture.supplyAsync(() -> returned(host::login), command -> new Thread(command).start()));
        }
        hold.countDown();
        List<Long> returned = logins.stream().map(CompletableFuture::join).sorted().toList();
        assertThat(returned).containsExactly(CKR.OK, CKR.USER_ALREADY_LOGGED_IN, CKR.USER_ALREADY_LOGGED_IN,
                CKR.USER_ALREADY_LOGGED_IN);
        assertThat(host.cards.logins).hasValue(1);
    }

    private static long returned(Runnable call) {
        try {
            call.run();
            return CKR.OK;
        } catch (CkException e) {
            return e.returnValue();
        }
    }

    @Test
    void logoutHidesPrivateObjectsAndTheirHandlesForEver() {
        host.login();
        long key = host.privateKey(rsa);
        sessions.logout(host.session);
        assertReturns(CKR.USER_NOT_LOGGED_IN, () -> sessions.logout(host.session));
        assertReturns(CKR.KEY_HANDLE_INVALID, () -> host.sign(SHA256_RSA, key, new byte[3]));
        host.login();
        assertReturns(CKR.KEY_HANDLE_INVALID, () -> host.sign(SHA256_RSA, key, new byte[3]));
        assertThat(host.privateKey(rsa)).isNotEqualTo(key);
    }

    @Test
    void logoutDestroysPrivateSessionObjects() {
        host.login();
        long hidden = host.secretKey(0x1F, new byte[16]);
        sessions.logout(host.session);
        host.login();
        assertReturns(CKR.OBJECT_HANDLE_INVALID, () -> host.application.objects().size(host.session, hidden));
    }

    @Test
    void loginThatTheProxyNoLongerTakesIsNotUsedAgain() {
        host.login();
        long key = host.privateKey(rsa);
        host.cards.refuseUses(ErrorCode.PIN_WRONG);
        assertReturns(CKR.PIN_INCORRECT, () -> host.sign(SHA256_RSA, key, new byte[3]));
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_PUBLIC);
        assertThat(host.cards.uses).hasValue(1);
    }

    @Test
    void keyThatWantsALoginForEachUseGetsIt() {
        SoftwareKey careful = rsa.with(Usage.ALWAYS_AUTHENTICATE);
        try (Host other = Host.with(careful).login()) {
            long key = other.privateKey(careful);
            assertReturns(CKR.USER_NOT_LOGGED_IN, () -> other.sign(SHA256_RSA, key, new byte[3]));
            SignatureFunctions signatures = other.application.signatures();
            signatures.signInit(other.session, Optional.of(SHA256_RSA), key);
            other.application.sessions().login(other.session, CKF.USER_CONTEXT_SPECIFIC, Host.pin(SoftwareCards.PIN));
            Output out = Output.withRoom(256);
            signatures.sign(other.session, new byte[3], out);
            assertThat(out.value()).hasSize(256);
            assertReturns(CKR.USER_NOT_LOGGED_IN, () -> other.sign(SHA256_RSA, key, new byte[3]));
        }
    }

    @Test
    void contextLoginNeedsAnOperationThatWaitsForIt() {
        host.login();
        assertReturns(CKR.OPERATION_NOT_INITIALIZED, () -> sessions.login(host.session, CKF.USER_CONTEXT_SPECIFIC,
                Host.pin(SoftwareCards.PIN)));
    }

    @Test
    void pinIsChangedAndTheLoginLivesOn() {
        host.login();
        sessions.setPin(host.session, Host.pin(SoftwareCards.PIN), Host.pin("135791"));
        assertThat(host.sign(SHA256_RSA, host.privateKey(rsa), new byte[3])).hasSize(256);
        sessions.logout(host.session);
        assertReturns(CKR.PIN_INCORRECT, host::login);
        login("135791");
    }

    @Test
    void pinIsChangedOnlyWithTheOldOneInAReadWriteSessionAndToOneLongEnough() {
        long readOnly = host.open(0);
        assertReturns(CKR.SESSION_READ_ONLY,
                () -> sessions.setPin(readOnly, Host.pin(SoftwareCards.PIN), Host.pin("135791")));
        assertReturns(CKR.PIN_INCORRECT,
                () -> sessions.setPin(host.session, Host.pin("000000"), Host.pin("135791")));
        assertReturns(CKR.PIN_LEN_RANGE,
                () -> sessions.setPin(host.session, Host.pin(SoftwareCards.PIN), Host.pin("123")));
        login(SoftwareCards.PIN);
    }

    @Test
    void pinChangedElsewhereEndsTheLoginWithoutCostingATry() {
        host.login();
        Application other = new Application(host.inventory, Optional.empty(), PinEntry.NONE);
        long session = other.sessions().open(host.slot, CKF.SERIAL_SESSION | CKF.RW_SESSION);
        other.sessions().setPin(session, Host.pin(SoftwareCards.PIN), Host.pin("135791"));
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_PUBLIC);
        assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY))).isEmpty();
        assertThat(host.cards.uses).hasValue(0);
    }

    @Test
    void userIsAskedWhereTheHostGivesNoPin() {
        List<PinEntry.Purpose> asked = new ArrayList<>();
        try (Host other = Host.of(SoftwareCards.with(rsa), asking(asked, Optional.of(SoftwareCards.PIN)))) {
            assertThat(other.application.slots().tokenInfo(other.slot).flags() & CKF.PROTECTED_AUTHENTICATION_PATH)
                    .isNotZero();
            other.application.sessions().login(other.session, CKF.USER_USER, Optional.empty());
            assertThat(asked).containsExactly(PinEntry.Purpose.LOGIN);
        }
    }

    @Test
    void userMayGiveUp() {
        try (Host other = Host.of(SoftwareCards.with(rsa), asking(new ArrayList<>(), Optional.empty()))) {
            assertReturns(CKR.FUNCTION_CANCELED,
                    () -> other.application.sessions().login(other.session, CKF.USER_USER, Optional.empty()));
        }
    }

    private static PinEntry asking(List<PinEntry.Purpose> asked, Optional<String> answer) {
        return new PinEntry() {
            @Override
            public boolean isAvailable() {
                return true;
            }

            @Override
            public Optional<char[]> ask(RemoteCard card, Purpose purpose) {
                asked.add(purpose);
                return answer.map(String::toCharArray);
            }
        };
    }

    @Test
    void pinStateInTheSnapshotDoesNotKeepTheRightPinAway() {
        host.cards.show(host.cards.card("Demo card", PinState.LOCKED, true));
        host.application.slots().list(true, true);
        host.login();
    }

    @Test
    void userNamesAreUnknownHere() {
        assertReturns(CKR.ARGUMENTS_BAD, () -> sessions.loginUser(host.session, CKF.USER_USER,
                Host.pin(SoftwareCards.PIN), new byte[] {65}));
        sessions.loginUser(host.session, CKF.USER_USER, Host.pin(SoftwareCards.PIN), new byte[0]);
        assertThat(sessions.info(host.session).state()).isEqualTo(CKF.STATE_RW_USER);
    }
}
