package org.remotepkcs11.cli.text;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import org.remotepkcs11.wire.Mechanisms;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The mechanisms a delegation may be limited to, by their PKCS #11 names. */
public enum MechanismName {
    CKM_RSA_PKCS(Mechanisms.RSA_PKCS),
    CKM_RSA_PKCS_PSS(Mechanisms.RSA_PKCS_PSS),
    CKM_RSA_PKCS_OAEP(Mechanisms.RSA_PKCS_OAEP),
    CKM_RSA_X_509(Mechanisms.RSA_X_509),
    CKM_ECDSA(Mechanisms.ECDSA),
    CKM_ECDH1_DERIVE(Mechanisms.ECDH1_DERIVE),
    CKM_EDDSA(Mechanisms.EDDSA);

    private final long number;

    MechanismName(long number) {
        this.number = number;
    }

    public long number() {
        return number;
    }

    /** The name, or the number in hexadecimal where it has none here. */
    public static String show(long number) {
        return Arrays.stream(values()).filter(name -> name.number == number).map(Enum::name).findFirst()
                .orElse("0x" + Long.toHexString(number));
    }

    /** For picocli: names with or without {@code CKM_}, small or large, hyphens for underscores. */
    public static final class Converter implements ITypeConverter<MechanismName> {
        @Override
        public MechanismName convert(String text) {
            String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
            for (MechanismName known : values()) {
                if (known.name().equals(name) || known.name().equals("CKM_" + name)) {
                    return known;
                }
            }
            throw new TypeConversionException("'" + text + "' is no mechanism; known are "
                    + String.join(", ", Arrays.stream(values()).map(Enum::name).toList()));
        }
    }

    /** For picocli's {@code ${COMPLETION-CANDIDATES}}. */
    public static final class Candidates implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(Enum::name).iterator();
        }
    }
}
