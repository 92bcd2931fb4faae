package org.remotepkcs11.proxy.access;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.remotepkcs11.proxy.access.format.StoredCertificate;
import org.remotepkcs11.proxy.access.format.StoredDescription;
import org.remotepkcs11.proxy.access.format.StoredKey;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;

/** What a card showed when it was added, as a column. */
final class DescriptionCodec {
    private DescriptionCodec() {
    }

    static byte[] encode(CardDescription description) {
        StoredDescription.Builder to = StoredDescription.newBuilder()
                .setManufacturer(description.token().manufacturer()).setModel(description.token().model())
                .setSerialNumber(description.token().serialNumber()).setLabel(description.token().label());
        description.mechanisms().stream().sorted().forEach(to::addMechanisms);
        for (CertificateObject certificate : description.certificates()) {
            to.addCertificates(StoredCertificate.newBuilder().setId(bytes(certificate.id()))
                    .setLabel(certificate.label()).setValue(ByteString.copyFrom(certificate.der())));
        }
        description.keys().forEach(key -> to.addKeys(encode(key)));
        return to.build().toByteArray();
    }

    private static StoredKey.Builder encode(PrivateKeyObject key) {
        StoredKey.Builder to = StoredKey.newBuilder().setId(bytes(key.id())).setLabel(key.label())
                .setPublicKey(ByteString.copyFrom(key.publicKey()));
        key.usages().stream().sorted().forEach(usage -> to.addUsages(usage.name()));
        key.allowedMechanisms().stream().sorted().forEach(to::addAllowedMechanisms);
        return to;
    }

    private static ByteString bytes(Id id) {
        return ByteString.copyFrom(id.bytes());
    }

    static CardDescription decode(String source, byte[] stored) throws RefusedException {
        try {
            StoredDescription from = StoredDescription.parseFrom(stored);
            RemoteCard.Token token = new RemoteCard.Token(from.getLabel(), from.getSerialNumber(),
                    from.getManufacturer(), from.getModel());
            List<CertificateObject> certificates = from.getCertificatesList().stream()
                    .map(one -> new CertificateObject(id(one.getId()), one.getLabel(), one.getValue().toByteArray()))
                    .toList();
            List<PrivateKeyObject> keys = from.getKeysList().stream().map(DescriptionCodec::key).toList();
            return new CardDescription(source, token, certificates, keys, new HashSet<>(from.getMechanismsList()),
                    PinState.OK, true);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw PolicyCodec.unreadable("card description");
        }
    }

    private static PrivateKeyObject key(StoredKey from) {
        Set<PrivateKeyObject.Usage> usages = EnumSet.noneOf(PrivateKeyObject.Usage.class);
        from.getUsagesList().forEach(usage -> usages.add(PrivateKeyObject.Usage.valueOf(usage)));
        return new PrivateKeyObject(id(from.getId()), from.getLabel(), from.getPublicKey().toByteArray(), usages,
                new HashSet<>(from.getAllowedMechanismsList()));
    }

    private static Id id(ByteString bytes) {
        return Id.of(bytes.toByteArray());
    }
}
