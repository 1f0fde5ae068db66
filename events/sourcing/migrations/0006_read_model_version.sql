-- Which build of a read model serves, which one served before it, and which one is being built.
CREATE TABLE read_model_version (
    projection text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'serving', 'before')),
    began_at timestamptz NOT NULL,
    switched_at timestamptz,
    PRIMARY KEY (projection, version)
);
COMMENT ON TABLE read_model_version IS 'A build of a read model.';
CREATE UNIQUE INDEX read_model_version_state ON read_model_version (projection, state);
