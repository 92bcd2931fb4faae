package org.remotepkcs11.proxy.cards.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.remotepkcs11.proxy.cards.Card;
import org.remotepkcs11.proxy.cards.CardDescription;
import org.remotepkcs11.proxy.cards.CardPin;
import org.remotepkcs11.proxy.cards.pkcs11.Pkcs11Module;
import org.remotepkcs11.proxy.cards.pkcs11.TokenList;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/**
 * The program of a module's process: loads one module and does what the proxy at the other end of a socket says. It
 * ends with the proxy.
 */
public final class ModuleHost {
    private static final long WATCH_MILLIS = 1000;
    private static final long LOOK_SECONDS = 30;

    private final FrameChannel proxy;
    private final ExecutorService lanes = Executors.newCachedThreadPool();
    private final Map<String, Card> cards = new ConcurrentHashMap<>();
    private final Map<String, CardDescription> told = new HashMap<>();
    private volatile TokenList tokens;

    private ModuleHost(FrameChannel proxy) {
        this.proxy = proxy;
    }

    /** @param arguments the path of the proxy's Unix socket */
    public static void main(String[] arguments) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(UnixDomainSocketAddress.of(Path.of(arguments[0])));
        int status = 0;
        try {
            new ModuleHost(new FrameChannel(socket)).serve();
        } catch (IOException e) {
            // The proxy is gone or does not want this process any more; a module that hangs must not keep it.
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    /** This thread only listens, so that the end of the proxy is noticed also while the module hangs. */
    private void serve() throws IOException {
        if (!(proxy.read() instanceof ModuleMessage.Begin begin)) {
            throw new IOException("the proxy does not begin");
        }
        run(() -> begin(begin));
        while (true) {
            ModuleMessage message = proxy.read();
            if (message instanceof ModuleMessage.Scan scan) {
                run(() -> scan(scan));
            } else if (message instanceof ModuleMessage.Apply apply) {
                run(() -> answer(apply.call(), () -> apply(apply)));
            } else if (message instanceof ModuleMessage.CheckPin check) {
                run(() -> answer(check.call(), () -> checkPin(check)));
            } else {
                throw new IOException("not for this process: " + message.getClass());
            }
        }
    }

    private void run(Runnable work) {
        lanes.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                // Somebody would wait for it, or hear nothing of the card any more: a new process does better.
                System.err.println("a defect: " + e);
                Runtime.getRuntime().halt(1);
            }
        });
    }

    /** The proxy, when it was told that the module cannot be used, ends this process. */
    private void begin(ModuleMessage.Begin begin) {
        try {
            if (begin.duty() == ModuleMessage.Duty.SCOUT) {
                tokens = TokenList.of(begin.settings());
                send(new ModuleMessage.Done(0, new byte[0]));
            } else {
                Pkcs11Module module = Pkcs11Module.load(begin.settings(), begin.only());
                send(new ModuleMessage.Done(0, new byte[0]));
                watch(module);
            }
        } catch (IOException e) {
            send(new ModuleMessage.Refused(0, ErrorCode.CARD_FAILED, e.getMessage()));
        }
    }

    private synchronized void scan(ModuleMessage.Scan scan) {
        try {
            send(new ModuleMessage.Tokens(scan.call(), tokens.serials(scan.afresh())));
        } catch (RefusedException e) {
            send(refused(scan.call(), e));
        }
    }

    private byte[] apply(ModuleMessage.Apply apply) throws RefusedException {
        try (CardPin pin = apply.pin()) {
            return card(apply.serial()).apply(apply.operation(), pin, Instant.ofEpochMilli(apply.deadlineMillis()));
        }
    }

    private byte[] checkPin(ModuleMessage.CheckPin check) throws RefusedException {
        try (CardPin pin = check.pin()) {
            Card card = card(check.serial());
            card.checkPin(pin);
            tell(check.serial(), card.describe());
            return new byte[0];
        }
    }

    private Card card(String serial) throws RefusedException {
        Card card = cards.get(serial);
        if (card == null) {
            throw new RefusedException(ErrorCode.CARD_ABSENT, "card " + serial + " is not there");
        }
        return card;
    }

    @FunctionalInterface
    private interface Work {
        byte[] run() throws RefusedException;
    }

    private void answer(long call, Work work) {
        ModuleMessage answer;
        try {
            answer = new ModuleMessage.Done(call, work.run());
        } catch (RefusedException e) {
            answer = refused(call, e);
        } catch (RuntimeException e) {
            // Whatever a driver does, the proxy must hear of it.
            answer = new ModuleMessage.Refused(call, ErrorCode.CARD_FAILED, "the card's driver failed: " + e);
        }
        send(answer);
    }

    private static ModuleMessage refused(long call, RefusedException e) {
        return new ModuleMessage.Refused(call, e.code(), e.refusal().detail());
    }

    private void send(ModuleMessage message) {
        try {
            proxy.write(message);
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private void watch(Pkcs11Module module) {
        try {
            while (true) {
                lanes.submit(() -> look(module)).get(LOOK_SECONDS, TimeUnit.SECONDS);
                TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            System.err.println("the module did not answer for " + LOOK_SECONDS + " s when it was asked for its cards");
            Runtime.getRuntime().halt(1);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cards could not be looked at: " + e.getCause(), e);
        }
    }

    private void look(Pkcs11Module module) {
        List<Card> seen = new ArrayList<>();
        try {
            seen.addAll(module.scan(false));
        } catch (RefusedException e) {
            System.err.println(e.getMessage());
        }
        Set<String> there = new HashSet<>();
        for (Card card : seen) {
            try {
                card.rest();
                CardDescription description = card.describe();
                cards.put(card.serial(), card);
                there.add(card.serial());
                tell(card.serial(), description);
            } catch (RefusedException e) {
                System.err.println(e.getMessage());
            }
        }
        for (String serial : Set.copyOf(cards.keySet())) {
            if (!there.contains(serial)) {
                cards.remove(serial);
                forget(serial);
            }
        }
    }

    /** Descriptions are the same objects until something changes, but for the PIN's state. */
    private synchronized void tell(String serial, CardDescription description) {
        CardDescription before = told.put(serial, description);
        if (before == null || !before.sameAs(description)) {
            send(new ModuleMessage.Shown(serial, description));
        }
    }

    private synchronized void forget(String serial) {
        told.remove(serial);
        send(new ModuleMessage.Gone(serial));
    }
}
