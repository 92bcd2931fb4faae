package org.remotepkcs11.proxy.cards.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Operation;
import org.remotepkcs11.wire.Operation.Parameters;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** Operations and descriptions within messages. What is read is bounded by what is there. */
final class ObjectFields {
    private static final int MAX_LIST = 4096;
    private static final int NONE = 0;
    private static final int PSS = 1;
    private static final int OAEP = 2;
    private static final int ECDH = 3;

    private ObjectFields() {
    }

    static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a byte string of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_LIST) {
            throw new IOException("a list of " + count);
        }
        return count;
    }

    static void writeTexts(Collection<String> texts, DataOutputStream out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    static List<String> texts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    private static void writeNumbers(Set<Long> numbers, DataOutputStream out) throws IOException {
        out.writeInt(numbers.size());
        for (long number : numbers) {
            out.writeLong(number);
        }
    }

    private static Set<Long> numbers(DataInputStream in) throws IOException {
        Set<Long> numbers = new HashSet<>();
        for (int left = count(in); left > 0; left--) {
            numbers.add(in.readLong());
        }
        return numbers;
    }

    static void write(Operation operation, DataOutputStream out) throws IOException {
        write(operation.key().bytes(), out);
        out.writeByte(operation.kind().ordinal());
        out.writeLong(operation.mechanism());
        if (operation.parameters() instanceof Parameters.Pss pss) {
            out.writeByte(PSS);
            out.writeLong(pss.hash());
            out.writeLong(pss.mgf());
            out.writeInt(pss.saltLength());
        } else if (operation.parameters() instanceof Parameters.Oaep oaep) {
            out.writeByte(OAEP);
            out.writeLong(oaep.hash());
            out.writeLong(oaep.mgf());
            write(oaep.label(), out);
        } else if (operation.parameters() instanceof Parameters.Ecdh ecdh) {
            out.writeByte(ECDH);
            write(ecdh.publicPoint(), out);
        } else {
            out.writeByte(NONE);
        }
        write(operation.input(), out);
    }

    static Operation operation(DataInputStream in) throws IOException {
        Id key = Id.of(bytes(in));
        int kind = in.readUnsignedByte();
        if (kind >= Operation.Kind.values().length) {
            throw new IOException("there is no kind of operation " + kind);
        }
        return new Operation(key, Operation.Kind.values()[kind], in.readLong(), parameters(in), bytes(in));
    }

    private static Parameters parameters(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case NONE -> Operation.NO_PARAMETERS;
            case PSS -> new Parameters.Pss(in.readLong(), in.readLong(), in.readInt());
            case OAEP -> new Parameters.Oaep(in.readLong(), in.readLong(), bytes(in));
            case ECDH -> new Parameters.Ecdh(bytes(in));
            default -> throw new IOException("there are no parameters " + kind);
        };
    }

    static void write(CardDescription card, DataOutputStream out) throws IOException {
        writeTexts(List.of(card.source(), card.token().label(), card.token().serialNumber(),
                card.token().manufacturer(), card.token().model(), card.pinState().name()), out);
        out.writeBoolean(card.complete());
        writeNumbers(card.mechanisms(), out);
        out.writeInt(card.certificates().size());
        for (CertificateObject certificate : card.certificates()) {
            write(certificate.id().bytes(), out);
            out.writeUTF(certificate.label());
            write(certificate.der(), out);
        }
        out.writeInt(card.keys().size());
        for (PrivateKeyObject key : card.keys()) {
            write(key.id().bytes(), out);
            out.writeUTF(key.label());
            write(key.publicKey(), out);
            writeTexts(key.usages().stream().map(Enum::name).toList(), out);
            writeNumbers(key.allowedMechanisms(), out);
        }
    }

    static CardDescription description(DataInputStream in) throws IOException {
        List<String> texts = texts(in);
        if (texts.size() != 6) {
            throw new IOException("a card of " + texts.size() + " texts");
        }
        RemoteCard.Token token = new RemoteCard.Token(texts.get(1), texts.get(2), texts.get(3), texts.get(4));
        boolean complete = in.readBoolean();
        Set<Long> mechanisms = numbers(in);
        List<CertificateObject> certificates = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            certificates.add(new CertificateObject(Id.of(bytes(in)), in.readUTF(), bytes(in)));
        }
        List<PrivateKeyObject> keys = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            keys.add(new PrivateKeyObject(Id.of(bytes(in)), in.readUTF(), bytes(in), usages(in), numbers(in)));
        }
        return new CardDescription(texts.get(0), token, certificates, keys, mechanisms,
                PinState.valueOf(texts.get(5)), complete);
    }

    private static Set<PrivateKeyObject.Usage> usages(DataInputStream in) throws IOException {
        Set<PrivateKeyObject.Usage> usages = EnumSet.noneOf(PrivateKeyObject.Usage.class);
        texts(in).forEach(name -> usages.add(PrivateKeyObject.Usage.valueOf(name)));
        return usages;
    }
}
