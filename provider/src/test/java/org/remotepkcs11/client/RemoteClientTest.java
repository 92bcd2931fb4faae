package org.remotepkcs11.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.remotepkcs11.played.PlayedProxy;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

final class RemoteClientTest {
    private static final char[] PIN = PlayedProxy.PIN.toCharArray();

    @TempDir
    private Path folder;
    private PlayedProxy proxy;
    private RemoteClient client;

    @BeforeEach
    void play() throws Exception {
        proxy = new PlayedProxy(folder);
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
    }

    @AfterEach
    void end() {
        client.close();
        proxy.close();
    }

    @Test
    void aColdJobIsOpenLoginAndUse() throws Exception {
        sign(login());
        assertThat(proxy.posts()).isEqualTo(3);
        assertThat(client.requests()).isEqualTo(3);
    }

    @Test
    void eachFurtherSignatureIsOneRequest() throws Exception {
        Login login = login();
        int before = proxy.posts();
        for (int i = 0; i < 10; i++) {
            sign(login);
        }
        assertThat(proxy.posts() - before).isEqualTo(10);
    }

    @Test
    void clientsOfOneConfigurationShareEverything() throws Exception {
        login();
        try (RemoteClient second = RemoteClient.of(ClientConfiguration.load(proxy.configuration()))) {
            second.login(second.card(Optional.empty()), PIN);
        }
        assertThat(proxy.posts()).isEqualTo(2);
    }

    @Test
    void aClosedClientLeavesTheOthersWorking() throws Exception {
        RemoteClient.of(ClientConfiguration.load(proxy.configuration())).close();
        sign(login());
    }

    @Test
    void aWrongPinIsSentOnceAndNotRemembered() throws Exception {
        RemoteCard card = card();
        assertRefused(ErrorCode.PIN_WRONG, () -> client.login(card, "0000".toCharArray()));
        assertThat(proxy.posts()).isEqualTo(2);
        assertRefused(ErrorCode.PIN_WRONG, () -> client.login(card, "0000".toCharArray()));
        assertThat(proxy.posts()).isEqualTo(3);
    }

    @Test
    void aPinRefusedLaterEndsTheLoginAndIsNotSentAgain() throws Exception {
        Login login = login();
        proxy.changePin("1357");
        assertRefused(ErrorCode.PIN_WRONG, () -> sign(login));
        int before = proxy.posts();
        assertRefused(ErrorCode.PIN_WRONG, () -> sign(login));
        assertThat(proxy.posts()).isEqualTo(before);
        assertRefused(ErrorCode.PIN_WRONG, () -> client.login(card(), PIN));
        assertThat(proxy.posts()).isEqualTo(before + 1);
        sign(client.login(card(), "1357".toCharArray()));
    }

    @Test
    void aPinChangedElsewhereIsAccepted() throws Exception {
        RemoteCard card = card();
        proxy.changePinElsewhere("1357");
        sign(client.login(card, "1357".toCharArray()));
    }

    @Test
    void aSessionThatIsSurelyOverIsNotTried() throws Exception {
        proxy.idle(Duration.ofMillis(1));
        Login login = login();
        proxy.forgetSessions();
        Thread.sleep(5);
        sign(login);
        assertThat(proxy.operationIds()).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void aClosedClientSaysSo() throws Exception {
        Login login = login();
        client.close();
        assertThatThrownBy(() -> sign(login)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedLoginIsOver() throws Exception {
        Login login = login();
        login.close();
        assertRefused(ErrorCode.PIN_MISSING, () -> sign(login));
    }

    @Test
    void anAnnouncedChangeIsFetchedAtTheNextLook() throws Exception {
        Login login = login();
        proxy.addCard("Another card");
        assertThat(client.snapshot().cards()).hasSize(1);
        sign(login);
        assertThat(client.snapshot().cards()).hasSize(2);
        int before = proxy.posts();
        client.snapshot();
        assertThat(proxy.posts()).isEqualTo(before);
    }

    @Test
    void aForgottenSessionIsOpenedAnewUnderTheSameOperationId() throws Exception {
        Login login = login();
        proxy.forgetSessions();
        sign(login);
        assertThat(proxy.operationIds().subList(1, 3)).containsOnly(proxy.operationIds().get(1));
        assertThat(proxy.applied()).isEqualTo(1);
    }

    @Test
    void anAnswerCutOffIsAskedForAgainAndDoneOnce() throws Exception {
        Login login = login();
        proxy.spoilNext(answer -> answer.onResponseBody(new SocketEffect.CloseSocket()));
        sign(login);
        assertThat(proxy.operationIds().subList(1, 3)).containsOnly(proxy.operationIds().get(1));
        assertThat(proxy.applied()).isEqualTo(1);
    }

    @Test
    void anAnswerToAnotherRequestIsRefused() throws Exception {
        Login login = login();
        sign(login);
        proxy.swapNext();
        assertRefused(ErrorCode.REPLY_INVALID, () -> sign(login));
        sign(login);
    }

    @Test
    void aFlippedBitInAnAnswerIsRefused() throws Exception {
        Login login = login();
        proxy.flipNext();
        assertRefused(ErrorCode.REPLY_INVALID, () -> sign(login));
    }

    @Test
    void aBusyProxyIsAskedAgain() throws Exception {
        Login login = login();
        proxy.refuseNext(ErrorCode.PROXY_BUSY, ErrorCode.CARD_BUSY);
        sign(login);
        assertThat(proxy.applied()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"DELEGATION_REVOKED", "KEY_FORBIDDEN", "PIN_LOCKED", "REPLAYED", "USER_DISABLED"})
    void whatIsNotRetryableIsAskedOnce(ErrorCode code) throws Exception {
        Login login = login();
        int before = proxy.posts();
        proxy.refuseNext(code);
        assertRefused(code, () -> sign(login));
        assertThat(proxy.posts()).isEqualTo(before + 1);
    }

    @Test
    void aLogThatForgotIsRefused() throws Exception {
        sign(login());
        proxy.rollBackLog();
        assertRefused(ErrorCode.LOG_INCONSISTENT, client::refresh);
    }

    @Test
    void theLogIsRememberedBetweenRuns() throws Exception {
        sign(login());
        client.close();
        proxy.rollBackLog();
        client = RemoteClient.of(ClientConfiguration.load(proxy.configuration()));
        assertRefused(ErrorCode.LOG_INCONSISTENT, client::snapshot);
    }

    @Test
    void theLastRefusalIsKeptWithoutThePin() throws Exception {
        RemoteCard card = card();
        assertRefused(ErrorCode.PIN_WRONG, () -> client.login(card, "9876".toCharArray()));
        LastRefusal last = LastRefusal.read().orElseThrow();
        assertThat(last.refusal().code()).isEqualTo(ErrorCode.PIN_WRONG);
        assertThat(last.refusal().triesLeft()).isEqualTo(4);
        assertThat(last.toString()).doesNotContain("9876");
    }

    @Test
    void twoCardsAreAmbiguousUnlessOneIsNamed() throws Exception {
        proxy.addCard("Another card");
        assertThatThrownBy(() -> client.card(Optional.empty())).hasMessageContaining("\"Another card\"")
                .hasMessageContaining("RPKCS11_TOKEN");
        assertThat(client.card(Optional.of("Another card")).token().label()).isEqualTo("Another card");
        assertRefused(ErrorCode.CARD_UNKNOWN, () -> client.card(Optional.of("No card")));
    }

    @Test
    void aNewPinReplacesTheOldLogin() throws Exception {
        Login old = login();
        Login changed = client.changePin(old, "8642".toCharArray());
        assertThat(old.isOpen()).isFalse();
        assertThat(changed.card().pin()).isNotEqualTo(old.card().pin());
    }

    @Test
    void receiptsOfUsesAreKept() throws Exception {
        sign(login());
        assertThat(client.receipts()).hasSize(2);
    }

    private RemoteCard card() throws RefusedException {
        return client.card(Optional.empty());
    }

    private Login login() throws RefusedException {
        return client.login(card(), PIN);
    }

    private void sign(Login login) throws RefusedException {
        Operation operation = new Operation(login.card().keys().get(0).fingerprint(), Operation.Kind.SIGN,
                Mechanisms.RSA_PKCS, Operation.NO_PARAMETERS, new byte[32]);
        assertThat(client.use(login, operation, Duration.ZERO)).isNotEmpty();
    }

    private interface Call {
        void make() throws RefusedException;
    }

    private static void assertRefused(ErrorCode code, Call call) {
        assertThatThrownBy(call::make).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
