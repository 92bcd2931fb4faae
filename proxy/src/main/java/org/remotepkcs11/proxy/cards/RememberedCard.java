package org.remotepkcs11.proxy.cards;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** A card's description as properties; binary values in hexadecimal (ids) and Base64. */
final class RememberedCard {
    private static final int MAX_OBJECTS = 1000;

    private RememberedCard() {
    }

    static Properties properties(CardDescription card) {
        Properties properties = new Properties();
        properties.setProperty("source", card.source());
        properties.setProperty("token.label", card.token().label());
        properties.setProperty("token.serial", card.token().serialNumber());
        properties.setProperty("token.manufacturer", card.token().manufacturer());
        properties.setProperty("token.model", card.token().model());
        properties.setProperty("complete", Boolean.toString(card.complete()));
        properties.setProperty("mechanisms", numbers(card.mechanisms()));
        for (int i = 0; i < card.certificates().size(); i++) {
            putCertificate(properties, "certificate." + i, card.certificates().get(i));
        }
        for (int i = 0; i < card.keys().size(); i++) {
            putKey(properties, "key." + i, card.keys().get(i));
        }
        return properties;
    }

    private static void putCertificate(Properties properties, String name, CertificateObject certificate) {
        properties.setProperty(name + ".id", certificate.id().toString());
        properties.setProperty(name + ".label", certificate.label());
        properties.setProperty(name + ".der", Base64.getEncoder().encodeToString(certificate.der()));
    }

    private static void putKey(Properties properties, String name, PrivateKeyObject key) {
        properties.setProperty(name + ".id", key.id().toString());
        properties.setProperty(name + ".label", key.label());
        properties.setProperty(name + ".public", Base64.getEncoder().encodeToString(key.publicKey()));
        properties.setProperty(name + ".usages",
                key.usages().stream().map(Enum::name).sorted().collect(Collectors.joining(" ")));
        properties.setProperty(name + ".mechanisms", numbers(key.allowedMechanisms()));
    }

    /** @throws IllegalArgumentException if something is missing or malformed */
    static CardDescription description(Properties properties) {
        RemoteCard.Token token = new RemoteCard.Token(need(properties, "token.label"),
                need(properties, "token.serial"), need(properties, "token.manufacturer"),
                need(properties, "token.model"));
        List<CertificateObject> certificates = new ArrayList<>();
        for (int i = 0; i < MAX_OBJECTS && properties.containsKey("certificate." + i + ".id"); i++) {
            certificates.add(certificate(properties, "certificate." + i));
        }
        List<PrivateKeyObject> keys = new ArrayList<>();
        for (int i = 0; i < MAX_OBJECTS && properties.containsKey("key." + i + ".id"); i++) {
            keys.add(key(properties, "key." + i));
        }
        return new CardDescription(need(properties, "source"), token, certificates, keys,
                numbers(need(properties, "mechanisms")), PinState.OK,
                Boolean.parseBoolean(need(properties, "complete")));
    }

    private static CertificateObject certificate(Properties properties, String name) {
        return new CertificateObject(Id.ofHex(need(properties, name + ".id")), need(properties, name + ".label"),
                Base64.getDecoder().decode(need(properties, name + ".der")));
    }

    private static PrivateKeyObject key(Properties properties, String name) {
        Set<PrivateKeyObject.Usage> usages = words(need(properties, name + ".usages"))
                .map(PrivateKeyObject.Usage::valueOf).collect(Collectors.toSet());
        return new PrivateKeyObject(Id.ofHex(need(properties, name + ".id")), need(properties, name + ".label"),
                Base64.getDecoder().decode(need(properties, name + ".public")), usages,
                numbers(need(properties, name + ".mechanisms")));
    }

    private static String numbers(Set<Long> numbers) {
        return numbers.stream().sorted().map(Long::toHexString).collect(Collectors.joining(" "));
    }

    private static Set<Long> numbers(String text) {
        return words(text).map(word -> Long.parseLong(word, 16)).collect(Collectors.toSet());
    }

    private static Stream<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty());
    }

    private static String need(Properties properties, String name) {
        String value = properties.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }
}
