-- Which owner invited somebody; no row: the operator did, or it was before this was noted.
CREATE TABLE inviter (
    subject BLOB PRIMARY KEY NOT NULL,      -- hash of the code while it is not used, then the person
    owner   BLOB NOT NULL REFERENCES person (id),
    mac     BLOB NOT NULL
) WITHOUT ROWID;
