package org.remotepkcs11.testkit.cards;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.software.SoftwareCard;
import org.remotepkcs11.proxy.cards.software.SoftwareCardSpec;
import org.remotepkcs11.proxy.cards.software.SoftwareCards;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;

class SoftwareCardMechanismsTest implements CardMechanisms {
    @TempDir
    static Path folder;
    private static PluggedCard plugged;

    @BeforeAll
    static void plugIn() throws Exception {
        try (CardPin pin = PluggedCard.cardPin("471147")) {
            SoftwareCard.create(folder.resolve("card.p12"), pin, SoftwareCardSpec.of("mechanisms", "Olive Owner")
                    .withKeys(SoftwareKeyType.RSA_2048, SoftwareKeyType.P_256, SoftwareKeyType.P_384,
                            SoftwareKeyType.ED25519));
        }
        plugged = PluggedCard.find(SoftwareCards.in("software", folder, Duration.ofMinutes(5)), "mechanisms", "471147");
    }

    @Override
    public PluggedCard plugged() {
        return plugged;
    }
}
