package org.remotepkcs11.cli;

import org.remotepkcs11.cli.audit.AuditCommand;
import org.remotepkcs11.cli.audit.ReceiptCommand;
import org.remotepkcs11.cli.demo.DemoCommand;
import org.remotepkcs11.cli.demo.SandboxCommand;
import org.remotepkcs11.cli.doctor.DoctorCommand;
import org.remotepkcs11.cli.enroll.EnrollCommand;
import org.remotepkcs11.cli.enroll.RenewCommand;
import org.remotepkcs11.cli.owner.ApproveCommand;
import org.remotepkcs11.cli.owner.CardCommand;
import org.remotepkcs11.cli.owner.DelegateCommand;
import org.remotepkcs11.cli.owner.DelegationsCommand;
import org.remotepkcs11.cli.owner.InviteCommand;
import org.remotepkcs11.cli.owner.RevokeCommand;
import org.remotepkcs11.cli.owner.UnlockCommand;
import org.remotepkcs11.cli.owner.UsersCommand;
import org.remotepkcs11.cli.proxy.ProxyCommand;
import org.remotepkcs11.cli.user.AgentCommand;
import org.remotepkcs11.cli.user.ClassPathCommand;
import org.remotepkcs11.cli.user.LastErrorCommand;
import org.remotepkcs11.cli.user.PinCommand;
import org.remotepkcs11.cli.user.StatusCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(name = "rpkcs11", versionProvider = Version.class, mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = "Smart cards in a locked-away proxy, used from anywhere.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DemoCommand.class, SandboxCommand.class, ProxyCommand.class, EnrollCommand.class,
            RenewCommand.class,
            StatusCommand.class, DoctorCommand.class, LastErrorCommand.class, PinCommand.class, ReceiptCommand.class,
            AuditCommand.class, AgentCommand.class, CardCommand.class, InviteCommand.class, DelegateCommand.class,
            DelegationsCommand.class, ApproveCommand.class, RevokeCommand.class, UnlockCommand.class, UsersCommand.class,
            ClassPathCommand.class, CompletionCommand.class, HelpCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:refused or failed; the message says why", "2:called wrongly"})
final class Rpkcs11 implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean debug;

    boolean debug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
