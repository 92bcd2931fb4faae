package org.remotepkcs11.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

    static void make(PrivateDirectory directory) throws RefusedException {
        for (StoreSecret which : StoreSecret.values()) {
            new SecretFile(directory, which).make();
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
        return choose(which, place(which, places.of(which)).all()).orElseThrow(() -> missing(which));
    }

    /** Also where the settings no longer say. */
    private Optional<byte[]> anywhere(StoreSecret which) throws RefusedException {
        List<byte[]> candidates = new ArrayList<>();
        for (SecretPlace place : everywhere(which)) {
            candidates.addAll(place.all());
        }
        return choose(which, candidates);
    }

    private byte[] foundAnywhere(StoreSecret which) throws RefusedException {
        return anywhere(which).orElseThrow(() -> missing(which));
    }

    private Optional<byte[]> choose(StoreSecret which, List<byte[]> candidates) throws RefusedException {
        try {
            if (told == null) {
                told = StoreSecret.told(store);
            }
            return which.choose(told, candidates);
        } catch (IOException e) {
            throw PrivateDirectory.refused(e.getMessage(), e);
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
