ALTER TABLE parked ADD COLUMN tries integer NOT NULL DEFAULT 1, ADD COLUMN tried_at timestamptz;
COMMENT ON COLUMN parked.tries IS 'How often it was taken in vain: once when it was parked, once more with each release.';
COMMENT ON COLUMN parked.tried_at IS 'When it was last taken in vain, where it was released since.';
