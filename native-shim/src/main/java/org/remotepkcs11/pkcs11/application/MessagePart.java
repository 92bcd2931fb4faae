package org.remotepkcs11.pkcs11.application;

import org.remotepkcs11.pkcs11.cryptoki.Output;

/** Of a message: what comes in, and where what goes out is wanted. */
public record MessagePart(byte[] data, Output out) {
}
