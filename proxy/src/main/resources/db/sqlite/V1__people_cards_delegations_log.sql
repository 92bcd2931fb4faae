-- Times are Unix milliseconds, ids 16 random bytes, hashes SHA-256. `mac` covers its row under the policy key, which is
-- not in the database; rows without one carry their own authentication (vault: AES-GCM, log: Merkle tree). That no row
-- was put back, added or taken away is told by policy_state.

CREATE TABLE person (
    id          BLOB PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL UNIQUE,
    role        TEXT NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,       -- SHA-256 of the SubjectPublicKeyInfo
    certificate BLOB NOT NULL,              -- DER
    disabled    INTEGER NOT NULL,
    mac         BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE invitation (
    code_hash BLOB PRIMARY KEY NOT NULL,    -- never the code
    name      TEXT NOT NULL UNIQUE,
    role      TEXT NOT NULL,
    expires   INTEGER NOT NULL,
    mac       BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE card (
    id      BLOB PRIMARY KEY NOT NULL,
    label   TEXT NOT NULL,
    owner   BLOB NOT NULL REFERENCES person (id),
    removed INTEGER NOT NULL,
    mac     BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX card_by_label ON card (label) WHERE removed = 0;
CREATE INDEX card_by_owner ON card (owner);

-- The physical cards behind a remote card.
CREATE TABLE card_member (
    card        BLOB NOT NULL REFERENCES card (id),
    source      TEXT NOT NULL UNIQUE,       -- MODULE:SERIAL
    description BLOB NOT NULL,              -- StoredDescription
    sealed_pin  BLOB NOT NULL,              -- under the card key
    mac         BLOB NOT NULL,
    PRIMARY KEY (card, source)
) WITHOUT ROWID;

CREATE TABLE delegation (
    id         BLOB PRIMARY KEY NOT NULL,
    card       BLOB NOT NULL REFERENCES card (id),
    person     BLOB NOT NULL REFERENCES person (id),
    by_owner   INTEGER NOT NULL,            -- 1: the owner's own entry
    limits     BLOB NOT NULL,               -- StoredLimits
    derivation BLOB NOT NULL,               -- StoredDerivation
    made       INTEGER NOT NULL,
    revoked    INTEGER NOT NULL,
    mac        BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX delegation_in_force ON delegation (person, card) WHERE revoked = 0;
CREATE INDEX delegation_by_person ON delegation (person, card);
CREATE INDEX delegation_by_card ON delegation (card);

-- What changes with every use; apart from the delegation so that little is written.
CREATE TABLE tally (
    delegation BLOB PRIMARY KEY NOT NULL REFERENCES delegation (id),
    operations INTEGER NOT NULL,
    tries      INTEGER NOT NULL,            -- wrong ones since the last right one
    mac        BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE vault_entry (
    delegation BLOB PRIMARY KEY NOT NULL REFERENCES delegation (id),
    sealed     BLOB NOT NULL                -- the card key under a key that proof and vault secret make
) WITHOUT ROWID;

-- Authenticates all rows that have a mac, and the vault's, together with the size of the log.
CREATE TABLE policy_state (
    id   INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    seal BLOB NOT NULL
);

-- Operation ids are used once.
CREATE TABLE operation (
    id         BLOB PRIMARY KEY NOT NULL,
    person     BLOB NOT NULL,
    input_hash BLOB NOT NULL,
    counted    INTEGER NOT NULL,            -- how many operations it was counted for
    result     BLOB                         -- id that was made; null until done
) WITHOUT ROWID;

CREATE TABLE unfinished (
    intent INTEGER PRIMARY KEY NOT NULL     -- index of an intent whose outcome is not recorded yet
);

CREATE TABLE log_entry (
    position INTEGER PRIMARY KEY NOT NULL,
    leaf     BLOB NOT NULL,                 -- RFC 6962 leaf hash of body
    body     BLOB NOT NULL                  -- LogEntry
);

-- Interior nodes of whole subtrees: id = position in its level * 2^(level+1) + 2^level - 1, level from 1.
CREATE TABLE log_node (
    id   INTEGER PRIMARY KEY NOT NULL,
    hash BLOB NOT NULL
);

CREATE TABLE log_head (
    id   INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    size INTEGER NOT NULL,
    note TEXT NOT NULL                      -- C2SP tlog-checkpoint
);
