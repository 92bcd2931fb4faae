package org.remotepkcs11.proxy.store;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transaction that a piece of work shares with others. Used by the ledger's thread only. */
public final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private final Handle handle;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final List<Runnable> ifUndone = new ArrayList<>();

    Batch(Handle handle) {
        this.handle = handle;
    }

    public Handle handle() {
        return handle;
    }

    /** To be run once what was written is durable; dropped if the work is undone. Must be quick. */
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /**
     * To be run if what was written is undone, the last first: for secrets that nobody will get now, and for what is
     * kept in memory beside the store.
     */
    public void ifUndone(Runnable action) {
        ifUndone.add(action);
    }

    Mark mark() {
        return new Mark(afterCommit.size(), ifUndone.size());
    }

    void undoneSince(Mark mark) {
        afterCommit.subList(mark.afterCommit, afterCommit.size()).clear();
        List<Runnable> undone = ifUndone.subList(mark.ifUndone, ifUndone.size());
        for (int i = undone.size() - 1; i >= 0; i--) {
            undone.get(i).run();
        }
        undone.clear();
    }

    /** What was written stands, whatever becomes of these. */
    void committed() {
        for (Runnable action : afterCommit) {
            try {
                action.run();
            } catch (RuntimeException defect) {
                LOG.error("what follows a commit failed", defect);
            }
        }
    }

    /** How much was asked for so far. */
    record Mark(int afterCommit, int ifUndone) {
        static final Mark START = new Mark(0, 0);
    }
}
