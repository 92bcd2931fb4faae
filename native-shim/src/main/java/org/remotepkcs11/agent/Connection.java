package org.remotepkcs11.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.remotepkcs11.agent.frame.AnswerFrames;
import org.remotepkcs11.agent.frame.CallRequest;
import org.remotepkcs11.agent.frame.Frames;
import org.remotepkcs11.agent.frame.Greeting;
import org.remotepkcs11.agent.frame.MalformedFrameException;
import org.remotepkcs11.pkcs11.table.Answer;
import org.remotepkcs11.pkcs11.table.Dispatcher;
import org.remotepkcs11.pkcs11.table.Function;
import org.remotepkcs11.wire.RefusedException;

/** One connection of a host: a greeting, then calls one after the other. */
final class Connection implements Runnable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final long CKR_GENERAL_ERROR = 5;

    /** What a connection needs of the agent it belongs to. */
    interface Owner {
        /** Whether the program was replaced; new applications are then left to the next agent. */
        boolean isRetired(boolean newApplication);

        /** Where further connections of an application find this agent. */
        Path path();

        Applications applications();

        void ended(Connection connection);
    }

    private final SocketChannel channel;
    private final Owner owner;
    private final Frames frames;
    private final AnswerFrames answers = new AnswerFrames();
    /** Held while a frame is written, so that a sign of life never lands within an answer. */
    private final ReentrantLock writing = new ReentrantLock();
    private volatile long workingSince;

    Connection(SocketChannel channel, Owner owner) {
        this.channel = channel;
        this.owner = owner;
        frames = new Frames(channel);
    }

    @Override
    public void run() {
        try (channel) {
            Optional<ByteBuffer> first = frames.next();
            if (first.isPresent()) {
                greet(Greeting.decode(first.get()));
            }
        } catch (MalformedFrameException e) {
            LOG.log(System.Logger.Level.WARNING, "a malformed frame, connection closed: {0}", e.getMessage());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a host went away: {0}", e.toString());
        } finally {
            owner.ended(this);
        }
    }

    private void greet(Greeting greeting) throws IOException {
        frames.wipe();
        if (owner.isRetired(!owner.applications().has(greeting))) {
            write(answers.greeted(Greeting.Reply.RETIRED, "the program was replaced"));
            return;
        }
        Dispatcher application;
        try {
            application = owner.applications().join(greeting);
        } catch (RefusedException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} refused: {1}", greeting.host(), e.getMessage());
            write(answers.greeted(Greeting.Reply.REFUSED, e.getMessage()));
            return;
        }
        try {
            write(answers.greeted(Greeting.Reply.WELCOME, owner.path().toString()));
            serve(application);
        } finally {
            owner.applications().leave(greeting);
        }
    }

    private void serve(Dispatcher application) throws IOException {
        for (Optional<ByteBuffer> frame = frames.next(); frame.isPresent(); frame = frames.next()) {
            CallRequest request = CallRequest.decode(frame.get());
            if (request.function().where() != Function.Where.GATHER) {
                frames.wipe();
            }
            workingSince = System.nanoTime() | 1;
            Answer answer = call(application, request);
            workingSince = 0;
            write(encode(request, answer));
        }
    }

    private static Answer call(Dispatcher application, CallRequest request) {
        try {
            return application.call(request.function(), request.arguments());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // A fault of ours must not look like success to a host, nor take the other hosts with it.
            LOG.log(System.Logger.Level.ERROR, "a fault in " + request.function(), e);
            return Answer.of(CKR_GENERAL_ERROR);
        } finally {
            request.arguments().wipe();
        }
    }

    private ByteBuffer encode(CallRequest request, Answer answer) {
        try {
            return answers.answer(request.function(), answer);
        } catch (IllegalArgumentException | ClassCastException e) {
            LOG.log(System.Logger.Level.ERROR, "an answer of " + request.function() + " that does not fit", e);
            return answers.answer(request.function(), Answer.of(CKR_GENERAL_ERROR));
        }
    }

    private void write(ByteBuffer frame) throws IOException {
        writing.lock();
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Tells a host that has waited for more than {@code nanoseconds} that its call is still worked on. */
    void showLife(long nanoseconds) {
        long since = workingSince;
        if (since == 0 || System.nanoTime() - since < nanoseconds || !writing.tryLock()) {
            return;
        }
        try {
            if (workingSince == since) {
                channel.write(AnswerFrames.signOfLife());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a host went away while it was served: {0}", e.toString());
        } finally {
            writing.unlock();
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection: {0}", e.toString());
        }
    }
}
