package org.remotepkcs11.tools;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests of a program that somebody else made, unmodified. They make its row in {@code docs/tools.md}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({DeskParameter.class, ToolRow.class})
@interface Tool {
    /** First cell of the row. */
    String name();

    /** A command that prints the version; or else {@link #jar}. */
    String[] version() default {};

    /** The name, without the version, of the jar on the tests' class path that is the tool. */
    String jar() default "";

    /** Page in {@code docs/guides}, without its ending; empty: none. */
    String guide() default "";
}
