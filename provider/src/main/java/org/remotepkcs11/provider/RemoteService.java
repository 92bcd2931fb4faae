package org.remotepkcs11.provider;

import java.security.InvalidParameterException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One algorithm of the provider. */
final class RemoteService extends Provider.Service {
    private final Supplier<Object> maker;

    /** What is offered. @param keyClass the only keys taken, so that delayed provider selection passes over others */
    record Offer(String type, String algorithm, List<String> aliases, Map<String, String> attributes,
                 Class<?> implementation, Supplier<Object> maker) {
    }

    RemoteService(Provider provider, Offer offer) {
        super(provider, offer.type(), offer.algorithm(), offer.implementation().getName(), offer.aliases(),
                offer.attributes());
        this.maker = offer.maker();
    }

    @Override
    public Object newInstance(Object parameter) {
        if (parameter != null) {
            throw new InvalidParameterException("no constructor parameter expected");
        }
        return maker.get();
    }
}
