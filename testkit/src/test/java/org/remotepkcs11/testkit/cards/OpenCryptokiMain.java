package org.remotepkcs11.testkit.cards;

import java.util.HexFormat;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/** Signs with openCryptoki's token as the proxy does; its last line is the public key and the signature, in hex. */
final class OpenCryptokiMain {
    private OpenCryptokiMain() {
    }

    /** @param arguments what to sign, in hex */
    public static void main(String[] arguments) throws Exception {
        HexFormat hex = HexFormat.of();
        Pkcs11Module module = Pkcs11Module.load(Pkcs11Settings.of("ock", OpenCryptokiTest.MODULE));
        try (PluggedCard card = PluggedCard.find(module, "ock", System.getenv("PIN"))) {
            card.checkPin(card.pin());
            byte[] signature = card.apply("signer", Operation.Kind.SIGN, Mechanisms.RSA_PKCS,
                    hex.parseHex(arguments[0]));
            System.out.println(hex.formatHex(card.key("signer").publicKey()) + " " + hex.formatHex(signature));
        }
    }
}
