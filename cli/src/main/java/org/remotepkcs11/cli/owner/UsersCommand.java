package org.remotepkcs11.cli.owner;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Json;
import org.remotepkcs11.cli.text.Table;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ProxyState;
import org.remotepkcs11.wire.ProxyState.UserState;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "users", description = "List who is enrolled with the proxy.")
public final class UsersCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--disable", paramLabel = "NAME", description = "First take all access, for ever, from this "
            + "user or auditor, whom you invited and who uses nobody else's cards.")
    private String disabled;

    @Override
    public Integer call() throws RefusedException {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            if (disabled != null) {
                owner.administer(new Administration.DisableUser(disabled), Secret.none());
            }
            print(owner.state(), spec.commandLine().getOut());
            return 0;
        }
    }

    private void print(ProxyState state, PrintWriter out) {
        if (json) {
            out.println(Json.write(state.users().stream().map(user -> Json.object("name", user.name(),
                    "role", role(user), "fingerprint", user.fingerprint(), "disabled", user.disabled())).toList()));
            return;
        }
        Table table = new Table("NAME", "ROLE", "KEY", "ACCESS");
        state.users().forEach(user -> table.row(user.name(), role(user), user.fingerprint().toString().substring(0, 16),
                user.disabled() ? "disabled" : "yes"));
        table.print(out, "nobody is enrolled");
    }

    private static String role(UserState user) {
        return user.role().name().toLowerCase(Locale.ROOT);
    }
}
