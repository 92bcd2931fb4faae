package org.remotepkcs11.inprocess;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.remotepkcs11.pkcs11.crypto.SigningMechanism;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.Room;

/**
 * An application that lists nothing but what a card's private key does. A JVM has digests, ciphers and random numbers
 * of its own, and would else ask ours for those of our own TLS. Asked for by number, all mechanisms are still there:
 * SunPKCS11 asks so for the digest of a PSS signature.
 */
final class CardOperations implements Dispatcher {
    private static final Set<Long> OTHERS =
            Set.of(CKM.RSA_PKCS, CKM.RSA_X_509, CKM.RSA_PKCS_OAEP, CKM.ECDH1_DERIVE, CKM.ECDH1_COFACTOR_DERIVE);
    private static final Room EVERYTHING = Room.of(Long.MAX_VALUE);
    private static final String MECHANISMS = "mechanisms";
    private static final String INFO = "info";
    /** Of the flags in {@code CK_TOKEN_INFO}. */
    private static final int FLAGS = 4;

    private final Dispatcher application;

    CardOperations(Dispatcher application) {
        this.application = application;
    }

    @Override
    public Answer call(Function function, Arguments in) {
        return switch (function.name()) {
            case "C_GetMechanismList" -> mechanisms(function, in);
            case "C_GetTokenInfo" -> withoutRandom(application.call(function, in));
            default -> application.call(function, in);
        };
    }

    private Answer mechanisms(Function function, Arguments in) {
        Map<String, Object> all = Map.of("slot", in.ulong("slot"), MECHANISMS, EVERYTHING);
        Answer answer = application.call(function, new Arguments(function, all));
        Optional<Object> listed = answer.output(MECHANISMS).flatMap(output -> ((Answer.Sized) output).value());
        return listed.map(list -> Answer.filling(MECHANISMS, in.room(MECHANISMS),
                Arrays.stream((long[]) list).filter(CardOperations::isCards).toArray())).orElse(answer);
    }

    private static boolean isCards(long mechanism) {
        return OTHERS.contains(mechanism) || SigningMechanism.of(mechanism).isPresent();
    }

    private static Answer withoutRandom(Answer answer) {
        return answer.output(INFO).map(output -> {
            List<Object> fields = ((Answer.Fields) output).values();
            Object[] changed = fields.toArray();
            changed[FLAGS] = (Long) changed[FLAGS] & ~CKF.RNG;
            return Answer.of(answer.rv()).structure(INFO, changed);
        }).orElse(answer);
    }

    @Override
    public void close() {
        application.close();
    }
}
