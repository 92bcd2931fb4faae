package org.remotepkcs11.cli.enroll;

import java.net.URI;
import java.net.URISyntaxException;
import org.remotepkcs11.client.ProxyUrl;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A {@link ProxyUrl} on the command line. */
final class ProxyUrlConverter implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
        try {
            return ProxyUrl.of(value);
        } catch (URISyntaxException e) {
            throw new TypeConversionException("'" + value + "' " + e.getReason());
        }
    }
}
