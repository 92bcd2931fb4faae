package org.remotepkcs11.provider;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.AlgorithmParametersSpi;
import java.security.NoSuchAlgorithmException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import org.remotepkcs11.wire.SoftwareProviders;

/** Parameters as the platform encodes them, for programs that ask the provider of the key for all they need. */
final class SoftwareParameters extends AlgorithmParametersSpi {
    private final AlgorithmParameters parameters;

    private SoftwareParameters(AlgorithmParameters parameters) {
        this.parameters = parameters;
    }

    static SoftwareParameters of(String algorithm) {
        try {
            return new SoftwareParameters(AlgorithmParameters.getInstance(algorithm,
                    SoftwareProviders.first("AlgorithmParameters", algorithm)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no parameters of " + algorithm, e);
        }
    }

    @Override
    protected void engineInit(AlgorithmParameterSpec specification) throws InvalidParameterSpecException {
        parameters.init(specification);
    }

    @Override
    protected void engineInit(byte[] encoded) throws IOException {
        parameters.init(encoded);
    }

    @Override
    protected void engineInit(byte[] encoded, String format) throws IOException {
        parameters.init(encoded, format);
    }

    @Override
    protected <T extends AlgorithmParameterSpec> T engineGetParameterSpec(Class<T> specification)
            throws InvalidParameterSpecException {
        return parameters.getParameterSpec(specification);
    }

    @Override
    protected byte[] engineGetEncoded() throws IOException {
        return parameters.getEncoded();
    }

    @Override
    protected byte[] engineGetEncoded(String format) throws IOException {
        return parameters.getEncoded(format);
    }

    @Override
    protected String engineToString() {
        return parameters.toString();
    }
}
