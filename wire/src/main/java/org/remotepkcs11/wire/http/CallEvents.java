package org.remotepkcs11.wire.http;

import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Response;
import org.remotepkcs11.wire.http.CallQueue.Place;

/** Tells a call's place in the queue what OkHttp does for it. */
final class CallEvents extends EventListener {
    private static final EventListener NONE = EventListener.NONE;

    private final Place place;

    private CallEvents(Place place) {
        this.place = place;
    }

    static EventListener of(Call call) {
        Place place = call.request().tag(Place.class);
        return place == null ? NONE : new CallEvents(place);
    }

    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
        place.connectionStarts();
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        place.connectionAcquired();
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        place.connectionReleased();
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        place.answered();
    }
}
