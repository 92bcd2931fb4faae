package org.remotepkcs11.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Outcome;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** Operations that a card's queue had no room for: no card was touched for them, and they were not counted. */
final class BusyCard {
    private BusyCard() {
    }

    /** What found no room while the rest did is asked for again, as an operation of its own. */
    static Lane.Carrier askedAgain(Lane.Carrier carrier) {
        return (login, operations, deadline) -> {
            List<Outcome.Result> results = new ArrayList<>(carrier.carry(login, operations, deadline));
            for (List<Integer> places = turnedAway(results); !places.isEmpty(); places = turnedAway(results)) {
                List<Outcome.Result> again;
                try {
                    again = carrier.carry(login, places.stream().map(operations::get).toList(), deadline);
                } catch (RefusedException e) {
                    places.forEach(place -> results.set(place, new Outcome.Result.Failed(e.refusal())));
                    return results;
                }
                for (int i = 0; i < again.size(); i++) {
                    results.set(places.get(i), again.get(i));
                }
            }
            return results;
        };
    }

    /** Places of those operations. */
    private static List<Integer> turnedAway(List<Outcome.Result> results) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof Outcome.Result.Failed failed && failed.refusal().code() == ErrorCode.CARD_BUSY) {
                places.add(i);
            }
        }
        return places;
    }

    /** The refusal of a request all of whose operations were turned away: asked again, it is the same operation. */
    static Optional<Refusal> ofAll(Outcome outcome) {
        if (outcome instanceof Outcome.Used used && !used.results().isEmpty()
                && turnedAway(used.results()).size() == used.results().size()) {
            return Optional.of(((Outcome.Result.Failed) used.results().get(0)).refusal());
        }
        return Optional.empty();
    }
}
