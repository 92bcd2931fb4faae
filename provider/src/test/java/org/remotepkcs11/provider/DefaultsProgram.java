package org.remotepkcs11.provider;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import javax.net.ssl.SSLContext;

/**
 * A program that leaves everything to the JVM's settings: the provider list begins with ours, and TLS takes its key from
 * the remote card by system properties.
 */
public final class DefaultsProgram {
    private DefaultsProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("first provider " + Security.getProviders()[0].getName());
        System.out.println("spoke " + LoopbackServer.talk(SSLContext.getDefault(), Integer.parseInt(arguments[0])));
        KeyPair own = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(own.getPrivate());
        System.out.println("own key by " + signature.getProvider().getName());
    }
}
