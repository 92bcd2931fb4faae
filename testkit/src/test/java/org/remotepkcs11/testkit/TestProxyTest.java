package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Request;

class TestProxyTest {
    private TestProxy proxy;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.start();
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void userSignsWithTheDelegatedCard() throws Exception {
        Asking user = Asking.of(proxy);
        Outcome confirmed = user.client().ask(new Request.Login(user.card().id()), user.secret(proxy.virtualPin()));
        assertThat(confirmed).isInstanceOf(Outcome.LoggedIn.class);
        Outcome used = user.client().ask(user.use(), user.secret(proxy.virtualPin()));
        assertThat(user.verifies(Asking.DIGEST, Asking.output(used))).isTrue();
    }

    @Test
    void configurationNamesFilesThatAreThere() throws Exception {
        assertThat(Files.readString(proxy.configuration())).contains("proxy.url=" + proxy.url(), "token=Demo card");
        assertThat(proxy.configuration().resolveSibling("user.p12")).isRegularFile();
        assertThat(proxy.configuration().resolveSibling("proxy.pem")).isRegularFile();
    }

    @Test
    void restartedProxyKnowsEverything() throws Exception {
        proxy.restart();
        Asking user = Asking.of(proxy);
        assertThat(user.card().token().label()).isEqualTo("Demo card");
        Outcome used = user.client().ask(user.use(), user.secret(proxy.virtualPin()));
        assertThat(user.verifies(Asking.DIGEST, Asking.output(used))).isTrue();
    }

    @Test
    void closingLeavesNothingBehind() {
        proxy.close();
        assertThat(proxy.folder()).doesNotExist();
    }
}
