package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.ckaId;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.someBytes;
import static org.remotepkcs11.wire.Fields.text;

import com.google.protobuf.UnsafeByteOperations;
import java.util.EnumSet;
import java.util.Set;
import org.remotepkcs11.proto.V1;
import org.remotepkcs11.wire.PrivateKeyObject.Usage;

/** {@link CertificateObject}s and {@link PrivateKeyObject}s as messages. */
final class ObjectCodec {
    private ObjectCodec() {
    }

    static V1.Certificate encode(CertificateObject certificate) {
        return V1.Certificate.newBuilder()
                .setId(Fields.of(certificate.id()))
                .setLabel(certificate.label())
                .setValue(UnsafeByteOperations.unsafeWrap(certificate.der()))
                .build();
    }

    static CertificateObject decode(V1.Certificate message) throws RefusedException {
        known(message);
        return new CertificateObject(ckaId(message.getId()),
                text(message.getLabel(), MessageBounds.MAX_NAME_CHARS, "label"),
                someBytes(message.getValue(), MessageBounds.MAX_DER_BYTES, "certificate"));
    }

    static V1.PrivateKey encode(PrivateKeyObject key) {
        Set<Usage> usages = key.usages();
        V1.PrivateKey.Builder message = V1.PrivateKey.newBuilder()
                .setId(Fields.of(key.id()))
                .setLabel(key.label())
                .setPublicKey(UnsafeByteOperations.unsafeWrap(key.publicKey()))
                .setSign(usages.contains(Usage.SIGN))
                .setDecrypt(usages.contains(Usage.DECRYPT))
                .setUnwrap(usages.contains(Usage.UNWRAP))
                .setDerive(usages.contains(Usage.DERIVE))
                .setSignRecover(usages.contains(Usage.SIGN_RECOVER))
                .setAlwaysAuthenticate(usages.contains(Usage.ALWAYS_AUTHENTICATE))
                .setSensitive(usages.contains(Usage.SENSITIVE))
                .setExtractable(usages.contains(Usage.EXTRACTABLE))
                .setAlwaysSensitive(usages.contains(Usage.ALWAYS_SENSITIVE))
                .setNeverExtractable(usages.contains(Usage.NEVER_EXTRACTABLE))
                .setLocal(usages.contains(Usage.LOCAL));
        key.allowedMechanisms().stream().sorted().forEach(message::addAllowedMechanisms);
        return message.build();
    }

    static PrivateKeyObject decode(V1.PrivateKey message) throws RefusedException {
        known(message);
        return new PrivateKeyObject(ckaId(message.getId()),
                text(message.getLabel(), MessageBounds.MAX_NAME_CHARS, "label"),
                someBytes(message.getPublicKey(), MessageBounds.MAX_DER_BYTES, "public_key"), usages(message),
                LimitsCodec.mechanisms(message.getAllowedMechanismsList()));
    }

    private static Set<Usage> usages(V1.PrivateKey message) {
        Set<Usage> usages = EnumSet.noneOf(Usage.class);
        add(usages, message.getSign(), Usage.SIGN);
        add(usages, message.getDecrypt(), Usage.DECRYPT);
        add(usages, message.getUnwrap(), Usage.UNWRAP);
        add(usages, message.getDerive(), Usage.DERIVE);
        add(usages, message.getSignRecover(), Usage.SIGN_RECOVER);
        add(usages, message.getAlwaysAuthenticate(), Usage.ALWAYS_AUTHENTICATE);
        add(usages, message.getSensitive(), Usage.SENSITIVE);
        add(usages, message.getExtractable(), Usage.EXTRACTABLE);
        add(usages, message.getAlwaysSensitive(), Usage.ALWAYS_SENSITIVE);
        add(usages, message.getNeverExtractable(), Usage.NEVER_EXTRACTABLE);
        add(usages, message.getLocal(), Usage.LOCAL);
        return usages;
    }

    private static void add(Set<Usage> usages, boolean set, Usage usage) {
        if (set) {
            usages.add(usage);
        }
    }
}
