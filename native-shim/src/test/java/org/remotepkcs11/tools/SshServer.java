package org.remotepkcs11.tools;

import java.io.IOException;
import java.nio.file.Files;
import org.remotepkcs11.testkit.Command;

/** An sshd on this machine alone, which lets in who has a key of the bench's {@code authorized_keys}. */
final class SshServer implements AutoCloseable {
    private final Workbench bench;
    private final Process process;

    private SshServer(Workbench bench, Process process) {
        this.bench = bench;
        this.process = process;
    }

    static SshServer start(Workbench bench) throws IOException {
        bench.shell("""
                [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
                ssh-keygen -q -t ed25519 -N '' -f host_key
                cat > sshd_config <<END
                ListenAddress 127.0.0.1:$PORT
                HostKey $PWD/host_key
                AuthorizedKeysFile $PWD/authorized_keys
                AuthenticationMethods publickey
                PermitRootLogin yes
                StrictModes no
                UsePAM no
                PidFile none
                END
                """);
        ProcessBuilder builder = new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f",
                bench.file("sshd_config").toString());
        builder.redirectErrorStream(true).redirectOutput(bench.file("sshd.log").toFile());
        Process process = builder.start();
        bench.shell("until (: < /dev/tcp/127.0.0.1/$PORT) 2>/dev/null; do kill -0 %d; sleep 0.05; done"
                .formatted(process.pid()));
        return new SshServer(bench, process);
    }

    /** Words for {@code ssh}. */
    String destination() throws IOException {
        return "-p " + bench.shell("printf %s \"$PORT\"") + " -F none -o UserKnownHostsFile=" + bench.file("known")
                + " -o StrictHostKeyChecking=accept-new " + Command.of("id", "-un").run().strip() + "@127.0.0.1";
    }

    String log() throws IOException {
        return Files.readString(bench.file("sshd.log"));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
