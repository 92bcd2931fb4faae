package org.remotepkcs11.client;

import java.net.URI;
import java.net.URISyntaxException;

/** Where a proxy is: {@code https}, a host, a port if it is not 443, and nothing else. */
public final class ProxyUrl {
    private ProxyUrl() {
    }

    /** @throws URISyntaxException if it is none; the reason goes on after its name: "must look like …" */
    public static URI of(String text) throws URISyntaxException {
        URI url = parsed(text);
        boolean sound = "https".equals(url.getScheme()) && url.getHost() != null && url.getUserInfo() == null
                && (url.getPath().isEmpty() || url.getPath().equals("/")) && url.getQuery() == null
                && url.getFragment() == null;
        if (!sound) {
            throw new URISyntaxException(text, "must look like https://host:8443, with no path");
        }
        return url;
    }

    private static URI parsed(String text) throws URISyntaxException {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new URISyntaxException(text, "is no address: " + e.getReason());
        }
    }
}
