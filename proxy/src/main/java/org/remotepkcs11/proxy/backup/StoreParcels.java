package org.remotepkcs11.proxy.backup;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.remotepkcs11.proxy.audit.AuditExport;
import org.remotepkcs11.proxy.audit.LogCopy;
import org.remotepkcs11.wire.Id;

/**
 * A store as backups have it.
 *
 * @param rules     the newest copy: after a restore it may be of a shorter log than those before
 * @param log       parts of the log
 * @param names     of what was opened
 * @param forOthers what could not be opened, in words
 */
public record StoreParcels(Optional<Parcel> rules, List<LogCopy> log, List<String> names, List<String> forOthers) {
    private static final long MAX_RULES = 4L << 30;
    private static final long MAX_LOG = 1L << 30;

    public StoreParcels {
        log = List.copyOf(log);
        names = List.copyOf(names);
        forOthers = List.copyOf(forOthers);
    }

    /**
     * Opens all messages of one proxy that are for the recipient: a folder goes on when those change.
     *
     * @param places  files, or folders of {@code .eml} files
     * @param scratch an existing empty folder
     * @throws IOException if one cannot be opened, or all are encrypted to others
     */
    public static StoreParcels open(Opening opening, List<Path> places, Path scratch) throws IOException {
        Optional<Parcel> rules = Optional.empty();
        List<LogCopy> log = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> forOthers = new ArrayList<>();
        for (Path file : files(places)) {
            Parcel parcel;
            try {
                parcel = opening.open(file);
            } catch (ForOthersException e) {
                forOthers.add(e.getMessage());
                continue;
            }
            names.add(parcel.name());
            if (parcel.kind() == Parcel.Kind.RULES) {
                rules = Stream.of(rules, Optional.of(parcel)).flatMap(Optional::stream)
                        .max(Comparator.comparing(Parcel::made));
            } else if (parcel.kind() == Parcel.Kind.LOG) {
                Path text = Files.createTempFile(scratch, "log", ".txt");
                unpack(parcel, text, MAX_LOG);
                log.add(AuditExport.open(text));
            }
        }
        if (names.isEmpty() && !forOthers.isEmpty()) {
            throw new ForOthersException(forOthers.get(0));
        }
        return new StoreParcels(rules, log, names, forOthers);
    }

    private static List<Path> files(List<Path> places) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> inside = Files.list(place)) {
                    inside.filter(file -> file.toString().endsWith(FolderTarget.ENDING)).sorted().forEach(files::add);
                }
            } else {
                files.add(place);
            }
        }
        return files;
    }

    /** Writes the SQLite file of the newest rules. @throws IOException if there are none, or they are another proxy's */
    public Parcel writeRules(Id proxy, Path store) throws IOException {
        Parcel newest = rules.orElseThrow(() -> new IOException("none of the backups holds rules"));
        if (!newest.proxy().equals(proxy)) {
            throw new IOException("the backup is of proxy " + newest.proxy() + ", the keys are of " + proxy);
        }
        unpack(newest, store, MAX_RULES);
        return newest;
    }

    private static void unpack(Parcel parcel, Path to, long most) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(parcel.content()));
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[1 << 16];
            long all = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all += read;
                if (all > most) {
                    throw new IOException(parcel.name() + " is larger than any backup");
                }
                out.write(buffer, 0, read);
            }
        }
    }
}
