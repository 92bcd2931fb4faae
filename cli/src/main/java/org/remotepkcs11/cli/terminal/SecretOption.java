package org.remotepkcs11.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.remotepkcs11.client.SecretSource;
import org.remotepkcs11.wire.RefusedException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a PIN or password on the command line comes from: what configurations know, and {@code -} for one line of
 * standard input. Never the command line itself, which every user of the machine can read.
 *
 * @param source empty for standard input
 */
public record SecretOption(Optional<SecretSource> source) {
    /** What options of this type say of themselves. */
    public static final String FORMS = "prompt, file:PATH, env:NAME, or - for a line of standard input";
    /** Where an option is not given. */
    public static final SecretOption PROMPT = new SecretOption(Optional.of(new SecretSource.Prompt()));

    private static final int MAX_BYTES = 1024;

    /**
     * Asks or reads; the caller wipes what it gets.
     *
     * @param what names the secret to a person: "virtual pin of Demo card"
     */
    public char[] read(String what) throws CommandFailure, RefusedException {
        char[] secret = source.isPresent() ? source.get().read(what) : standardInput(what);
        if (secret.length == 0) {
            throw new CommandFailure("the " + what + " is empty", "its first line should hold it");
        }
        return secret;
    }

    /** As {@link #read}; a prompt asks twice, since nobody sees what is typed. */
    public char[] readNew(String what) throws CommandFailure, RefusedException {
        char[] first = read(what);
        if (source.filter(SecretSource.Prompt.class::isInstance).isEmpty()) {
            return first;
        }
        char[] again = read(what + ", once more");
        boolean equal = Arrays.equals(first, again);
        Arrays.fill(again, '\0');
        if (!equal) {
            Arrays.fill(first, '\0');
            throw new CommandFailure("the two entries differ", "type it again");
        }
        return first;
    }

    /** Without System.in, whose buffer would keep the secret, and take the lines after it. */
    private static char[] standardInput(String what) throws CommandFailure {
        return line(new FileInputStream(FileDescriptor.in), what);
    }

    private static char[] line(InputStream in, String what) throws CommandFailure {
        byte[] bytes = new byte[MAX_BYTES];
        try {
            int length = 0;
            int next = in.read();
            while (next >= 0 && next != '\n' && length < MAX_BYTES) {
                bytes[length++] = (byte) next;
                next = in.read();
            }
            if (length > 0 && bytes[length - 1] == '\r') {
                length--;
            }
            return decode(ByteBuffer.wrap(bytes, 0, length));
        } catch (CharacterCodingException e) {
            throw new CommandFailure("the " + what + " in standard input is not UTF-8", "write it as text", e);
        } catch (IOException e) {
            throw new CommandFailure("standard input holds no " + what, "give it as file:PATH or env:NAME", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] decode(ByteBuffer bytes) throws CharacterCodingException {
        CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
        char[] secret = new char[text.remaining()];
        text.get(secret);
        Arrays.fill(text.array(), '\0');
        return secret;
    }

    /** For picocli options; relative paths start at the working directory. */
    public static final class Converter implements ITypeConverter<SecretOption> {
        @Override
        public SecretOption convert(String value) {
            if (value.equals("-")) {
                return new SecretOption(Optional.empty());
            }
            try {
                return new SecretOption(Optional.of(SecretSource.parse(value, Path.of("").toAbsolutePath())));
            } catch (RefusedException e) {
                throw new TypeConversionException("a secret does not stand in the command line; give " + FORMS);
            }
        }
    }
}
