package org.remotepkcs11.cli.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.remotepkcs11.cli.audit.LogSource;
import org.remotepkcs11.cli.owner.VirtualPin;
import org.remotepkcs11.cli.proxy.SoftwareCardFile;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.audit.EntryText;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.ReplyOpener;

/** The demonstration, step by step; each step says one line. */
final class Demo {
    private static final String LABEL = "Demo card";
    private static final Pattern LONG_HEX = Pattern.compile("\\b([0-9a-f]{8})[0-9a-f]{24,}");
    private static final String TRUST_PASSWORD = "changeit";
    private static final Limits LIMITS = new Limits(Optional.empty(),
            Optional.of(Instant.now().plus(Duration.ofHours(1))), 3, Set.of(), Set.of(), Set.of(Operation.Kind.SIGN),
            Set.of());

    private final Path folder;
    private final Jarsigner jarsigner;
    private final BiConsumer<String, String> say;

    /** @param say what, and what about it */
    Demo(Path folder, Jarsigner jarsigner, BiConsumer<String, String> say) {
        this.folder = folder;
        this.jarsigner = jarsigner;
        this.say = say;
    }

    void play() throws RefusedException, CommandFailure, IOException, GeneralSecurityException, InterruptedException {
        ProxyHome home = ProxyHome.init(folder.resolve("proxy"), ProxyHome.Settings.local(0));
        char[] cardPin = VirtualPin.random();
        SoftwareCardFile.create(home, LABEL, cardPin.clone());
        try (Stage stage = Stage.start(folder, home)) {
            say.accept("proxy", "made in " + home.directory() + ", listens at " + stage.url());
            say.accept("card", LABEL + ", a software card with new keys; only the proxy gets its pin");
            char[] virtualPin = enrolAndDelegate(stage, cardPin);
            sign(stage, virtualPin);
            showReceipt(home, stage);
        }
        say.accept("files", "all in " + folder);
    }

    private char[] enrolAndDelegate(Stage stage, char[] cardPin)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        stage.enrolOwner();
        say.accept("owner", Stage.OWNER + " enrolled by a one-time code of the proxy's operator");
        stage.enrolUser();
        say.accept("user", Stage.USER + " enrolled by a one-time code of " + Stage.OWNER + "'s; the key is "
                + stage.user().resolveSibling("user.p12"));
        CardSource source = stage.sources().get(0);
        char[] virtualPin = VirtualPin.random();
        Id delegation = stage.delegate(source, cardPin, LIMITS,
                new Stage.VirtualPins(VirtualPin.random(), virtualPin.clone()));
        say.accept("delegation", delegation.toString().substring(0, 8) + ": " + Stage.USER + " may sign "
                + LIMITS.maxOperations() + " times until " + Moment.show(LIMITS.notAfter().orElseThrow())
                + " and gets a virtual pin");
        return virtualPin;
    }

    private void sign(Stage stage, char[] virtualPin)
            throws RefusedException, CommandFailure, IOException, GeneralSecurityException, InterruptedException {
        Path unsigned = folder.resolve("hello.jar");
        Path signed = folder.resolve("hello-signed.jar");
        SampleJar.write(unsigned);
        RemoteCard card = card(stage);
        String alias = card.keys().get(0).label();
        jarsigner.run(jarsigner.signing(stage.user(), signed, unsigned, alias), Map.of(
                "RPKCS11_PIN", new String(virtualPin), "XDG_STATE_HOME", state().toString()));
        say.accept("jarsigner", "signed " + signed.getFileName() + " as " + Stage.USER + " with the remote key "
                + alias);
        Path trust = trust(card.certificates());
        String verdict = jarsigner.run(List.of("-verify", "-strict", "-keystore", trust.toString(), "-storepass",
                TRUST_PASSWORD, signed.toString()), Map.of());
        say.accept("jarsigner", "-verify -strict: " + verdict.lines().filter(line -> !line.isBlank()).findFirst()
                .orElse("nothing said"));
    }

    private static RemoteCard card(Stage stage) throws RefusedException {
        try (RemoteClient client = RemoteClient.of(ClientConfiguration.load(stage.user()))) {
            return client.card(Optional.of(LABEL));
        }
    }

    private Path state() {
        return folder.resolve(Stage.USER).resolve("state");
    }

    /** The card's own authority: its certificate is the last on the card. */
    private Path trust(List<CertificateObject> certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        byte[] authority = certificates.get(certificates.size() - 1).der();
        store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(authority)));
        Path file = folder.resolve("trust.p12");
        try (var out = Files.newOutputStream(file)) {
            store.store(out, TRUST_PASSWORD.toCharArray());
        }
        return file;
    }

    private void showReceipt(ProxyHome home, Stage stage) throws RefusedException, CommandFailure, IOException {
        ReplyOpener opener = new ReplyOpener(home.replyCertificate().getPublicKey());
        Path newest = null;
        Reply last = null;
        for (Path file : receipts()) {
            Reply reply = opener.receipt(Files.readAllBytes(file));
            if (reply.outcome() instanceof Outcome.Used
                    && (last == null || reply.header().log().index() > last.header().log().index())) {
                newest = file;
                last = reply;
            }
        }
        if (last == null) {
            throw new CommandFailure("no receipt was kept in " + state(), "is the disk full?");
        }
        say.accept("receipt", newest + ", signed by proxy " + last.header().proxy().toString().substring(0, 16)
                + "…: signature made for request " + last.header().requestHash().toString().substring(0, 16) + "…");
        showLog(home, last.header().log().index());
    }

    /** The outcome that the receipt names, and the intent before it. */
    private void showLog(ProxyHome home, long outcome) throws CommandFailure, IOException {
        EntryText words = new EntryText();
        try (LogCopy log = LogSource.open(home.directory())) {
            log.forEach((index, body) -> {
                String text = words.of(index, body);
                if (index == outcome - 1 || index == outcome) {
                    say.accept("log", LONG_HEX.matcher(text).replaceAll("$1…"));
                }
            });
        }
    }

    private List<Path> receipts() throws IOException {
        try (Stream<Path> files = Files.walk(state())) {
            return files.filter(file -> file.getParent().endsWith("receipts")).toList();
        }
    }
}
