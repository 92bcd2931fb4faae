package org.remotepkcs11.proxy.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** Names a snapshot by what is in it: the same content has the same version, also after a restart. */
final class SnapshotVersion {
    private static final int BYTES = 16;

    private final MessageDigest digest = sha256();

    private SnapshotVersion() {
    }

    static String of(List<RemoteCard> cards) {
        SnapshotVersion version = new SnapshotVersion();
        cards.forEach(version::add);
        byte[] hash = Arrays.copyOf(version.digest.digest(), BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private void add(RemoteCard card) {
        add(card.id().bytes());
        add(card.token().toString());
        add(card.owner());
        add(card.delegation().bytes());
        add(card.pin());
        add(card.pinState() + " " + card.present() + " " + card.documentBound());
        add(card.mechanisms().stream().sorted().toList().toString());
        add(card.certificates().size());
        card.certificates().forEach(this::add);
        add(card.keys().size());
        card.keys().forEach(this::add);
        add(card.keySets().size());
        card.keySets().forEach(this::add);
        add(card.notBefore());
        add(card.notAfter());
        add(card.approval().toString());
        add(card.sealedPin());
    }

    private void add(KeySet set) {
        add(set.present() + " " + set.mechanisms().stream().sorted().toList());
        add(set.certificates().size());
        set.certificates().forEach(this::add);
        add(set.keys().size());
        set.keys().forEach(this::add);
    }

    private void add(PinDerivation pin) {
        add(pin.toString());
    }

    private void add(CertificateObject certificate) {
        add(certificate.id().bytes());
        add(certificate.label());
        add(certificate.der());
    }

    private void add(PrivateKeyObject key) {
        add(key.id().bytes());
        add(key.label());
        add(key.publicKey());
        add(key.usages().stream().sorted().toList().toString());
        add(key.allowedMechanisms().stream().sorted().toList().toString());
    }

    private void add(Optional<Instant> time) {
        add(time.map(Instant::toString).orElse(""));
    }

    private void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] bytes) {
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
