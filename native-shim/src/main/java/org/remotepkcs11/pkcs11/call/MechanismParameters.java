package org.remotepkcs11.pkcs11.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.pkcs11.crypto.DigestAlgorithm;
import org.remotepkcs11.pkcs11.crypto.SigningMechanism;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter;
import org.remotepkcs11.pkcs11.cryptoki.MechanismParameter.Hkdf.Salt;
import org.remotepkcs11.pkcs11.table.Structure;

/** Reads the parameter of a mechanism as the structure that it is. */
final class MechanismParameters {
    private static final int AES_BLOCK = 16;
    private static final Set<Long> ULONGS = Set.of(CKM.AES_CMAC_GENERAL, CKM.AES_MAC_GENERAL, CKM.DES3_CMAC_GENERAL,
            CKM.EXTRACT_KEY_FROM_KEY, CKM.CONCATENATE_BASE_AND_KEY);

    private MechanismParameters() {
    }

    /** @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    static Mechanism read(org.remotepkcs11.pkcs11.table.Mechanism given) {
        if (given.isBare()) {
            return Mechanism.of(given.type());
        }
        return Mechanism.of(given.type(), given.structure().isPresent() ? structured(given, given.structure().get())
                : flat(given.type(), given.flat()));
    }

    private static MechanismParameter flat(long type, byte[] parameter) {
        Optional<SigningMechanism> signing = SigningMechanism.of(type);
        if (signing.isPresent() && signing.get().raw() == CKM.RSA_PKCS_PSS) {
            long[] fields = ulongs(parameter, 3);
            return new MechanismParameter.Pss(fields[0], fields[1], fields[2]);
        }
        if (type == CKM.AES_CTR) {
            return counter(parameter);
        }
        boolean ulong = ULONGS.contains(type)
                || Arrays.stream(DigestAlgorithm.values()).anyMatch(digest -> digest.hmacGeneral() == type);
        return ulong ? new MechanismParameter.Ulong(ulongs(parameter, 1)[0]) : new MechanismParameter.Bytes(parameter);
    }

    /** A CK_ULONG has 8 bytes, or 4 on Windows; hosts are little-endian. */
    private static long[] ulongs(byte[] parameter, int count) {
        int size = parameter.length / count;
        if (parameter.length % count != 0 || size != Long.BYTES && size != Integer.BYTES) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "a parameter of " + parameter.length + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(parameter).order(ByteOrder.LITTLE_ENDIAN);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = size == Long.BYTES ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
        }
        return values;
    }

    private static MechanismParameter counter(byte[] parameter) {
        int size = parameter.length - AES_BLOCK;
        if (size < 0) {
            throw new CkException(CKR.MECHANISM_PARAM_INVALID, "a parameter of " + parameter.length + " bytes");
        }
        return new MechanismParameter.Ctr(ulongs(Arrays.copyOf(parameter, size), 1)[0],
                Arrays.copyOfRange(parameter, size, parameter.length));
    }

    private static MechanismParameter structured(org.remotepkcs11.pkcs11.table.Mechanism given, Structure structure) {
        return switch (structure.name()) {
            case "CK_RSA_PKCS_OAEP_PARAMS" -> new MechanismParameter.Oaep(given.ulong("hash"), given.ulong("mgf"),
                    given.ulong("source"), given.bytes("label"));
            case "CK_ECDH1_DERIVE_PARAMS" -> new MechanismParameter.Ecdh(given.ulong("kdf"),
                    given.bytes("sharedData"), given.bytes("publicData"));
            case "CK_GCM_PARAMS" -> new MechanismParameter.Gcm(given.bytes("iv"), given.bytes("associatedData"),
                    given.ulong("tagBits"));
            case "CK_CCM_PARAMS" -> new MechanismParameter.Ccm(given.ulong("dataLength"), given.bytes("nonce"),
                    given.bytes("associatedData"), given.ulong("macLength"));
            case "CK_SALSA20_CHACHA20_POLY1305_PARAMS" -> new MechanismParameter.ChaCha20Poly1305(
                    given.bytes("nonce"), given.bytes("associatedData"));
            case "CK_CBC_ENCRYPT_DATA_PARAMS", "CK_DES_CBC_ENCRYPT_DATA_PARAMS" ->
                    new MechanismParameter.CbcData(given.bytes("iv"), given.bytes("data"));
            case "CK_KEY_DERIVATION_STRING_DATA" -> new MechanismParameter.StringData(given.bytes("data"));
            case "CK_EDDSA_PARAMS" ->
                    new MechanismParameter.EdDsa(given.bool("prehash"), given.bytes("context"));
            case "CK_HKDF_PARAMS" -> new MechanismParameter.Hkdf(given.bool("extract"), given.bool("expand"),
                    given.ulong("hash"),
                    new Salt(given.ulong("saltType"), given.bytes("salt"), given.ulong("saltKey")),
                    given.bytes("info"));
            case "CK_PKCS5_PBKD2_PARAMS2" -> new MechanismParameter.Pbkd2(given.ulong("saltSource"),
                    given.bytes("salt"), given.ulong("iterations"), given.ulong("prf"), given.bytes("password"));
            default -> throw new CkException(CKR.MECHANISM_PARAM_INVALID, structure.name() + " is not known");
        };
    }
}
