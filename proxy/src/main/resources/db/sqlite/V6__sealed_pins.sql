-- Virtual PINs on their way from owners to users, until these have logged in by them. Nobody but the user can read one.
CREATE TABLE sealed_pin (
    delegation BLOB PRIMARY KEY NOT NULL REFERENCES delegation (id),
    sealed     BLOB NOT NULL                -- CMS EnvelopedData, or HPKE
) WITHOUT ROWID;
