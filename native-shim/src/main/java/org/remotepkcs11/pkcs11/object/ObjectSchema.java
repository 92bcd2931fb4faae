package org.remotepkcs11.pkcs11.object;

import static org.remotepkcs11.pkcs11.object.Rule.bool;
import static org.remotepkcs11.pkcs11.object.Rule.bytes;
import static org.remotepkcs11.pkcs11.object.Rule.required;
import static org.remotepkcs11.pkcs11.object.Rule.ulong;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.stream.Stream;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.object.Rule.Change;

/** Which attributes an object of a class has, beside those that are the key itself; PKCS #11 v3.2 section 4. */
final class ObjectSchema {
    /** What the module says and no template may. */
    private static final Set<Long> OURS = Set.of(CKA.UNIQUE_ID, CKA.LOCAL, CKA.KEY_GEN_MECHANISM,
            CKA.ALWAYS_SENSITIVE, CKA.NEVER_EXTRACTABLE);
    private static final List<Rule> STORED = List.of(required(CKA.CLASS), bool(CKA.TOKEN, false, Change.IN_A_COPY),
            bool(CKA.PRIVATE, false, Change.IN_A_COPY), bool(CKA.MODIFIABLE, true, Change.IN_A_COPY),
            bool(CKA.COPYABLE, true, Change.TO_FALSE), bool(CKA.DESTROYABLE, true, Change.IN_A_COPY),
            bytes(CKA.LABEL, Change.ALWAYS));
    private static final List<Rule> KEY = List.of(required(CKA.KEY_TYPE), bytes(CKA.ID, Change.ALWAYS),
            bytes(CKA.START_DATE, Change.ALWAYS), bytes(CKA.END_DATE, Change.ALWAYS),
            bool(CKA.DERIVE, false, Change.ALWAYS), bytes(CKA.ALLOWED_MECHANISMS, Change.NEVER));
    private static final List<Rule> HIDDEN_KEY = List.of(bool(CKA.WRAP_WITH_TRUSTED, false, Change.TO_TRUE));

    private static final ObjectSchema DATA = of(STORED, List.of(bytes(CKA.APPLICATION, Change.ALWAYS),
            bytes(CKA.OBJECT_ID, Change.NEVER), bytes(CKA.VALUE, Change.ALWAYS)));
    private static final ObjectSchema CERTIFICATE = of(STORED, List.of(required(CKA.CERTIFICATE_TYPE),
            bool(CKA.TRUSTED, false, Change.NEVER), ulong(CKA.CERTIFICATE_CATEGORY, 0),
            bytes(CKA.CHECK_VALUE, Change.NEVER), bytes(CKA.START_DATE, Change.NEVER),
            bytes(CKA.END_DATE, Change.NEVER), bytes(CKA.PUBLIC_KEY_INFO, Change.NEVER), required(CKA.SUBJECT),
            bytes(CKA.ID, Change.ALWAYS), bytes(CKA.ISSUER, Change.ALWAYS), bytes(CKA.SERIAL_NUMBER, Change.ALWAYS),
            required(CKA.VALUE), bytes(CKA.URL, Change.NEVER), bytes(CKA.HASH_OF_SUBJECT_PUBLIC_KEY, Change.NEVER),
            bytes(CKA.HASH_OF_ISSUER_PUBLIC_KEY, Change.NEVER), ulong(CKA.JAVA_MIDP_SECURITY_DOMAIN, 0),
            ulong(CKA.NAME_HASH_ALGORITHM, CKM.SHA_1)));
    private static final ObjectSchema PUBLIC_KEY = of(STORED, KEY, List.of(bytes(CKA.SUBJECT, Change.ALWAYS),
            usage(CKA.ENCRYPT), usage(CKA.VERIFY), usage(CKA.VERIFY_RECOVER), usage(CKA.WRAP), usage(CKA.ENCAPSULATE),
            bool(CKA.TRUSTED, false, Change.NEVER)));
    private static final ObjectSchema PRIVATE_KEY = of(STORED, KEY, HIDDEN_KEY, List.of(
            bytes(CKA.SUBJECT, Change.ALWAYS), bool(CKA.SENSITIVE, true, Change.TO_TRUE),
            bool(CKA.EXTRACTABLE, false, Change.TO_FALSE), usage(CKA.DECRYPT), usage(CKA.SIGN),
            usage(CKA.SIGN_RECOVER), usage(CKA.UNWRAP), usage(CKA.DECAPSULATE),
            bool(CKA.ALWAYS_AUTHENTICATE, false, Change.NEVER)));
    private static final ObjectSchema SECRET_KEY = of(STORED, KEY, HIDDEN_KEY, List.of(
            bool(CKA.SENSITIVE, false, Change.TO_TRUE), bool(CKA.EXTRACTABLE, true, Change.TO_FALSE),
            usage(CKA.ENCRYPT), usage(CKA.DECRYPT), usage(CKA.SIGN), usage(CKA.VERIFY), usage(CKA.WRAP),
            usage(CKA.UNWRAP), bool(CKA.TRUSTED, false, Change.NEVER), bytes(CKA.CHECK_VALUE, Change.NEVER)));

    private final Map<Long, Rule> rules = new LinkedHashMap<>();

    private ObjectSchema() {
    }

    private static Rule usage(long type) {
        return bool(type, true, Change.ALWAYS);
    }

    @SafeVarargs
    private static ObjectSchema of(List<Rule>... parts) {
        ObjectSchema schema = new ObjectSchema();
        Stream.of(parts).flatMap(List::stream).forEach(rule -> schema.rules.put(rule.type(), rule));
        return schema;
    }

    /** @throws CkException {@code CKR_ATTRIBUTE_VALUE_INVALID} for a class no user makes */
    static ObjectSchema of(long objectClass) {
        if (objectClass == CKO.DATA) {
            return DATA;
        }
        if (objectClass == CKO.CERTIFICATE) {
            return CERTIFICATE;
        }
        if (objectClass == CKO.PUBLIC_KEY) {
            return PUBLIC_KEY;
        }
        if (objectClass == CKO.PRIVATE_KEY) {
            return PRIVATE_KEY;
        }
        if (objectClass == CKO.SECRET_KEY) {
            return SECRET_KEY;
        }
        throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "objects of this class are not made by applications");
    }

    /**
     * The attributes of a new object, defaults included, without those that are the key.
     *
     * @param keyParts attributes of the template that say what the key is: left out
     * @throws CkException as the standard says of templates
     */
    Map<Long, byte[]> complete(Template template, Set<Long> keyParts) {
        Map<Long, byte[]> values = new LinkedHashMap<>();
        for (Entry<Long, byte[]> given : template.values().entrySet()) {
            if (!keyParts.contains(given.getKey())) {
                values.put(given.getKey(), checked(given.getKey(), given.getValue()));
            }
        }
        for (Rule rule : rules.values()) {
            if (rule.standard() == null && !values.containsKey(rule.type())) {
                throw new CkException(CKR.TEMPLATE_INCOMPLETE, CKA.name(rule.type()) + " is missing");
            }
            values.putIfAbsent(rule.type(), rule.standard());
        }
        return values;
    }

    private byte[] checked(long type, byte[] value) {
        if (OURS.contains(type)) {
            throw new CkException(CKR.ATTRIBUTE_READ_ONLY, CKA.name(type) + " is not for applications to say");
        }
        rule(type).checkForm(value);
        if (type == CKA.TRUSTED && value[0] != 0) {
            throw new CkException(CKR.ATTRIBUTE_READ_ONLY, "only a security officer can trust an object");
        }
        if (type == CKA.ALWAYS_AUTHENTICATE && value[0] != 0) {
            throw new CkException(CKR.ATTRIBUTE_VALUE_INVALID, "only keys of cards ask for the PIN each time");
        }
        return value;
    }

    /**
     * Attributes after a change.
     *
     * @param copying whether a new object is made of an old one
     * @throws CkException {@code CKR_ATTRIBUTE_READ_ONLY} and others
     */
    Map<Long, byte[]> changed(Map<Long, byte[]> before, Template changes, boolean copying) {
        Map<Long, byte[]> after = new LinkedHashMap<>(before);
        for (Entry<Long, byte[]> change : changes.values().entrySet()) {
            if (before.containsKey(change.getKey()) && !rules.containsKey(change.getKey())) {
                throw new CkException(CKR.ATTRIBUTE_READ_ONLY, CKA.name(change.getKey()) + " cannot be changed");
            }
            Rule rule = rule(change.getKey());
            rule.checkForm(change.getValue());
            rule.checkChange(before.get(change.getKey()), change.getValue(), copying);
            after.put(change.getKey(), change.getValue());
        }
        return after;
    }

    private Rule rule(long type) {
        Rule rule = rules.get(type);
        if (rule == null) {
            throw new CkException(CKR.ATTRIBUTE_TYPE_INVALID, CKA.name(type) + " does not belong to this class");
        }
        return rule;
    }
}
