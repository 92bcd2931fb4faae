package org.remotepkcs11.pkcs11.call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Arguments;

/** What answers which function, by the names of the table; and how arguments are read and answers written. */
final class Calls {
    /** Answers one function. */
    interface Call {
        /** @throws CkException for every return value other than {@code CKR_OK} */
        Answer answer(Arguments in);
    }

    /** Answers a function that gives nothing back. */
    interface Deed {
        /** @throws CkException for every return value other than {@code CKR_OK} */
        void perform(Arguments in);
    }

    /** Answers a function with one output of variable length. */
    interface Filling {
        /** @throws CkException for every return value other than {@code CKR_OK} */
        void fill(Arguments in, Output out);
    }

    private final Map<String, Call> calls = new HashMap<>();

    void on(String function, Call call) {
        calls.put(function, call);
    }

    void perform(String function, Deed deed) {
        on(function, in -> {
            deed.perform(in);
            return Answer.ok();
        });
    }

    /** @param output name of the {@code >bytes} argument */
    void fill(String function, String output, Filling filling) {
        on(function, in -> sized(in, output, out -> filling.fill(in, out)));
    }

    Optional<Call> find(String function) {
        return Optional.ofNullable(calls.get(function));
    }

    /** With the length also where the buffer is too small. */
    static Answer sized(Arguments in, String output, Consumer<Output> body) {
        return sized(output, Output.of(in.room(output)), body);
    }

    /** For an output of kind {@code >optional}. */
    static Answer sizedIfWanted(Arguments in, String output, Consumer<Optional<Output>> body) {
        Optional<Output> wanted = in.optionalRoom(output).map(Output::of);
        if (wanted.isEmpty()) {
            body.accept(Optional.empty());
            return Answer.ok();
        }
        return sized(output, wanted.get(), out -> body.accept(Optional.of(out)));
    }

    private static Answer sized(String output, Output out, Consumer<Output> body) {
        try {
            body.accept(out);
        } catch (CkException e) {
            if (e.returnValue() == CKR.BUFFER_TOO_SMALL) {
                return Answer.of(CKR.BUFFER_TOO_SMALL).length(output, out.length());
            }
            throw e;
        }
        return out.value() == null ? Answer.ok().length(output, out.length()) : Answer.ok().bytes(output, out.value());
    }

    static long session(Arguments in) {
        return in.ulong("session");
    }

    static Template template(Arguments in, String name) {
        return Template.of(List.copyOf(in.template(name)));
    }

    /** Empty where the host passed NULL. @throws CkException {@code CKR_MECHANISM_PARAM_INVALID} */
    static Optional<Mechanism> mechanism(Arguments in) {
        return in.mechanism("mechanism").map(MechanismParameters::read);
    }

    /** @throws CkException {@code CKR_ARGUMENTS_BAD} where the host passed NULL */
    static Mechanism requiredMechanism(Arguments in) {
        return mechanism(in).orElseThrow(() -> new CkException(CKR.ARGUMENTS_BAD));
    }
}
