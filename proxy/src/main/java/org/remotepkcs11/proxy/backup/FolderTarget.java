package org.remotepkcs11.proxy.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files in a folder, as on another disk. Parts of the log stay for ever; of the rules only the last copies do. */
final class FolderTarget implements BackupTarget {
    static final String ENDING = ".eml";

    private final Path folder;
    private final int keep;

    /** @param keep copies of the rules, at least 1 */
    FolderTarget(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    @Override
    public String name() {
        return "folder";
    }

    @Override
    public String place() {
        return folder.toAbsolutePath().toString();
    }

    /** A disk that was replaced holds nothing. */
    @Override
    public boolean holds(long entries) throws IOException {
        if (entries == 0 || !Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            String last = String.format("-%012d", entries) + ENDING;
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.startsWith("log-") && name.endsWith(last));
        }
    }

    @Override
    public void deliver(Parcel parcel, byte[] sealed) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        Path fresh = folder.resolve("." + parcel.name() + ".new");
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (ByteBuffer rest = ByteBuffer.wrap(sealed); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(fresh, folder.resolve(parcel.name() + ENDING), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        flushNames();
        if (parcel.kind() == Parcel.Kind.RULES) {
            removeOlder();
        }
    }

    /** Durable, where the system can do that. */
    private void flushNames() throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** After a restore a newer copy may be of a shorter log. */
    private static String made(Path rules) {
        String name = rules.getFileName().toString();
        return name.substring(name.lastIndexOf('-') + 1);
    }

    private void removeOlder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> rules = files.filter(file -> file.getFileName().toString().matches("rules-.*\\" + ENDING))
                    .sorted(Comparator.comparing(FolderTarget::made).reversed()).toList();
            for (Path old : rules.subList(Math.min(keep, rules.size()), rules.size())) {
                Files.delete(old);
            }
        }
    }
}
