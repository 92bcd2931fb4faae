package org.remotepkcs11.cli.owner;

import java.util.concurrent.Callable;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.cli.terminal.ConfigurationOption;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.ProxyState.DelegationState;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Secret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "revoke", description = "Take a delegation back, at once and for good.")
public final class RevokeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigurationOption configuration;

    @Parameters(paramLabel = "DELEGATION", description = "Its id, or the beginning of it.")
    private String id;

    @Override
    public Integer call() throws RefusedException, CommandFailure {
        try (OwnerConnection owner = OwnerConnection.open(configuration.load())) {
            DelegationState delegation = owner.delegation(id);
            owner.administer(new Administration.Revoke(delegation.id()), Secret.none());
            spec.commandLine().getOut().println("revoked: " + delegation.userName() + " can no longer use the card");
            return 0;
        }
    }
}
