package org.remotepkcs11.cli.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose signature on tree heads counts. */
final class LogKey {
    @Option(names = "--key", paramLabel = "KEY", description = "The log's verifier key, as log.verifier in a "
            + "client.properties has it; from there if absent.")
    private String key;

    @Mixin
    private ConfigurationOption configuration;

    ClientConfiguration configuration() throws RefusedException {
        return configuration.load();
    }

    NoteVerifier verifier() throws RefusedException, CommandFailure {
        String text = key != null ? key : configured();
        try {
            return NoteVerifier.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("that is no verifier key: " + e.getMessage(),
                    "it looks like remote-pkcs11/…+…+…; enroll writes it to client.properties", e);
        }
    }

    private String configured() throws RefusedException, CommandFailure {
        ClientConfiguration loaded = configuration.load();
        return loaded.logVerifier().orElseThrow(() -> new CommandFailure(loaded.file() + " has no log.verifier",
                "give the log's key by --key"));
    }

    /** Of receipts that users kept. They are only believed if the log's key signed them. */
    List<String> treeHeads(List<Path> receipts) throws RefusedException, IOException, CommandFailure {
        List<String> heads = new ArrayList<>();
        for (Path receipt : receipts) {
            heads.add(ReceiptFile.open(configuration.load(), Files.readAllBytes(receipt)).header().log().treeHead());
        }
        return heads;
    }
}
