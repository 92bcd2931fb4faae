package org.remotepkcs11.proxy;

import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.proxy.ProxyConfiguration.Module;
import org.remotepkcs11.proxy.ProxyConfiguration.Running;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.wire.RefusedException;

class ProxyConfigurationTest {
    @TempDir
    private Path folder;

    @Test
    void emptyFileMeansLoopbackAndDefaults() throws Exception {
        ProxyConfiguration configuration = read("");
        assertThat(configuration.address()).isEqualTo("127.0.0.1");
        assertThat(configuration.port()).isEqualTo(8443);
        assertThat(configuration.names()).containsExactly("localhost", "127.0.0.1");
        assertThat(configuration.pinTries()).isEqualTo(5);
        assertThat(configuration.modules()).isEmpty();
    }

    @Test
    void everySettingIsRead() throws Exception {
        ProxyConfiguration configuration = read("""
                listen.address = 0.0.0.0
                listen.port = 0
                names = proxy.example.org, 192.0.2.1
                cards.software = cards
                user.authorities = /etc/ssl/users.pem
                session.idle.seconds = 60
                """);
        assertThat(configuration.names()).containsExactly("proxy.example.org", "192.0.2.1");
        assertThat(configuration.softwareCards()).contains(folder.toAbsolutePath().resolve("cards"));
        assertThat(configuration.userAuthorities()).contains(Path.of("/etc/ssl/users.pem"));
        assertThat(configuration.bounds().sessions().idle()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void modulesHaveNamesAndLanes() throws Exception {
        ProxyConfiguration configuration = read("module.softhsm=/usr/lib/libsofthsm2.so\nmodule.opensc=opensc.so\n"
                + "module.softhsm.lanes=4");
        assertThat(configuration.modules()).extracting(Module::name, Module::library, Module::lanes).containsExactly(
                tuple("opensc", folder.toAbsolutePath().resolve("opensc.so"), Optional.empty()),
                tuple("softhsm", Path.of("/usr/lib/libsofthsm2.so"), Optional.of(4)));
        assertThat(configuration.modules()).extracting(module -> module.running().process())
                .containsExactly(ProxyConfiguration.Process.CARD, ProxyConfiguration.Process.PROXY);
    }

    @Test
    void modulesAreRunAsTheyAreSaidTo() throws Exception {
        Running running = read("""
                module.nss=libsoftokn3.so
                module.nss.process=module
                module.nss.patience.seconds=3
                module.nss.serialise=yes
                module.nss.initialise=configdir='sql:/srv/keys' flags=readOnly
                module.nss.env.NSS_DEFAULT_DB_TYPE=sql
                """).modules().get(0).running();
        assertThat(running).isEqualTo(new Running(ProxyConfiguration.Process.MODULE, Duration.ofSeconds(3),
                Map.of("NSS_DEFAULT_DB_TYPE", "sql"),
                new Pkcs11Settings.Calling(true, "configdir='sql:/srv/keys' flags=readOnly")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "listen.port=65536 | listen.port is \"65536\", not a number from 0 to 65535",
        "pin.tries=few     | pin.tries is \"few\"",
        "listen.prot=1     | there is no setting listen.prot",
        "module.a.lanes=2  | module.a is \"\", not the path of a PKCS #11 module",
        "names=\\u00zz     | cannot be read"})
    void wrongSettingIsNamed(String line, String message) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> read(line)).withMessageContaining(message);
    }

    @Test
    void passwordOfTheMailServerIsNotSentInClear() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> read("""
                backup.mail.host=localhost
                backup.mail.from=proxy@example.org
                backup.mail.to=olivia@example.org
                backup.mail.user=proxy
                backup.mail.tls=false
                """)).withMessageContaining("would be sent in clear");
    }

    @Test
    void moduleWithAnEnvironmentOfItsOwnNeedsAProcessOfItsOwn() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> read("module.a=a.so\nmodule.a.process=proxy\nmodule.a.env.A=1"))
                .withMessageContaining("not card or module");
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> read("module.a=a.so\nmodule.a.process=own"))
                .withMessageContaining("not one of card, module, proxy");
    }

    private ProxyConfiguration read(String content) throws RefusedException {
        PrivateDirectory directory = PrivateDirectory.create(folder);
        directory.write(ProxyConfiguration.FILE, content.getBytes(StandardCharsets.UTF_8));
        return ProxyConfiguration.read(directory);
    }
}
