package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors that other programs made: PIN proofs, Merkle proofs, tree heads; and those of sequence numbers. */
class ProofVectorsTest {
    static List<Vector> pinProofs() throws IOException {
        return Vector.read("pin-proofs.txt", Set.of("name", "about", "pin", "salt", "memory-kib", "iterations",
                "parallelism", "proxy", "stretched", "proof"));
    }

    @ParameterizedTest
    @MethodSource("pinProofs")
    void proofIsWhatTheArgon2ProgramAndHkdfMake(Vector vector) {
        char[] pin = new String(vector.hex("pin"), StandardCharsets.UTF_8).toCharArray();
        PinDerivation derivation = new PinDerivation(Id.of(vector.hex("salt")), (int) vector.number("memory-kib"),
                (int) vector.number("iterations"), (int) vector.number("parallelism"));
        assertThat(PinProof.derive(pin, derivation, Id.of(vector.hex("proxy")))).isEqualTo(vector.hex("proof"));
    }

    static List<Vector> merkle() throws IOException {
        return Vector.read("merkle.txt", Set.of("name", "about", "kind", "index", "size", "leaf", "proof", "root", "expect",
                "old-size", "old-root"));
    }

    @ParameterizedTest
    @MethodSource("merkle")
    void merkleProofHoldsOrNotAsItsVectorSays(Vector vector) {
        List<byte[]> proof = hashes(vector.hex("proof"));
        boolean holds = vector.text("kind").equals("inclusion")
                ? MerkleProofs.verifyInclusion(vector.number("index"), vector.number("size"),
                        MerkleProofs.leafHash(vector.hex("leaf")), proof, vector.hex("root"))
                : MerkleProofs.verifyConsistency(vector.number("old-size"), vector.hex("old-root"),
                        vector.number("size"), vector.hex("root"), proof);
        assertThat(holds ? "ok" : "refused").isEqualTo(vector.text("expect"));
    }

    private static List<byte[]> hashes(byte[] row) {
        List<byte[]> hashes = new ArrayList<>();
        for (int start = 0; start < row.length; start += Id.HASH_BYTES) {
            hashes.add(Arrays.copyOfRange(row, start, start + Id.HASH_BYTES));
        }
        return hashes;
    }

    static List<Vector> treeHeads() throws IOException {
        return Vector.read("tree-heads.txt", Set.of("name", "about", "verifier-key", "note", "size", "root", "expect"));
    }

    @ParameterizedTest
    @MethodSource("treeHeads")
    void treeHeadIsAcceptedOrRefusedAsItsVectorSays(Vector vector) {
        NoteVerifier log = NoteVerifier.parse(vector.text("verifier-key"));
        assertThat(opened(vector.hex("note"), log))
                .isEqualTo(vector.without(Set.of("name", "about", "verifier-key", "note")).values().stream().toList());
    }

    static List<String> opened(byte[] note, NoteVerifier log) {
        try {
            Checkpoint checkpoint = Checkpoint.verify(new String(note, StandardCharsets.UTF_8), log);
            return List.of(Long.toString(checkpoint.size()), checkpoint.root().toString(), "ok");
        } catch (RefusedException e) {
            return List.of(e.code().name());
        }
    }

    static List<Vector> sequences() throws IOException {
        return Vector.read("sequence-numbers.txt", Set.of("name", "about", "numbers", "accepted"));
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void sequenceNumbersAreAcceptedOnce(Vector vector) {
        ReplayWindow window = new ReplayWindow();
        List<String> accepted = Stream.of(vector.text("numbers").split(" "))
                .map(number -> window.accept(Long.parseLong(number)) ? "yes" : "no").toList();
        assertThat(String.join(" ", accepted)).isEqualTo(vector.text("accepted"));
    }
}
