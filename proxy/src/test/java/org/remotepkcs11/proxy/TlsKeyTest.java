package org.remotepkcs11.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.authority.Authority;

class TlsKeyTest {
    private static final List<String> NAMES = List.of("127.0.0.1", "proxy.example.org");
    @TempDir
    private Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final Authority authority = Authority.create(now.get());

    @Test
    void keyIsKeptWhileItIsGood() throws Exception {
        X509Certificate first = shown(key(NAMES));
        assertThat(shown(key(NAMES))).isEqualTo(first);
    }

    @Test
    void keyIsRenewedAtStartWhenItsCertificateNearsItsEnd() throws Exception {
        X509Certificate first = shown(key(NAMES));
        pass(Duration.ofDays(310));
        X509Certificate second = shown(key(NAMES));
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertThat(second.getNotAfter()).isAfter(first.getNotAfter());
    }

    @Test
    void keyIsRenewedWhileTheProxyRuns() throws Exception {
        TlsKey running = key(NAMES);
        X509Certificate first = shown(running);
        pass(Duration.ofDays(310));
        X509Certificate second = shown(running);
        assertThat(second.getNotAfter()).isAfter(first.getNotAfter());
        assertThat(shown(key(NAMES))).as("on disk").isEqualTo(second);
    }

    @Test
    void otherNamesNeedAnotherKey() throws Exception {
        X509Certificate first = shown(key(NAMES));
        X509Certificate second = shown(key(List.of("other.example.org")));
        assertThat(second).isNotEqualTo(first);
        assertThat(second.getSubjectAlternativeNames()).hasToString("[[2, other.example.org]]");
    }

    private void pass(Duration time) {
        now.set(now.get().plus(time));
    }

    private TlsKey key(List<String> names) throws Exception {
        return TlsKey.in(PrivateDirectory.create(folder), authority, names, now::get);
    }

    private static X509Certificate shown(TlsKey key) {
        return key.get().chain().get(0);
    }
}
