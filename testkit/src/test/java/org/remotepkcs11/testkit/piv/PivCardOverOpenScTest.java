package org.remotepkcs11.testkit.piv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestAuthority;

/** Somebody else's software finds our card to be a card: pcscd, vpcd and OpenSC as Debian has them. */
class PivCardOverOpenScTest {
    private static PcscDaemon daemon;
    private static PivKey rsa;
    private static PivKey elliptic;

    @TempDir
    Path folder;
    private PivCard card;

    @BeforeAll
    static void plugIn() throws Exception {
        daemon = PcscDaemon.withReaders(2);
        TestAuthority authority = TestAuthority.named("PIV test authority");
        rsa = PivKey.rsa2048(authority, "Olivia Owner");
        elliptic = PivKey.p256(authority, "Olivia Owner");
    }

    @AfterAll
    static void unplug() {
        daemon.close();
    }

    @BeforeEach
    void insert() throws IOException {
        card = PivCard.numbered(0x1122334455667788L).key(PivSlot.AUTHENTICATION, rsa)
                .key(PivSlot.SIGNATURE, elliptic).key(PivSlot.KEY_MANAGEMENT, elliptic).build();
        daemon.reader(0).insert(card);
        daemon.reader(0).awaitPower();
    }

    @AfterEach
    void remove() {
        daemon.reader(0).remove();
    }

    private String tool(String... words) throws IOException {
        return Command.of("pkcs11-tool").with(words).inEnvironment(daemon.environment()).run();
    }

    private byte[] sign(String id, String mechanism, byte[] data) throws IOException {
        Path input = Files.write(folder.resolve("input"), data);
        Path output = folder.resolve("output");
        tool("--login", "--pin", "123456", "--sign", "--id", id, "--mechanism", mechanism, "--input-file",
                input.toString(), "--output-file", output.toString());
        return Files.readAllBytes(output);
    }

    @Test
    void openScListsSlotSerialNumberKeysAndCertificates() throws IOException {
        String slots = tool("--list-slots");
        assertTrue(slots.contains("serial num         : " + card.serialNumber()), slots);
        String objects = tool("--login", "--pin", "123456", "--list-objects");
        assertEquals(3, objects.split("Private Key Object; ", -1).length - 1, objects);
        assertEquals(3, objects.split("Certificate Object; ", -1).length - 1, objects);
    }

    @Test
    void rsaSignatureIsTrue() throws Exception {
        Signature verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(rsa.certificate());
        verifier.update("words".getBytes());
        assertTrue(verifier.verify(sign("01", "SHA256-RSA-PKCS", "words".getBytes())));
    }

    @Test
    void ellipticSignatureWithItsOwnPinEntryIsTrue() throws Exception {
        Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
        verifier.initVerify(elliptic.certificate());
        verifier.update(new byte[32]);
        assertTrue(verifier.verify(sign("02", "ECDSA", new byte[32])));
    }

    @Test
    void wrongPinsAreCountedAndLockTheCard() throws IOException {
        assertThrows(IOException.class, () -> tool("--login", "--pin", "654321", "--list-objects"));
        assertEquals(2, card.triesLeft());
        assertThrows(IOException.class, () -> tool("--login", "--pin", "654321", "--list-objects"));
        assertTrue(tool("--list-slots").contains("final user PIN try"));
        tool("--login", "--pin", "123456", "--list-objects");
        assertEquals(3, card.triesLeft());
    }

    @Test
    void plannedStatusWordFailsTheSignature() throws IOException {
        // OpenSC tries more than once by itself.
        card.plan().answer(CardPlan.GENERAL_AUTHENTICATE, 0x6F00, 100);
        assertThrows(IOException.class, () -> sign("01", "SHA256-RSA-PKCS", new byte[1]));
        card.plan().behave();
        sign("01", "SHA256-RSA-PKCS", new byte[1]);
        assertEquals(1, card.operations());
    }

    @Test
    void cardPulledAtItsSignatureIsGoneUntilItIsPutIntoAnotherReader() throws IOException {
        card.plan().leaveAt(CardPlan.GENERAL_AUTHENTICATE, 0);
        assertThrows(IOException.class, () -> sign("01", "SHA256-RSA-PKCS", new byte[1]));
        assertTrue(!tool("--list-slots").contains(card.serialNumber()));
        daemon.reader(1).insert(card);
        daemon.reader(1).awaitPower();
        sign("01", "SHA256-RSA-PKCS", new byte[1]);
        daemon.reader(1).remove();
    }
}
