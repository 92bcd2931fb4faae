package org.remotepkcs11.played;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.proxy.authority.Keys;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MerkleProofs;
import org.remotepkcs11.wire.NoteSigner;
import org.remotepkcs11.wire.ReplyHeader.LogPosition;

/** A small audit log, by the definitions of RFC 6962 section 2.1. */
final class PlayedLog {
    private final List<byte[]> leaves = new ArrayList<>();
    private final NoteSigner signer;

    PlayedLog(Id proxy) {
        KeyPair key = Keys.ed25519();
        this.signer = NoteSigner.of(Checkpoint.originOf(proxy), key.getPrivate(), key.getPublic());
    }

    String verifier() {
        return signer.verifier().toString();
    }

    synchronized LogPosition append(String entry) {
        leaves.add(MerkleProofs.leafHash(entry.getBytes(StandardCharsets.UTF_8)));
        int index = leaves.size() - 1;
        String head = new Checkpoint(signer.verifier().name(), leaves.size(), Id.of(root(leaves))).sign(signer);
        return new LogPosition(index, head, inclusion(index, leaves), Id.of(leaves.get(index)));
    }

    /** @param newer the tree just after this position was appended */
    synchronized List<byte[]> consistency(long older, LogPosition newer) {
        int size = (int) newer.index() + 1;
        return older == 0 || older >= size ? List.of() : proof((int) older, leaves.subList(0, size), true);
    }

    /** Forgets all that was ever logged. */
    synchronized void rollBack() {
        leaves.clear();
    }

    private static byte[] root(List<byte[]> part) {
        int middle = split(part.size());
        return part.size() == 1 ? part.get(0)
                : MerkleProofs.nodeHash(root(part.subList(0, middle)), root(part.subList(middle, part.size())));
    }

    private static List<byte[]> inclusion(int index, List<byte[]> part) {
        if (part.size() == 1) {
            return new ArrayList<>();
        }
        int middle = split(part.size());
        List<byte[]> left = part.subList(0, middle);
        List<byte[]> right = part.subList(middle, part.size());
        List<byte[]> path = index < middle ? inclusion(index, left) : inclusion(index - middle, right);
        path.add(root(index < middle ? right : left));
        return path;
    }

    private static List<byte[]> proof(int older, List<byte[]> part, boolean whole) {
        if (older == part.size()) {
            return whole ? new ArrayList<>() : new ArrayList<>(List.of(root(part)));
        }
        int middle = split(part.size());
        List<byte[]> left = part.subList(0, middle);
        List<byte[]> right = part.subList(middle, part.size());
        List<byte[]> path = older <= middle ? proof(older, left, whole) : proof(older - middle, right, false);
        path.add(root(older <= middle ? right : left));
        return path;
    }

    private static int split(int size) {
        return size < 2 ? 0 : Integer.highestOneBit(size - 1);
    }
}
