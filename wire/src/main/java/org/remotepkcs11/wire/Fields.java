package org.remotepkcs11.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes values out of parsed messages and refuses what is out of bounds; names are those of the .proto file. */
final class Fields {
    /** Decodes one element of a list. */
    interface Element<M, R> {
        R decode(M message) throws RefusedException;
    }

    private Fields() {
    }

    static RefusedException malformed(String detail) {
        return new RefusedException(ErrorCode.MESSAGE_MALFORMED, detail);
    }

    /** A message of this version says nothing that this version does not know. */
    static void known(Message message) throws RefusedException {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw malformed("unknown field " + message.getUnknownFields().asMap().keySet().iterator().next() + " in "
                    + message.getDescriptorForType().getName());
        }
    }

    static void present(boolean present, String name) throws RefusedException {
        if (!present) {
            throw malformed(name + " is missing");
        }
    }

    /** The ordinal of an enum value that must be known and must not be the unspecified one. */
    static <E extends Enum<E>> E choice(ProtocolMessageEnum value, int number, Class<E> type) throws RefusedException {
        E[] constants = type.getEnumConstants();
        if (number < 1 || number > constants.length) {
            throw malformed(value.getDescriptorForType().getName() + " " + number + " is unknown");
        }
        return constants[number - 1];
    }

    static Id id(ByteString value, int length, String name) throws RefusedException {
        if (value.size() != length) {
            throw malformed(name + " has " + value.size() + " bytes instead of " + length);
        }
        return Id.owning(value.toByteArray());
    }

    static Id idOrNone(ByteString value, int length, String name) throws RefusedException {
        return value.isEmpty() ? Id.NONE : id(value, length, name);
    }

    static Id ckaId(ByteString value) throws RefusedException {
        return Id.owning(bytes(value, MessageBounds.MAX_CKA_ID_BYTES, "id"));
    }

    static byte[] bytes(ByteString value, int max, String name) throws RefusedException {
        if (value.size() > max) {
            throw malformed(name + " has " + value.size() + " bytes; at most " + max);
        }
        return value.toByteArray();
    }

    static byte[] someBytes(ByteString value, int max, String name) throws RefusedException {
        present(!value.isEmpty(), name);
        return bytes(value, max, name);
    }

    static String text(String value, int max, String name) throws RefusedException {
        if (value.length() > max) {
            throw malformed(name + " has " + value.length() + " characters; at most " + max);
        }
        return value;
    }

    /** A name that people gave and that logs and terminals will show: not empty, without control characters. */
    static String name(String value, int max, String name) throws RefusedException {
        present(!value.isEmpty(), name);
        return line(value, max, name);
    }

    /** One line of text: no control characters. */
    static String line(String value, int max, String name) throws RefusedException {
        text(value, max, name);
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                throw malformed(name + " has a control character");
            }
        }
        return value;
    }

    static long number(long value, String name) throws RefusedException {
        if (value < 0) {
            throw malformed(name + " is out of range");
        }
        return value;
    }

    static int number(int value, int max, String name) throws RefusedException {
        if (value < 0 || value > max) {
            throw malformed(name + " is " + Integer.toUnsignedString(value) + "; at most " + max);
        }
        return value;
    }

    static Duration millis(int value, String name) throws RefusedException {
        return Duration.ofMillis(number(value, MessageBounds.MAX_WAIT_MS, name));
    }

    static Optional<Instant> moment(long millis, String name) throws RefusedException {
        return number(millis, name) == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    static <M, R> List<R> list(List<M> messages, int max, String name, Element<M, R> element)
            throws RefusedException {
        if (messages.isEmpty()) {
            return List.of();
        }
        if (messages.size() > max) {
            throw malformed(name + " has " + messages.size() + " elements; at most " + max);
        }
        List<R> result = new ArrayList<>(messages.size());
        for (M message : messages) {
            result.add(element.decode(message));
        }
        return result;
    }

    static <M, R> Set<R> set(List<M> messages, int max, String name, Element<M, R> element)
            throws RefusedException {
        List<R> elements = list(messages, max, name, element);
        Set<R> result = new HashSet<>(elements);
        if (result.size() != elements.size()) {
            throw malformed(name + " names something twice");
        }
        return result;
    }

    static List<byte[]> hashes(List<ByteString> values, String name) throws RefusedException {
        return list(values, MessageBounds.MAX_PROOF_HASHES, name, hash -> {
            if (hash.size() != Id.HASH_BYTES) {
                throw malformed(name + " has a hash of " + hash.size() + " bytes");
            }
            return hash.toByteArray();
        });
    }

    static ByteString of(Id id) {
        return ByteString.copyFrom(id.value());
    }
}
