package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.proxy.cards.software.SoftwareKeyType;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.SealedRequest;
import org.remotepkcs11.wire.Secret;

class ManyRequestsTest {
    private static final int USES = 1_000;
    private static final int WATCHES = 1_000;
    private PausableCards cards;
    private TestProxy proxy;
    private Asking user;
    private PlainHttp connection;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.builder().softwareCard("Demo card", SoftwareKeyType.P_256)
                .setting("session.max.per.user", Integer.toString(WATCHES))
                .softwareReader(reader -> cards = new PausableCards(reader, 2)).start();
        user = Asking.of(proxy);
        connection = PlainHttp.of(proxy, proxy.user());
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void thousandsAtOnceOnOneConnectionAreAnsweredEach() throws Exception {
        assertThat(connection.post(openRequest().bytes()).join().version()).isEqualTo(HttpClient.Version.HTTP_2);
        cards.pause();
        List<Sent> watches = send(WATCHES, new Request.Watch(known(), Duration.ofSeconds(100)), Secret.none());
        List<Sent> uses = send(USES, user.use(), user.secret(proxy.virtualPin()));
        assertThat(cards.awaitTouch(Duration.ofSeconds(30))).isTrue();
        assertThat(serverThreads()).as("threads of the proxy").isLessThan(40);
        cards.resume();
        for (Sent use : uses) {
            assertThat(user.verifies(Asking.DIGEST, Asking.output(use.outcome(user)))).isTrue();
        }
        assertThat(cards.touched()).isEqualTo(USES);
        proxy.revoke();
        for (Sent watch : watches) {
            assertThat(watch.outcome(user)).isEqualTo(new Outcome.Watched(true));
        }
    }

    private record Sent(SealedRequest request, CompletableFuture<HttpResponse<byte[]>> answer) {
        Outcome outcome(Asking user) throws Exception {
            return WireClient.granted(user.client().open(answer.join().body(), request));
        }
    }

    private List<Sent> send(int count, Request request, Secret secret) {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SealedRequest sealed = user.client().seal(request, secret, Id.random());
            sent.add(new Sent(sealed, connection.post(sealed.bytes())));
        }
        return sent;
    }

    private SealedRequest openRequest() {
        return user.client().seal(WireClient.openRequest(), Secret.none(), Id.random());
    }

    private String known() throws Exception {
        return user.client().open().snapshot().orElseThrow().version();
    }

    private static long serverThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("https") || name.startsWith("ledger") || name.startsWith("card "))
                .count();
    }
}
