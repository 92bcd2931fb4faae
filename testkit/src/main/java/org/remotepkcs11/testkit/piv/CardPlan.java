package org.remotepkcs11.testkit.piv;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a card misbehaves. Shared by the card's thread and the test's; what happens once is forgotten when it happened.
 */
public final class CardPlan {
    /** Instruction bytes, NIST SP 800-73-4 part 2. */
    public static final int SELECT = 0xA4;
    public static final int GET_DATA = 0xCB;
    public static final int VERIFY = 0x20;
    public static final int GENERAL_AUTHENTICATE = 0x87;

    private final List<Fault> faults = new ArrayList<>();
    private Duration signature = Duration.ZERO;
    private Duration command = Duration.ZERO;
    private boolean leaving;

    private static final class Fault {
        private final int instruction;
        private final Optional<Integer> status;
        private int skip;
        private int times;

        Fault(int instruction, Optional<Integer> status, int skip, int times) {
            this.instruction = instruction;
            this.status = status;
            this.skip = skip;
            this.times = times;
        }
    }

    /** Every private-key operation takes so long, as it does on real cards. */
    public synchronized CardPlan signaturesTake(Duration duration) {
        signature = duration;
        return this;
    }

    /** Every command takes so long. */
    public synchronized CardPlan commandsTake(Duration duration) {
        command = duration;
        return this;
    }

    /** Is pulled when it gets this instruction, after so many of them that it answers. */
    public synchronized CardPlan leaveAt(int instruction, int after) {
        faults.add(new Fault(instruction, Optional.empty(), after, 1));
        return this;
    }

    /** Answers this instruction so many times by a status word and nothing else. */
    public synchronized CardPlan answer(int instruction, int status, int times) {
        faults.add(new Fault(instruction, Optional.of(status), 0, times));
        return this;
    }

    /** Does as it should from now on. */
    public synchronized void behave() {
        faults.clear();
        command = Duration.ZERO;
        leaving = false;
    }

    synchronized Duration signature() {
        return signature;
    }

    synchronized Duration command() {
        return command;
    }

    /** Whether the card is pulled now; asked once a command, after {@link #statusInstead}. */
    synchronized boolean isLeaving() {
        boolean left = leaving;
        leaving = false;
        return left;
    }

    synchronized Optional<Integer> statusInstead(int instruction) {
        for (Fault fault : faults) {
            if (fault.instruction == instruction && fault.skip-- <= 0) {
                fault.times--;
                faults.removeIf(one -> one.times <= 0);
                leaving = fault.status.isEmpty();
                return fault.status;
            }
        }
        return Optional.empty();
    }
}
