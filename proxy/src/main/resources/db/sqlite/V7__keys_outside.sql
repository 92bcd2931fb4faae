-- Which of the keys outside the database the store goes with: a value that only that key makes. None: the key has never
-- been changed.
CREATE TABLE secret_in_use (
    purpose TEXT PRIMARY KEY NOT NULL,      -- POLICY, VAULT
    value   BLOB NOT NULL                   -- HMAC-SHA256 under the key
) WITHOUT ROWID;
