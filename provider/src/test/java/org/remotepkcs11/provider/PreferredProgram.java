package org.remotepkcs11.provider;

import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Sets parameters before the key, as many programs do, with our provider the last of the list. */
public final class PreferredProgram {
    private PreferredProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new RemotePkcs11Provider());
        KeyStore card = KeyStore.getInstance("RemotePKCS11");
        card.load(null, System.getenv("RPKCS11_PIN").toCharArray());
        System.out.println("remote " + signed((PrivateKey) card.getKey("rsa-2048", null)));
        System.out.println("own " + signed(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate()));
    }

    private static int signed(PrivateKey key) throws Exception {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signature.initSign(key);
        return signature.sign().length;
    }
}
