package org.remotepkcs11.proxy;

import java.util.TreeMap;

/** The first {@code proxy.properties} of a proxy, with a word on each setting. */
final class SettingsText {
    static final String SOFTWARE_CARDS = "cards";

    private SettingsText() {
    }

    static String of(ProxyHome.Settings settings) {
        StringBuilder text = new StringBuilder("""
                # Settings of this proxy; it reads them when it starts. Relative paths start here.

                # Where to listen, and the names by which users reach the proxy (they go into its TLS certificate).
                """);
        line(text, "listen.address", settings.address());
        line(text, "listen.port", Integer.toString(settings.port()));
        line(text, "names", String.join(", ", settings.names()));
        text.append("\n# PKCS #12 files in this folder act as cards.\n");
        line(text, "cards.software", SOFTWARE_CARDS);
        text.append("""

                # PKCS #11 modules whose tokens are cards: module.NAME = library, module.NAME.lanes = calls at once.
                """);
        new TreeMap<>(settings.modules()).forEach((name, library) ->
                line(text, "module." + name, library.toAbsolutePath().toString()));
        text.append("""

                # Certificates (PEM) of outside authorities whose users may enrol with the keys that they have.
                # user.authorities = authorities.pem

                # Where verifiers fetch the delegation authority's certificate and its list of revoked certificates, and
                # the folder in which the proxy keeps both files for your web server.
                # warranty.certificate.url = http://www.example.com/delegations.cer
                # warranty.revocations.url = http://www.example.com/delegations.crl
                # warranty.folder = /srv/www/delegations

                # Where the keys are that belong to the database and are not in it: file, in this directory, or token, of a
                # PKCS #11 module. After a change: rpkcs11 proxy rekey policy, rpkcs11 proxy rekey vault.
                # policy.key = token
                # vault.key = token
                # keys.module = /usr/lib/softhsm/libsofthsm2.so
                # keys.token = proxy keys
                # keys.pin = file:keys.pin

                # Wrong virtual PINs in a row that lock a delegation.
                pin.tries = 5
                """);
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(" = ").append(value.replace("\\", "\\\\")).append('\n');
    }
}
