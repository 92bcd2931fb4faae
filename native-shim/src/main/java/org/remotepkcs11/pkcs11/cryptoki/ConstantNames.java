package org.remotepkcs11.pkcs11.cryptoki;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/** Names of constants, for people to read. */
final class ConstantNames {
    private static final ClassValue<Map<Long, String>> NAMES = new ClassValue<>() {
        @Override
        protected Map<Long, String> computeValue(Class<?> type) {
            Map<Long, String> names = new HashMap<>();
            for (Field field : type.getFields()) {
                if (field.getType() == long.class) {
                    names.putIfAbsent(valueOf(field), type.getSimpleName() + "_" + field.getName());
                }
            }
            return names;
        }
    };

    private ConstantNames() {
    }

    static String of(Class<?> constants, long value) {
        return NAMES.get(constants).getOrDefault(value, constants.getSimpleName() + " 0x" + Long.toHexString(value));
    }

    private static long valueOf(Field field) {
        try {
            return field.getLong(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("constants are public", e);
        }
    }
}
