-- A person's key is renewed, or replaced after it was lost; the person stays the same.

ALTER TABLE person ADD COLUMN renewed_key BLOB;   -- fingerprint of the key that the last renewal took out of use, or null
CREATE INDEX person_by_renewed_key ON person (renewed_key);

ALTER TABLE invitation ADD COLUMN replaces BLOB;  -- the person who gets another key by this code; null: somebody new
