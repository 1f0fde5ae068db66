-- A topic is known by the id it was made under: another one may come to bear its name.
CREATE TABLE followed_topic (
    reader text NOT NULL,
    topic text NOT NULL,
    topic_id uuid NOT NULL,
    partitions integer NOT NULL,
    PRIMARY KEY (reader, topic)
);
COMMENT ON TABLE followed_topic IS 'Which topic of the cluster a reader''s checkpoints are about, and into how many partitions it was divided.';
