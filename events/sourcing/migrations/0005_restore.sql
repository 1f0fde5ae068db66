-- A topic is known by the id it was made under: another one may come to bear its name.
CREATE TABLE followed_topic (
    reader text NOT NULL,
    topic text NOT NULL,
    topic_id uuid NOT NULL,
    partitions integer NOT NULL,
    PRIMARY KEY (reader, topic)
);
COMMENT ON TABLE followed_topic IS 'Which topic of the cluster a reader''s checkpoints are about, and into how many partitions it was divided.';

-- What a restore to an earlier moment leaves behind: events that have left and are here no more.
CREATE TABLE published_topic (
    topic text PRIMARY KEY
);
COMMENT ON TABLE published_topic IS 'The topics on which this service has said something.';

CREATE TABLE restore (
    found_at timestamptz PRIMARY KEY,
    journal_position bigint NOT NULL,
    highest_published bigint NOT NULL,
    resumed_at timestamptz
);
COMMENT ON TABLE restore IS 'Each time the relay found events on Kafka that this journal does not hold, and when it was told to go on.';
CREATE UNIQUE INDEX restore_open ON restore ((true)) WHERE resumed_at IS NULL;

CREATE TABLE lost_event (
    topic text NOT NULL,
    position bigint NOT NULL,
    event_id uuid NOT NULL,
    key bytea NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    found_at timestamptz NOT NULL REFERENCES restore,
    retracted_at timestamptz,
    PRIMARY KEY (topic, position, event_id)
);
COMMENT ON TABLE lost_event IS 'What has left for a topic and is not in the journal; what was told to those who heard it.';

CREATE TABLE retracted_event (
    service text NOT NULL,
    position bigint NOT NULL,
    event_id uuid NOT NULL,
    PRIMARY KEY (service, position, event_id)
);
COMMENT ON TABLE retracted_event IS 'Events of other services that never happened: whoever reads a topic again passes them over.';

ALTER TABLE applied ADD COLUMN position bigint;
COMMENT ON COLUMN applied.position IS 'Where that version stands in the journal it came from; unknown for what was applied before this was written down.';

CREATE TABLE position_floor (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE position_floor IS 'Positions go on behind this one, whatever the journal still holds.';
INSERT INTO position_floor DEFAULT VALUES;

CREATE FUNCTION only_rises() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.position < OLD.position THEN
        RAISE EXCEPTION 'positions never go back';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION only_rises IS 'Refuses to let positions mean something else a second time.';
CREATE TRIGGER only_rises BEFORE UPDATE OR DELETE ON position_floor
FOR EACH ROW EXECUTE FUNCTION only_rises();

ALTER TABLE relay_pointer ADD COLUMN epoch text;
COMMENT ON COLUMN relay_pointer.epoch IS 'Where this database lay when it was last held against Kafka; elsewhere it may be an older copy.';

CREATE OR REPLACE FUNCTION append_batch(
    moment timestamptz,
    c_actor text[], c_key text[], c_target text[], c_body bytea[],
    w_command integer[], w_stream text[], w_expected integer[],
    e_command integer[], e_stream text[], e_version integer[], e_id uuid[],
    e_name text[], e_payload bytea[], e_metadata bytea[]
) RETURNS TABLE (
    outcome text, first_position bigint, last_position bigint,
    stream text, expected integer, actual integer, recorded_at timestamptz
)
LANGUAGE plpgsql
-- The tables grow faster than their statistics: always walk the indexes.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    tip record;
    outcomes text[];
    firsts bigint[];
    lasts bigint[];
    streams text[];
    expecteds integer[];
    actuals integer[];
    -- Filled to their full length: a first element set elsewhere would become the lower bound.
    positions bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(e_id)]);
    links bytea[] := array_fill(NULL::bytea, ARRAY[cardinality(e_id)]);
    place bigint;
    link bytea;
    c integer;
BEGIN
    -- Appends take turns, so positions are in commit order.
    PERFORM pg_advisory_xact_lock(7001);
    SELECT j.position, j.link, j.recorded_at INTO tip
    FROM journal AS j ORDER BY j.position DESC LIMIT 1;
    -- Positions that left before a restore are never used again; the chain goes on from the last row.
    place := greatest(
        coalesce(tip.position, 0), (SELECT f.position FROM position_floor AS f WHERE f.single)
    );
    link := coalesce(tip.link, '\x');
    moment := greatest(moment, tip.recorded_at);

    WITH clash AS (
        SELECT DISTINCT ON (w.command) w.command, w.stream, w.expected, head.version
        FROM unnest(w_command, w_stream, w_expected) AS w (command, stream, expected)
        CROSS JOIN LATERAL (
            SELECT coalesce(max(j.version), 0) AS version FROM journal AS j
            WHERE j.stream = w.stream
        ) AS head
        WHERE head.version <> w.expected
        ORDER BY w.command
    )
    SELECT
        array_agg(
            CASE
                WHEN seen.target = asked.target AND seen.body = asked.body THEN 'repeated'
                WHEN seen.target IS NOT NULL THEN 'key-reused'
                WHEN clash.stream IS NOT NULL THEN 'conflict'
                ELSE 'appended'
            END ORDER BY asked.n
        ),
        array_agg(seen.first_position ORDER BY asked.n),
        array_agg(seen.last_position ORDER BY asked.n),
        array_agg(clash.stream ORDER BY asked.n),
        array_agg(clash.expected ORDER BY asked.n),
        array_agg(clash.version ORDER BY asked.n)
    INTO outcomes, firsts, lasts, streams, expecteds, actuals
    FROM unnest(c_actor, c_key, c_target, c_body) WITH ORDINALITY
        AS asked (actor, key, target, body, n)
    LEFT JOIN command_log AS seen
        ON seen.actor = asked.actor AND seen.idempotency_key = asked.key
    LEFT JOIN clash ON clash.command = asked.n;

    FOR i IN 1 .. coalesce(array_length(e_id, 1), 0) LOOP
        c := e_command[i];
        IF outcomes[c] = 'appended' THEN
            place := place + 1;
            link := link_of(
                link, place, e_stream[i], e_version[i], e_id[i], e_name[i],
                e_payload[i], e_metadata[i], moment
            );
            positions[i] := place;
            links[i] := link;
            firsts[c] := coalesce(firsts[c], place);
            lasts[c] := place;
        END IF;
    END LOOP;

    INSERT INTO journal
    SELECT n.position, n.stream, n.version, n.id, n.name, n.payload, n.metadata, moment, n.link
    FROM unnest(positions, e_stream, e_version, e_id, e_name, e_payload, e_metadata, links)
        AS n (position, stream, version, id, name, payload, metadata, link)
    WHERE n.position IS NOT NULL;

    INSERT INTO command_log
    SELECT n.actor, n.key, n.target, n.body, n.first, n.last
    FROM unnest(c_actor, c_key, c_target, c_body, outcomes, firsts, lasts)
        AS n (actor, key, target, body, outcome, first, last)
    WHERE n.outcome = 'appended';

    RETURN QUERY
    SELECT n.outcome, n.first, n.last, n.stream, n.expected, n.actual, moment
    FROM unnest(outcomes, firsts, lasts, streams, expecteds, actuals) WITH ORDINALITY
        AS n (outcome, first, last, stream, expected, actual, ordinal)
    ORDER BY n.ordinal;
END
$$;
