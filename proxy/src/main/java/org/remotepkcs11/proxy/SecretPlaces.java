package org.remotepkcs11.proxy;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.proxy.access.StoreSecret;
import org.remotepkcs11.wire.RefusedException;

/**
 * Where the secrets are that belong to the store and are not in it.
 *
 * @param policy whose new ones are made there
 * @param vault  whose new ones are made there
 * @param token  empty where none is configured
 */
record SecretPlaces(Place policy, Place vault, Optional<Token> token) {
    enum Place {
        /** In the proxy's directory. */ FILE,
        /** Derived from a key that never leaves a PKCS #11 token. */ TOKEN
    }

    /** @param pin {@code file:PATH}, from the proxy's directory, or {@code env:NAME} */
    record Token(Path module, String label, String pin) {
        private static final String FILE = "file:";
        private static final String VARIABLE = "env:";

        Optional<String> file() {
            return after(FILE);
        }

        Optional<String> variable() {
            return after(VARIABLE);
        }

        private Optional<String> after(String form) {
            return pin.startsWith(form) ? Optional.of(pin.substring(form.length())) : Optional.empty();
        }
    }

    static SecretPlaces read(ConfigurationFile file) throws RefusedException {
        SecretPlaces places = new SecretPlaces(file.choice("policy.key", Place.class, "FILE"),
                file.choice("vault.key", Place.class, "FILE"), token(file));
        if (places.token.isEmpty() && places.useToken()) {
            throw file.refused("keys.module", "", "the path of the PKCS #11 module whose token holds keys");
        }
        return places;
    }

    private static Optional<Token> token(ConfigurationFile file) throws RefusedException {
        Optional<Path> module = file.path("keys.module");
        String label = file.text("keys.token", "");
        String pin = file.text("keys.pin", "");
        if (module.isEmpty()) {
            return Optional.empty();
        }
        if (label.isEmpty()) {
            throw file.refused("keys.token", "", "the label of a token of keys.module");
        }
        if (!pin.matches("(file|env):.+")) {
            throw file.refused("keys.pin", pin.isEmpty() ? "" : "…", "file:PATH or env:NAME");
        }
        return Optional.of(new Token(module.get(), label, pin));
    }

    /** Whether any of them needs the token now. */
    boolean useToken() {
        return policy == Place.TOKEN || vault == Place.TOKEN;
    }

    /** Of the proxy's environment, which hold a secret. */
    Set<String> variables() {
        return token.flatMap(Token::variable).map(Set::of).orElse(Set.of());
    }

    Place of(StoreSecret which) {
        return which == StoreSecret.POLICY ? policy : vault;
    }
}
