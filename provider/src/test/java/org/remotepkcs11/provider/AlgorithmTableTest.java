package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of docs/reference-jca.md says what the provider offers, no more and no less. */
final class AlgorithmTableTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "reference-jca.md");

    @Test
    void theDocumentedAlgorithmsAreTheOfferedOnes() throws IOException {
        List<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.matches("\\| `(AlgorithmParameters|Cipher|KeyAgreement|KeyStore|MessageDigest|Signature)` \\|.*"))
                .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
                .toList();
        assertThat(documented).containsExactlyElementsOf(offered());
    }

    private static List<String> offered() {
        Provider provider = new RemotePkcs11Provider();
        return provider.getServices().stream()
                .sorted(Comparator.comparing(Provider.Service::getType).thenComparing(Provider.Service::getAlgorithm))
                .map(service -> "| `" + service.getType() + "` | `" + service.getAlgorithm() + "` | "
                        + aliases(provider, service) + " |")
                .toList();
    }

    private static String aliases(Provider provider, Provider.Service service) {
        String prefix = "Alg.Alias." + service.getType() + ".";
        Map<String, Object> properties = new TreeMap<>();
        provider.forEach((key, value) -> properties.put(key.toString(), value));
        return properties.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix) && entry.getValue().equals(service.getAlgorithm()))
                .map(entry -> "`" + entry.getKey().substring(prefix.length()) + "`")
                .filter(alias -> !alias.startsWith("`OID."))
                .collect(Collectors.joining(", "));
    }
}
