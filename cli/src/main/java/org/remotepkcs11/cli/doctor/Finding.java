package org.remotepkcs11.cli.doctor;

/**
 * What one check found.
 *
 * @param check what was looked at, in one or two words
 * @param text  lower case; what is so
 * @param hint  what to do about it; empty if nothing
 */
record Finding(Verdict verdict, String check, String text, String hint) {
    /** PROBLEM: a tool will be refused. WARNING: it works, but not for long or not safely. */
    enum Verdict { OK, WARNING, PROBLEM }

    static Finding ok(String check, String text) {
        return new Finding(Verdict.OK, check, text, "");
    }

    static Finding warning(String check, String text, String hint) {
        return new Finding(Verdict.WARNING, check, text, hint);
    }

    static Finding problem(String check, String text, String hint) {
        return new Finding(Verdict.PROBLEM, check, text, hint);
    }

    boolean isProblem() {
        return verdict == Verdict.PROBLEM;
    }
}
