package org.remotepkcs11.pkcs11;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The program that loaded the module.
 *
 * @param program       its short name, for the log and the PIN prompt
 * @param process       its process id
 * @param configuration the client configuration its environment names; empty: the usual places are searched
 * @param token         label of the only token it wants to see, as its environment says; empty: all
 * @param terminal      DISPLAY, WAYLAND_DISPLAY, XAUTHORITY and GPG_TTY of its environment, where set
 */
public record Host(String program, long process, Optional<Path> configuration, Optional<String> token,
                   Map<String, String> terminal) {
    public Host {
        terminal = Map.copyOf(terminal);
    }

    @Override
    public String toString() {
        return program + "[" + process + "]";
    }
}
