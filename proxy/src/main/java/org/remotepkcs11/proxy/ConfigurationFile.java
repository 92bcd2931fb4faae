package org.remotepkcs11.proxy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.remotepkcs11.wire.RefusedException;

/** {@code proxy.properties} while it is read: every key is taken once, and what is left at the end is an error. */
final class ConfigurationFile {
    private final Path file;
    private final Map<String, String> values = new HashMap<>();

    /** @param content UTF-8 in the format of {@link Properties}; relative paths start where {@code file} is */
    ConfigurationFile(Path file, byte[] content) throws RefusedException {
        this.file = file;
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(content, StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException e) {
            throw PrivateDirectory.refused(file + " cannot be read: " + e.getMessage(), e);
        }
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key).strip()));
    }

    String text(String key, String otherwise) {
        String value = values.remove(key);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Separated by commas. */
    List<String> list(String key, String otherwise) {
        return Stream.of(text(key, otherwise).split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    int number(String key, int otherwise, int least, int most) throws RefusedException {
        String value = text(key, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of bounds
        }
        throw refused(key, value, "a number from " + least + " to " + most);
    }

    /** One of the words of an enumeration, in lower case. */
    <E extends Enum<E>> E choice(String key, Class<E> words, String otherwise) throws RefusedException {
        String value = text(key, otherwise).toUpperCase(Locale.ROOT);
        for (E word : words.getEnumConstants()) {
            if (word.name().equals(value)) {
                return word;
            }
        }
        throw refused(key, value.toLowerCase(Locale.ROOT), "one of " + Stream.of(words.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", ")));
    }

    Optional<Path> path(String key) throws RefusedException {
        String value = text(key, "");
        try {
            return value.isEmpty() ? Optional.empty() : Optional.of(file.resolveSibling(value).normalize());
        } catch (InvalidPathException e) {
            throw refused(key, value, "a path");
        }
    }

    Optional<String> url(String key) throws RefusedException {
        String value = text(key, "");
        if (!value.isEmpty() && !value.matches("(http|https|ldap)://[\\x21-\\x7e]+")) {
            throw refused(key, value, "a URL");
        }
        return Optional.of(value).filter(url -> !url.isEmpty());
    }

    /** Separated by commas. */
    List<Path> paths(String key) throws RefusedException {
        List<Path> paths = new ArrayList<>();
        for (String name : list(key, "")) {
            try {
                paths.add(file.resolveSibling(name).normalize());
            } catch (InvalidPathException e) {
                throw refused(key, name, "a path");
            }
        }
        return paths;
    }

    /** The different {@code NAME}s of {@code prefix.NAME} and {@code prefix.NAME.more}, in alphabetical order. */
    List<String> namesBelow(String prefix) {
        TreeSet<String> names = new TreeSet<>();
        for (String key : values.keySet()) {
            if (key.startsWith(prefix + ".")) {
                names.add(key.substring(prefix.length() + 1).split("\\.", 2)[0]);
            }
        }
        return List.copyOf(names);
    }

    void refuseRest() throws RefusedException {
        if (!values.isEmpty()) {
            String first = new TreeSet<>(values.keySet()).first();
            throw PrivateDirectory.refused(file + ": there is no setting " + first, null);
        }
    }

    RefusedException refused(String key, String value, String expected) {
        return PrivateDirectory.refused(file + ": " + key + " is \"" + value + "\", not " + expected, null);
    }
}
