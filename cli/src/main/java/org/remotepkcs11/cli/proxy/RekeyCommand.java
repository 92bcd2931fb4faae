package org.remotepkcs11.cli.proxy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "rekey", description = "Put a new key in the place of one that is not in the database, while the proxy "
        + "does not run. Where the new one is made, policy.key and vault.key say. May be cut short at any moment; the "
        + "next start or rekey brings it to its end.")
public final class RekeyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "KEY", description = "policy: authenticates people, cards and delegations. vault: without "
            + "it nobody can search a stolen database for virtual pins.")
    private StoreSecret which;

    @Parameters(paramLabel = "DIR", description = "The proxy's directory.")
    private Path directory;

    @Option(names = "--lost", description = "The key in use is gone. policy: takes the stored rules as they stand and "
            + "locks every user's delegation until its owner has looked at it. vault: removes all cards; owners add "
            + "them anew.")
    private boolean lost;

    @Override
    public Integer call() throws RefusedException {
        ProxyHome home = ProxyHome.open(directory);
        int rows = lost ? home.replaceSecret(which) : home.changeSecret(which);
        PrintWriter out = spec.commandLine().getOut();
        out.println(which == StoreSecret.POLICY ? rows + " rows are under the new policy key"
                : lost ? rows + " cards are removed; there is a new vault key"
                : rows + " entries of the vault are under the new vault key");
        out.println("older backups need the former key: make new ones, by rpkcs11 proxy backup now and backup keys");
        return 0;
    }
}
