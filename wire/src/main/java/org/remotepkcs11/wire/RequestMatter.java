package org.remotepkcs11.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.security.MessageDigest;
import org.remotepkcs11.proto.V1;

/** Finds the bytes of a body that say what is asked, beside who asks when. */
final class RequestMatter {
    private RequestMatter() {
    }

    /**
     * SHA-256 over tag and content of the request's field, in Use without its deadline, which may be another one when
     * the same is asked again. Refuses a body whose fields are repeated or out of order.
     */
    static Id hash(byte[] bytes, int offset, int length) throws RefusedException {
        try {
            CodedInputStream input = CodedInputStream.newInstance(bytes, offset, length);
            int last = 0;
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                if (field <= last) {
                    throw Fields.malformed("the body has a field twice or out of order");
                }
                last = field;
                if (field >= V1.RequestBody.OPEN_FIELD_NUMBER) {
                    int size = input.readRawVarint32();
                    int start = offset + input.getTotalBytesRead();
                    input.skipRawBytes(size);
                    if (!input.isAtEnd()) {
                        throw Fields.malformed("the body goes on after the request");
                    }
                    return hash(field, bytes, start, size);
                }
                input.skipField(tag);
            }
        } catch (IOException e) {
            throw Fields.malformed("the request's body is not a message");
        }
        throw Fields.malformed("the request is missing");
    }

    private static Id hash(int field, byte[] bytes, int start, int size)
            throws IOException, RefusedException {
        int used = field == V1.RequestBody.USE_FIELD_NUMBER ? withoutDeadline(bytes, start, size) : size;
        MessageDigest digest = Fingerprint.sha256();
        digest.update((byte) field);
        digest.update(bytes, start, used);
        return Id.owning(digest.digest());
    }

    /** The deadline is the last field of Use. */
    private static int withoutDeadline(byte[] bytes, int start, int size) throws IOException, RefusedException {
        CodedInputStream input = CodedInputStream.newInstance(bytes, start, size);
        int before = 0;
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            input.skipField(tag);
            if (WireFormat.getTagFieldNumber(tag) == V1.Use.DEADLINE_MS_FIELD_NUMBER) {
                if (!input.isAtEnd()) {
                    throw Fields.malformed("use goes on after its deadline");
                }
                return before;
            }
            before = input.getTotalBytesRead();
        }
        return size;
    }
}
