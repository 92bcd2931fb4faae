package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.Role;

/** What an owner does by commands, and what it does to a user. */
class OwnerTest {
    private static final Pattern SHOWN_PIN = Pattern.compile("shown only now: (\\S+)");

    private final Console console = new Console();
    private TestProxy proxy;
    private Path ownerPin;
    private Path userPin;
    @TempDir
    private Path folder;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.start();
        ownerPin = Files.writeString(folder.resolve("owner.pin"), proxy.ownerPin());
        userPin = Files.writeString(folder.resolve("user.pin"), proxy.virtualPin());
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
    }

    private String owner(Object... words) {
        return console.succeed(with(proxy.ownerConfiguration(), words));
    }

    private static Object[] with(Path configuration, Object... words) {
        return Stream.concat(Arrays.stream(words), Stream.of("--config", configuration)).toArray();
    }

    /** Confirms the PIN by changing it, and back. */
    private int tryPin(Path configuration, Path pin) throws Exception {
        Path other = Files.writeString(folder.resolve("other.pin"), "4711-other");
        int tried = console.run(with(configuration, "pin", "change", "--pin", "file:" + pin,
                "--new-pin", "file:" + other));
        if (tried == 0) {
            console.succeed(with(configuration, "pin", "change", "--pin", "file:" + other, "--new-pin", "file:" + pin));
        }
        return tried;
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    @Test
    void ownersSeeTheirCardsTheSourcesAndTheUsers() {
        assertThat(owner("card", "list")).contains(proxy.token()).contains("free");
        assertThat(owner("card", "sources")).contains("software:");
        assertThat(owner("users")).contains("olivia").contains("ugo").contains("owner");
        assertThat(owner("card", "list", "--json")).startsWith("[\n  {\n    \"id\": ");
    }

    @Test
    void timeToApproveAsksForApproval() throws Exception {
        proxy.enroll("carla", UserKey.P_256);
        owner("delegate", proxy.token(), "carla", "--approve-within", "10m", "--pin", "file:" + ownerPin);
        assertThat(owner("delegations")).contains("each approved within 10m");
    }

    @Test
    void delegateShowsANewPinOnceAndItWorks() throws Exception {
        TestUser carla = proxy.enroll("carla", UserKey.P_256);
        String said = owner("delegate", proxy.token(), "carla", "--operations", "5", "--for", "7d", "--kind", "sign",
                "--pin", "file:" + ownerPin);
        Path pin = Files.writeString(folder.resolve("carla.pin"), found(SHOWN_PIN, said));
        assertThat(tryPin(carla.configuration(), pin)).isZero();
        assertThat(owner("delegations")).contains("carla").contains("at most 5")
                .contains("only sign").contains("until ");
    }

    @Test
    void whoForgotTheVirtualPinGetsAnotherWithWhatWasLeftOfTheSameLimits() throws Exception {
        TestUser carla = proxy.enroll("carla", UserKey.P_256);
        String said = owner("delegate", proxy.token(), "carla", "--operations", "5", "--for", "7d", "--kind", "sign",
                "--hours", "Mon-Sun 00:00-24:00", "--time-zone", "Europe/Rome", "--pin", "file:" + ownerPin);
        String id = found(Pattern.compile("delegation (\\w+)"), said);
        Object[] again = {"delegate", proxy.token(), "carla", "--like", id, "--pin", "file:" + ownerPin};
        assertThat(console.refused(with(proxy.ownerConfiguration(), again))).contains("revoke delegation " + id + " first");
        owner("revoke", id);
        assertThat(console.refused(with(proxy.ownerConfiguration(), "delegate", proxy.token(), "carla", "--like", id,
                "--kind", "decrypt"))).contains("exclude each other");
        Path pin = Files.writeString(folder.resolve("carla.pin"), found(SHOWN_PIN, owner(again)));
        assertThat(tryPin(carla.configuration(), pin)).isZero();
        List<Limits> limits = proxy.owner().state().delegations().stream()
                .filter(one -> one.userName().equals("carla")).map(ProxyState.DelegationState::limits).toList();
        assertThat(limits).hasSize(2).allMatch(limits.get(0)::equals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void delegationOfNoOperationsIsNotTakenForOneWithoutLimit(String operations) throws Exception {
        proxy.enroll("nora" + operations, UserKey.P_256);
        assertThat(console.refused(with(proxy.ownerConfiguration(), "delegate", proxy.token(), "nora" + operations,
                "--operations", operations, "--pin", "file:" + ownerPin))).contains("--operations " + operations);
        assertThat(owner("delegations")).doesNotContain("nora");
    }

    @Test
    void wrongOwnPinDelegatesNothing() throws Exception {
        proxy.enroll("dora", UserKey.P_256);
        Path wrong = Files.writeString(folder.resolve("wrong.pin"), "wrong");
        assertThat(console.refused(with(proxy.ownerConfiguration(), "delegate", proxy.token(), "dora", "--pin",
                "file:" + wrong))).contains("PIN_WRONG").contains("hint: ").doesNotContain("wrong.pin");
        assertThat(owner("delegations")).doesNotContain("dora");
    }

    @Test
    void revokedUserIsRefused() throws Exception {
        String id = proxy.delegation().toString();
        assertThat(owner("revoke", id.substring(0, 8))).contains("revoked: ugo");
        assertThat(console.succeed(with(proxy.configuration(), "status"))).contains("nobody delegated a card to you");
        assertThat(owner("delegations")).contains("revoked");
    }

    @Test
    void lockedPinWorksAgainAfterUnlock() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pin"), "not it");
        for (int i = 0; i < 5; i++) {
            assertThat(tryPin(proxy.configuration(), wrong)).isEqualTo(1);
        }
        assertThat(tryPin(proxy.configuration(), userPin)).isEqualTo(1);
        assertThat(console.err()).contains("PIN_LOCKED").contains("rpkcs11 unlock");
        owner("unlock", proxy.delegation());
        assertThat(tryPin(proxy.configuration(), userPin)).isZero();
    }

    @Test
    void disabledUserIsRefused() {
        assertThat(owner("users", "--disable", "ugo")).containsPattern("ugo .*disabled");
        assertThat(console.refused(with(proxy.configuration(), "status"))).contains("USER_DISABLED");
    }

    @Test
    void operatorDisablesWhomNoOwnerMayAlone() throws Exception {
        Path home = proxy.folder().resolve("proxy");
        String code = proxy.server().home().invite("carla", Role.USER, Duration.ofHours(1));
        console.succeed("enroll", "--proxy", proxy.url(), "--dir", folder.resolve("carla"), "--code", code);
        assertThat(console.refused(with(proxy.ownerConfiguration(), "users", "--disable", "carla")))
                .contains("ROLE_INSUFFICIENT").contains("rpkcs11 proxy disable");
        assertThat(console.succeed("proxy", "disable", home, "carla")).contains("disabled carla");
        assertThat(console.refused("status", "--config", folder.resolve("carla/client.properties")))
                .contains("USER_DISABLED");
        assertThat(console.refused("proxy", "disable", home, "olivia")).contains("is an owner");
        assertThat(console.succeed("audit", "show", home)).contains("disabled by the operator: carla as USER");
    }

    @Test
    void removedCardIsNobodysAnyMore() {
        owner("card", "remove", proxy.token());
        assertThat(owner("card", "list")).contains("you own no card");
        assertThat(console.succeed(with(proxy.configuration(), "status"))).contains("nobody delegated");
    }

    @Test
    void invitedPersonEnrolsByWhatIsPrinted() throws Exception {
        String code = owner("invite", "emil", "--valid", "30m").strip();
        assertThat(console.err()).contains("one-time code for emil");
        assertThat(console.succeed("enroll", "--proxy", proxy.url(), "--dir", folder.resolve("emil"), "--code", code))
                .contains("enrolled as emil");
    }

    @Test
    void userMayNotDoWhatOwnersDo() {
        assertThat(console.refused(with(proxy.configuration(), "users"))).contains("ROLE_INSUFFICIENT");
        assertThat(console.succeed("last-error")).contains("ROLE_INSUFFICIENT").contains("this is not for your role; ask the owner");
    }

    @Test
    void unknownNamesAreExplained() {
        assertThat(console.refused(with(proxy.ownerConfiguration(), "card", "remove", "No card")))
                .contains("you own no card No card").contains(proxy.token());
        assertThat(console.refused(with(proxy.ownerConfiguration(), "revoke", "ffff")))
                .contains("there is no delegation");
    }
}
