package org.remotepkcs11.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a PIN or password comes from: {@code prompt}, {@code file:PATH}, {@code env:NAME} or {@code -} for one line of
 * standard input. Never the command line itself, which every user of the machine can read.
 */
public final class SecretSource {
    /** What options of this type say of themselves. */
    public static final String FORMS = "prompt, file:PATH, env:NAME, or - for a line of standard input";
    public static final SecretSource PROMPT = new SecretSource(Kind.PROMPT, "");

    private static final int MAX_BYTES = 1024;

    private enum Kind { PROMPT, FILE, ENVIRONMENT, STANDARD_INPUT }

    private final Kind kind;
    private final String place;

    private SecretSource(Kind kind, String place) {
        this.kind = kind;
        this.place = place;
    }

    /** @throws IllegalArgumentException if {@code text} is none of {@link #FORMS}; does not repeat it */
    public static SecretSource parse(String text) {
        if (text.equals("prompt")) {
            return PROMPT;
        }
        if (text.equals("-")) {
            return new SecretSource(Kind.STANDARD_INPUT, "");
        }
        if (text.startsWith("file:")) {
            return new SecretSource(Kind.FILE, text.substring("file:".length()));
        }
        if (text.startsWith("env:")) {
            return new SecretSource(Kind.ENVIRONMENT, text.substring("env:".length()));
        }
        throw new IllegalArgumentException("a secret does not stand in the command line; give " + FORMS);
    }

    /**
     * Asks or reads; the caller wipes what it gets.
     *
     * @param what names the secret to a person: "virtual PIN of Demo card"
     */
    public char[] read(String what) throws CommandFailure, IOException {
        return switch (kind) {
            case PROMPT -> prompt(what + ": ");
            case FILE -> file(what);
            case ENVIRONMENT -> environment(what);
            case STANDARD_INPUT -> line(System.in, what, "standard input");
        };
    }

    /** As {@link #read}; a prompt asks twice, since nobody sees what is typed. */
    public char[] readNew(String what) throws CommandFailure, IOException {
        char[] first = read(what);
        if (kind != Kind.PROMPT) {
            return first;
        }
        char[] again = prompt(what + " once more: ");
        boolean equal = Arrays.equals(first, again);
        Arrays.fill(again, '\0');
        if (!equal) {
            Arrays.fill(first, '\0');
            throw new CommandFailure("the two entries differ", "type it again");
        }
        return first;
    }

    private static char[] prompt(String question) throws CommandFailure {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s", question);
        if (typed == null) {
            throw new CommandFailure("there is no terminal to ask for the " + question.replace(": ", ""),
                    "give it as file:PATH, env:NAME or - for standard input");
        }
        return typed;
    }

    private char[] file(String what) throws CommandFailure, IOException {
        try (InputStream in = Files.newInputStream(Path.of(place))) {
            return line(in, what, place);
        }
    }

    private char[] environment(String what) throws CommandFailure {
        String value = System.getenv(place);
        if (value == null || value.isEmpty()) {
            throw new CommandFailure("the environment variable " + place + " is not set",
                    "it should hold the " + what);
        }
        return value.toCharArray();
    }

    private static char[] line(InputStream in, String what, String from) throws IOException, CommandFailure {
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
            if (length == 0 || length == MAX_BYTES) {
                throw new CommandFailure(from + " holds no " + what, "its first line should be the " + what);
            }
            return decode(ByteBuffer.wrap(bytes, 0, length), from);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] decode(ByteBuffer bytes, String from) throws CommandFailure {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
            char[] secret = new char[text.remaining()];
            text.get(secret);
            Arrays.fill(text.array(), '\0');
            return secret;
        } catch (CharacterCodingException e) {
            throw new CommandFailure(from + " is not UTF-8 text", "write the secret as text", e);
        }
    }

    /** For picocli options. */
    public static final class Converter implements ITypeConverter<SecretSource> {
        @Override
        public SecretSource convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
