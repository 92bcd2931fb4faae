package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.proxy.vault.CardKey;
import org.remotepkcs11.proxy.vault.Vault;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;

class StolenDatabaseTest {
    private static final String VIRTUAL_PIN = "7294";

    @TempDir
    private Path dir;
    private Office office;
    private final PinDerivation derivation = new PinDerivation(Id.random(), 8, 1, 1);
    private Vault.Binding binding;

    @BeforeEach
    void delegateWithAShortPin() throws Exception {
        office = Office.in(dir);
        Person alice = Person.named("alice");
        Id user = office.enroll(alice, Role.USER).id();
        Id card = office.addCard("seal", Office.SOURCE);
        byte[] proof = PinProof.derive(VIRTUAL_PIN.toCharArray(), derivation, office.keys.proxy());
        Admission.Done done = (Admission.Done) office.ask(office.olga,
                new Administration.Delegate(card, "alice", Limits.NONE, derivation),
                Secret.of(Office.proof("olga"), proof, new byte[0]));
        binding = new Vault.Binding(((Outcome.Administered) done.outcome()).id(), user, card);
        office.ask(alice, Office.use(card, office.sign()), Secret.ofPinProof(proof));
    }

    @AfterEach
    void close() {
        office.close();
    }

    /** All four-digit PINs that open the delegation's entry for a thief who has this as vault secret. */
    private List<String> search(byte[] vaultSecret) {
        Vault vault = new Vault(vaultSecret, sealed -> { });
        try (Handle stolen = Jdbi.open("jdbc:sqlite:" + office.file)) {
            return IntStream.range(0, 10_000).mapToObj(pin -> String.format("%04d", pin)).filter(pin -> {
                byte[] proof = PinProof.derive(pin.toCharArray(), derivation, office.keys.proxy());
                Optional<CardKey> key = vault.open(stolen, binding, proof);
                key.ifPresent(CardKey::close);
                return key.isPresent();
            }).toList();
        }
    }

    @Test
    void withoutTheVaultSecretNoPinIsFound() {
        assertThat(search(new byte[32])).isEmpty();
        assertThat(search(Office.sha256("a guess at the vault secret"))).isEmpty();
    }

    @Test
    void withTheVaultSecretTheSearchWouldFindIt() {
        assertThat(search(office.keys.vaultSecret())).containsExactly(VIRTUAL_PIN);
    }

    @Test
    void noSecretStandsInAnyFile() throws Exception {
        List<byte[]> secrets = List.of(Office.CARD_PIN.getBytes(StandardCharsets.UTF_8), Office.proof("olga"),
                PinProof.derive(VIRTUAL_PIN.toCharArray(), derivation, office.keys.proxy()),
                office.keys.vaultSecret(), office.keys.policySecret());
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList()) {
                byte[] content = Files.readAllBytes(file);
                secrets.stream().filter(secret -> holds(content, secret)).forEach(secret -> found.add(file.toString()));
            }
        }
        assertThat(found).isEmpty();
        assertThat(Files.size(dir.resolve("store.db-wal"))).isPositive();
    }

    private static boolean holds(byte[] content, byte[] secret) {
        Function<byte[], String> text = bytes -> StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(bytes)).toString();
        return text.apply(content).contains(text.apply(secret));
    }
}
