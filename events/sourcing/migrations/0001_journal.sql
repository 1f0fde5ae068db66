CREATE TABLE journal (
    position bigint PRIMARY KEY,
    stream text NOT NULL,
    version integer NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    payload bytea NOT NULL,
    metadata bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    link bytea NOT NULL,
    UNIQUE (stream, version)
);
COMMENT ON TABLE journal IS 'Everything that happened in this service, in one order; never changed.';
COMMENT ON COLUMN journal.link IS 'SHA-256 over the link before and every column of this row.';

CREATE TABLE command_log (
    actor text NOT NULL,
    idempotency_key text NOT NULL,
    target text NOT NULL,
    body bytea NOT NULL,
    first_position bigint,
    last_position bigint,
    PRIMARY KEY (actor, idempotency_key)
);
COMMENT ON TABLE command_log IS 'Which command led to which events; a command asked again is answered from here.';

CREATE TABLE relay_pointer (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL DEFAULT 0,
    token bigint NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE relay_pointer IS 'How far this service''s journal has left for Kafka, and who may move it.';
INSERT INTO relay_pointer DEFAULT VALUES;

CREATE TABLE checkpoint (
    reader text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (reader, topic, partition)
);
COMMENT ON TABLE checkpoint IS 'How far each reader has come; the topic of the own journal is "journal".';

CREATE TABLE applied (
    reader text NOT NULL,
    topic text NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (reader, topic, stream)
);
COMMENT ON TABLE applied IS 'The last version of each stream that a reader has applied.';

CREATE TABLE parked (
    reader text NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    topic text NOT NULL,
    record bytea NOT NULL,
    class text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL,
    PRIMARY KEY (reader, topic, stream, version)
);
COMMENT ON TABLE parked IS 'Events a reader could not apply, and those of the same stream behind them.';

CREATE TABLE timer (
    timer text PRIMARY KEY,
    generation text NOT NULL,
    due_at timestamptz NOT NULL,
    command_name text NOT NULL,
    command bytea NOT NULL,
    context bytea NOT NULL
);
COMMENT ON TABLE timer IS 'Commands to be sent later; a row goes when the event it led to is seen.';
CREATE INDEX timer_due ON timer (due_at);

CREATE TABLE subject_key (
    subject text PRIMARY KEY,
    wrapped bytea,
    destroyed_at timestamptz
);
COMMENT ON TABLE subject_key IS 'The key of each person, wrapped; without it their sealed values are gone.';

CREATE FUNCTION framed(value bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN int4send(octet_length(value)) || value;
COMMENT ON FUNCTION framed IS 'A value behind its length, so that neighbours cannot be confused.';

CREATE FUNCTION link_of(
    before bytea, at_position bigint, of_stream text, at_version integer, of_event uuid,
    of_name text, of_payload bytea, of_metadata bytea, at_moment timestamptz
) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(
    before || int8send(at_position) || int4send(at_version) || uuid_send(of_event)
    || timestamptz_send(at_moment) || framed(convert_to(of_stream, 'UTF8'))
    || framed(convert_to(of_name, 'UTF8')) || framed(of_metadata) || of_payload
);
COMMENT ON FUNCTION link_of IS 'The hash that ties a journal row to all before it.';

CREATE FUNCTION append_batch(
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
    place := coalesce(tip.position, 0);
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
COMMENT ON FUNCTION append_batch IS
'Appends many commands in one turn: checks keys and versions, inserts what fits, names what does not.';
