package org.remotepkcs11.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.MerkleProofs;

class TreeProofsTest {
    /** The entries and roots of Certificate Transparency's own test suite (google/certificate-transparency, merkletree). */
    private static final List<String> ENTRIES = List.of("", "00", "10", "2021", "3031", "40414243",
            "5051525354555657", "606162636465666768696a6b6c6d6e6f");
    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private final Map<Long, byte[]> nodes = new HashMap<>();
    private final TreeProofs proofs = new TreeProofs((level, position) -> nodes.get(TreeNodes.number(level, position)));
    private Frontier frontier = Frontier.EMPTY;

    private void append(byte[] entry) {
        frontier = frontier.append(MerkleProofs.leafHash(entry),
                (level, position, hash) -> nodes.put(TreeNodes.number(level, position), hash));
    }

    @Test
    void rootsAreThoseOfCertificateTransparency() {
        for (int i = 0; i < ENTRIES.size(); i++) {
            append(HexFormat.of().parseHex(ENTRIES.get(i)));
            assertThat(HexFormat.of().formatHex(frontier.root())).isEqualTo(ROOTS.get(i));
            assertThat(proofs.root(i + 1)).isEqualTo(frontier.root());
        }
    }

    @Test
    void everyEntryIsProvenInEveryTree() {
        for (int size = 1; size <= 70; size++) {
            append(new byte[] {(byte) size});
            for (int index = 0; index < size; index++) {
                byte[] leaf = MerkleProofs.leafHash(new byte[] {(byte) (index + 1)});
                assertThat(MerkleProofs.verifyInclusion(index, size, leaf, proofs.inclusion(index, size),
                        frontier.root())).isTrue();
            }
        }
    }

    @Test
    void everyTreeContinuesEveryEarlierOne() {
        for (int newer = 1; newer <= 70; newer++) {
            append(new byte[] {(byte) newer});
            for (int older = 1; older <= newer; older++) {
                assertThat(MerkleProofs.verifyConsistency(older, proofs.root(older), newer, frontier.root(),
                        proofs.consistency(older, newer))).isTrue();
            }
        }
    }

    @Test
    void storedTreeIsTakenUpAgain() {
        for (int i = 0; i < 37; i++) {
            append(new byte[] {(byte) i});
        }
        Frontier again = Frontier.of(37, (level, position) -> nodes.get(TreeNodes.number(level, position)));
        assertThat(again.root()).isEqualTo(frontier.root());
    }

    @Test
    void nodeNumbersAreUnique() {
        Map<Long, String> seen = new HashMap<>();
        for (int level = 0; level < 6; level++) {
            for (int position = 0; position < 64; position++) {
                assertThat(seen.put(TreeNodes.number(level, position), level + "/" + position)).isNull();
            }
        }
    }
}
