package org.remotepkcs11.pkcs11.table;

import java.util.Optional;

/**
 * One argument of a function.
 *
 * @param name      unique within the function
 * @param kind      what it is
 * @param structure what is written, for {@link Kind#OUT_STRUCTURE} alone
 */
public record Argument(String name, Kind kind, Optional<Structure> structure) {
}
