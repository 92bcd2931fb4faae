package org.remotepkcs11.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

final class ClientConfigurationTest {
    private static final String COMPLETE = """
            # a comment
            proxy.url=https://proxy.example:8443
            proxy.certificate = proxy.pem
            proxy.authority=authority.pem
            user.keystore=user.p12
            user.keystore.password=file:user.password
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void layOutFiles() throws IOException {
        for (String name : new String[] {"proxy.pem", "authority.pem", "user.p12"}) {
            Files.createFile(folder.resolve(name));
        }
        Files.writeString(folder.resolve("user.password"), "correct horse\nsecond line\n");
    }

    @Test
    void relativePathsStartAtTheFile() throws Exception {
        ClientConfiguration read = load(COMPLETE);
        assertThat(read.userKeyStore()).isEqualTo(folder.resolve("user.p12"));
        assertThat(read.proxyUrl()).hasToString("https://proxy.example:8443");
        assertThat(read.deadline()).isEqualTo(Duration.ofSeconds(30));
        assertThat(read.pin()).isEmpty();
    }

    @Test
    void aSecretIsTheFirstLineOfItsFile() throws Exception {
        assertThat(load(COMPLETE).userKeyStorePassword().read("password")).containsExactly("correct horse".toCharArray());
    }

    @Test
    void theEnvironmentChoosesTheToken() throws Exception {
        Path file = write(COMPLETE + "token=from file\n");
        assertThat(ClientConfiguration.load(file, Map.of("RPKCS11_TOKEN", "from environment")).token())
                .contains("from environment");
        assertThat(ClientConfiguration.load(file, Map.of()).token()).contains("from file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            proxi.url=x                  | :7: unknown key "proxi.url"
            just words                   | :7: expected key=value
            token=a\\ntoken=b            | :8: "token" stands twice
            deadline.seconds=soon        | :7: deadline.seconds must be a number from 1 to 3600
            deadline.seconds=0           | :7: deadline.seconds must be a number
            pin=123456                   | :7: pin is neither file:PATH nor env:NAME nor prompt
            """)
    void errorsSayFileLineAndWhy(String line, String expected) throws IOException {
        Path file = write(COMPLETE + line.replace("\\n", "\n") + "\n");
        assertRefused(file, file + expected);
    }

    @Test
    void anErrorNeverRepeatsASecret() throws IOException {
        Path file = write(COMPLETE + "pin=123456\n");
        assertThatThrownBy(() -> ClientConfiguration.load(file)).message().doesNotContain("123456");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Files.delete(folder.resolve("user.p12"));
        assertRefused(write(COMPLETE), "user.keystore names " + folder.resolve("user.p12") + ", where there is no file");
    }

    @ParameterizedTest
    @CsvSource({"http://proxy:8443", "https://", "https://proxy:8443/path", "proxy:8443", "https://user@proxy"})
    void onlyPlainHttpsAddressesAreTaken(String url) throws IOException {
        assertRefused(write(COMPLETE.replace("https://proxy.example:8443", url)), "proxy.url");
    }

    @Test
    void theEnvironmentComesBeforeHomeAndHomeBeforeEtc() throws Exception {
        Path named = write(COMPLETE);
        Path home = placed(folder.resolve("home/.config"));
        Path etc = placed(folder.resolve("etc"));
        assertThat(find(Map.of("RPKCS11_CONFIG", named.toString()))).isEqualTo(named);
        assertThat(find(Map.of())).isEqualTo(home);
        assertThat(find(Map.of("XDG_CONFIG_HOME", folder.resolve("elsewhere").toString()))).isEqualTo(etc);
    }

    @Test
    void aNamedFileThatIsMissingIsAnErrorAndNotPassedOver() {
        assertThatThrownBy(() -> find(Map.of("RPKCS11_CONFIG", "/nowhere/client.properties")))
                .isInstanceOf(RefusedException.class).hasMessageContaining("/nowhere/client.properties");
    }

    private Path find(Map<String, String> environment) throws RefusedException {
        return ClientConfiguration.find(environment, folder.resolve("home"), folder.resolve("etc")).orElseThrow();
    }

    private static Path placed(Path base) throws IOException {
        Path file = base.resolve("rpkcs11/client.properties");
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    private ClientConfiguration load(String text) throws IOException, RefusedException {
        return ClientConfiguration.load(write(text), Map.of());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("client.properties"), text);
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> ClientConfiguration.load(file)).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID))
                .hasMessageContaining(message);
    }
}
