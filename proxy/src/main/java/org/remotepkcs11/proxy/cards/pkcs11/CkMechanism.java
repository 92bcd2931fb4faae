package org.remotepkcs11.proxy.cards.pkcs11;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.remotepkcs11.wire.Operation.Parameters;

/** A CK_MECHANISM and what it points to. */
final class CkMechanism implements AutoCloseable {
    private final List<CkBuffer> owned = new ArrayList<>();
    private final CkBuffer mechanism;

    private CkMechanism(long type, Parameters parameters) {
        CkBuffer parameter = parameter(parameters);
        mechanism = own(new CkBuffer(2 * CkBuffer.ULONG + CkBuffer.POINTER));
        mechanism.putUlong(type).putPointer(parameter).putUlong(parameter == null ? 0 : parameter.size());
    }

    static CkMechanism of(long type, Parameters parameters) {
        return new CkMechanism(type, parameters);
    }

    private CkBuffer parameter(Parameters parameters) {
        if (parameters instanceof Parameters.Pss pss) {
            return own(new CkBuffer(3 * CkBuffer.ULONG)).putUlong(pss.hash()).putUlong(pss.mgf())
                    .putUlong(pss.saltLength());
        }
        if (parameters instanceof Parameters.Oaep oaep) {
            byte[] label = oaep.label();
            return own(new CkBuffer(4 * CkBuffer.ULONG + CkBuffer.POINTER)).putUlong(oaep.hash()).putUlong(oaep.mgf())
                    .putUlong(Ck.Z_DATA_SPECIFIED).putPointer(label.length == 0 ? null : own(CkBuffer.of(label)))
                    .putUlong(label.length);
        }
        if (parameters instanceof Parameters.Ecdh ecdh) {
            CkBuffer point = own(CkBuffer.of(ecdh.publicPoint()));
            return own(new CkBuffer(3 * CkBuffer.ULONG + 2 * CkBuffer.POINTER)).putUlong(Ck.D_NULL).putUlong(0)
                    .putPointer(null).putUlong(point.size()).putPointer(point);
        }
        return null;
    }

    private CkBuffer own(CkBuffer buffer) {
        owned.add(buffer);
        return buffer;
    }

    Pointer pointer() {
        return mechanism.pointer();
    }

    @Override
    public void close() {
        owned.forEach(CkBuffer::close);
    }
}
