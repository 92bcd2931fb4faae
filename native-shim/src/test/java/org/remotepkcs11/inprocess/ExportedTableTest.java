package org.remotepkcs11.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.agent.ToyToken;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Room;

/** The list as C reads it, and what a JVM is shown. */
class ExportedTableTest {
    private static final FunctionTable TABLE = FunctionTable.standard();

    private static long call(ExportedTable table, String name, Object... words) {
        Pointer list = new Pointer(table.address());
        Pointer function = list.getPointer(8L * (TABLE.byName(name).id() + 1));
        return Function.getFunction(function).invokeLong(words);
    }

    private static ExportedTable toys() {
        return new ExportedTable(host -> new ToyToken(), Surroundings.here());
    }

    @Test
    void everyFunctionOfTheTableIsThereAndNoneReturnsZero() {
        ExportedTable table = toys();
        assertThat(new Pointer(table.address()).getByteArray(0, 2)).containsExactly(3, 2);
        for (var function : TABLE.functions()) {
            int words = function.arguments().stream().mapToInt(argument -> argument.kind().parameters()).sum();
            Object[] nothing = Collections.nCopies(words, 0L).toArray();
            assertThat(~call(table, function.name(), nothing)).as(function.name()).isNotEqualTo(-1).isNotZero();
        }
    }

    @Test
    void fieldsLieWhereACompilerPutsThem() {
        assertThat(Layout.offsets(TABLE.structures().get("CK_TOKEN_INFO"))).startsWith(0, 32, 64, 80, 96, 104)
                .endsWith(176, 184, 186, 188);
        assertThat(Layout.size(TABLE.structures().get("CK_TOKEN_INFO"))).isEqualTo(208);
        assertThat(Layout.offsets(TABLE.parameters().get("CK_HKDF_PARAMS"))).containsExactly(0, 1, 8, 16, 24, 40, 48);
        assertThat(Layout.size(TABLE.parameters().get("CK_EDDSA_PARAMS"))).isEqualTo(24);
    }

    @Test
    void jvmIsListedWhatACardsKeyDoes() {
        Dispatcher everything = new Listing(CKM.SHA256, CKM.SHA256_RSA_PKCS, CKM.AES_GCM, CKM.ECDSA, CKM.SHA256_HMAC);
        Arguments in = new Arguments(TABLE.byName("C_GetMechanismList"), Map.of("slot", 1L, "mechanisms", Room.of(9)));
        Answer answer = new CardOperations(everything).call(TABLE.byName("C_GetMechanismList"), in);
        assertThat(((Answer.Sized) answer.output("mechanisms").orElseThrow()).value().map(long[].class::cast))
                .hasValue(new long[] {CKM.SHA256_RSA_PKCS, CKM.ECDSA});
    }

    @Test
    void whatOurOwnThreadsWouldBeginIsRefused() {
        ClassLoader own = new ClassLoader(null) { };
        Surroundings joined = new Surroundings(own, true);
        assertThat(joined.within(TABLE.byName("C_SignInit"), () -> joined.within(TABLE.byName("C_GetInfo"), () -> 7)))
                .isEqualTo(7);
        assertThatThrownBy(() -> joined.within(TABLE.byName("C_SignInit"),
                () -> joined.within(TABLE.byName("C_CreateObject"), () -> 7))).isInstanceOf(CkException.class);
        assertThat(Thread.currentThread().getContextClassLoader()).isNotEqualTo(own);
    }

    /** A token that lists mechanisms, by the rules of the standard. */
    private record Listing(long... mechanisms) implements Dispatcher {
        @Override
        public Answer call(org.remotepkcs11.pkcs11.table.Function function, Arguments in) {
            return Answer.filling("mechanisms", in.room("mechanisms"), mechanisms);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    @Test
    void applicationThatIsNotBegunIsNotInitialised() {
        assertThat(~call(toys(), "C_GetInfo", new Memory(256))).isEqualTo(CKR.CRYPTOKI_NOT_INITIALIZED);
        assertThat(~call(toys(), "C_Finalize", 0L)).isEqualTo(CKR.CRYPTOKI_NOT_INITIALIZED);
    }
}
