package org.remotepkcs11.pkcs11.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKM;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CKR;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.wire.CertificateObject;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.PinState;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;

/** Many keys, many threads. */
class LoadTest {
    private static final int KEYS = 5_000;

    private static RemoteCard full(SoftwareCards cards, SoftwareKey key) {
        RemoteCard empty = cards.card("Demo card", PinState.OK, true);
        List<CertificateObject> certificates = new ArrayList<>();
        List<PrivateKeyObject> keys = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            Id id = Id.of(ByteBuffer.allocate(4).putInt(i).array());
            keys.add(new PrivateKeyObject(id, "key " + i, key.publicKey().getEncoded(), key.usages(), Set.of()));
            certificates.add(new CertificateObject(id, "key " + i, key.certificate().orElseThrow()));
        }
        return new RemoteCard(empty.id(), empty.token(), "Olive", empty.delegation(), empty.pin(), PinState.OK, true,
                empty.mechanisms(), certificates, keys, Optional.empty(), Optional.empty());
    }

    @Test
    void oneOfThousandsOfKeysIsFound() {
        SoftwareKey key = SoftwareKey.p256();
        SoftwareCards cards = SoftwareCards.with(key);
        cards.show(full(cards, key));
        try (Host host = Host.of(cards).login()) {
            assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY))).hasSize(KEYS);
            for (int i = 0; i < 100; i++) {
                byte[] id = ByteBuffer.allocate(4).putInt(i * 37).array();
                assertThat(host.find(Attribute.ofUlong(CKA.CLASS, CKO.PRIVATE_KEY), new Attribute(CKA.ID, id))).hasSize(1);
            }
            assertThat(host.value(host.find(Attribute.ofText(CKA.LABEL, "key 4999"))[0], CKA.SUBJECT)).isNotEmpty();
        }
    }

    @Test
    void threadsWithSessionsOfTheirOwnDoNotDisturbEachOther() throws Exception {
        SoftwareKey key = SoftwareKey.p256();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (Host host = Host.with(key).login()) {
            long handle = host.privateKey(key);
            List<Future<Integer>> done = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                done.add(threads.submit(() -> signAll(host, handle)));
            }
            for (Future<Integer> signed : done) {
                assertThat(signed.get()).isEqualTo(20);
            }
            assertThat(host.cards.uses).hasValue(64 * 20);
        } finally {
            threads.shutdown();
        }
    }

    private static int signAll(Host host, long key) {
        long session = host.open(0);
        SignatureFunctions signatures = host.application.signatures();
        int signed = 0;
        for (int i = 0; i < 20; i++) {
            signatures.signInit(session, Optional.of(Mechanism.of(CKM.ECDSA_SHA256)), key);
            Output out = Output.withRoom(64);
            signatures.sign(session, new byte[] {(byte) i}, out);
            signed += out.value().length == 64 ? 1 : 0;
        }
        host.application.sessions().close(session);
        return signed;
    }

    @Test
    void threadsThatShareASessionGetAnAnswerEach() throws InterruptedException, ExecutionException {
        SoftwareKey key = SoftwareKey.p256();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Host host = Host.with(key).login()) {
            long handle = host.privateKey(key);
            List<Future<Long>> returned = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                returned.add(threads.submit(() -> signOnce(host, handle)));
            }
            for (Future<Long> value : returned) {
                assertThat(value.get()).isIn(CKR.OK, CKR.OPERATION_ACTIVE, CKR.OPERATION_NOT_INITIALIZED);
            }
            host.application.sessions().cancel(host.session, CKF.SIGN);
            assertThat(host.sign(Mechanism.of(CKM.ECDSA_SHA256), handle, new byte[3])).hasSize(64);
        } finally {
            threads.shutdown();
        }
    }

    private static long signOnce(Host host, long key) {
        try {
            host.sign(Mechanism.of(CKM.ECDSA_SHA256), key, new byte[3]);
            return CKR.OK;
        } catch (CkException e) {
            return e.returnValue();
        }
    }
}
