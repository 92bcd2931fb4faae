package org.remotepkcs11.testkit.piv;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardJob;
import org.remotepkcs11.proxy.cards.CardMemory;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardState;
import org.remotepkcs11.proxy.cards.CardWorkers;
import org.remotepkcs11.proxy.cards.Pace;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.cards.process.ModuleEnvironment;
import org.remotepkcs11.proxy.cards.process.ProcessModule;
import org.remotepkcs11.testkit.TestAuthority;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;

/** The proxy's card workers over the real stack: OpenSC in processes, pcscd, vpcd, and our PIV cards. */
final class CardBox implements AutoCloseable {
    static final Path OPENSC = Path.of("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so");
    private static final byte[] DIGEST_INFO = java.util.HexFormat.of().parseHex("3031300d060960864801650304020105000420");

    final PcscDaemon daemon;
    final CardWorkers workers;
    final PivKey rsa;
    final PivKey elliptic;

    private CardBox(PcscDaemon daemon, CardWorkers workers, TestAuthority authority) throws Exception {
        this.daemon = daemon;
        this.workers = workers;
        this.rsa = PivKey.rsa2048(authority, "Olivia Owner");
        this.elliptic = PivKey.p256(authority, "Olivia Owner");
    }

    static CardBox open(int readers, Path memory, Duration patience) throws Exception {
        PcscDaemon daemon = PcscDaemon.withReaders(readers);
        Pkcs11Settings settings = Pkcs11Settings.of("opensc", OPENSC).withIdle(Duration.ofSeconds(2));
        ProcessModule module = ProcessModule.start(settings,
                new ProcessModule.Terms(true, patience, ModuleEnvironment.with(daemon.environment())));
        Pace pace = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(15), 64);
        return new CardBox(daemon, CardWorkers.over(List.of(module), CardMemory.in(memory), pace),
                TestAuthority.named("PIV test authority"));
    }

    PivCard card(long serial) {
        return PivCard.numbered(serial).key(PivSlot.AUTHENTICATION, rsa).key(PivSlot.SIGNATURE, elliptic).build();
    }

    static String source(PivCard card) {
        return "opensc:" + card.serialNumber();
    }

    boolean isThere(PivCard card) {
        return workers.find(source(card)).map(CardState::present).orElse(false);
    }

    /** In a reader, and the PIN known to be right, so that its keys are seen. */
    PivCard plug(int reader, PivCard card) throws Exception {
        daemon.reader(reader).insert(card);
        await(() -> isThere(card));
        checkPin(card);
        return card;
    }

    /** As its owner types it. */
    void checkPin(PivCard card) throws Exception {
        try (CardPin pin = pin("123456")) {
            workers.checkPin(source(card), pin, Instant.now().plusSeconds(60), there -> { }).get(60, TimeUnit.SECONDS);
        }
    }

    static CardPin pin(String digits) {
        return CardPin.ofUtf8(digits.getBytes(StandardCharsets.UTF_8));
    }

    CompletableFuture<byte[]> sign(PivCard card, PivKey key, String pin) {
        CardPin stored = pin(pin);
        return workers.submit(source(card), job(key, stored)).whenComplete((done, failure) -> stored.close());
    }

    /** By whichever of these is free. */
    CompletableFuture<byte[]> signByAny(List<PivCard> cards, PivKey key) {
        CardPin stored = pin("123456");
        return workers.submit(cards.stream().map(CardBox::source).toList(), job(key, stored)).whenComplete((done, failure) -> stored.close());
    }

    private CardJob job(PivKey key, CardPin stored) {
        byte[] digest = new byte[32];
        boolean isRsa = key == rsa;
        byte[] input = isRsa ? concat(DIGEST_INFO, digest) : digest;
        Operation operation = new Operation(org.remotepkcs11.wire.Fingerprint.ofDer(
                key.certificate().getPublicKey().getEncoded()), Operation.Kind.SIGN,
                isRsa ? Mechanisms.RSA_PKCS : Mechanisms.ECDSA, Operation.NO_PARAMETERS, input);
        return new CardJob(Id.NONE, operation, there -> CardPin.ofUtf8(stored.utf8()), Instant.now().plusSeconds(60), there -> { });
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    boolean verifies(PivKey key, byte[] signature) throws Exception {
        Signature verifier = Signature.getInstance(key == rsa ? "NONEwithRSA" : "NONEwithECDSAinP1363Format");
        verifier.initVerify(key.certificate());
        verifier.update(key == rsa ? concat(DIGEST_INFO, new byte[32]) : new byte[32]);
        return verifier.verify(signature);
    }

    CardDescription description(PivCard card) {
        return workers.find(source(card)).orElseThrow().description();
    }

    /** Processes of the proxy's that serve this card. */
    static List<ProcessHandle> processes() {
        List<ProcessHandle> hosts = new ArrayList<>();
        ProcessHandle.current().children().filter(child -> child.info().commandLine().orElse("").contains("ModuleHost"))
                .forEach(hosts::add);
        return hosts;
    }

    static void await(BooleanSupplier condition) throws IOException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new IOException("nothing came in 90 s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        workers.close();
        daemon.close();
    }
}
