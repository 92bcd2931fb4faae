package org.remotepkcs11.pkcs11.application;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.pkcs11.cryptoki.CKA;
import org.remotepkcs11.pkcs11.cryptoki.CKF;
import org.remotepkcs11.pkcs11.cryptoki.CKO;
import org.remotepkcs11.pkcs11.cryptoki.CkException;
import org.remotepkcs11.pkcs11.cryptoki.Mechanism;
import org.remotepkcs11.pkcs11.cryptoki.Output;
import org.remotepkcs11.pkcs11.cryptoki.Template;
import org.remotepkcs11.pkcs11.table.Attribute;
import org.remotepkcs11.pkcs11.table.AttributeQuery;
import org.remotepkcs11.pkcs11.table.AttributeValue;
import org.remotepkcs11.pkcs11.table.Room;

/** A host program with one application and a session with the first token; what most tests need of it. */
final class Host implements AutoCloseable {
    final SoftwareCards cards;
    final Inventory inventory;
    final Application application;
    final long slot;
    final long session;

    private Host(SoftwareCards cards, PinEntry pinEntry) {
        this.cards = cards;
        this.inventory = new Inventory(cards);
        this.application = new Application(inventory, Optional.empty(), pinEntry);
        this.slot = application.slots().list(true, true)[0];
        this.session = open(CKF.RW_SESSION);
    }

    static Host with(SoftwareKey... keys) {
        return of(SoftwareCards.with(keys));
    }

    static Host of(SoftwareCards cards) {
        return new Host(cards, PinEntry.NONE);
    }

    static Host of(SoftwareCards cards, PinEntry pinEntry) {
        return new Host(cards, pinEntry);
    }

    long open(long flags) {
        return application.sessions().open(slot, CKF.SERIAL_SESSION | flags);
    }

    Host login() {
        application.sessions().login(session, CKF.USER_USER, pin(SoftwareCards.PIN));
        return this;
    }

    static Optional<byte[]> pin(String pin) {
        return Optional.of(pin.getBytes(StandardCharsets.UTF_8));
    }

    long[] find(Attribute... attributes) {
        ObjectFunctions objects = application.objects();
        objects.findInit(session, Template.of(attributes));
        long[] found = objects.find(session, 1_000_000);
        objects.findFinal(session);
        return found;
    }

    long privateKey(SoftwareKey key) {
        return one(CKO.PRIVATE_KEY, key);
    }

    long publicKey(SoftwareKey key) {
        return one(CKO.PUBLIC_KEY, key);
    }

    long certificate(SoftwareKey key) {
        return one(CKO.CERTIFICATE, key);
    }

    private long one(long objectClass, SoftwareKey key) {
        return find(Attribute.ofUlong(CKA.CLASS, objectClass), new Attribute(CKA.ID, key.id().bytes()))[0];
    }

    /** @throws CkException as C_GetAttributeValue returns for this attribute alone */
    byte[] value(long object, long type) {
        ObjectFunctions.Attributes answer = application.objects().attributes(session, object,
                List.of(new AttributeQuery(type, Room.of(100_000))));
        if (answer.returnValue() != 0) {
            throw new CkException(answer.returnValue());
        }
        AttributeValue value = answer.values().get(0);
        return value.value().orElseThrow();
    }

    byte[] sign(Mechanism mechanism, long key, byte[] data) {
        application.signatures().signInit(session, Optional.of(mechanism), key);
        Output out = Output.withRoom(10_000);
        application.signatures().sign(session, data, out);
        return out.value();
    }

    void verify(Mechanism mechanism, long key, byte[] data, byte[] signature) {
        application.signatures().verifyInit(session, Optional.of(mechanism), key);
        application.signatures().verify(session, data, signature);
    }

    byte[] encrypt(Mechanism mechanism, long key, byte[] data) {
        application.ciphers().encryptInit(session, Optional.of(mechanism), key);
        Output out = Output.withRoom(data.length + 10_000);
        application.ciphers().encrypt(session, data, out);
        return out.value();
    }

    byte[] decrypt(Mechanism mechanism, long key, byte[] data) {
        application.ciphers().decryptInit(session, Optional.of(mechanism), key);
        Output out = Output.withRoom(data.length + 10_000);
        application.ciphers().decrypt(session, data, out);
        return out.value();
    }

    /** A session object that may do everything and be seen. */
    long secretKey(long keyType, byte[] value) {
        return application.objects().create(session, Template.of(Attribute.ofUlong(CKA.CLASS, CKO.SECRET_KEY),
                Attribute.ofUlong(CKA.KEY_TYPE, keyType), new Attribute(CKA.VALUE, value),
                Attribute.ofBool(CKA.DERIVE, true)));
    }

    @Override
    public void close() {
        application.close();
        inventory.close();
    }
}
