package org.remotepkcs11.proxy.cards.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Settings;
import org.remotepkcs11.wire.ErrorCode;

/**
 * Messages as bytes: a kind, then fields by {@link DataOutputStream}, byte strings and lists with their length before
 * them. A PIN is copied nowhere but into the frame, which the channel wipes.
 */
final class MessageCodec {
    /** More than any card shows. */
    static final int MAX_FRAME = 4 << 20;
    /** Of a frame with a PIN, beside its input: no such frame outgrows its first buffer, which would leave a copy. */
    private static final int ROOM = 8 << 10;
    private static final int BEGIN = 1;
    private static final int SCAN = 2;
    private static final int APPLY = 3;
    private static final int CHECK_PIN = 4;
    private static final int DONE = 5;
    private static final int REFUSED = 6;
    private static final int TOKENS = 7;
    private static final int SHOWN = 8;
    private static final int GONE = 9;

    private MessageCodec() {
    }

    /** A buffer that can be wiped. */
    private static final class Buffer extends ByteArrayOutputStream {
        Buffer(int room) {
            super(room);
        }

        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }

    static byte[] encode(ModuleMessage message) {
        Buffer buffer = new Buffer(message instanceof ModuleMessage.Apply apply ? ROOM + apply.operation().input().length : ROOM);
        try (DataOutputStream out = new DataOutputStream(buffer)) {
            write(message, out);
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be written to", e);
        } finally {
            buffer.wipe();
        }
    }

    private static void write(ModuleMessage message, DataOutputStream out) throws IOException {
        if (message instanceof ModuleMessage.Begin begin) {
            out.writeByte(BEGIN);
            write(begin, out);
        } else if (message instanceof ModuleMessage.Scan scan) {
            out.writeByte(SCAN);
            out.writeLong(scan.call());
            out.writeBoolean(scan.afresh());
        } else if (message instanceof ModuleMessage.Apply apply) {
            head(APPLY, apply.call(), apply.serial(), out);
            ObjectFields.write(apply.operation(), out);
            out.writeLong(apply.deadlineMillis());
            pin(apply.pin(), out);
        } else if (message instanceof ModuleMessage.CheckPin check) {
            head(CHECK_PIN, check.call(), check.serial(), out);
            pin(check.pin(), out);
        } else {
            writeAnswer(message, out);
        }
    }

    private static void writeAnswer(ModuleMessage message, DataOutputStream out) throws IOException {
        if (message instanceof ModuleMessage.Done done) {
            out.writeByte(DONE);
            out.writeLong(done.call());
            ObjectFields.write(done.output(), out);
        } else if (message instanceof ModuleMessage.Refused refused) {
            head(REFUSED, refused.call(), refused.detail(), out);
            out.writeInt(refused.code().number());
        } else if (message instanceof ModuleMessage.Tokens tokens) {
            out.writeByte(TOKENS);
            out.writeLong(tokens.call());
            ObjectFields.writeTexts(tokens.serials(), out);
        } else if (message instanceof ModuleMessage.Shown shown) {
            out.writeByte(SHOWN);
            out.writeUTF(shown.serial());
            ObjectFields.write(shown.description(), out);
        } else if (message instanceof ModuleMessage.Gone gone) {
            out.writeByte(GONE);
            out.writeUTF(gone.serial());
        }
    }

    private static void head(int kind, long call, String text, DataOutputStream out) throws IOException {
        out.writeByte(kind);
        out.writeLong(call);
        out.writeUTF(text);
    }

    private static void pin(CardPin pin, DataOutputStream out) throws IOException {
        byte[] utf8 = pin.utf8();
        try {
            ObjectFields.write(utf8, out);
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }

    private static void write(ModuleMessage.Begin begin, DataOutputStream out) throws IOException {
        Pkcs11Settings settings = begin.settings();
        out.writeUTF(settings.name());
        out.writeUTF(settings.library().toString());
        out.writeInt(settings.lanes());
        out.writeLong(settings.idle().toMillis());
        out.writeBoolean(settings.files());
        out.writeBoolean(settings.calling().serialise());
        out.writeUTF(settings.calling().initialisation());
        out.writeUTF(begin.duty().name());
        out.writeUTF(begin.only().orElse(""));
    }

    /** @throws IOException if it is no message */
    static ModuleMessage decode(byte[] frame) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame));
        try {
            ModuleMessage message = read(in);
            if (in.available() > 0) {
                throw new IOException("a message with something behind it");
            }
            return message;
        } catch (IllegalArgumentException e) {
            throw new IOException("a message with an impossible value", e);
        }
    }

    private static ModuleMessage read(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case BEGIN -> begin(in);
            case SCAN -> new ModuleMessage.Scan(in.readLong(), in.readBoolean());
            case APPLY -> new ModuleMessage.Apply(in.readLong(), in.readUTF(), ObjectFields.operation(in), in.readLong(),
                    pin(in));
            case CHECK_PIN -> new ModuleMessage.CheckPin(in.readLong(), in.readUTF(), pin(in));
            case DONE -> new ModuleMessage.Done(in.readLong(), ObjectFields.bytes(in));
            case REFUSED -> refused(in.readLong(), in.readUTF(), in.readInt());
            case TOKENS -> new ModuleMessage.Tokens(in.readLong(), ObjectFields.texts(in));
            case SHOWN -> new ModuleMessage.Shown(in.readUTF(), ObjectFields.description(in));
            case GONE -> new ModuleMessage.Gone(in.readUTF());
            default -> throw new IOException("there is no message " + kind);
        };
    }

    private static ModuleMessage refused(long call, String detail, int code) {
        return new ModuleMessage.Refused(call, ErrorCode.ofNumber(code), detail);
    }

    private static ModuleMessage begin(DataInputStream in) throws IOException {
        Pkcs11Settings settings = new Pkcs11Settings(in.readUTF(), Path.of(in.readUTF()), in.readInt(),
                Duration.ofMillis(in.readLong()), in.readBoolean(),
                new Pkcs11Settings.Calling(in.readBoolean(), in.readUTF()));
        ModuleMessage.Duty duty = ModuleMessage.Duty.valueOf(in.readUTF());
        return new ModuleMessage.Begin(settings, duty, Optional.of(in.readUTF()).filter(only -> !only.isEmpty()));
    }

    private static CardPin pin(DataInputStream in) throws IOException {
        byte[] utf8 = ObjectFields.bytes(in);
        try {
            return CardPin.ofUtf8(utf8);
        } finally {
            Arrays.fill(utf8, (byte) 0);
        }
    }
}
