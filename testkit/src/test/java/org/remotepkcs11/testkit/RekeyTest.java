package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.ErrorCode;

/** The keys outside the database, in files, are changed, cut short and lost. */
class RekeyTest {
    private RekeyedProxy rekeyed;
    private TestProxy proxy;
    private Path home;

    @BeforeEach
    void startProxy() throws Exception {
        rekeyed = RekeyedProxy.start();
        proxy = rekeyed.proxy();
        home = rekeyed.home();
    }

    @AfterEach
    void closeProxy() {
        rekeyed.close();
    }

    @Test
    void bothKeysAreChangedAndCardsAreUsedAsBefore() throws Exception {
        byte[] policy = rekeyed.read("policy.secret");
        byte[] vault = rekeyed.read("vault.secret");
        rekeyed.change(StoreSecret.POLICY);
        rekeyed.change(StoreSecret.VAULT);
        assertThat(rekeyed.read("policy.secret")).hasSameSizeAs(policy).isNotEqualTo(policy);
        assertThat(rekeyed.read("vault.secret")).hasSameSizeAs(vault).isNotEqualTo(vault);
        rekeyed.assertSigns();
    }

    @Test
    void noKeyIsChangedUnderARunningProxy() {
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> ProxyHome.open(home).changeSecret(StoreSecret.POLICY)).detail())
                .contains("another process serves");
    }

    @Test
    void aNewProxysStoreTellsItsKeysBeforeItIsServed() throws Exception {
        ProxyHome made = ProxyHome.init(proxy.folder().resolve("second"), ProxyHome.Settings.local(0));
        assertThat(StoreSecret.told(made.directory().resolve("store.db"))).hasSize(2);
    }

    @Test
    void aNextKeyThatNothingWentOverToIsForgotten() throws Exception {
        proxy.server().close();
        rekeyed.writePrivate("policy.secret.next", new byte[32]);
        rekeyed.assertSigns();
        assertThat(home.resolve("policy.secret.next")).doesNotExist();
    }

    @Test
    void aChangeThatWasCutShortBeforeTheNewKeyTookItsPlaceIsNotCutShortAgainByTheNextOne() throws Exception {
        rekeyed.change(StoreSecret.POLICY);
        Files.move(home.resolve("policy.secret"), home.resolve("policy.secret.next"));
        rekeyed.writePrivate("policy.secret", new byte[32]);
        rekeyed.change(StoreSecret.POLICY);
        rekeyed.assertSigns();
    }

    @Test
    void whoLostThePolicyKeyTakesTheRulesAsTheyStandAndOwnersUnlock() throws Exception {
        proxy.server().close();
        Files.delete(home.resolve("policy.secret"));
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> proxy.restart()).detail()).contains("policy key");
        ProxyHome.open(home).replaceSecret(StoreSecret.POLICY);
        proxy.restart();
        Asking user = Asking.of(proxy);
        refusal(ErrorCode.PIN_LOCKED, () -> user.client().ask(user.use(), user.secret(proxy.virtualPin())));
        proxy.owner().unlock(proxy.delegation());
        rekeyed.assertSigns();
    }

    @Test
    void whoLostTheVaultKeyLosesTheCardsAndNothingElse() throws Exception {
        proxy.server().close();
        Files.delete(home.resolve("vault.secret"));
        ProxyHome.open(home).replaceSecret(StoreSecret.VAULT);
        proxy.restart();
        assertThat(proxy.owner().state().cards()).isEmpty();
        String source = proxy.owner().state().sources().get(0).source();
        assertThat(proxy.owner().addCard("again", source, TestProxyBuilder.SOFTWARE_PIN).bytes()).isNotEmpty();
    }

    @Test
    void aVaultKeyThatIsThereIsNotTakenForLost() {
        proxy.server().close();
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID,
                () -> ProxyHome.open(home).replaceSecret(StoreSecret.VAULT)).detail()).contains("not lost");
    }
}
