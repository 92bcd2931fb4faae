package org.remotepkcs11.proxy.cards.process;

import java.util.Map;
import java.util.Set;

/**
 * In what environment a module's processes run: the proxy's own, without what is for the proxy alone.
 *
 * @param given    beside the proxy's own, or instead
 * @param withheld names that hold a secret of the proxy's
 */
public record ModuleEnvironment(Map<String, String> given, Set<String> withheld) {
    public ModuleEnvironment {
        given = Map.copyOf(given);
        withheld = Set.copyOf(withheld);
    }

    public static ModuleEnvironment with(Map<String, String> given) {
        return new ModuleEnvironment(given, Set.of());
    }

    /** @param variables the proxy's own, which it changes */
    void applyTo(Map<String, String> variables) {
        variables.keySet().removeAll(withheld);
        variables.putAll(given);
    }
}
