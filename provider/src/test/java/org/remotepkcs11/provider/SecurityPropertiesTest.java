package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.remotepkcs11.testkit.Command;

/** Settings of a JVM that change what programs ask of the provider. */
final class SecurityPropertiesTest {
    private static final Station STATION = Station.softHsm();

    @TempDir
    private Path folder;

    /** TLS 1.2 without forward secrecy, which old peers still ask for. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aRemoteKeyDecryptsThePremasterSecret(int position) throws Exception {
        assertThat(java("jdk.tls.disabledAlgorithms=SSLv3", RsaKeyExchangeProgram.class, Integer.toString(position)))
                .contains("answer 8").contains("spoke TLS_RSA_WITH_AES_128_GCM_SHA256");
    }

    @Test
    void parametersMayComeBeforeTheKeyIfTheProviderIsPreferredForThem() throws Exception {
        assertThat(java("jdk.security.provider.preferred=Signature.RSASSA-PSS:RemotePKCS11", PreferredProgram.class))
                .contains("remote 256").contains("own ");
    }

    private String java(String setting, Class<?> program, String... arguments) throws IOException {
        Path settings = Files.writeString(folder.resolve("java.security"), setting + "\n");
        return Command.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "-Djava.security.properties=" + settings, program.getName())
                .with(arguments).alsoInEnvironment(Map.of("RPKCS11_CONFIG", STATION.configuration().toString(),
                        "RPKCS11_PIN", STATION.pinText())).run();
    }
}
