package org.remotepkcs11.wire.http;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** Asks the JDK's default selector as it is at the moment, where OkHttp would keep the one of its own beginning. */
final class CurrentProxySelector extends ProxySelector {
    @Override
    public List<Proxy> select(URI uri) {
        ProxySelector current = ProxySelector.getDefault();
        return current == null ? List.of(Proxy.NO_PROXY) : current.select(uri);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        ProxySelector current = ProxySelector.getDefault();
        if (current != null) {
            current.connectFailed(uri, address, failure);
        }
    }
}
