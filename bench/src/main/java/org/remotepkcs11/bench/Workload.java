package org.remotepkcs11.bench;

/** One way of making signatures. */
interface Workload extends AutoCloseable {
    /** By any number of threads at once. */
    void sign() throws Exception;

    @Override
    void close() throws Exception;
}
