package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.Rekeying;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that belong to a proxy's store and are not in it, wherever they are. Changing one is: make the next; in one
 * transaction give the store to it; end the one before. The store tells which it goes with, so that it can be cut short
 * anywhere, and the next start or change brings it to its end.
 */
final class HomeSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(HomeSecrets.class);

    private final PrivateDirectory directory;
    private final Path store;
    private final SecretPlaces places;
    private final Id proxy;
    private Map<StoreSecret, byte[]> told;

    HomeSecrets(PrivateDirectory directory, Path store, SecretPlaces places, Id proxy) {
        this.directory = directory;
        this.store = store;
        this.places = places;
        this.proxy = proxy;
    }

    /** Those of a new proxy, and its store, which tells that it goes with them. */
    static void make(PrivateDirectory directory, Path store) throws RefusedException {
        Map<StoreSecret, byte[]> made = new EnumMap<>(StoreSecret.class);
        for (StoreSecret which : StoreSecret.values()) {
            made.put(which, new SecretFile(directory, which).make());
        }
        try {
            StoreSecret.tell(store, made);
        } catch (IOException e) {
            throw PrivateDirectory.refused(e.getMessage(), e);
        }
    }

    private SecretPlace place(StoreSecret which, SecretPlaces.Place place) {
        return place == SecretPlaces.Place.FILE ? new SecretFile(directory, which)
                : new SecretToken(directory, places.token().orElseThrow(), which, proxy);
    }

    private List<SecretPlace> everywhere(StoreSecret which) {
        List<SecretPlace> all = new ArrayList<>(List.of(place(which, SecretPlaces.Place.FILE)));
        places.token().ifPresent(token -> all.add(place(which, SecretPlaces.Place.TOKEN)));
        return all;
    }

    /** @throws RefusedException CONFIGURATION_INVALID if the one that the store goes with is not where it should be */
    byte[] inUse(StoreSecret which) throws RefusedException {
        return choose(which, List.of(places.of(which))).orElseThrow(() -> missing(which));
    }

    /** Also where the settings no longer say. */
    private Optional<byte[]> anywhere(StoreSecret which) throws RefusedException {
        return choose(which, places.token().isPresent() ? List.of(SecretPlaces.Place.values())
                : List.of(SecretPlaces.Place.FILE));
    }

    private byte[] foundAnywhere(StoreSecret which) throws RefusedException {
        return anywhere(which).orElseThrow(() -> missing(which));
    }

    /** A secret that the store tells nothing of was never changed: it is in the file it was made in, and nowhere else. */
    private Optional<byte[]> choose(StoreSecret which, List<SecretPlaces.Place> where) throws RefusedException {
        if (!told().containsKey(which)) {
            return where.contains(SecretPlaces.Place.FILE) ? new SecretFile(directory, which).first() : Optional.empty();
        }
        List<byte[]> candidates = new ArrayList<>();
        for (SecretPlaces.Place place : where) {
            candidates.addAll(place(which, place).all());
        }
        return which.choose(told(), candidates);
    }

    private Map<StoreSecret, byte[]> told() throws RefusedException {
        try {
            if (told == null) {
                told = StoreSecret.told(store);
            }
            return told;
        } catch (IOException e) {
            throw PrivateDirectory.refused(e.getMessage(), e);
        }
    }

    /** Before there is another secret that could be taken for the one in use. */
    private void tell(Opener opener) throws RefusedException {
        if (told().size() < StoreSecret.values().length) {
            try (Access access = opener.open(foundAnywhere(StoreSecret.VAULT), foundAnywhere(StoreSecret.POLICY))) {
                access.tellSecrets();
            }
            told = null;
        }
    }

    private RefusedException missing(StoreSecret which) {
        String name = name(which);
        String place = places.of(which).name().toLowerCase(Locale.ROOT);
        String rekey = "rpkcs11 proxy rekey " + name + " " + directory.path();
        return PrivateDirectory.refused("the " + name + " key that the store goes with is missing where " + name + ".key="
                + place + " says; restore it from a backup, or, if you changed that setting: " + rekey
                + ", or, if it is lost for ever: " + rekey + " --lost", null);
    }

    private static String name(StoreSecret which) {
        return which.name().toLowerCase(Locale.ROOT);
    }

    /** Brings to its end what was cut short, for whoever is about to serve. */
    void settle() throws RefusedException {
        try (HomeLock changing = HomeLock.secrets(directory.path())) {
            for (StoreSecret which : StoreSecret.values()) {
                byte[] secret = inUse(which);
                place(which, places.of(which)).keepOnly(secret);
                keepNoOther(which, secret);
            }
        }
    }

    /** Serving needs the secret where it is now, and nothing of where it was before. */
    private void keepNoOther(StoreSecret which, byte[] secret) {
        for (SecretPlace place : everywhere(which)) {
            try {
                place.keepOnly(secret);
            } catch (RefusedException e) {
                LOG.warn("a former {} key may be left where it was: {}", name(which), e.refusal().detail());
            }
        }
    }

    /**
     * What a backup of the keys needs of those that the store goes with, beside the running server or not.
     *
     * @return files by name
     */
    Map<String, byte[]> archived() throws RefusedException {
        Map<String, byte[]> files = new TreeMap<>();
        try (HomeLock copying = HomeLock.secrets(directory.path())) {
            for (StoreSecret which : StoreSecret.values()) {
                Map.Entry<String, byte[]> file = place(which, places.of(which)).archived(inUse(which));
                files.put(file.getKey(), file.getValue());
            }
        }
        return files;
    }

    /** One that the store goes with and that is not where the settings say. */
    Optional<StoreSecret> lacking() throws RefusedException {
        for (StoreSecret which : StoreSecret.values()) {
            if (choose(which, List.of(places.of(which))).isEmpty()) {
                return Optional.of(which);
            }
        }
        return Optional.empty();
    }

    /** What opens the store by these secrets. */
    interface Opener {
        Access open(byte[] vault, byte[] policy) throws RefusedException;
    }

    /** @return how many rows were changed */
    int change(StoreSecret which, Opener opener) throws RefusedException {
        try (HomeLock changing = HomeLock.secrets(directory.path())) {
            return changeAlone(which, opener);
        }
    }

    private int changeAlone(StoreSecret which, Opener opener) throws RefusedException {
        tell(opener);
        byte[] before = foundAnywhere(which);
        keepOnly(which, before);
        byte[] next = place(which, places.of(which)).makeNext();
        int changed;
        if (which == StoreSecret.POLICY) {
            changed = in(opener.open(foundAnywhere(StoreSecret.VAULT), before), rekeying -> rekeying.policy(next));
        } else {
            changed = in(opener.open(before, foundAnywhere(StoreSecret.POLICY)), rekeying -> rekeying.vault(next));
        }
        keepOnly(which, next);
        return changed;
    }

    /** Where the one in use is lost; what is lost with it: {@link Rekeying}. @return how many rows were changed */
    int replace(StoreSecret which, Opener opener) throws RefusedException {
        try (HomeLock changing = HomeLock.secrets(directory.path())) {
            return replaceAlone(which, opener);
        }
    }

    private int replaceAlone(StoreSecret which, Opener opener) throws RefusedException {
        Optional<byte[]> before = anywhere(which);
        if (which == StoreSecret.VAULT && before.isPresent()) {
            throw PrivateDirectory.refused("the vault key is not lost; without --lost it is changed, and no card removed",
                    null);
        }
        if (before.isPresent()) {
            keepOnly(which, before.get());
        }
        byte[] next = place(which, places.of(which)).makeNext();
        int changed;
        if (which == StoreSecret.POLICY) {
            byte[] vault = anywhere(StoreSecret.VAULT).orElse(next);
            changed = in(opener.open(vault, next), rekeying -> rekeying.acceptRules(next));
        } else {
            changed = in(opener.open(next, foundAnywhere(StoreSecret.POLICY)), rekeying -> rekeying.forgetCards(next));
        }
        keepOnly(which, next);
        return changed;
    }

    private interface Change {
        int by(Rekeying rekeying) throws RefusedException;
    }

    private static int in(Access opened, Change change) throws RefusedException {
        try (Access access = opened) {
            return change.by(access.rekeying());
        }
    }

    private void keepOnly(StoreSecret which, byte[] secret) throws RefusedException {
        for (SecretPlace place : everywhere(which)) {
            place.keepOnly(secret);
        }
    }
}
