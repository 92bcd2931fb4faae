package org.remotepkcs11.proxy.pipeline;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One answered request. Costs next to nothing while nobody records. */
@Name("org.remotepkcs11.Request")
@Label("Request")
@Category("RemotePKCS11")
@Description("What one request's time went into")
@StackTrace(false)
final class RequestEvent extends Event {
    @Label("Kind") String kind;
    @Label("Operations") int operations;
    @Label("Check") @Timespan(Timespan.NANOSECONDS) long check;
    @Label("Admit") @Timespan(Timespan.NANOSECONDS) long admit;
    @Label("Card") @Timespan(Timespan.NANOSECONDS) long card;
    @Label("Record") @Timespan(Timespan.NANOSECONDS) long record;
    @Label("Seal") @Timespan(Timespan.NANOSECONDS) long seal;
}
