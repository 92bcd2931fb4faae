package org.remotepkcs11.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.remotepkcs11.wire.RefusedException;

/** Gives all tests one {@link Desk}, closed when the last has ended. */
final class DeskParameter implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(DeskParameter.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Desk.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return desk(context);
    }

    static Desk desk(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Desk.class, key -> started(), Desk.class);
    }

    private static Desk started() {
        try {
            return new Desk();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | RefusedException e) {
            throw new IllegalStateException("no desk", e);
        }
    }
}
