package org.remotepkcs11.testkit.piv;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.remotepkcs11.testkit.TestProxy;
import org.remotepkcs11.testkit.WireClient;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.PinProof;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

/** The user of a proxy, who asks for signatures by P-256 and verifies each; by one thread. */
final class Asker {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final TestProxy proxy;
    private final WireClient client;
    private final Map<Id, RemoteCard> remote = new HashMap<>();

    Asker(TestProxy proxy) throws IOException, GeneralSecurityException, RefusedException {
        this.proxy = proxy;
        this.client = proxy.client(proxy.user());
        client.open().snapshot().orElseThrow().cards().forEach(card -> remote.put(card.id(), card));
    }

    /** @return whether what came is a signature by this key */
    boolean sign(Id card, PublicKey key) throws RefusedException {
        byte[] digest = Id.nonce().bytes();
        Operation operation = new Operation(Fingerprint.ofDer(key.getEncoded()), Operation.Kind.SIGN, Mechanisms.ECDSA,
                Operation.NO_PARAMETERS, digest);
        Secret secret = Secret.ofPinProof(PinProof.derive(proxy.virtualPin().toCharArray(), remote.get(card).pin(),
                client.proxy()));
        Request use = new Request.Use(card, List.of(operation), DEADLINE);
        Outcome.Result result = ((Outcome.Used) client.ask(use, secret)).results().get(0);
        if (result instanceof Outcome.Result.Failed failed) {
            throw new RefusedException(failed.refusal());
        }
        return verifies(key, digest, ((Outcome.Result.Output) result).value());
    }

    private static boolean verifies(PublicKey key, byte[] digest, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
            verifier.initVerify(key);
            verifier.update(digest);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
