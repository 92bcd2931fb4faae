package org.remotepkcs11.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A page of the documentation and its fenced code blocks. */
record Page(Path file, List<Block> blocks) {
    /** @param language the word behind the fence; empty if there is none */
    record Block(String language, int line, String text) {
    }

    static Page read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        int begin = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                continue;
            }
            if (begin < 0) {
                begin = i;
            } else {
                String text = String.join("\n", lines.subList(begin + 1, i)) + "\n";
                blocks.add(new Block(lines.get(begin).substring(3).strip(), begin + 1, text));
                begin = -1;
            }
        }
        if (begin >= 0) {
            throw new IOException(file + ":" + (begin + 1) + ": a code block without end");
        }
        return new Page(file, blocks);
    }

    List<Block> blocks(String language) {
        return blocks.stream().filter(block -> block.language().equals(language)).toList();
    }
}
