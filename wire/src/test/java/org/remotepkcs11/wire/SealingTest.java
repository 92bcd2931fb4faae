package org.remotepkcs11.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealingTest {
    @ParameterizedTest
    @CsvSource({"EC, 256", "Ed25519, 255", "RSA, 2048"})
    void requestAndReplyArriveAsTheyWereSealed(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        KeyPair keys = generator.generateKeyPair();
        MessageSigner signer = MessageSigner.of(keys.getPrivate(), keys.getPublic());
        Id self = signer.fingerprint();
        RequestHeader header = new RequestHeader(self, self, Id.random(), Id.nonce(), 7, Id.random(), Instant.ofEpochMilli(5));
        Operation sign = new Operation(self, Operation.Kind.SIGN, Mechanisms.RSA_PKCS_PSS,
                new Operation.Parameters.Pss(Mechanisms.SHA256, Mechanisms.MGF1_SHA256, 32), new byte[32]);
        Request use = new Request.Use(Id.random(), List.of(sign), Duration.ofSeconds(3));
        SealedRequest sealed = new RequestSealer(signer).seal(header, use, Secret.ofPinProof(new byte[32]));
        ReceivedRequest received = ReceivedRequest.decode(sealed.bytes());
        received.verify(keys.getPublic());
        assertThat(received.header()).isEqualTo(header);
        assertThat(received.hash()).isEqualTo(sealed.hash());
        ReplyHeader replyHeader = new ReplyHeader(sealed.hash(), self, self, header.session(), 7, Instant.ofEpochMilli(6),
                ReplyHeader.LogPosition.NONE, "v");
        byte[] reply = new ReplySealer(signer).seal(replyHeader,
                new Outcome.Used(List.of(new Outcome.Result.Output(new byte[] {1}))));
        assertThat(new ReplyOpener(keys.getPublic()).open(reply, sealed).header()).isEqualTo(replyHeader);
    }
}
