package org.remotepkcs11.proxy.cards;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One operation at a card. Costs next to nothing while nobody records. */
@Name("org.remotepkcs11.CardUse")
@Label("Card use")
@Category("RemotePKCS11")
@StackTrace(false)
final class CardUseEvent extends Event {
    @Label("Card") String source;
    @Label("Waited") @Timespan(Timespan.NANOSECONDS) long waited;
    @Label("Last look at the delegation") @Timespan(Timespan.NANOSECONDS) long allowed;
    @Label("Worked") @Timespan(Timespan.NANOSECONDS) long worked;
}
