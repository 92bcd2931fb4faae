package org.remotepkcs11.cli.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The way to the proxy: its name, and whether something listens there. */
final class NetworkCheck {
    static final int TIMEOUT_MILLIS = 5000;
    private static final int HTTPS = 443;

    private NetworkCheck() {
    }

    static List<Finding> examine(URI url) {
        List<Finding> findings = new ArrayList<>();
        Proxy way = ProxySelector.getDefault().select(url).get(0);
        if (way.type() != Proxy.Type.DIRECT) {
            findings.add(Finding.ok("network", "by way of " + way + ", as Java is set up"));
            return findings;
        }
        try {
            InetAddress[] addresses = InetAddress.getAllByName(url.getHost());
            findings.add(Finding.ok("name", url.getHost() + " is " + Arrays.stream(addresses)
                    .map(InetAddress::getHostAddress).collect(Collectors.joining(", "))));
            findings.add(port(url, addresses[0]));
        } catch (UnknownHostException e) {
            findings.add(Finding.problem("name", url.getHost() + " has no address",
                    "is the name in proxy.url right, the network up?"));
        }
        return findings;
    }

    private static Finding port(URI url, InetAddress address) {
        int port = portOf(url);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            return Finding.ok("port", "something listens at port " + port);
        } catch (IOException e) {
            return Finding.problem("port", "nothing answers at " + url.getHost() + " port " + port,
                    "is the port in proxy.url right, the proxy running, a firewall in between?");
        }
    }

    static int portOf(URI url) {
        return url.getPort() < 0 ? HTTPS : url.getPort();
    }
}
