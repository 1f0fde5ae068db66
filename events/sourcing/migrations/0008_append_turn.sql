CREATE FUNCTION all_stand(
    c_duty text[], c_token bigint[], a_stream text[], a_expected integer[]
) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    -- Who takes a duty over waits for this turn to end, so none is taken over meanwhile.
    SELECT NOT EXISTS (
        SELECT FROM unnest(c_duty, c_token) AS asked (duty, token)
        WHERE asked.duty IS NOT NULL AND NOT EXISTS (
            SELECT FROM duty AS d WHERE d.name = asked.duty AND d.token = asked.token
        )
    ) AND NOT EXISTS (
        SELECT FROM unnest(a_stream, a_expected) AS a (stream, expected)
        WHERE a.expected <> coalesce(
            (SELECT max(j.version) FROM journal AS j WHERE j.stream = a.stream), 0
        )
    )
$$;
COMMENT ON FUNCTION all_stand IS
'Whether every duty is still in the turn it is carried out in, and every stream at the version it is expected at.';

CREATE FUNCTION append_turn(
    moment timestamptz,
    c_actor text[], c_key text[], c_target text[], c_body bytea[],
    c_first integer[], c_last integer[], c_duty text[], c_token bigint[],
    a_command integer[], a_stream text[], a_expected integer[],
    e_stream text[], e_version integer[], e_id uuid[],
    e_name text[], e_payload bytea[], e_metadata bytea[]
) RETURNS TABLE (
    outcome text, first_position bigint, last_position bigint,
    stream text, expected integer, actual integer
)
LANGUAGE plpgsql
-- The tables grow faster than their statistics: always walk the indexes.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    tip record;
    place bigint;
    link bytea;
    links bytea[] := array_fill(NULL::bytea, ARRAY[cardinality(e_id)]);
    e_command integer[];
BEGIN
    -- Appends take turns, so positions are in commit order.
    PERFORM pg_advisory_xact_lock(7001);
    IF all_stand(c_duty, c_token, a_stream, a_expected) THEN
        SELECT j.position, j.link, j.recorded_at INTO tip
        FROM journal AS j ORDER BY j.position DESC LIMIT 1;
        -- Positions that left before a restore are never used again; the chain goes on from the last row.
        place := greatest(tip.position, (SELECT f.position FROM position_floor AS f WHERE f.single));
        link := coalesce(tip.link, '\x');
        -- That a key or a new stream is free is not asked: the indexes say so as the rows are written.
        BEGIN
            INSERT INTO command_log
            SELECT n.actor, n.key, n.target, n.body, place + n.first, place + n.last
            FROM unnest(c_actor, c_key, c_target, c_body, c_first, c_last)
                AS n (actor, key, target, body, first, last);

            FOR i IN 1 .. cardinality(e_id) LOOP
                link := link_of(
                    link, place + i, e_stream[i], e_version[i], e_id[i], e_name[i],
                    e_payload[i], e_metadata[i], greatest(moment, tip.recorded_at)
                );
                links[i] := link;
            END LOOP;

            INSERT INTO journal
            SELECT
                place + n.ordinal, n.stream, n.version, n.id, n.name, n.payload, n.metadata,
                greatest(moment, tip.recorded_at), n.link
            FROM unnest(e_stream, e_version, e_id, e_name, e_payload, e_metadata, links)
                WITH ORDINALITY
                AS n (stream, version, id, name, payload, metadata, link, ordinal);

            outcome := 'all-appended';
            first_position := place + 1;
            last_position := place + cardinality(e_id);
            RETURN NEXT;
            RETURN;
        EXCEPTION
            -- What was written is taken back. It burns no position, as they are counted from the last row.
            WHEN unique_violation THEN NULL;
        END;
    END IF;

    -- Something does not fit: what it is, and what of the others does, is asked before anything is written.
    e_command := ARRAY(
        SELECT c.ordinal::integer
        FROM unnest(c_first, c_last) WITH ORDINALITY AS c (first, last, ordinal)
        CROSS JOIN LATERAL generate_series(c.first, c.last)
        ORDER BY c.ordinal
    );
    RETURN QUERY
    WITH new AS (
        SELECT e.command, e.stream
        FROM unnest(e_command, e_stream, e_version) AS e (command, stream, version)
        WHERE e.version = 1
    )
    SELECT b.outcome, b.first_position, b.last_position, b.stream, b.expected, b.actual
    FROM append_batch(
        moment, c_actor, c_key, c_target, c_body, c_duty, c_token,
        a_command || ARRAY(SELECT n.command FROM new AS n),
        a_stream || ARRAY(SELECT n.stream FROM new AS n),
        a_expected || ARRAY(SELECT 0 FROM new AS n),
        e_command, e_stream, e_version, e_id, e_name, e_payload, e_metadata
    ) AS b;
END
$$;
COMMENT ON FUNCTION append_turn IS
'Appends many commands in one turn, as they are where all of them fit; otherwise what fits of them, and names what does not.';
