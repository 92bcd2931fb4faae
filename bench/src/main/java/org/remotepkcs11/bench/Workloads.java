package org.remotepkcs11.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.time.Instant;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.provider.RemotePkcs11Provider;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.RefusedException;

/** The ways to the same key of the same token: in this process by our own calls and by the JDK's, and remotely. */
final class Workloads {
    private static final byte[] MESSAGE = "a document of no great length".getBytes(StandardCharsets.UTF_8);
    private static final int DIGEST_INFO_BYTES = 51;
    private static final int DIGEST_BYTES = 32;

    private Workloads() {
    }

    /** The proxy's own binding, called directly, with as many sessions as it takes by default. */
    static Workload inProcess(SoftHsmToken token, SoftHsmKey key) throws IOException, GeneralSecurityException, RefusedException {
        Pkcs11Module module = Pkcs11Module.load(Pkcs11Settings.of("bench", SoftHsmToken.module()));
        Card card = module.scan(false).stream().filter(found -> found.serial().equals(token.serial())).findFirst()
                .orElseThrow(() -> new IOException("the module does not show the token"));
        CardPin pin = CardPin.ofUtf8(token.pin().getBytes(StandardCharsets.UTF_8));
        boolean rsa = key == SoftHsmKey.RSA_2048;
        Operation operation = new Operation(Fingerprint.of(token.certificate(key).getPublicKey()), Operation.Kind.SIGN,
                rsa ? Mechanisms.RSA_PKCS : Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                new byte[rsa ? DIGEST_INFO_BYTES : DIGEST_BYTES]);
        card.apply(operation, pin, Instant.now().plusSeconds(60));
        return new Workload() {
            @Override
            public void sign() throws RefusedException {
                card.apply(operation, pin, Instant.now().plusSeconds(60));
            }

            @Override
            public void close() {
                pin.close();
                module.close();
            }
        };
    }

    /** The JDK's SunPKCS11 over the same module. */
    static Workload sunPkcs11(SoftHsmToken token, SoftHsmKey key) throws IOException, GeneralSecurityException {
        Path configuration = Files.createTempFile("sunpkcs11", ".cfg");
        Files.writeString(configuration, "name = bench\nlibrary = " + SoftHsmToken.module() + "\nslot = "
                + slot(token) + "\n");
        Provider provider = Security.getProvider("SunPKCS11").configure(configuration.toString());
        Files.delete(configuration);
        KeyStore keys = KeyStore.getInstance("PKCS11", provider);
        keys.load(null, token.pin().toCharArray());
        return jca((PrivateKey) keys.getKey(key.label(), null), provider);
    }

    /** SoftHSM's slot number: the last four bytes of the serial number, without the top bit. */
    private static long slot(SoftHsmToken token) {
        return Long.parseLong(token.serial().substring(8), 16) & 0x7FFFFFFF;
    }

    /** The JCA provider over the proxy. */
    static Workload remote(TestProxy proxy, SoftHsmKey key) throws IOException, GeneralSecurityException {
        Provider provider = new RemotePkcs11Provider().configure(proxy.configuration().toString());
        KeyStore keys = KeyStore.getInstance("RemotePKCS11", provider);
        keys.load(null, proxy.virtualPin().toCharArray());
        return jca((PrivateKey) keys.getKey(key.label(), null), provider);
    }

    private static Workload jca(PrivateKey key, Provider provider) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new Workload() {
            @Override
            public void sign() throws GeneralSecurityException {
                Signature signature = Signature.getInstance(algorithm, provider);
                signature.initSign(key);
                signature.update(MESSAGE);
                signature.sign();
            }

            @Override
            public void close() {
                // The provider has no end of its own.
            }
        };
    }
}
