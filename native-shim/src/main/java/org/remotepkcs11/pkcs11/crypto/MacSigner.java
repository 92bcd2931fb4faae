package org.remotepkcs11.pkcs11.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.Mac;

/** @param length how many leading bytes of the MAC are wanted */
record MacSigner(Mac mac, int length) implements Signer {
    @Override
    public void update(byte[] part) {
        mac.update(part, 0, part.length);
    }

    @Override
    public byte[] sign() {
        byte[] full = new byte[mac.getMacSize()];
        mac.doFinal(full, 0);
        return Arrays.copyOf(full, length);
    }
}
