package org.remotepkcs11.proxy.access;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;
import org.remotepkcs11.wire.RefusedException;

/**
 * The physical cards behind a remote one, by the keys that they hold. Any two hold the same keys, and do each other's
 * work, or have no key in common, and are shown side by side: the whole set of public keys decides, and a card that
 * shares some keys with another, but not all, is not put behind the same remote card.
 */
final class MemberSets {
    /** What a key is for; the other attributes tell how it is kept. */
    private static final Set<Usage> WORK =
            Set.of(Usage.SIGN, Usage.SIGN_RECOVER, Usage.DECRYPT, Usage.UNWRAP, Usage.DERIVE);

    private MemberSets() {
    }

    /** @throws RefusedException {@link ErrorCode#INPUT_INVALID} if it holds some keys of another, but not the same ones */
    static void check(CardDescription card, List<Member> members) throws RefusedException {
        Set<Id> keys = Member.of(card, new byte[0]).keys().keySet();
        for (Member other : members) {
            Set<Id> theirs = other.keys().keySet();
            if (!other.source().equals(card.source()) && !keys.equals(theirs) && keys.stream().anyMatch(theirs::contains)) {
                throw new RefusedException(ErrorCode.INPUT_INVALID, card.source() + " and " + other.source()
                        + " have keys in common, but not all: cards behind one remote card hold the same keys, or no key twice");
            }
        }
    }

    /**
     * In the order of the members.
     *
     * @param members at least one
     * @param only    keys that count; empty: all, also where a member shows none. A member with none of them is left out
     */
    static List<List<Member>> of(List<Member> members, Set<Id> only) {
        Map<Set<Id>, List<Member>> sets = new LinkedHashMap<>();
        for (Member member : members) {
            Set<Id> keys = member.keys().keySet();
            if (only.isEmpty() || keys.stream().anyMatch(only::contains)) {
                sets.computeIfAbsent(keys, first -> new ArrayList<>()).add(member);
            }
        }
        if (sets.size() > 1) {
            sets.remove(Set.of());
        }
        return List.copyOf(sets.values());
    }

    /** Those of a set's keys that count. */
    static List<PrivateKeyObject> keys(List<Member> set, Set<Id> only) {
        return set.get(0).description().keys().stream().map(PrivateKeyObject::fingerprint)
                .filter(key -> only.isEmpty() || only.contains(key)).map(key -> key(set, key)).toList();
    }

    /** As the first shows it, but with only that allowed which each of them allows. @param set those that hold the key */
    static PrivateKeyObject key(List<Member> set, Id fingerprint) {
        PrivateKeyObject key = set.get(0).keys().get(fingerprint);
        for (Member member : set.subList(1, set.size())) {
            key = both(key, member.keys().get(fingerprint));
        }
        return key;
    }

    private static PrivateKeyObject both(PrivateKeyObject key, PrivateKeyObject same) {
        if (key.usages().equals(same.usages()) && key.allowedMechanisms().equals(same.allowedMechanisms())) {
            return key;
        }
        Set<Long> mechanisms = both(key.allowedMechanisms(), same.allowedMechanisms());
        boolean none = mechanisms.isEmpty() && !key.allowedMechanisms().isEmpty();
        Set<Usage> usages = new HashSet<>(key.usages());
        usages.removeIf(usage -> WORK.contains(usage) && (none || !same.usages().contains(usage)));
        return new PrivateKeyObject(key.id(), key.label(), key.publicKey(), usages, mechanisms);
    }

    /** @return mechanisms; an empty set is for all */
    private static Set<Long> both(Set<Long> one, Set<Long> other) {
        return one.isEmpty() ? other : other.isEmpty() ? one
                : one.stream().filter(other::contains).collect(Collectors.toSet());
    }

    /** What each of them can do. */
    static Set<Long> mechanisms(List<Member> set) {
        return set.get(0).description().mechanisms().stream()
                .filter(one -> set.stream().allMatch(member -> member.description().mechanisms().contains(one)))
                .collect(Collectors.toSet());
    }
}
