package org.remotepkcs11.proxy.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What was used last, so many at most. By any number of threads. */
final class Recent<K, V> {
    private final Map<K, V> used;

    Recent(int most) {
        this.used = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<V> find(K key) {
        return Optional.ofNullable(used.get(key));
    }

    synchronized void put(K key, V value) {
        used.put(key, value);
    }
}
