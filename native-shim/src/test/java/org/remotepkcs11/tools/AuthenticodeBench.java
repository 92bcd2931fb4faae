package org.remotepkcs11.tools;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.remotepkcs11.testkit.SoftHsmKey;

/** A bench with {@code program.exe}, an unsigned program for Windows. */
final class AuthenticodeBench {
    private AuthenticodeBench() {
    }

    static Workbench of(Desk desk, SoftHsmKey key) throws IOException, GeneralSecurityException {
        Workbench bench = Workbench.of(desk, key);
        bench.shell("""
                echo 'int start(void) { return 0; }' > program.c
                gcc -c -fno-asynchronous-unwind-tables -fno-ident program.c
                ld -m i386pep --oformat pei-x86-64 --entry start --subsystem console -o program.exe program.o
                """);
        return bench;
    }
}
