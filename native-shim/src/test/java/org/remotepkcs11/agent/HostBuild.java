package org.remotepkcs11.agent;

import java.util.List;

/** How the module and the program that loads it are watched while a test runs. */
enum HostBuild {
    PLAIN("", List.of()),
    /** Address and undefined-behaviour sanitizers. */
    SANITIZED("sanitized/", List.of()),
    VALGRIND("", List.of("valgrind", "-q", "--error-exitcode=99", "--leak-check=full", "--fair-sched=yes"));

    private final String folder;
    private final List<String> wrapper;

    HostBuild(String folder, List<String> wrapper) {
        this.folder = folder;
        this.wrapper = wrapper;
    }

    /** Below {@code target}. */
    String file(String name) {
        return folder + name;
    }

    List<String> wrapper() {
        return wrapper;
    }
}
