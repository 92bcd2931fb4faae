package org.remotepkcs11.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;

class SignedAttributesFuzzTest {
    /** Whatever a user sends: a digest is only read from what is DER to the last byte. */
    @FuzzTest
    void onlyDerIsUnderstood(byte[] bytes) throws Exception {
        Optional<byte[]> digest = SignedAttributes.messageDigest(bytes);
        if (digest.isPresent()) {
            ASN1Set parsed = (ASN1Set) ASN1Primitive.fromByteArray(bytes);
            assertThat(Arrays.equals(parsed.getEncoded("DER"), bytes)).isTrue();
        }
    }
}
