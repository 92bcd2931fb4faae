package org.remotepkcs11.proxy.cards.pkcs11;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.Turnstile;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RefusedException;

/** Secret keys on a token that never leave it, for HMAC-SHA256. Open for a moment at a time. */
public final class KeyToken implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int KEY_BYTES = 32;
    private static final int MAC_BYTES = 32;

    private final Pkcs11Library library;
    private final Turnstile.Pass pass;
    private final CkSession session;

    private KeyToken(Pkcs11Library library, Turnstile.Pass pass, CkSession session) {
        this.library = library;
        this.pass = pass;
        this.session = session;
    }

    /**
     * Logs in.
     *
     * @param label of the token
     * @throws IOException      if the module cannot be used or shows no such token, or more than one
     * @throws RefusedException if the token refuses
     */
    public static KeyToken open(Path module, String label, CardPin pin) throws IOException, RefusedException {
        Pkcs11Library library = Pkcs11Library.open(Pkcs11Settings.of("keys", module));
        Turnstile.Pass pass = null;
        CkSession session = null;
        try {
            pass = library.use(Instant.now().plus(PATIENCE));
            session = CkSession.openToWrite(library.cryptoki(), slot(library, label));
            login(session, pin);
            return new KeyToken(library, pass, session);
        } catch (CkException e) {
            end(library, pass, session);
            throw e.refusal();
        } catch (IOException | RefusedException e) {
            end(library, pass, session);
            throw e;
        }
    }

    private static long slot(Pkcs11Library library, String label) throws CkException, IOException {
        List<Long> found = new ArrayList<>();
        for (long slot : library.slots()) {
            TokenInfo info = TokenInfo.read(library.cryptoki(), slot);
            if (info.token().label().equals(label)) {
                refuseIfPinWasWrong(info);
                found.add(slot);
            }
        }
        if (found.size() != 1) {
            throw new IOException((found.isEmpty() ? "no token" : "more than one token") + " is labelled " + label);
        }
        return found.get(0);
    }

    /** A program that is started again and again must not lock the token by a PIN that is wrong. */
    private static void refuseIfPinWasWrong(TokenInfo info) throws IOException {
        if (info.pinState() != PinState.OK) {
            throw new IOException("it says that a wrong pin was tried (" + info.pinState()
                    + "), so none is sent: correct keys.pin, then log in once by the token's own tools");
        }
    }

    private static void login(CkSession session, CardPin pin) throws CkException {
        try {
            session.login(Ck.U_USER, pin);
        } catch (CkException e) {
            if (!e.is(Ck.R_USER_ALREADY_LOGGED_IN)) {
                throw e;
            }
        }
    }

    /**
     * @return handles of the keys with this label and CKA_ID
     * @throws RefusedException {@link ErrorCode#KEY_FORBIDDEN} if one of them could leave the token
     */
    public List<Long> find(String label, Id id) throws RefusedException {
        try {
            List<Long> keys = new ArrayList<>();
            for (long key : session.find(Ck.O_SECRET_KEY)) {
                CkAttributes attributes = session.attributes(key, Ck.A_LABEL, Ck.A_ID, Ck.A_SENSITIVE,
                        Ck.A_EXTRACTABLE);
                if (attributes.label().equals(label) && attributes.id().equals(id)) {
                    refuseUnlessKept(attributes);
                    keys.add(key);
                }
            }
            return keys;
        } catch (CkException e) {
            throw e.refusal();
        }
    }

    private static void refuseUnlessKept(CkAttributes key) throws RefusedException {
        if (!key.isTrue(Ck.A_SENSITIVE) || key.isTrue(Ck.A_EXTRACTABLE)) {
            throw new RefusedException(ErrorCode.KEY_FORBIDDEN,
                    "the " + key.label() + " could leave the token: it must be sensitive and not extractable");
        }
    }

    /** Makes a generic secret of 32 bytes that is sensitive and not extractable. @return its handle */
    public long generate(String label, Id id) throws RefusedException {
        try (CkTemplate template = new CkTemplate().ulong(Ck.A_CLASS, Ck.O_SECRET_KEY)
                .ulong(Ck.A_KEY_TYPE, Ck.K_GENERIC_SECRET).ulong(Ck.A_VALUE_LEN, KEY_BYTES).bool(Ck.A_TOKEN, true)
                .bool(Ck.A_PRIVATE, true).bool(Ck.A_SENSITIVE, true).bool(Ck.A_EXTRACTABLE, false)
                .bool(Ck.A_SIGN, true).bytes(Ck.A_LABEL, label.getBytes(StandardCharsets.UTF_8))
                .bytes(Ck.A_ID, id.bytes())) {
            return session.generate(Ck.M_GENERIC_SECRET_KEY_GEN, template);
        } catch (CkException e) {
            throw e.refusal();
        }
    }

    /** @return 32 bytes */
    public byte[] hmacSha256(long key, byte[] data) throws RefusedException {
        try {
            byte[] mac = session.sign(key, Ck.M_SHA256_HMAC, data);
            if (mac.length != MAC_BYTES) {
                throw new RefusedException(ErrorCode.CARD_FAILED, "the token made a MAC of " + mac.length + " bytes");
            }
            return mac;
        } catch (CkException e) {
            throw e.refusal();
        }
    }

    public void destroy(long key) throws RefusedException {
        try {
            session.destroy(key);
        } catch (CkException e) {
            throw e.refusal();
        }
    }

    @Override
    public void close() {
        end(library, pass, session);
    }

    /** The token is locked again with the last session of this process. */
    private static void end(Pkcs11Library library, Turnstile.Pass pass, CkSession session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (CkException e) {
            // the token went away, and the session with it
        } finally {
            if (pass != null) {
                pass.close();
            }
            library.close();
        }
    }
}
