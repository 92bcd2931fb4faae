package org.remotepkcs11.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;

/** The program of an owner: runs one command of {@code rpkcs11}, then leaves a dump of its heap, garbage included. */
final class PlantedOwner {
    private PlantedOwner() {
    }

    /** @param arguments the dump to write, then the command */
    public static void main(String[] arguments) throws IOException {
        int code = Main.commandLine().execute(Arrays.copyOfRange(arguments, 1, arguments.length));
        System.out.println("ended with " + code);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpHeap(Path.of(arguments[0]).toString(), false);
    }
}
