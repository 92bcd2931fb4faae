package org.remotepkcs11.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.cli.owner.VirtualPin;
import org.remotepkcs11.cli.proxy.SoftwareCardFile;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.ProxyState.CardSource;
import org.remotepkcs11.wire.RefusedException;

/**
 * A proxy for people who test their tools. A folder that was used with the same token and virtual PIN before goes on as
 * it was, at the same port; else it is set up anew.
 */
final class Sandbox {
    private static final String MODULE = "token";
    private static final String SOFTWARE_LABEL = "Sandbox card";
    private static final String SOFTWARE_PIN = "software-card.pin";

    /** Whose card it is to be; all null for a software card. @param label may be null where there is one token */
    record Token(Path module, String label, Path pinFile) {
        private String settings() {
            return module == null ? "software" : module.toAbsolutePath() + "\n" + label;
        }
    }

    private final StageFolder folder;
    private final Token token;
    private final PinFile virtualPin;
    private final PinFile ownerPin;
    private final char[] wanted;

    /** @param virtualPin null for the one of an earlier run, or a random one */
    Sandbox(StageFolder folder, Token token, String virtualPin) {
        this.folder = folder;
        this.token = token;
        this.virtualPin = new PinFile(folder.path().resolve(Stage.USER).resolve("virtual.pin"));
        this.ownerPin = new PinFile(folder.path().resolve(Stage.OWNER).resolve("virtual.pin"));
        this.wanted = virtualPin == null ? null : virtualPin.toCharArray();
    }

    /** Starts the proxy and writes the environment. */
    Stage open() throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        Optional<Stage> earlier = resume();
        Stage stage = earlier.isPresent() ? earlier.get() : setUp();
        writeEnvironment(stage, chosen(stage.sources()).label());
        return stage;
    }

    private Optional<Stage> resume() throws RefusedException, CommandFailure, IOException {
        if (!folder.holds(token.settings()) || wanted != null && !virtualPin.holds(wanted)) {
            return Optional.empty();
        }
        Stage stage = Stage.start(folder.path(), ProxyHome.open(proxy()));
        Optional<CardSource> source = stage.sources().stream().filter(CardSource::used).findFirst();
        if (source.isEmpty() || !source.get().equals(chosen(stage.sources()))) {
            stage.close();
            return Optional.empty();
        }
        stage.renewCardPin(source.get(), cardPin(), ownerPin.read());
        return Optional.of(stage);
    }

    private Stage setUp() throws RefusedException, CommandFailure, IOException, GeneralSecurityException {
        folder.clear();
        ProxyHome.Settings settings = ProxyHome.Settings.local(freePort());
        ProxyHome home = ProxyHome.init(proxy(),
                token.module() == null ? settings : settings.withModule(MODULE, token.module()));
        if (token.module() == null) {
            new PinFile(folder.path().resolve(SOFTWARE_PIN)).write(VirtualPin.random());
            SoftwareCardFile.create(home, SOFTWARE_LABEL, cardPin());
        }
        Stage stage = Stage.start(folder.path(), home);
        try {
            stage.enrolOwner();
            stage.enrolUser();
            virtualPin.write(wanted == null ? VirtualPin.random() : wanted);
            ownerPin.write(VirtualPin.random());
            stage.delegate(chosen(stage.sources()), cardPin(), Limits.NONE,
                    new Stage.VirtualPins(ownerPin.read(), virtualPin.read()));
            folder.mark(token.settings());
            return stage;
        } catch (RefusedException | CommandFailure | IOException | GeneralSecurityException e) {
            stage.close();
            throw e;
        }
    }

    private Path proxy() {
        return folder.path().resolve("proxy");
    }

    private char[] cardPin() throws RefusedException {
        Path file = token.module() == null ? folder.path().resolve(SOFTWARE_PIN) : token.pinFile();
        return new SecretSource.InFile(file).read("pin of the token");
    }

    private CardSource chosen(List<CardSource> sources) throws CommandFailure {
        String reader = token.module() == null ? "software:" : MODULE + ":";
        List<CardSource> fitting = sources.stream().filter(source -> source.source().startsWith(reader)
                && (token.label() == null || token.label().equals(source.label()))).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        String labels = String.join(", ", sources.stream().map(CardSource::label).toList());
        throw new CommandFailure(fitting.isEmpty() ? "the module shows no such token" : "several tokens fit",
                "choose by --token one of: " + labels + ". Are the module's environment variables set?");
    }

    private void writeEnvironment(Stage stage, String label) throws RefusedException, IOException {
        Environment environment = new Environment()
                .set("RPKCS11_CONFIG", stage.user().toString())
                .set("RPKCS11_TOKEN", label)
                .set("RPKCS11_PIN", new String(virtualPin.read()))
                .set("RPKCS11_CLASSPATH", System.getProperty("rpkcs11.client.classpath", ""))
                .set("RPKCS11_PROXY_URL", stage.url().toString());
        Path module = Path.of(System.getProperty("rpkcs11.module", ""));
        if (Files.isRegularFile(module)) {
            environment.set("RPKCS11_MODULE", module.toString());
        }
        environment.write(folder.path().resolve("env"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
