package org.remotepkcs11.testkit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.List;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** A user in a session, message by message: who signs with the P-256 key of the first card. */
final class Asking {
    static final byte[] DIGEST = digest("a document");
    private final WireClient client;
    private final RemoteCard card;

    private Asking(WireClient client, RemoteCard card) {
        this.client = client;
        this.card = card;
    }

    /** Opens a session as the proxy's user. */
    static Asking of(TestProxy proxy) throws IOException, GeneralSecurityException, RefusedException {
        WireClient client = proxy.client(proxy.user());
        Outcome.Opened opened = client.open();
        return new Asking(client, opened.snapshot().orElseThrow().cards().get(0));
    }

    WireClient client() {
        return client;
    }

    RemoteCard card() {
        return card;
    }

    PrivateKeyObject key() {
        return card.keys().stream().filter(key -> key.label().equals("p-256")).findFirst().orElseThrow();
    }

    Secret secret(String pin) {
        return Secret.ofPinProof(PinProof.derive(pin.toCharArray(), card.pin(), client.proxy()));
    }

    Operation sign(byte[] digest) {
        return new Operation(key().fingerprint(), Operation.Kind.SIGN, Mechanisms.ECDSA, Operation.NO_PARAMETERS,
                digest);
    }

    Request.Use use(Operation... operations) {
        return new Request.Use(card.id(), List.of(operations), Duration.ZERO);
    }

    Request.Use use() {
        return use(sign(DIGEST));
    }

    static byte[] output(Outcome outcome) {
        return ((Outcome.Result.Output) ((Outcome.Used) outcome).results().get(0)).value();
    }

    /** By the JDK. @param signature r‖s */
    boolean verifies(byte[] digest, byte[] signature) throws GeneralSecurityException {
        PublicKey key = KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(key().publicKey()));
        Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
        verifier.initVerify(key);
        verifier.update(digest);
        return verifier.verify(signature);
    }

    static byte[] digest(String document) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(document.getBytes());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }}
