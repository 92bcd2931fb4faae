package org.remotepkcs11.proxy.cards;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.remotepkcs11.wire.Id;

/**
 * What waits for a card: each user's in the order it came, and the users in turn, so that who asks for a thousand
 * signatures delays others by one.
 */
final class FairQueue extends AbstractQueue<Runnable> implements BlockingQueue<Runnable> {
    private final int room;
    /** In the order in which users are served. */
    private final Map<Id, Deque<Runnable>> byUser = new LinkedHashMap<>();
    private int size;

    FairQueue(int room) {
        this.room = room;
    }

    private static Id user(Object work) {
        return work instanceof Turn<?> turn ? turn.user() : Id.NONE;
    }

    @Override
    public synchronized boolean offer(Runnable work) {
        if (size >= room) {
            return false;
        }
        byUser.computeIfAbsent(user(work), first -> new ArrayDeque<>()).add(work);
        size++;
        notify();
        return true;
    }

    @Override
    public boolean offer(Runnable work, long timeout, TimeUnit unit) {
        return offer(work);
    }

    @Override
    public void put(Runnable work) {
        add(work);
    }

    @Override
    public synchronized Runnable poll() {
        Iterator<Map.Entry<Id, Deque<Runnable>>> users = byUser.entrySet().iterator();
        if (!users.hasNext()) {
            return null;
        }
        Map.Entry<Id, Deque<Runnable>> next = users.next();
        Id user = next.getKey();
        Deque<Runnable> waiting = next.getValue();
        users.remove();
        Runnable work = waiting.poll();
        if (!waiting.isEmpty()) {
            byUser.put(user, waiting);
        }
        size--;
        return work;
    }

    @Override
    public synchronized Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        long limit = System.nanoTime() + unit.toNanos(timeout);
        Runnable work = poll();
        for (long left = timeout; work == null && left > 0; left = limit - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, limit - System.nanoTime());
            work = poll();
        }
        return work;
    }

    @Override
    public synchronized Runnable take() throws InterruptedException {
        Runnable work = poll();
        while (work == null) {
            wait();
            work = poll();
        }
        return work;
    }

    @Override
    public synchronized Runnable peek() {
        return byUser.isEmpty() ? null : byUser.values().iterator().next().peek();
    }

    @Override
    public synchronized boolean remove(Object work) {
        Deque<Runnable> waiting = byUser.get(user(work));
        if (waiting == null || !waiting.remove(work)) {
            return false;
        }
        if (waiting.isEmpty()) {
            byUser.remove(user(work));
        }
        size--;
        return true;
    }

    /** Who waits, in the order in which they are served next. */
    synchronized List<CardState.Queued> users() {
        List<CardState.Queued> users = new ArrayList<>();
        byUser.forEach((user, waiting) -> users.add(new CardState.Queued(user, waiting.size(), users.size() + 1)));
        return users;
    }

    /** How many are served before this one, or -1 if it does not wait. */
    synchronized int before(Object work) {
        Deque<Runnable> own = byUser.getOrDefault(user(work), new ArrayDeque<>());
        int round = List.copyOf(own).indexOf(work);
        int before = round;
        boolean earlier = true;
        for (Deque<Runnable> waiting : byUser.values()) {
            if (waiting == own) {
                earlier = false;
            } else if (round >= 0) {
                before += Math.min(waiting.size(), earlier ? round + 1 : round);
            }
        }
        return before;
    }

    @Override
    public synchronized int size() {
        return size;
    }

    @Override
    public synchronized int remainingCapacity() {
        return room - size;
    }

    @Override
    public int drainTo(Collection<? super Runnable> all) {
        return drainTo(all, Integer.MAX_VALUE);
    }

    @Override
    public synchronized int drainTo(Collection<? super Runnable> some, int most) {
        int count = 0;
        while (count < most && size > 0) {
            some.add(poll());
            count++;
        }
        return count;
    }

    /** Of those that wait now. */
    @Override
    public synchronized Iterator<Runnable> iterator() {
        List<Runnable> all = new ArrayList<>();
        byUser.values().forEach(all::addAll);
        return all.iterator();
    }
}
