package org.remotepkcs11.pkcs11.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.application.Application;
import org.remotepkcs11.pkcs11.application.CardLogin;
import org.remotepkcs11.pkcs11.application.CardSource;
import org.remotepkcs11.pkcs11.application.Inventory;
import org.remotepkcs11.pkcs11.application.PinEntry;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.pkcs11.table.FunctionTable;
import org.remotepkcs11.pkcs11.table.Room;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.KeySet;
import org.remotepkcs11.wire.PinDerivation;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Snapshot;

/** {@code docs/reference-pkcs11.md} says of every function what the dispatcher does. */
class FunctionReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference-pkcs11.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(C_\\w+)` \\| (\\S+) \\| (\\w+)(?: `(CKR_\\w+)`)? \\|", Pattern.MULTILINE);

    private final Map<String, MatchResult> rows = ROW.matcher(Files.readString(PAGE)).results()
            .collect(Collectors.toMap(row -> row.group(1), row -> row));
    private final ApplicationDispatcher dispatcher = new ApplicationDispatcher(
            new Application(new Inventory(new OneEmptyCard()), Optional.empty(), PinEntry.NONE));

    FunctionReferenceTest() throws IOException {
    }

    /** A card without keys. */
    private static final class OneEmptyCard implements CardSource {
        private final Id id = Id.random();
        private final Snapshot snapshot = new Snapshot("1", List.of(new RemoteCard(id,
                new RemoteCard.Token("Empty", "1", "Maker", "Model"), "Olive", id, PinDerivation.fresh(), PinState.OK,
                true, Set.of(), List.of(), List.of(), Optional.empty(), Optional.empty())));

        @Override
        public Snapshot snapshot() {
            return snapshot;
        }

        @Override
        public boolean watch(Duration patience) {
            return false;
        }

        @Override
        public KeySet keySet(RemoteCard card, Object application) {
            return card.sets().get(0);
        }

        @Override
        public void ended(Object application) {
            // nothing was chosen
        }

        @Override
        public CardLogin login(RemoteCard card, char[] pin) throws RefusedException {
            throw new RefusedException(ErrorCode.PIN_WRONG, "no pin is right");
        }
    }

    private static List<Function> functions() {
        return FunctionTable.standard().functions();
    }

    @Test
    void everyFunctionHasItsRow() {
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(functions().stream().map(Function::name).toList());
        for (Function function : functions()) {
            assertThat(rows.get(function.name()).group(2)).as(function.name()).isEqualTo(function.since());
        }
    }

    @Test
    void everyFunctionIsAnsweredWhereItsRowSays() {
        for (Function function : functions()) {
            String answered = rows.get(function.name()).group(3);
            boolean byUs = List.of("local", "snapshot", "remote").contains(answered);
            boolean byModule = function.where() == Function.Where.MODULE;
            assertThat(byModule).as(function.name()).isEqualTo(answered.equals("module"));
            if (byUs) {
                assertThat(function.isDispatched() && dispatcher.answers(function)).as(function.name()).isTrue();
            }
        }
    }

    @Test
    void refusedFunctionsReturnWhatTheirRowSays() {
        Function open = FunctionTable.standard().byName("C_OpenSession");
        long slot = slot();
        long session = (Long) dispatcher.call(open, new Defaults().with("slot", slot)
                .with("flags", CKF.SERIAL_SESSION).of(open)).output("session").orElseThrow();
        for (Function function : functions()) {
            MatchResult row = rows.get(function.name());
            if (row.group(3).equals("refused") && function.isDispatched()) {
                long returned = dispatcher.call(function,
                        new Defaults().with("session", session).with("slot", slot).of(function)).rv();
                assertThat(CKR.name(returned)).as(function.name()).isEqualTo(row.group(4));
            }
        }
    }

    private long slot() {
        Function slots = FunctionTable.standard().byName("C_GetSlotList");
        Answer.Sized listed = (Answer.Sized) dispatcher
                .call(slots, new Defaults().with("slots", Room.of(8)).of(slots))
                .output("slots").orElseThrow();
        return ((long[]) listed.value().orElseThrow())[0];
    }
}
