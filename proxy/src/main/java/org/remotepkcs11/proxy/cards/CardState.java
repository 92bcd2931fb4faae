package org.remotepkcs11.proxy.cards;

/**
 * A card as its worker sees it.
 *
 * @param description as last seen
 * @param present     whether the card answers now
 * @param waiting     operations that wait for it or are under way
 */
public record CardState(CardDescription description, boolean present, int waiting) {
}
