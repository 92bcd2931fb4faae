package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.remotepkcs11.proxy.access.Access;
import org.remotepkcs11.proxy.access.Rekeying;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;

/**
 * The secrets that belong to a proxy's store and are not in it, wherever they are. Changing one is: make the next; in one
 * transaction give the store to it; end the one before. The store tells which it goes with, so that it can be cut short
 * anywhere, and the next start or change brings it to its end.
 */
final class HomeSecrets {
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
                : new SecretToken(directory.path(), places.token().orElseThrow(), which, proxy);
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
        String name = which.name().toLowerCase(Locale.ROOT);
        String place = places.of(which).name().toLowerCase(Locale.ROOT);
        return PrivateDirectory.refused("the " + name + " key that the store goes with is missing where " + name + ".key="
                + place + " says; restore it from a backup, or, if you changed that setting: rpkcs11 proxy rekey " + name
                + " " + directory.path(), null);
    }

    /** Brings to its end what was cut short. Nobody else may change secrets meanwhile. */
    void settle() throws RefusedException {
        for (StoreSecret which : StoreSecret.values()) {
            place(which, places.of(which)).keepOnly(inUse(which));
        }
    }

    /** A copy of the keys' files must hold the one that the store goes with. */
    void refuseIfUnsettled() throws RefusedException {
        for (StoreSecret which : StoreSecret.values()) {
            if (place(which, SecretPlaces.Place.FILE).all().size() > 1) {
                throw PrivateDirectory.refused("a change of keys was cut short: start the proxy, which brings it to its "
                        + "end, or rekey again", null);
            }
        }
    }

    /** What opens the store by these secrets. */
    interface Opener {
        Access open(byte[] vault, byte[] policy) throws RefusedException;
    }

    /** @return how many rows were changed */
    int change(StoreSecret which, Opener opener) throws RefusedException {
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
