package org.remotepkcs11.cli.owner;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "invite", description = "Make a one-time code by which a person enrols with the proxy.")
public final class InviteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Parameters(paramLabel = "NAME", description = "What the person will be called.")
    private String name;

    @Option(names = "--role", defaultValue = "USER",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if absent.")
    private Role role;

    @Option(names = "--replace", description = "For somebody who is enrolled and lost the key, or let its certificate "
            + "expire: the key is no longer good from now on, and the code enrols the same person with another. "
            + "Delegations and virtual pins stay.")
    private boolean replace;

    @Option(names = "--valid", paramLabel = "SPAN", converter = Moment.Span.class, defaultValue = "24h",
            description = "How long the code works: " + Moment.SPANS + "; ${DEFAULT-VALUE} if absent.")
    private Duration valid;

    @Override
    public Integer call() throws RefusedException {
        ClientConfiguration loaded = configuration.load();
        try (OwnerConnection owner = OwnerConnection.open(loaded)) {
            Outcome.Invited invited = owner.invite(replace ? new Administration.ReplaceKey(name, valid)
                    : new Administration.Invite(name, role, valid));
            PrintWriter err = spec.commandLine().getErr();
            err.println("one-time code for " + name + ", good until " + Moment.show(invited.expires())
                    + "; to be used by: rpkcs11 enroll " + (replace ? "--force " : "") + "--proxy " + loaded.proxyUrl());
            spec.commandLine().getOut().println(invited.code());
            return 0;
        }
    }
}
