package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.RefusedException;
import org.remotepkcs11.wire.Reply;
import org.remotepkcs11.wire.Request;
import org.remotepkcs11.wire.Secret;

class WatchTest {
    private TestProxy proxy;
    private WireClient client;
    private String known;

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.start();
        client = proxy.client(proxy.user());
        known = client.open().snapshot().orElseThrow().version();
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void watchEndsWhenTheDelegationIsRevoked() throws Exception {
        CompletableFuture<Reply> watching = watch(known, Duration.ofSeconds(50));
        assertThat(watching).isNotDone();
        proxy.revoke();
        Reply reply = watching.get(10, TimeUnit.SECONDS);
        assertThat(reply.outcome()).isEqualTo(new Outcome.Watched(true));
        assertThat(reply.header().snapshotVersion()).isNotEmpty().isNotEqualTo(known);
    }

    @Test
    void watchEndsWhenPatienceEnds() throws Exception {
        Reply reply = watch(known, Duration.ofMillis(200)).get(10, TimeUnit.SECONDS);
        assertThat(reply.outcome()).isEqualTo(new Outcome.Watched(false));
        assertThat(reply.header().snapshotVersion()).isEqualTo(known);
    }

    @Test
    void watchOfAnOldSnapshotEndsAtOnce() throws Exception {
        Reply reply = watch("older", Duration.ofSeconds(50)).get(10, TimeUnit.SECONDS);
        assertThat(reply.outcome()).isEqualTo(new Outcome.Watched(true));
        assertThat(reply.header().snapshotVersion()).isEqualTo(known);
    }

    @Test
    void closingTheProxyEndsAllWatches() throws Exception {
        CompletableFuture<Reply> watching = watch(known, Duration.ofSeconds(50));
        proxy.server().close();
        assertThat(watching.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(new Outcome.Watched(false));
    }

    /** Returns when the proxy has recorded the request. */
    private CompletableFuture<Reply> watch(String version, Duration patience) throws Exception {
        int before = proxy.log().size();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> {
            try {
                return client.exchange(client.seal(new Request.Watch(version, patience), Secret.none(), Id.random()));
            } catch (RefusedException e) {
                throw new CompletionException(e);
            }
        }, task -> new Thread(task).start());
        while (proxy.log().size() == before) {
            Thread.onSpinWait();
        }
        return reply;
    }
}
