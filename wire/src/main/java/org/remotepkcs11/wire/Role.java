package org.remotepkcs11.wire;

/** What an enrolled person is to the proxy. */
public enum Role { OWNER, USER, OPERATOR, AUDITOR }
