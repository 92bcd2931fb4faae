package org.remotepkcs11.proxy.access;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.wire.Id;
import org.remotepkcs11.wire.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The remote cards and the physical ones behind them. */
final class Cards {
    private static final Logger LOG = LoggerFactory.getLogger(Cards.class);
    private static final String CARD = "card";
    private static final String MEMBER = "card_member";
    private static final String SELECT_CARD = "SELECT id, label, owner, removed, mac FROM card ";
    private static final String SELECT_MEMBER = "SELECT card, source, description, sealed_pin, mac FROM card_member ";

    private final PolicySeal seal;
    private final Map<String, Parsed> members = new ConcurrentHashMap<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    Cards(PolicySeal seal) {
        this.seal = seal;
    }

    private record Row(byte[] id, String label, byte[] owner, long removed, byte[] mac) {
        static Row of(ResultSet from) throws SQLException {
            return new Row(from.getBytes(1), from.getString(2), from.getBytes(3), from.getLong(4), from.getBytes(5));
        }
    }

    private record MemberRow(byte[] card, String source, byte[] description, byte[] sealedPin, byte[] mac) {
        static MemberRow of(ResultSet from) throws SQLException {
            return new MemberRow(from.getBytes(1), from.getString(2), from.getBytes(3), from.getBytes(4),
                    from.getBytes(5));
        }
    }

    private record Parsed(byte[] stored, Member member) {
    }

    Optional<KnownCard> byId(Handle handle, Id id) throws RefusedException {
        return first(handle.select(SELECT_CARD + "WHERE id = ?", id.bytes()));
    }

    Optional<KnownCard> byLabel(Handle handle, String label) throws RefusedException {
        return first(handle.select(SELECT_CARD + "WHERE label = ? AND removed = 0", label));
    }

    List<KnownCard> ownedBy(Handle handle, Id owner) throws RefusedException {
        return list(handle.select(SELECT_CARD + "WHERE owner = ? AND removed = 0 ORDER BY label", owner.bytes()));
    }

    List<KnownCard> all(Handle handle) throws RefusedException {
        return list(handle.select(SELECT_CARD));
    }

    private Optional<KnownCard> first(Query query) throws RefusedException {
        List<KnownCard> found = list(query);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    private List<KnownCard> list(Query query) throws RefusedException {
        List<KnownCard> cards = new ArrayList<>();
        for (Row row : query.map((from, context) -> Row.of(from)).list()) {
            seal.check(row.mac, CARD, row.id, row.label, row.owner, row.removed);
            cards.add(new KnownCard(Id.of(row.id), row.label, Id.of(row.owner), row.removed != 0));
        }
        return cards;
    }

    /** A row that was changed by hand takes nothing from the others. */
    Members members(Handle handle, Id card) {
        List<Member> sound = new ArrayList<>();
        List<String> untrusted = new ArrayList<>();
        for (MemberRow row : handle.select(SELECT_MEMBER + "WHERE card = ? ORDER BY source", card.bytes())
                .map((from, context) -> MemberRow.of(from)).list()) {
            try {
                seal.check(row.mac, MEMBER, row.card, row.source, row.description, row.sealedPin);
                sound.add(member(row));
                reported.remove(row.source);
            } catch (RefusedException e) {
                untrusted.add(row.source);
                if (reported.add(row.source)) {
                    LOG.error("the card {} behind the remote card {} is left out: {}", row.source, card, e.getMessage());
                }
            }
        }
        return new Members(sound, untrusted);
    }

    /** Parsing costs more than all the rest of a look-up. */
    private Member member(MemberRow row) throws RefusedException {
        Parsed known = members.get(row.source);
        if (known == null || !Arrays.equals(known.stored, row.description)) {
            CardDescription description = DescriptionCodec.decode(row.source, row.description);
            known = new Parsed(row.description, Member.of(description, row.sealedPin));
            members.put(row.source, known);
        }
        return new Member(known.member.description(), known.member.keys(), row.sealedPin);
    }

    boolean sourceUsed(Handle handle, String source) {
        return handle.select("SELECT COUNT(*) FROM card_member WHERE source = ?", source).mapTo(Integer.class).one() > 0;
    }

    /** All physical cards that are behind some remote card. */
    List<String> sources(Handle handle) {
        return handle.select("SELECT source FROM card_member").mapTo(String.class).list();
    }

    void insert(Handle handle, KnownCard card) {
        Object[] fields = fields(card);
        handle.execute("INSERT INTO card (id, label, owner, removed, mac) VALUES (?, ?, ?, ?, ?)",
                Fields.with(fields, seal.written(CARD, fields)));
    }

    /** Makes or replaces what is known of a physical card. */
    void putMember(Handle handle, Id card, CardDescription description, byte[] sealedPin) {
        Object[] fields = {card.bytes(), description.source(), DescriptionCodec.encode(description), sealedPin};
        removeMember(handle, card, description.source());
        handle.execute("INSERT INTO card_member (card, source, description, sealed_pin, mac) VALUES (?, ?, ?, ?, ?)",
                Fields.with(fields, seal.written(MEMBER, fields)));
    }

    void removeMember(Handle handle, Id card, String source) {
        seal.gone(handle.select("SELECT mac FROM card_member WHERE card = ? AND source = ?", card.bytes(), source));
        handle.execute("DELETE FROM card_member WHERE card = ? AND source = ?", card.bytes(), source);
    }

    /** The card's row stays, for those who ask later what became of it. */
    void remove(Handle handle, KnownCard card) {
        seal.gone(handle.select("SELECT mac FROM card_member WHERE card = ?", card.id().bytes()));
        handle.execute("DELETE FROM card_member WHERE card = ?", card.id().bytes());
        KnownCard removed = new KnownCard(card.id(), card.label(), card.owner(), true);
        seal.gone(handle.select("SELECT mac FROM card WHERE id = ?", card.id().bytes()));
        handle.execute("UPDATE card SET removed = 1, mac = ? WHERE id = ?", seal.written(CARD, fields(removed)),
                card.id().bytes());
    }

    private static Object[] fields(KnownCard card) {
        return new Object[] {card.id().bytes(), card.label(), card.owner().bytes(), card.removed() ? 1L : 0L};
    }
}
