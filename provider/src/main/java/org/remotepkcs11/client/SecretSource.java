package org.remotepkcs11.client;

import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.remotepkcs11.wire.RefusedException;

/** Where a configured secret is kept: {@code file:PATH}, {@code env:NAME} or {@code prompt}. Never the secret itself. */
public sealed interface SecretSource {
    /** The first line of a file. */
    record InFile(Path file) implements SecretSource {
        private static final int MAX_BYTES = 4096;

        @Override
        public char[] read(String what) throws RefusedException {
            byte[] bytes = new byte[0];
            try {
                if (Files.size(file) > MAX_BYTES) {
                    throw ConfigurationFile.invalid(what + ": " + file + " is too long for a secret");
                }
                bytes = Files.readAllBytes(file);
                return firstLine(bytes);
            } catch (CharacterCodingException e) {
                throw ConfigurationFile.invalid(what + ": " + file + " is not UTF-8 text");
            } catch (IOException e) {
                throw ConfigurationFile.invalid(what + ": cannot read " + file);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }

        private static char[] firstLine(byte[] bytes) throws CharacterCodingException {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            int length = 0;
            while (length < text.length() && text.charAt(length) != '\n' && text.charAt(length) != '\r') {
                length++;
            }
            char[] line = new char[length];
            text.get(line);
            Arrays.fill(text.array(), '\0');
            return line;
        }
    }

    /** An environment variable. */
    record InEnvironment(String name) implements SecretSource {
        @Override
        public char[] read(String what) throws RefusedException {
            String value = System.getenv(name);
            if (value == null) {
                throw ConfigurationFile.invalid(what + ": the environment variable " + name + " is not set");
            }
            return value.toCharArray();
        }
    }

    /** Asked for at the terminal. */
    record Prompt() implements SecretSource {
        @Override
        public char[] read(String what) throws RefusedException {
            Console console = System.console();
            char[] typed = console == null ? null : console.readPassword("%s: ", what);
            if (typed == null) {
                throw ConfigurationFile.invalid(what + ": there is no terminal to ask at; use file: or env:");
            }
            return typed;
        }
    }

    /**
     * The secret; the caller wipes it.
     *
     * @param what names the secret in a prompt and in errors
     * @throws RefusedException CONFIGURATION_INVALID if it is not there
     */
    char[] read(String what) throws RefusedException;

    /** @param folder relative file names start here */
    static SecretSource parse(String text, Path folder) throws RefusedException {
        if (text.equals("prompt")) {
            return new Prompt();
        }
        if (text.startsWith("env:") && text.length() > 4) {
            return new InEnvironment(text.substring(4));
        }
        if (text.startsWith("file:") && text.length() > 5) {
            return new InFile(folder.resolve(text.substring(5)).normalize());
        }
        throw ConfigurationFile.invalid("is neither file:PATH nor env:NAME nor prompt");
    }
}
