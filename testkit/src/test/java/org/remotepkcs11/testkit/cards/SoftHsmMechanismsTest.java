package org.remotepkcs11.testkit.cards;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.testkit.SoftHsmKey;
import org.remotepkcs11.testkit.SoftHsmToken;

class SoftHsmMechanismsTest implements CardMechanisms {
    private static SoftHsmToken token;
    private static PluggedCard plugged;

    @BeforeAll
    static void plugIn() throws Exception {
        token = SoftHsmToken.create("mechanisms", SoftHsmKey.RSA_2048, SoftHsmKey.P_256, SoftHsmKey.P_384,
                SoftHsmKey.ED25519);
        Pkcs11Module module = Pkcs11Module.load(Pkcs11Settings.of("softhsm", SoftHsmToken.module()));
        plugged = PluggedCard.find(module, "mechanisms", token.pin());
    }

    @AfterAll
    static void pullOut() {
        plugged.close();
        token.close();
    }

    @Override
    public PluggedCard plugged() {
        return plugged;
    }
}
