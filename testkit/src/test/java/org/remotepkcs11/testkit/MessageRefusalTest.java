package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.remotepkcs11.testkit.Refusing.refusal;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Fingerprint;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.MessageBounds;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.ReceivedRequest;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.RequestHeader;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;

@TestInstance(Lifecycle.PER_CLASS)
class MessageRefusalTest {
    private static final Set<ErrorCode> OF_CHANGED_MESSAGES = EnumSet.of(ErrorCode.MESSAGE_MALFORMED,
            ErrorCode.VERSION_UNSUPPORTED, ErrorCode.WRONG_PROXY, ErrorCode.SIGNATURE_WRONG, ErrorCode.SECRET_MISMATCH);

    private PausableCards cards;
    private TestProxy proxy;
    private Asking user;
    private LogView log;

    @BeforeAll
    void startProxy() throws Exception {
        proxy = TestProxy.builder().softwareCard("Demo card", SoftwareKeyType.P_256)
                .softwareReader(reader -> cards = new PausableCards(reader, 2)).start();
        user = Asking.of(proxy);
    }

    @AfterAll
    void closeProxy() {
        proxy.close();
    }

    @BeforeEach
    void lookAtLog() throws Exception {
        log = LogView.now(proxy);
    }

    @Test
    void replayedRequestIsRefused() throws Exception {
        SealedRequest request = sealed();
        assertThat(user.client().exchange(request).outcome()).isInstanceOf(Outcome.Used.class);
        int touched = cards.touched();
        log = LogView.now(proxy);
        assertThat(codeOf(request.bytes())).isEqualTo(ErrorCode.REPLAYED);
        log.onlyRefusal(ErrorCode.REPLAYED);
        assertThat(cards.touched()).isEqualTo(touched);
    }

    @Test
    void requestForAnotherProxyIsRefused() throws Exception {
        RequestHeader own = sealed().header();
        RequestHeader other = new RequestHeader(Id.of(Asking.digest("another proxy")), own.user(), own.session(),
                own.proxyNonce(), own.sequence(), own.operation(), own.time());
        refuseUntouched(user.client().seal(other, user.use(), secret()).bytes(), ErrorCode.WRONG_PROXY);
    }

    @Test
    void sessionThatWasNeverOpenedIsUnknown() throws Exception {
        RequestHeader own = sealed().header();
        RequestHeader other = new RequestHeader(own.proxy(), own.user(), Id.random(), own.proxyNonce(),
                own.sequence(), own.operation(), own.time());
        refuseUntouched(user.client().seal(other, user.use(), secret()).bytes(), ErrorCode.SESSION_UNKNOWN);
    }

    @Test
    void sessionOfAnotherUserIsUnknown() throws Exception {
        RequestHeader own = sealed().header();
        TestUser other = proxy.enroll("otto", UserKey.ED25519);
        WireClient thief = proxy.client(other);
        thief.open();
        Id thiefs = Fingerprint.of(other.keys().getPublic());
        RequestHeader stolen = new RequestHeader(own.proxy(), thiefs, own.session(), own.proxyNonce(), own.sequence(),
                own.operation(), own.time());
        refusal(ErrorCode.SESSION_UNKNOWN,
                () -> WireClient.granted(thief.exchange(thief.seal(stolen, user.use(), secret()))));
    }

    @Test
    void oversizedMessageIsRefusedBySignedReply() throws Exception {
        byte[] large = new byte[MessageBounds.MAX_REQUEST_BYTES + 1];
        HttpResponse<byte[]> response = PlainHttp.of(proxy, proxy.user()).post(large).join();
        assertThat(response.statusCode()).isEqualTo(413);
        refusal(ErrorCode.MESSAGE_TOO_LARGE, () -> WireClient.granted(user.client().open(response.body(), sealed())));
        log.onlyRefusal(ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void truncatedMessagesAreRefused() throws Exception {
        byte[] whole = sealed().bytes();
        int touched = cards.touched();
        for (int length = 0; length < whole.length; length += 7) {
            assertThat(OF_CHANGED_MESSAGES).contains(codeOf(Arrays.copyOf(whole, length)));
        }
        assertThat(cards.touched()).isEqualTo(touched);
    }

    @Test
    void bitFlippedMessagesAreRefused() throws Exception {
        byte[] whole = sealed().bytes();
        int touched = cards.touched();
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(OF_CHANGED_MESSAGES).contains(codeOf(flipped));
        }
        assertThat(cards.touched()).isEqualTo(touched);
    }

    @Test
    void secretOfAnotherRequestIsRefused() throws Exception {
        byte[] bytes = sealed().bytes();
        bytes[bytes.length - 1] ^= 1;
        refuseUntouched(bytes, ErrorCode.SECRET_MISMATCH);
    }

    @Test
    void replySwappedForAnothersIsRefusedByTheClient() throws Exception {
        SealedRequest mine = sealed();
        SealedRequest other = sealed();
        byte[] reply = user.client().post(other.bytes());
        refusal(ErrorCode.REPLY_INVALID, () -> user.client().open(reply, mine));
    }

    private SealedRequest sealed() {
        return user.client().seal(user.use(), secret(), Id.random());
    }

    private Secret secret() {
        return user.secret(proxy.virtualPin());
    }

    private void refuseUntouched(byte[] message, ErrorCode code) throws Exception {
        int touched = cards.touched();
        assertThat(codeOf(message)).isEqualTo(code);
        log.onlyRefusal(code);
        assertThat(cards.touched()).isEqualTo(touched);
    }

    /** The reply must be the proxy's, to the very request that it could read. */
    private ErrorCode codeOf(byte[] message) throws Exception {
        byte[] reply = user.client().post(message.clone());
        Outcome outcome = user.client().open(reply, asRead(message)).outcome();
        return ((Outcome.Refused) outcome).refusal().code();
    }

    private SealedRequest asRead(byte[] message) {
        try (ReceivedRequest read = ReceivedRequest.decode(message.clone())) {
            return new SealedRequest(read.header(), read.request(), message, read.hash());
        } catch (RefusedException unreadable) {
            return sealed();
        }
    }
}
