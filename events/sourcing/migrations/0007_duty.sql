-- What one process of a service does at a time: the others stand by, and one takes over.
CREATE TABLE duty (
    name text PRIMARY KEY,
    token bigint NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE duty IS 'What one process of this service does at a time, until when, and whose turn it is: the one''s that holds the token.';

CREATE FUNCTION append_batch(
    moment timestamptz,
    c_actor text[], c_key text[], c_target text[], c_body bytea[],
    c_duty text[], c_token bigint[],
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
                WHEN turn.relieved THEN 'relieved'
                WHEN clash.stream IS NOT NULL THEN 'conflict'
                ELSE 'appended'
            END ORDER BY asked.n
        ),
        array_agg(seen.first_position ORDER BY asked.n),
        array_agg(seen.last_position ORDER BY asked.n),
        array_agg(
            CASE WHEN turn.relieved THEN asked.duty ELSE clash.stream END ORDER BY asked.n
        ),
        array_agg(clash.expected ORDER BY asked.n),
        array_agg(clash.version ORDER BY asked.n)
    INTO outcomes, firsts, lasts, streams, expecteds, actuals
    FROM unnest(c_actor, c_key, c_target, c_body, c_duty, c_token) WITH ORDINALITY
        AS asked (actor, key, target, body, duty, token, n)
    -- Who takes a duty over waits for this turn to end, so none is taken over meanwhile.
    CROSS JOIN LATERAL (
        SELECT asked.duty IS NOT NULL AND NOT EXISTS (
            SELECT FROM duty AS d WHERE d.name = asked.duty AND d.token = asked.token
        ) AS relieved
    ) AS turn
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
COMMENT ON FUNCTION append_batch(
    timestamptz, text[], text[], text[], bytea[], text[], bigint[],
    integer[], text[], integer[],
    integer[], text[], integer[], uuid[], text[], bytea[], bytea[]
) IS
'Appends many commands in one turn: checks keys, duties and versions, inserts what fits, names what does not.';

-- What the version before this one calls; its commands belong to no duty.
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
LANGUAGE sql
AS $$
    SELECT * FROM append_batch(
        moment, c_actor, c_key, c_target, c_body,
        array_fill(NULL::text, ARRAY[cardinality(c_actor)]),
        array_fill(NULL::bigint, ARRAY[cardinality(c_actor)]),
        w_command, w_stream, w_expected,
        e_command, e_stream, e_version, e_id, e_name, e_payload, e_metadata
    )
$$;
