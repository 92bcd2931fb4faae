package org.remotepkcs11.cli.terminal;

/** A command could not be done: one lower-case sentence that says why, and one that says what to do about it. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final String hint;

    public CommandFailure(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public CommandFailure(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
