package org.remotepkcs11.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.remotepkcs11.proxy.ProxyHome;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.CardReader;
import org.remotepkcs11.proxy.cards.software.SoftwareCard;
import org.remotepkcs11.proxy.cards.software.SoftwareCardSpec;
import org.remotepkcs11.proxy.cards.software.SoftwareCards;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.RefusedException;

/**
 * What a {@link TestProxy} is made of. Without a word: one software card "Demo card" with an RSA-2048 and a P-256 key,
 * delegated without limits to the user "ugo" under the virtual PIN "4711-virtual".
 */
public final class TestProxyBuilder {
    /** Of software cards. */
    public static final String SOFTWARE_PIN = "card-pin-90125";
    private static final Duration NEVER_IDLE = Duration.ofHours(1);

    private final List<CardPlan> cards = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private boolean joined;
    private Limits limits = Limits.NONE;
    private String virtualPin = "4711-virtual";
    private String user = "ugo";
    private UserKey userKey = UserKey.P_256;
    private UnaryOperator<CardReader> around = reader -> reader;

    TestProxyBuilder() {
    }

    /** A card to be added and delegated. @param label of the token, and of the remote card */
    record CardPlan(String label, String pin, List<SoftwareKeyType> softwareKeys, Path module) {
        boolean isSoftware() {
            return module == null;
        }
    }

    /** A PKCS #12 file as a card, with one key and certificate for each type. */
    public TestProxyBuilder softwareCard(String label, SoftwareKeyType... keys) {
        cards.add(new CardPlan(label, SOFTWARE_PIN, List.of(keys), null));
        return this;
    }

    /** A token of a PKCS #11 module. */
    public TestProxyBuilder token(Path module, String label, String pin) {
        cards.add(new CardPlan(label, pin, List.of(), module));
        return this;
    }

    public TestProxyBuilder token(SoftHsmToken token) {
        return token(SoftHsmToken.module(), token.label(), token.pin());
    }

    /** All cards are behind one remote card, which has the label of the first. */
    public TestProxyBuilder joined() {
        joined = true;
        return this;
    }

    /** Of the delegation of every card. */
    public TestProxyBuilder limits(Limits limit) {
        limits = limit;
        return this;
    }

    public TestProxyBuilder virtualPin(String pin) {
        virtualPin = pin;
        return this;
    }

    public TestProxyBuilder user(String name, UserKey key) {
        user = name;
        userKey = key;
        return this;
    }

    /** A line of {@code proxy.properties}, as {@code pin.tries} and {@code 3}. */
    public TestProxyBuilder setting(String key, String value) {
        settings.add(key + " = " + value);
        return this;
    }

    /** The software cards are used through what {@code wrapping} makes of their reader, as {@link PausableCards}. */
    public TestProxyBuilder softwareReader(UnaryOperator<CardReader> wrapping) {
        around = wrapping;
        return this;
    }

    /** Makes the proxy in a new folder below the system's temporary one, and starts it. */
    public TestProxy start() throws IOException, GeneralSecurityException, RefusedException {
        return startIn(Files.createTempDirectory("test-proxy"));
    }

    /** Makes the proxy in a folder that is empty or not there yet, and starts it. */
    public TestProxy startIn(Path folder) throws IOException, GeneralSecurityException, RefusedException {
        if (cards.isEmpty()) {
            softwareCard("Demo card", SoftwareKeyType.RSA_2048, SoftwareKeyType.P_256);
        }
        ProxyHome.Settings basis = ProxyHome.Settings.local(0);
        for (CardPlan card : cards) {
            basis = card.isSoftware() ? basis : basis.withModule(moduleName(card.module()), card.module());
        }
        ProxyHome home = ProxyHome.init(folder.resolve("proxy"), basis);
        Path settingsFile = home.directory().resolve("proxy.properties");
        Files.write(settingsFile, withoutDefaults(Files.readAllLines(settingsFile)));
        Files.write(settingsFile, settings, StandardOpenOption.APPEND);
        makeSoftwareCards(softwareFolder(folder));
        TestProxy proxy = new TestProxy(folder, () -> around.apply(
                SoftwareCards.in("software", softwareFolder(folder), NEVER_IDLE)));
        try {
            proxy.begin(new TestProxy.Delegating(List.copyOf(cards), joined, user, userKey, limits, virtualPin));
            return proxy;
        } catch (IOException | GeneralSecurityException | RefusedException e) {
            proxy.close();
            throw e;
        }
    }

    /** The software cards get a reader of this builder's; what is set twice would be an error. */
    private List<String> withoutDefaults(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("cards.software")
                && settings.stream().noneMatch(own -> line.startsWith(own.substring(0, own.indexOf('=')).strip())))
                .toList();
    }

    static Path softwareFolder(Path folder) {
        return folder.resolve("software-cards");
    }

    private static String moduleName(Path module) {
        return module.getFileName().toString().replaceAll("[^A-Za-z0-9]", "-");
    }

    private void makeSoftwareCards(Path folder) throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        for (CardPlan card : cards) {
            if (card.isSoftware()) {
                try (CardPin pin = CardPin.ofUtf8(card.pin().getBytes(StandardCharsets.UTF_8))) {
                    SoftwareCard.create(folder.resolve(card.label().replace(' ', '-') + ".p12"), pin,
                            SoftwareCardSpec.of(card.label(), "Olivia Owner")
                                    .withKeys(card.softwareKeys().toArray(SoftwareKeyType[]::new)));
                }
            }
        }
    }
}
