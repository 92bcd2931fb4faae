package org.remotepkcs11.wire;

import static org.remotepkcs11.wire.Fields.idOrNone;
import static org.remotepkcs11.wire.Fields.known;
import static org.remotepkcs11.wire.Fields.number;

import com.google.protobuf.ByteString;
import java.time.Instant;
import org.remotepkcs11.proto.V1;

/** {@link ReplyHeader} and {@link Outcome} as a {@code ReplyBody}. */
final class ReplyCodec {
    private ReplyCodec() {
    }

    static byte[] encode(ReplyHeader header, Outcome outcome) {
        V1.ReplyBody.Builder body = V1.ReplyBody.newBuilder()
                .setVersion(RequestCodec.VERSION)
                .setRequestHash(Fields.of(header.requestHash()))
                .setProxy(Fields.of(header.proxy()))
                .setUser(Fields.of(header.user()))
                .setSession(Fields.of(header.session()))
                .setSequence(header.sequence())
                .setTimeMs(header.time().toEpochMilli())
                .setSnapshotVersion(header.snapshotVersion());
        ReplyHeader.LogPosition log = header.log();
        if (!log.treeHead().isEmpty()) {
            V1.LogPosition.Builder position = body.getLogBuilder().setIndex(log.index()).setTreeHead(log.treeHead())
                    .setLeaf(Fields.of(log.leaf()));
            log.inclusion().forEach(hash -> position.addInclusion(ByteString.copyFrom(hash)));
        }
        for (CardLoad load : header.loads()) {
            V1.CardLoad.Builder shown = body.addLoadsBuilder().setCard(Fields.of(load.card())).setTurn(load.turn())
                    .setWaiting(load.waiting()).setPlace(load.place());
            load.sets().forEach(set -> shown.addSetsBuilder().setWaiting(set.waiting()).setFailing(set.failing()));
        }
        OutcomeCodec.encode(outcome, body);
        return body.build().toByteArray();
    }

    static ReplyHeader header(V1.ReplyBody body) throws RefusedException {
        known(body);
        return new ReplyHeader(idOrNone(body.getRequestHash(), Id.HASH_BYTES, "request_hash"),
                Fields.id(body.getProxy(), Id.HASH_BYTES, "proxy"), idOrNone(body.getUser(), Id.HASH_BYTES, "user"),
                idOrNone(body.getSession(), Id.RANDOM_BYTES, "session"), number(body.getSequence(), "sequence"),
                Instant.ofEpochMilli(body.getTimeMs()),
                body.hasLog() ? position(body.getLog()) : ReplyHeader.LogPosition.NONE,
                Fields.line(body.getSnapshotVersion(), MessageBounds.MAX_VERSION_CHARS, "snapshot_version"),
                Fields.list(body.getLoadsList(), MessageBounds.MAX_CARDS, "loads", ReplyCodec::load));
    }

    private static CardLoad load(V1.CardLoad message) throws RefusedException {
        known(message);
        return new CardLoad(Fields.id(message.getCard(), Id.RANDOM_BYTES, "card"),
                Fields.list(message.getSetsList(), MessageBounds.MAX_MEMBERS, "sets", ReplyCodec::setLoad),
                number(message.getTurn(), Integer.MAX_VALUE, "turn"),
                number(message.getWaiting(), Integer.MAX_VALUE, "waiting"),
                number(message.getPlace(), Integer.MAX_VALUE, "place"));
    }

    private static CardLoad.SetLoad setLoad(V1.SetLoad message) throws RefusedException {
        known(message);
        return new CardLoad.SetLoad(number(message.getWaiting(), Integer.MAX_VALUE, "waiting"), message.getFailing());
    }

    private static ReplyHeader.LogPosition position(V1.LogPosition message) throws RefusedException {
        known(message);
        Fields.present(!message.getTreeHead().isEmpty(), "tree_head");
        return new ReplyHeader.LogPosition(number(message.getIndex(), "index"),
                Fields.text(message.getTreeHead(), MessageBounds.MAX_TREE_HEAD_CHARS, "tree_head"),
                Fields.hashes(message.getInclusionList(), "inclusion"),
                Fields.id(message.getLeaf(), Id.HASH_BYTES, "leaf"));
    }
}
