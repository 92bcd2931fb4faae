package org.remotepkcs11.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.testkit.Command;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.TestUser;
import org.remotepkcs11.testkit.UserKey;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.WeeklyHours;

/** Each limit of a delegation as a user of unmodified {@code jarsigner} meets it: it signs, or says why it may not. */
final class DelegatedJarTest {
    private static final String PIN = "7013-virtual";
    private static final String ALIAS = "p-256";
    private static final TestProxy PROXY = Station.software().proxy();

    @TempDir
    private Path folder;
    private Path jar;

    @BeforeEach
    void packJar() throws IOException {
        jar = folder.resolve("program.jar");
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.putNextEntry(new JarEntry("hello.txt"));
            output.write("hello".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static TestUser within(Limits limits) throws Exception {
        TestUser user = PROXY.enroll("jar " + Id.random().toString().substring(0, 8), UserKey.P_256);
        PROXY.owner().delegate(PROXY.card(), user.name(), limits, PIN);
        return user;
    }

    private static Limits times(Instant from, Instant until) {
        return new Limits(Optional.ofNullable(from), Optional.ofNullable(until), 0, Set.of(), Set.of(), Set.of(), Set.of());
    }

    private static Limits only(Set<Id> keys, Set<Long> mechanisms, Set<Operation.Kind> kinds, Set<Id> documents) {
        return new Limits(Optional.empty(), Optional.empty(), 0, keys, mechanisms, kinds, documents);
    }

    private static Limits on(Set<DayOfWeek> days) {
        return Limits.NONE.withHours(new WeeklyHours(ZoneOffset.UTC, List.of(new WeeklyHours.Span(days, 0, 1440))));
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private Path signed(TestUser user, Path unsigned) throws IOException {
        Path signed = folder.resolve("signed.jar");
        Files.copy(unsigned, signed, StandardCopyOption.REPLACE_EXISTING);
        Command.of(tool("jarsigner"), "-J-cp", "-J" + System.getProperty("java.class.path"), "-addprovider",
                "RemotePKCS11", "-providerArg", user.configuration().toString(), "-keystore", "NONE", "-storetype",
                "RemotePKCS11", "-storepass:env", "PIN", signed.toString(), ALIAS)
                .inEnvironment(Map.of("PIN", PIN)).run();
        return signed;
    }

    private void signs(Limits limits) throws Exception {
        assertThat(Command.of(tool("jarsigner"), "-verify", signed(within(limits), jar).toString()).run())
                .contains("jar verified");
    }

    private void isRefused(TestUser user, ErrorCode code) {
        assertThatThrownBy(() -> signed(user, jar)).isInstanceOf(IOException.class)
                .hasMessageContaining("(" + code + ")").hasMessageContaining(code.hint());
    }

    @Test
    void withinItsTimeAndNeitherBeforeNorAfter() throws Exception {
        Instant now = Instant.now();
        signs(times(now.minusSeconds(60), now.plusSeconds(3600)));
        isRefused(within(times(now.plusSeconds(3600), null)), ErrorCode.DELEGATION_NOT_YET);
        isRefused(within(times(null, now.minusSeconds(1))), ErrorCode.DELEGATION_EXPIRED);
    }

    @Test
    void onTheDaysOfTheDelegationAndNoOthers() throws Exception {
        signs(on(EnumSet.allOf(DayOfWeek.class)));
        DayOfWeek other = Instant.now().atZone(ZoneOffset.UTC).getDayOfWeek().plus(3);
        isRefused(within(on(EnumSet.of(other))), ErrorCode.OUTSIDE_HOURS);
    }

    @Test
    void asOftenAsTheDelegationSaysAndNotOnceMore() throws Exception {
        TestUser user = within(new Limits(Optional.empty(), Optional.empty(), 1, Set.of(), Set.of(), Set.of(), Set.of()));
        signed(user, jar);
        isRefused(user, ErrorCode.DELEGATION_USED_UP);
    }

    @Test
    void whereSigningIsDelegatedAndNotWhereDecryptingIs() throws Exception {
        signs(only(Set.of(), Set.of(), Set.of(Operation.Kind.SIGN), Set.of()));
        isRefused(within(only(Set.of(), Set.of(), Set.of(Operation.Kind.DECRYPT), Set.of())), ErrorCode.OPERATION_FORBIDDEN);
    }

    @Test
    void byTheMechanismsOfTheDelegationAndNoOthers() throws Exception {
        signs(only(Set.of(), Set.of(Mechanisms.ECDSA), Set.of(), Set.of()));
        isRefused(within(only(Set.of(), Set.of(Mechanisms.RSA_PKCS), Set.of(), Set.of())), ErrorCode.MECHANISM_FORBIDDEN);
    }

    @Test
    void withTheKeysOfTheDelegationAndOthersAreNotThere() throws Exception {
        signs(only(Set.of(key(ALIAS)), Set.of(), Set.of(), Set.of()));
        TestUser other = within(only(Set.of(key("rsa-2048")), Set.of(), Set.of(), Set.of()));
        assertThatThrownBy(() -> signed(other, jar)).hasMessageContaining("Certificate chain not found for: " + ALIAS);
    }

    private static Id key(String alias) throws Exception {
        return Fingerprint.of(Station.software().certificate(alias).getPublicKey());
    }

    /**
     * The owner signs a copy to learn the {@code .SF} file, whose digest is the document: by SHA-256 or, from newer
     * releases of {@code jarsigner}, by SHA-384.
     */
    @Test
    void theJarOfTheDelegationAndNoOther() throws Exception {
        byte[] document = signatureFile(signed(within(Limits.NONE), jar));
        Limits limits = only(Set.of(), Set.of(), Set.of(), Set.of(digest("SHA-256", document), digest("SHA-384", document)));
        signs(limits);
        TestUser user = within(limits);
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
            output.putNextEntry(new JarEntry("hello.txt"));
            output.write("something else".getBytes(StandardCharsets.UTF_8));
        }
        isRefused(user, ErrorCode.DOCUMENT_FORBIDDEN);
    }

    private static byte[] signatureFile(Path signed) throws Exception {
        try (JarFile file = new JarFile(signed.toFile())) {
            JarEntry entry = file.stream().filter(one -> one.getName().endsWith(".SF")).findFirst().orElseThrow();
            return file.getInputStream(entry).readAllBytes();
        }
    }

    private static Id digest(String algorithm, byte[] document) throws Exception {
        return Id.of(MessageDigest.getInstance(algorithm).digest(document));
    }
}
