-- Of delegations with warranty: one for each key, under the proxy's delegation authority.
CREATE TABLE delegation_certificate (
    delegation  BLOB NOT NULL REFERENCES delegation (id),
    key         BLOB NOT NULL,              -- SHA-256 of the SubjectPublicKeyInfo
    certificate BLOB NOT NULL,              -- DER
    revoked     INTEGER NOT NULL,           -- when; 0: it is not
    mac         BLOB NOT NULL,
    PRIMARY KEY (delegation, key)
) WITHOUT ROWID;
