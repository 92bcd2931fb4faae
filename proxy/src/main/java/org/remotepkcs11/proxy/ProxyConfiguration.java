package org.remotepkcs11.proxy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.remotepkcs11.proxy.authority.DelegationAuthority;
import org.remotepkcs11.proxy.authority.Revocation;
import org.remotepkcs11.proxy.backup.BackupSettings;
import org.remotepkcs11.proxy.backup.MailSettings;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.proxy.pipeline.ServiceBounds.OfRequests;
import org.remotepkcs11.proxy.pipeline.ServiceBounds.OfSessions;
import org.remotepkcs11.proxy.pipeline.ServiceBounds;
import org.remotepkcs11.wire.RefusedException;

/**
 * What {@code proxy.properties} says. Relative paths start where the file is; a setting that is not known is an error.
 *
 * @param address          where to listen: a name or an address of this machine
 * @param port             0: any free one
 * @param names            DNS names and IP addresses that users know the proxy by
 * @param modules          PKCS #11 modules
 * @param softwareCards    folder of PKCS #12 files that act as cards
 * @param userAuthorities  PEM certificates of outside authorities that vouch for users
 * @param revocation       how those take certificates back
 * @param pinTries         wrong virtual PINs in a row that lock a delegation
 * @param published        where the delegation authority's certificate and list of revoked ones can be fetched
 * @param warrantyFolder   which the running proxy keeps as they are to be found there
 * @param bounds           of sessions and requests
 * @param backups          where to and how often
 * @param secrets          where the store's secrets are
 */
public record ProxyConfiguration(String address, int port, List<String> names, List<Module> modules,
                                 Optional<Path> softwareCards, Optional<Path> userAuthorities, Revocation revocation,
                                 int pinTries, DelegationAuthority.Published published, Optional<Path> warrantyFolder,
                                 ServiceBounds bounds, BackupSettings backups, SecretPlaces secrets) {
    /**
     * A PKCS #11 module.
     *
     * @param lanes   operations that one token of this module does at once; empty: what the module's kind allows
     * @param running where and how it runs
     */
    public record Module(String name, Path library, Optional<Integer> lanes, Running running) {
    }

    /**
     * @param process        whose: a card's, the module's or the proxy's own
     * @param patience       for one call, where it is not the proxy's own
     * @param environment    of its processes, beside the proxy's
     * @param calling        as {@link Pkcs11Settings}
     */
    public record Running(Process process, Duration patience, Map<String, String> environment,
                          Pkcs11Settings.Calling calling) {
        public Running {
            environment = Map.copyOf(environment);
        }
    }

    /** Which processes load a module. */
    public enum Process {
        /** One for each card. */ CARD,
        /** One for all cards of the module. */ MODULE,
        /** The proxy's own. */ PROXY
    }

    static final String FILE = "proxy.properties";

    public ProxyConfiguration {
        names = List.copyOf(names);
        modules = List.copyOf(modules);
    }

    static ProxyConfiguration read(PrivateDirectory directory) throws RefusedException {
        ConfigurationFile file = new ConfigurationFile(directory.path().resolve(FILE), directory.read(FILE));
        ProxyConfiguration configuration = new ProxyConfiguration(
                file.text("listen.address", "127.0.0.1"),
                file.number("listen.port", 8443, 0, 65535),
                file.list("names", "localhost,127.0.0.1"),
                modules(file),
                file.path("cards.software"),
                file.path("user.authorities"),
                revocation(file),
                file.number("pin.tries", 5, 1, 100),
                new DelegationAuthority.Published(file.url("warranty.certificate.url"),
                        file.url("warranty.revocations.url")),
                file.path("warranty.folder"),
                bounds(file),
                backups(file),
                SecretPlaces.read(file));
        file.refuseRest();
        return configuration;
    }

    private static Revocation revocation(ConfigurationFile file) throws RefusedException {
        String ocsp = file.text("user.ocsp", "");
        if (!ocsp.isEmpty() && !ocsp.equals(Revocation.AS_CERTIFICATE_SAYS) && !ocsp.matches("http://\\S+")) {
            throw file.refused("user.ocsp", ocsp, "certificate, or http://HOST/PATH");
        }
        String unknown = file.text("user.revocation.unknown", "refuse");
        if (!List.of("refuse", "accept").contains(unknown)) {
            throw file.refused("user.revocation.unknown", unknown, "refuse or accept");
        }
        return new Revocation(file.paths("user.crls"), file.choice("user.crls.fetch", YesNo.class, "NO") == YesNo.YES, ocsp.isEmpty() ? Optional.empty() : Optional.of(ocsp),
                unknown.equals("accept"));
    }

    private static ServiceBounds bounds(ConfigurationFile file) throws RefusedException {
        return new ServiceBounds(
                new OfSessions(seconds(file, "session.idle.seconds", 900),
                        file.number("session.max.per.user", 64, 1, 100_000),
                        file.number("session.max", 10_000, 1, 10_000_000)),
                new OfRequests(file.number("request.max", 8192, 1, 1_000_000),
                        seconds(file, "deadline.seconds", 30),
                        seconds(file, "deadline.max.seconds", 300),
                        seconds(file, "watch.max.seconds", 300)));
    }

    private static BackupSettings backups(ConfigurationFile file) throws RefusedException {
        return new BackupSettings(file.path("backup.folder"), file.number("backup.keep", 7, 1, 10_000), mail(file),
                file.path("backup.recipients"), Duration.ofHours(file.number("backup.every.hours", 24, 1, 8760)),
                seconds(file, "backup.log.seconds", 60));
    }

    private static Optional<MailSettings> mail(ConfigurationFile file) throws RefusedException {
        String host = file.text("backup.mail.host", "");
        int port = file.number("backup.mail.port", 25, 1, 65535);
        String from = file.text("backup.mail.from", "");
        List<String> to = file.list("backup.mail.to", "");
        String tls = file.text("backup.mail.tls", "true");
        Optional<String> user = Optional.of(file.text("backup.mail.user", "")).filter(name -> !name.isEmpty());
        Optional<Path> password = file.path("backup.mail.password.file");
        Optional<Path> authorities = file.path("backup.mail.authorities");
        if (host.isEmpty()) {
            return Optional.empty();
        }
        if (from.isEmpty() || to.isEmpty()) {
            throw file.refused(from.isEmpty() ? "backup.mail.from" : "backup.mail.to", "", "a mail address");
        }
        if (!tls.equals("true") && !tls.equals("false")) {
            throw file.refused("backup.mail.tls", tls, "true or false");
        }
        if (tls.equals("false") && user.isPresent()) {
            throw file.refused("backup.mail.tls", tls, "true, or the password of backup.mail.user would be sent in clear");
        }
        return Optional.of(new MailSettings(host, port, from, to, tls.equals("true"), user, password, authorities));
    }

    private static List<Module> modules(ConfigurationFile file) throws RefusedException {
        List<Module> modules = new ArrayList<>();
        for (String name : file.namesBelow("module")) {
            String key = "module." + name;
            int lanes = file.number(key + ".lanes", 0, 0, 256);
            Path library = file.path(key).orElseThrow(() -> file.refused(key, "", "the path of a PKCS #11 module"));
            modules.add(new Module(name, library, lanes == 0 ? Optional.empty() : Optional.of(lanes),
                    running(file, key, library)));
        }
        return modules;
    }

    private static Running running(ConfigurationFile file, String key, Path library) throws RefusedException {
        String usual = (Pkcs11Settings.isSoftware(library) ? Process.PROXY : Process.CARD).name();
        Process process = file.choice(key + ".process", Process.class, usual);
        Map<String, String> environment = new TreeMap<>();
        for (String variable : file.namesBelow(key + ".env")) {
            environment.put(variable, file.text(key + ".env." + variable, ""));
        }
        if (process == Process.PROXY && !environment.isEmpty()) {
            throw file.refused(key + ".process", "proxy", "card or module, which a module with an environment needs");
        }
        return new Running(process, seconds(file, key + ".patience.seconds", 30), environment,
                new Pkcs11Settings.Calling(file.choice(key + ".serialise", YesNo.class, "NO") == YesNo.YES,
                        file.text(key + ".initialise", "")));
    }

    private enum YesNo { YES, NO }

    private static Duration seconds(ConfigurationFile file, String key, int otherwise) throws RefusedException {
        return Duration.ofSeconds(file.number(key, otherwise, 1, 86_400));
    }
}
