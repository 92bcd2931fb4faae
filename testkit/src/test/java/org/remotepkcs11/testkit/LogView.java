package org.remotepkcs11.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.remotepkcs11.proxy.audit.AuditEntry;
import org.remotepkcs11.proxy.audit.AuditEntry.Matter;
import org.remotepkcs11.proxy.audit.UnreadableEntryException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.RefusedException;

/** What the audit log says since this was made. */
record LogView(TestProxy proxy, int before) {
    static LogView now(TestProxy proxy) throws RefusedException, UnreadableEntryException {
        return new LogView(proxy, proxy.log().size());
    }

    <M extends Matter> List<M> news(Class<M> kind) throws RefusedException, UnreadableEntryException {
        List<AuditEntry> log = proxy.log();
        return log.subList(before, log.size()).stream().map(AuditEntry::matter).filter(kind::isInstance)
                .map(kind::cast).toList();
    }

    /** One refusal and nothing else was recorded. */
    AuditEntry.Refused onlyRefusal(ErrorCode code) throws RefusedException, UnreadableEntryException {
        assertThat(news(Matter.class)).hasSize(1);
        AuditEntry.Refused refused = news(AuditEntry.Refused.class).get(0);
        assertThat(refused.refusal().code()).isEqualTo(code);
        return refused;
    }
}
