package org.remotepkcs11.proxy.store;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One transaction of the ledger. Costs next to nothing while nobody records. */
@Name("org.remotepkcs11.Commit")
@Label("Commit")
@Category("RemotePKCS11")
@StackTrace(false)
final class CommitEvent extends Event {
    @Label("Pieces of work") int items;
    @Label("Work") @Timespan(Timespan.NANOSECONDS) long work;
    @Label("Flush to disk") @Timespan(Timespan.NANOSECONDS) long flush;

    /** @param start as {@link System#nanoTime} */
    static void report(int items, long start, long flushStart) {
        CommitEvent event = new CommitEvent();
        if (event.isEnabled()) {
            event.items = items;
            event.work = flushStart - start;
            event.flush = System.nanoTime() - flushStart;
            event.commit();
        }
    }
}
