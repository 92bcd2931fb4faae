package org.remotepkcs11.proxy.backup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.remotepkcs11.wire.Id;

/**
 * The files of a proxy that are no store: without them a store is of no use, and with them it can be searched for short
 * virtual PINs. They change rarely.
 *
 * @param files by name
 */
public record KeyArchive(Map<String, byte[]> files) {
    private static final List<String> KEYS =
            List.of("authority.p12", "reply.p12", "log.p12", "delegations.p12", "backup.p12", "proxy.properties");
    private static final List<String> SECRETS =
            List.of("vault.secret", "policy.secret", "vault.token", "policy.token");
    private static final int MAX_FILE = 1 << 20;

    public KeyArchive {
        files = Map.copyOf(files);
    }

    /**
     * Those keys that are there.
     *
     * @param secrets files of those that the store goes with, by name
     */
    public static KeyArchive of(Path directory, Map<String, byte[]> secrets) throws IOException {
        Map<String, byte[]> files = new TreeMap<>(secrets);
        for (String name : KEYS) {
            if (Files.exists(directory.resolve(name))) {
                files.put(name, Files.readAllBytes(directory.resolve(name)));
            }
        }
        return new KeyArchive(files);
    }

    /** @return a MIME entity */
    public byte[] seal(Sealing sealing, Id proxy, String log) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(packed)) {
            for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return sealing.seal(new Parcel(Parcel.Kind.KEYS, proxy, log, Instant.now(), new Parcel.Range(0, 0),
                packed.toByteArray()));
    }

    /** @throws IOException if the parcel holds something else */
    public static KeyArchive of(Parcel parcel) throws IOException {
        if (parcel.kind() != Parcel.Kind.KEYS) {
            throw new IOException("this backup holds no keys but " + parcel.name());
        }
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(parcel.content()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes(MAX_FILE);
                boolean known = KEYS.contains(entry.getName()) || SECRETS.contains(entry.getName());
                if (!known || zip.read() >= 0) {
                    throw new IOException("the backup of keys has a file that is none of a proxy's");
                }
                files.put(entry.getName(), content);
            }
        }
        return new KeyArchive(files);
    }

    @Override
    public String toString() {
        return "KeyArchive(" + files.keySet() + ")";
    }
}
