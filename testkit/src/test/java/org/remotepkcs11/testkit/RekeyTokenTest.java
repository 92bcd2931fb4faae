package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;

/** The keys outside the database on a token: only the proxy's own are used, and destroyed. */
class RekeyTokenTest {
    private static final Pattern KEY = Pattern.compile("label:\\s+(\\S.*key of proxy \\S+)\\s+ID:\\s+([0-9a-f]+)");

    private SoftHsmToken token;
    private RekeyedProxy rekeyed;

    @BeforeEach
    void startProxyBesideAToken() throws Exception {
        token = SoftHsmToken.create("keys of a proxy", SoftHsmKey.P_256);
        rekeyed = RekeyedProxy.start();
    }

    @AfterEach
    void close() {
        rekeyed.close();
        token.close();
    }

    private void moveToToken() throws Exception {
        rekeyed.toToken(token);
        rekeyed.changeBoth();
    }

    /** @return labels by CKA_ID */
    private Map<String, String> keys() throws IOException {
        return KEY.matcher(token.tool().with("--list-objects", "--type", "secrkey").run()).results()
                .collect(Collectors.toMap(key -> key.group(2), key -> key.group(1), (one, other) -> one, TreeMap::new));
    }

    /** By somebody else, as the proxy does it. */
    private String make(String label) throws IOException {
        String id = HexFormat.of().formatHex(Id.random().bytes());
        token.tool().with("--keygen", "--key-type", "GENERIC:32", "--label", label, "--id", id, "--sensitive").run();
        return id;
    }

    private String label(StoreSecret which) {
        return which.name().toLowerCase(Locale.ROOT) + " key of proxy " + rekeyed.proxy().server().home().proxy();
    }

    @Test
    void aWrongPinOfTheTokenIsSentOnce() throws Exception {
        moveToToken();
        rekeyed.writePin("not the pin");
        assertThat(rekeyed.reasonNotToStart()).doesNotContain("none is sent");
        assertThat(rekeyed.reasonNotToStart()).contains("COUNT_LOW", "none is sent");
        rekeyed.writePin(token.pin());
        assertThat(rekeyed.reasonNotToStart()).contains("none is sent");
        token.tool().with("--list-objects").run();
        rekeyed.assertSigns();
    }

    @Test
    void aPinThatOthersMayReadIsNotTaken() throws Exception {
        rekeyed.toToken(token);
        Files.setPosixFilePermissions(rekeyed.home().resolve("keys.pin"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refusal(ErrorCode.CONFIGURATION_INVALID, () -> rekeyed.change(StoreSecret.VAULT)).detail())
                .contains("chmod 600");
    }

    @Test
    void keysMoveToATokenAndCannotLeaveItAndMoveBack() throws Exception {
        rekeyed.toToken(token);
        assertThat(rekeyed.reasonNotToStart()).contains("rekey");
        rekeyed.changeBoth();
        rekeyed.change(StoreSecret.VAULT);
        assertThat(rekeyed.home().resolve("policy.secret")).doesNotExist();
        assertThat(rekeyed.home().resolve("vault.secret")).doesNotExist();
        assertThat(token.tool().with("--list-objects", "--type", "secrkey").run().split("Secret Key Object"))
                .hasSize(3).filteredOn(object -> object.contains("key of proxy"))
                .allMatch(key -> key.contains("sensitive") && key.contains("never extractable"));
        rekeyed.assertSigns();
        rekeyed.toFile();
        rekeyed.changeBoth();
        assertThat(keys()).isEmpty();
        rekeyed.assertSigns();
    }

    @Test
    void withoutItsTokenAProxyServesNobody() throws Exception {
        moveToToken();
        token.remove();
        assertThat(rekeyed.reasonNotToStart()).contains("keys of a proxy");
        token.putBack();
        rekeyed.assertSigns();
    }

    @Test
    void aKeyOfTheSameNameThatAnotherMadeIsNeitherUsedNorDestroyed() throws Exception {
        moveToToken();
        String others = make(label(StoreSecret.VAULT));
        rekeyed.assertSigns();
        rekeyed.change(StoreSecret.VAULT);
        assertThat(keys()).hasSize(3).containsKey(others);
        rekeyed.toFile();
        rekeyed.changeBoth();
        assertThat(keys()).containsOnlyKeys(others);
        rekeyed.assertSigns();
    }

    @Test
    void aProxyThatLostTheRecordOfItsKeysSaysSo() throws Exception {
        moveToToken();
        Files.delete(rekeyed.home().resolve("vault.token"));
        assertThat(rekeyed.reasonNotToStart()).contains("vault key", "vault.key=token", "backup");
        rekeyed.writePrivate("vault.token", "own 0\n".getBytes());
        assertThat(rekeyed.reasonNotToStart()).contains("vault.token is damaged");
    }

    @Test
    void moveToATokenThatWasCutShortLeavesNoDeadSecretInAFile() throws Exception {
        byte[] before = rekeyed.read("policy.secret");
        moveToToken();
        rekeyed.writePrivate("policy.secret", before);
        rekeyed.assertSigns();
        assertThat(rekeyed.home().resolve("policy.secret")).doesNotExist();
    }

    @Test
    void moveFromATokenThatWasCutShortLeavesNoDeadKeyOnIt() throws Exception {
        moveToToken();
        rekeyed.toFile();
        rekeyed.changeBoth();
        rekeyed.writePrivate("policy.token", ("own " + make(label(StoreSecret.POLICY)) + "\n").getBytes());
        rekeyed.assertSigns();
        assertThat(keys()).isEmpty();
        assertThat(rekeyed.home().resolve("policy.token")).doesNotExist();
    }

    /** What is in use is in a file; the dead key is for the next start that finds the token. */
    @Test
    void whatMovedFromATokenThatIsAwayNowServesAllTheSame() throws Exception {
        moveToToken();
        rekeyed.toFile();
        rekeyed.changeBoth();
        rekeyed.writePrivate("policy.token", ("own " + make(label(StoreSecret.POLICY)) + "\n").getBytes());
        token.remove();
        rekeyed.assertSigns();
        token.putBack();
        rekeyed.assertSigns();
        assertThat(keys()).isEmpty();
    }

    /** As a version left it that told nothing of a key that was never changed. */
    private void tellNothing() {
        try (Handle handle = Jdbi.open("jdbc:sqlite:" + rekeyed.home().resolve("store.db"))) {
            handle.execute("DELETE FROM secret_in_use");
        }
    }

    /** As if it had been killed before the store was given to the next key: files as before, and one more key on the token. */
    private void moveCutShort(StoreSecret which) throws Exception {
        String secret = which.name().toLowerCase(Locale.ROOT) + ".secret";
        byte[] store = rekeyed.read("store.db");
        byte[] before = rekeyed.read(secret);
        rekeyed.change(which);
        Files.deleteIfExists(rekeyed.home().resolve("store.db-wal"));
        Files.write(rekeyed.home().resolve("store.db"), store);
        rekeyed.writePrivate(secret, before);
    }

    @Test
    void aFirstMoveToATokenThatWasCutShortLeavesTheKeyInUseAsItWas() throws Exception {
        rekeyed.proxy().server().close();
        tellNothing();
        rekeyed.toToken(token);
        for (StoreSecret which : StoreSecret.values()) {
            moveCutShort(which);
        }
        assertThat(rekeyed.reasonNotToStart()).contains("rekey");
        rekeyed.changeBoth();
        rekeyed.assertSigns();
        assertThat(keys().values()).containsExactlyInAnyOrderElementsOf(
                List.of(label(StoreSecret.POLICY), label(StoreSecret.VAULT)));
    }
}
