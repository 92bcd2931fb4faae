package org.remotepkcs11.proxy.cards.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Operation.Parameters;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

class MessageCodecTest {
    private static final Id KEY = Id.of(new byte[32]);

    static List<ModuleMessage> messages() {
        Pkcs11Settings settings = Pkcs11Settings.of("opensc", Path.of("/lib/opensc.so"))
                .withCalling(new Pkcs11Settings.Calling(true, "configdir='x'"));
        CardPin pin = CardPin.ofUtf8("planted".getBytes());
        return List.of(new ModuleMessage.Begin(settings, ModuleMessage.Duty.CARDS, Optional.of("12")),
                new ModuleMessage.Scan(1, true), new ModuleMessage.CheckPin(2, "12", pin),
                apply(Operation.NO_PARAMETERS), apply(new Parameters.Pss(1, 2, 3)),
                apply(new Parameters.Oaep(1, 2, new byte[3])), apply(new Parameters.Ecdh(new byte[65])),
                new ModuleMessage.Done(3, new byte[256]), new ModuleMessage.Refused(4, ErrorCode.CARD_ABSENT, "gone"),
                new ModuleMessage.Tokens(5, List.of("12", "34")), new ModuleMessage.Shown("12", description()),
                new ModuleMessage.Gone("12"));
    }

    private static ModuleMessage apply(Parameters parameters) {
        return new ModuleMessage.Apply(7, "12", new Operation(KEY, Operation.Kind.SIGN, 1, parameters, new byte[32]), 9,
                CardPin.ofUtf8("planted".getBytes()));
    }

    private static CardDescription description() {
        return new CardDescription("opensc:12", new RemoteCard.Token("seal", "12", "maker", "model"),
                List.of(new CertificateObject(Id.of(new byte[1]), "certificate", new byte[600])),
                List.of(new PrivateKeyObject(Id.of(new byte[1]), "key", new byte[90],
                        Set.of(PrivateKeyObject.Usage.SIGN), Set.of(1L))), Set.of(1L, 2L), PinState.COUNT_LOW, true);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsReadIsWhatWasWritten(ModuleMessage message) throws IOException {
        byte[] frame = MessageCodec.encode(message);
        assertThat(MessageCodec.encode(MessageCodec.decode(frame))).isEqualTo(frame);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void cutFrameIsNoMessage(ModuleMessage message) {
        byte[] frame = MessageCodec.encode(message);
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> MessageCodec.decode(cut));
        }
    }

    @Test
    void pinOfAReadMessageIsTheOneWritten() throws IOException {
        ModuleMessage.Apply read = (ModuleMessage.Apply) MessageCodec.decode(MessageCodec.encode(apply(Operation.NO_PARAMETERS)));
        assertThat(read.pin().utf8()).isEqualTo("planted".getBytes());
        assertThat(read.toString()).doesNotContain("planted");
    }

    /** Whatever a module's process sends: a message, or an {@link IOException}. */
    @FuzzTest
    void anythingIsAMessageOrRefused(byte[] bytes) {
        try {
            MessageCodec.encode(MessageCodec.decode(bytes));
        } catch (IOException refused) {
            assertThat(refused).isNotNull();
        }
    }
}
