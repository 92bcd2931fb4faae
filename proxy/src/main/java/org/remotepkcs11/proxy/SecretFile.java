package org.remotepkcs11.proxy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.RefusedException;

/** A secret of 32 bytes in the proxy's directory; while it is changed, the next one lies beside it. */
final class SecretFile implements SecretPlace {
    private static final int BYTES = 32;
    private static final String NEXT = ".next";

    private final PrivateDirectory directory;
    private final String name;

    SecretFile(PrivateDirectory directory, StoreSecret which) {
        this.directory = directory;
        this.name = which.name().toLowerCase(Locale.ROOT) + ".secret";
    }

    @Override
    public List<byte[]> all() throws RefusedException {
        List<byte[]> found = new ArrayList<>();
        for (String file : List.of(name, name + NEXT)) {
            if (directory.has(file)) {
                found.add(read(file));
            }
        }
        return found;
    }

    private byte[] read(String file) throws RefusedException {
        byte[] secret = directory.read(file);
        if (secret.length != BYTES) {
            throw PrivateDirectory.refused(directory.path().resolve(file) + " has " + secret.length
                    + " bytes instead of " + BYTES + "; restore it from a backup", null);
        }
        return secret;
    }

    /** The first one of a new proxy. */
    byte[] make() throws RefusedException {
        byte[] made = random();
        directory.write(name, made);
        return made;
    }

    /** The one that {@link #make} made, or took its place since. */
    Optional<byte[]> first() throws RefusedException {
        return directory.has(name) ? Optional.of(read(name)) : Optional.empty();
    }

    @Override
    public byte[] makeNext() throws RefusedException {
        byte[] next = random();
        directory.write(name + NEXT, next);
        return next;
    }

    private static byte[] random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    @Override
    public void keepOnly(byte[] secret) throws RefusedException {
        boolean next = directory.has(name + NEXT) && Arrays.equals(read(name + NEXT), secret);
        if (next) {
            directory.rename(name + NEXT, name);
        } else if (directory.has(name + NEXT)) {
            directory.delete(name + NEXT);
        }
        if (directory.has(name) && !Arrays.equals(read(name), secret)) {
            directory.delete(name);
        }
    }

    @Override
    public Map.Entry<String, byte[]> archived(byte[] secret) {
        return Map.entry(name, secret);
    }
}
