package org.remotepkcs11.proxy.cards.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Pkcs12ContentsTest {
    private static final char[] PASSWORD = "471147".toCharArray();

    @Test
    void aFileOfTheJdkIsReadWithItsPassword() throws Exception {
        Pkcs12Contents contents = Pkcs12Contents.unlock(fileOfTheJdk(), PASSWORD);
        assertThat(contents.keys()).singleElement().satisfies(key -> assertThat(key.label()).isEqualTo("signer"));
        assertThat(contents.certificates()).hasSize(2);
    }

    @Test
    void aFileThatHidesItsCertificatesShowsNoneWithoutThePassword() throws Exception {
        assertThat(Pkcs12Contents.open(fileOfTheJdk()).certificates()).isEmpty();
    }

    @Test
    void aWrongPasswordIsToldApartFromDamage() throws Exception {
        byte[] file = fileOfTheJdk();
        assertThatThrownBy(() -> Pkcs12Contents.unlock(file, "wrong".toCharArray()))
                .isInstanceOf(Pkcs12Contents.WrongPasswordException.class);
        assertThatThrownBy(() -> Pkcs12Contents.unlock(Arrays.copyOf(file, 100), PASSWORD))
                .isInstanceOf(IOException.class);
    }

    @Test
    void damagedFilesNeverDoMoreThanFail() throws Exception {
        byte[] whole = new SoftwareCardMaker(SoftwareCardSpec.of("Demo", "Olive Owner").withKeys(SoftwareKeyType.P_256))
                .make(PASSWORD);
        Random random = new Random(4711);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            anyBytesAreTaken(damaged);
        }
    }

    @FuzzTest
    void anyBytesAreTaken(byte[] data) {
        try {
            SoftwareCardView.of(Pkcs12Contents.open(data), "software", CardFile.State.fresh("Demo", 5), false);
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    private static byte[] fileOfTheJdk() throws Exception {
        KeyStore made = KeyStore.getInstance("PKCS12");
        byte[] card = new SoftwareCardMaker(SoftwareCardSpec.of("Demo", "Olive Owner").withKeys(SoftwareKeyType.P_256))
                .make(PASSWORD);
        made.load(new java.io.ByteArrayInputStream(card), PASSWORD);
        PrivateKey key = (PrivateKey) made.getKey("p-256", PASSWORD);
        Certificate[] chain = made.getCertificateChain("p-256");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("signer", key, PASSWORD, chain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, PASSWORD);
        return out.toByteArray();
    }
}
