package org.remotepkcs11.cli.audit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import org.remotepkcs11.cli.terminal.CommandFailure;
import org.remotepkcs11.client.ClientConfiguration;
import org.remotepkcs11.wire.Checkpoint;
import org.remotepkcs11.wire.NoteVerifier;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.ReplyOpener;

/** Opens receipts: the proxy's signed replies, as users keep them. */
final class ReceiptFile {
    private ReceiptFile() {
    }

    /**
     * Verifies the proxy's signature and, where the log's key is known, the log's on the tree head, by which others
     * than the user can trust it.
     */
    static Reply open(ClientConfiguration configuration, byte[] bytes)
            throws RefusedException, CommandFailure, IOException {
        Reply reply = new ReplyOpener(replyKey(configuration.proxyCertificate())).receipt(bytes);
        String treeHead = reply.header().log().treeHead();
        if (configuration.logVerifier().isPresent() && !treeHead.isEmpty()) {
            Checkpoint.verify(treeHead, NoteVerifier.parse(configuration.logVerifier().get()));
        }
        return reply;
    }

    private static PublicKey replyKey(Path certificate) throws CommandFailure, IOException {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificate))).getPublicKey();
        } catch (CertificateException e) {
            throw new CommandFailure(certificate + " holds no certificate", "it is written by rpkcs11 enroll", e);
        }
    }
}
