package org.remotepkcs11.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Commands that are run in this process, and what they said. */
final class Console {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** @return the exit code */
    int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    }

    /** Fails unless the command ends with 0. @return what it printed */
    String succeed(Object... arguments) {
        int code = run(arguments);
        if (code != 0) {
            throw new AssertionError("ended with " + code + ": " + out + err);
        }
        return out();
    }

    /** Fails unless the command ends with 1. @return what it complained */
    String refused(Object... arguments) {
        int code = run(arguments);
        if (code != 1) {
            throw new AssertionError("ended with " + code + ": " + out + err);
        }
        return err();
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
