package org.remotepkcs11.cli.text;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes JSON (RFC 8259) out of maps, collections, numbers, booleans and whatever else, taken as text. */
public final class Json {
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();

    private Json() {
    }

    /**
     * An object with its members in this order; an empty {@link Optional} is left out.
     *
     * @param members name, value, name, value, …
     */
    public static Map<String, Object> object(Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            Object value = members[i + 1] instanceof Optional<?> optional ? optional.orElse(null) : members[i + 1];
            if (value != null) {
                object.put((String) members[i], value);
            }
        }
        return object;
    }

    /** Indented by two spaces, without a last line end. */
    public static String write(Object value) {
        Json json = new Json();
        json.value(value, "\n");
        return json.text.toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            object(map, line);
        } else if (value instanceof Collection<?> collection) {
            array(collection, line);
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            string(value.toString());
        }
    }

    private void object(Map<?, ?> map, String line) {
        Iterator<? extends Map.Entry<?, ?>> members = map.entrySet().iterator();
        text.append('{');
        while (members.hasNext()) {
            Map.Entry<?, ?> member = members.next();
            text.append(line).append(INDENT);
            string(member.getKey().toString());
            text.append(": ");
            value(member.getValue(), line + INDENT);
            text.append(members.hasNext() ? "," : line);
        }
        text.append('}');
    }

    private void array(Collection<?> collection, String line) {
        Iterator<?> elements = collection.iterator();
        text.append('[');
        while (elements.hasNext()) {
            text.append(line).append(INDENT);
            value(elements.next(), line + INDENT);
            text.append(elements.hasNext() ? "," : line);
        }
        text.append(']');
    }

    private void string(String string) {
        text.append('"');
        for (char c : string.toCharArray()) {
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
