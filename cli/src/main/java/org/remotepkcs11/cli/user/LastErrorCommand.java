package org.remotepkcs11.cli.user;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.remotepkcs11.cli.text.Moment;
import org.remotepkcs11.client.LastRefusal;
import org.remotepkcs11.wire.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "last-error", description = "Explain the last refusal that any of your tools met; tools themselves "
        + "often show no more than a number.")
public final class LastErrorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Optional<LastRefusal> last = LastRefusal.read();
        if (last.isEmpty()) {
            out.println("nothing was refused so far");
            return 0;
        }
        Refusal refusal = last.get().refusal();
        out.println("when    " + Moment.show(last.get().when()));
        out.println("tried   " + last.get().attempt());
        out.println("why     " + refusal.detail() + " (" + refusal.code() + ")");
        if (refusal.triesLeft() > 0) {
            out.println("tries   " + refusal.triesLeft() + " left");
        }
        out.println("hint    " + refusal.code().hint());
        return 0;
    }
}
