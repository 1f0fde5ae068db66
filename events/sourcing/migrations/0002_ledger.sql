CREATE TABLE tree_tile (
    level smallint NOT NULL,
    number bigint NOT NULL,
    last_position bigint NOT NULL,
    root bytea NOT NULL,
    PRIMARY KEY (level, number)
);
COMMENT ON TABLE tree_tile IS 'The full tiles of the Merkle tree over the journal, each by its root; never changed.';
COMMENT ON COLUMN tree_tile.last_position IS 'The journal position of the last row below this tile.';

CREATE TABLE signed_head (
    size bigint PRIMARY KEY,
    position bigint NOT NULL,
    root bytea NOT NULL,
    link bytea NOT NULL,
    made_at timestamptz NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL
);
COMMENT ON TABLE signed_head IS 'What this service has vouched for about its journal, signed; never changed.';
