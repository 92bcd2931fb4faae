package org.remotepkcs11.testkit;

import java.util.HexFormat;
import java.util.Locale;

/** Keys that a SoftHSM token is given; each has its number as CKA_ID and its name in lower case as CKA_LABEL. */
public enum SoftHsmKey {
    RSA_2048(1, "rsa:2048", "--usage-sign", "--usage-decrypt"),
    RSA_4096(2, "rsa:4096", "--usage-sign", "--usage-decrypt"),
    P_256(3, "EC:prime256v1", "--usage-sign", "--usage-derive"),
    P_384(4, "EC:secp384r1", "--usage-sign", "--usage-derive"),
    ED25519(5, "EC:edwards25519", "--usage-sign"),
    /** Asks for the PIN at every use; has no certificate. */
    RSA_ALWAYS_AUTHENTICATE(6, "rsa:2048", "--usage-sign", "--always-auth"),
    /** Has no certificate. */
    P_256_BARE(7, "EC:prime256v1", "--usage-sign", "--usage-derive");

    private final int id;
    private final String type;
    private final String[] options;

    SoftHsmKey(int id, String type, String... options) {
        this.id = id;
        this.type = type;
        this.options = options;
    }

    /** CKA_LABEL. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** CKA_ID, hexadecimal. */
    public String hexId() {
        return HexFormat.of().toHexDigits((byte) id);
    }

    public boolean hasCertificate() {
        return this != RSA_ALWAYS_AUTHENTICATE && this != P_256_BARE;
    }

    Command generate(Command tool) {
        return tool.with("--keypairgen", "--key-type", type, "--label", label(), "--id", hexId()).with(options);
    }
}
