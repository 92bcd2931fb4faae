package org.remotepkcs11.cli.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.client.RemoteClient;
import org.remotepkcs11.proxy.audit.AuditExport;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** A proxy's log as it is at one tree head, for an auditor: what an earlier export has of it is not asked for again. */
final class RemoteLog implements LogCopy {
    private final RemoteClient client;
    private final Optional<Path> before;
    private final String head;
    private final long size;

    private RemoteLog(RemoteClient client, Optional<Path> before, String head) throws RefusedException {
        this.client = client;
        this.before = before;
        this.head = head;
        this.size = Checkpoint.parse(head).size();
    }

    /** @param before an export that may be there */
    static RemoteLog of(RemoteClient client, Path before) throws RefusedException {
        return new RemoteLog(client, Optional.of(before).filter(Files::exists), client.treeHead());
    }

    @Override
    public Optional<String> head() {
        return Optional.of(head);
    }

    /** What was exported before is believed as little as the proxy: both are under the head, or verification says so. */
    @Override
    public void forEach(EntryVisitor visitor) throws IOException {
        long next = 0;
        if (before.isPresent()) {
            long[] known = {0};
            try (LogCopy copy = AuditExport.open(before.get())) {
                copy.forEach((index, body) -> {
                    if (index == known[0] && index < size) {
                        visitor.entry(index, body);
                        known[0]++;
                    }
                });
            }
            next = known[0];
        }
        while (next < size) {
            for (byte[] body : page(next)) {
                visitor.entry(next++, body);
            }
        }
    }

    private List<byte[]> page(long from) throws IOException {
        try {
            List<byte[]> entries = new ArrayList<>(client.readLog(from, size));
            if (entries.isEmpty()) {
                throw new RefusedException(ErrorCode.REPLY_INVALID, "the proxy shows no entry " + from + " of " + size);
            }
            return entries;
        } catch (RefusedException e) {
            throw new IOException(e.refusal().detail(), e);
        }
    }

    @Override
    public void close() {
        // the client is the caller's
    }
}
