package org.remotepkcs11.proxy.access;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PrivateKeyObject;

/**
 * The physical cards behind a remote one, those that hold the same keys together: any of them does what is asked of
 * these keys.
 */
final class MemberSets {
    private MemberSets() {
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
            Set<Id> keys = keys(member, only).stream().map(PrivateKeyObject::fingerprint).collect(Collectors.toSet());
            sets.computeIfAbsent(keys, first -> new ArrayList<>()).add(member);
        }
        if (!only.isEmpty() || sets.size() > 1) {
            sets.remove(Set.of());
        }
        return List.copyOf(sets.values());
    }

    /** Those of a member's keys that count. */
    static List<PrivateKeyObject> keys(Member member, Set<Id> only) {
        return member.description().keys().stream()
                .filter(key -> only.isEmpty() || only.contains(key.fingerprint())).toList();
    }

    /** What each of them can do. */
    static Set<Long> mechanisms(List<Member> set) {
        return set.get(0).description().mechanisms().stream()
                .filter(one -> set.stream().allMatch(member -> member.description().mechanisms().contains(one)))
                .collect(Collectors.toSet());
    }
}
