package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.remotepkcs11.wire.Administration;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.Limits;
import org.remotepkcs11.wire.Mechanisms;
import org.remotepkcs11.wire.PrivateKeyObject;
import org.remotepkcs11.wire.RemoteCard;
import org.remotepkcs11.wire.Role;
import org.remotepkcs11.wire.Secret;
import org.remotepkcs11.wire.Snapshot;

class SnapshotTest {
    @TempDir
    private Path dir;
    private Office office;
    private Person alice;
    private Id card;

    @BeforeEach
    void open() throws Exception {
        office = Office.in(dir);
        alice = office.user("alice");
        card = office.addCard("seal", Office.SOURCE);
    }

    @AfterEach
    void close() {
        office.close();
    }

    private Snapshot shown() throws Exception {
        return office.access().directory().snapshot(alice.caller().fingerprint());
    }

    @Test
    void cardIsShownAsItsOwnerNamedIt() throws Exception {
        Id delegation = office.delegate(card, alice, Limits.NONE);
        RemoteCard shown = shown().cards().get(0);
        assertThat(shown.token().label()).isEqualTo("seal");
        assertThat(shown.token().serialNumber()).hasSize(16);
        assertThat(shown.owner()).isEqualTo("olga");
        assertThat(shown.delegation()).isEqualTo(delegation);
        assertThat(shown.present()).isTrue();
        assertThat(shown.keys()).extracting(PrivateKeyObject::label).containsExactly("RSA key", "EC key");
    }

    @Test
    void onlyWhatTheDelegationAllowsIsShown() throws Exception {
        office.delegate(card, alice, new Limits(Optional.empty(), Optional.empty(), 0,
                Set.of(office.ec.fingerprint()), Set.of(Mechanisms.ECDSA), Set.of(), Set.of()));
        RemoteCard shown = shown().cards().get(0);
        assertThat(shown.keys()).extracting(PrivateKeyObject::fingerprint).containsExactly(office.ec.fingerprint());
        assertThat(shown.mechanisms()).containsExactly(Mechanisms.ECDSA);
    }

    @Test
    void strangersAndDisabledUsersSeeNothing() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        office.ask(office.olga, new Administration.DisableUser("alice"), Secret.none());
        assertThat(shown().cards()).isEmpty();
        assertThat(office.access().directory().snapshot(Id.of(new byte[32])).cards()).isEmpty();
    }

    @Test
    void versionChangesWithEveryChangeAndComesBackWithTheContent() throws Exception {
        String empty = shown().version();
        office.delegate(card, alice, Limits.NONE);
        String delegated = shown().version();
        office.absent.add(Office.SOURCE);
        office.access().directory().cardsChanged();
        String gone = shown().version();
        office.absent.clear();
        office.access().directory().cardsChanged();
        assertThat(List.of(empty, delegated, gone)).doesNotHaveDuplicates();
        assertThat(shown().version()).isEqualTo(delegated);
    }

    @Test
    void versionIsTheSameAfterARestart() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        String before = shown().version();
        office.close();
        office.open();
        assertThat(shown().version()).isEqualTo(before);
    }

    @Test
    void snapshotIsMadeOnceUntilSomethingChanges() throws Exception {
        office.delegate(card, alice, Limits.NONE);
        Snapshot first = shown();
        office.useUp(alice, card, office.sign());
        assertThat(shown()).isSameAs(first);
    }

    @Test
    void thoseWhoWatchAreTold() throws Exception {
        List<Optional<Id>> told = new CopyOnWriteArrayList<>();
        try (AutoCloseable watching = office.access().directory().onChange(told::add)) {
            office.delegate(card, alice, Limits.NONE);
            assertThat(told).containsExactly(Optional.of(alice.caller().fingerprint()));
            office.access().directory().cardsChanged();
            assertThat(told).hasSize(2).contains(Optional.empty());
        }
    }

    @Test
    void changesByAnotherProcessAreSeen() throws Exception {
        String before = shown().version();
        try (Access beside = office.beside()) {
            beside.directory().invite("bob", Role.USER, Duration.ofHours(1));
        }
        office.delegate(card, alice, Limits.NONE);
        assertThat(shown().version()).isNotEqualTo(before);
    }
}
