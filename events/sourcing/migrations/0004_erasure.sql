ALTER TABLE subject_key ADD COLUMN kek text;
COMMENT ON COLUMN subject_key.kek IS
'Which key-encryption key wraps it; unknown for keys made before this was written down.';

CREATE TABLE erasure (
    subject text PRIMARY KEY,
    begun_at timestamptz NOT NULL,
    purged_at timestamptz,
    completed_at timestamptz
);
COMMENT ON TABLE erasure IS
'Who is forgotten here and how far it has come; no key of theirs opens again, whatever is restored.';
