"""At any service's door and by its command line: who may look at held streams and repair them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from events.edge.identity import Actor
from events.sourcing.types import Recorded
from infra.local.places import ROOT
from infra.local.ports import free_port
from tests.support.bad_records import NAME
from tests.support.door import (
    AT,
    AUDITOR,
    FIVE,
    OTHER,
    SECRET,
    STREAM,
    SYSTEM,
    Door,
    open_door,
)
from tests.support.kernel import until
from tests.support.parking import TOPIC, event

OFFICER = Actor(subject="staff-officer", roles=frozenset({"concierge"}))
DISCARD = {**AT, "version": 2, "because": "without-effect", "reference": "INC-7"}


@pytest.fixture
async def door(postgres_url: str) -> AsyncIterator[Door]:
    async with open_door(postgres_url) as opened:
        yield opened


async def test_a_held_stream_is_listed_with_class_reason_and_owner(door: Door) -> None:
    (held,) = (await door.asks("GET", "/parked-events", actor=AUDITOR)).json()["parked"]
    told = {name: held[name] for name in ("version", "kind", "reason", "owner", "waiting", "tries")}
    assert told == {
        "version": 2,
        "kind": "poison",
        "reason": "ZeroDivisionError",
        "owner": "developers",
        "waiting": 3,
        "tries": 1,
    }


async def test_a_stream_is_shown_event_by_event_and_not_what_they_say(door: Door) -> None:
    events = await door.shown()
    assert [(one["version"], one["kind"]) for one in events] == [
        (2, "poison"),
        (3, "behind"),
        (4, "behind"),
        (5, "behind"),
    ]
    assert events[0]["name"] == "body.established.v1"
    assert events[0]["event_id"] == str(FIVE[1].event_id)
    assert events[0]["correlation_id"] == f"matter-{STREAM}"
    assert "name_zh" not in str(events)


async def test_what_a_bad_record_claims_to_be_is_not_repeated(door: Door) -> None:
    claims = {
        name: f"body.{NAME}.v1".encode()
        for name in ("ce_type", "ce_correlationid", "ce_source", "ce_id", "ce_actor")
    }
    await door.bench.feed_records(door.bench.record(event(OTHER, 1), **claims))
    (shown,) = await door.shown(stream=OTHER)
    assert (shown["name"], shown["event_id"], shown["correlation_id"]) == (None, None, None)
    listed = (await door.asks("GET", "/parked-events")).text
    assert not [part for part in NAME.split() if part in f"{shown}{listed}"]


async def test_a_release_says_what_was_taken_and_what_is_still_held(door: Door) -> None:
    failed = (await door.post("release")).json()
    assert (failed["taken"], failed["held"]["version"], failed["held"]["owner"]) == (
        0,
        2,
        "developers",
    )
    door.bench.broken.clear()
    done = (await door.post("release")).json()
    assert (done["taken"], done["held"]) == (4, None)
    assert done["receipt"]["service"] == door.bench.kernel.service
    assert await door.bench.trail() == {STREAM: "1 2 3 4 5"}


async def test_a_discard_says_what_stands_first_now(door: Door) -> None:
    done = (await door.post("discard", DISCARD)).json()
    assert (done["held"]["version"], done["held"]["kind"]) == (3, "ready")
    (event_id,) = done["receipt"]["event_ids"]
    recorded = await door.bench.kernel.journal.read_stream(done["receipt"]["stream"])
    assert [str(row.event_id) for row in recorded] == [event_id]


@pytest.mark.parametrize(("deed", "body"), [("release", AT), ("discard", DISCARD)])
async def test_a_form_sent_twice_is_one_deed(door: Door, deed: str, body: dict[str, Any]) -> None:
    first = await door.post(deed, body, key="k")
    again = await door.post(deed, body, key="k")
    assert again.json()["receipt"] == first.json()["receipt"]
    assert len(await door.bench.recorded()) == 1
    other = await door.post(deed, {**body, "stream": OTHER}, key="k")
    assert (other.status_code, other.json()["type"]) == (409, "idempotency-key-reused")


@pytest.mark.parametrize("actor", [AUDITOR, SYSTEM, OFFICER, None])
async def test_whoever_may_not_repair_changes_nothing(door: Door, actor: Actor | None) -> None:
    status = 401 if actor is None else 403
    assert (await door.post("release", actor=actor)).status_code == status
    assert (await door.post("discard", DISCARD, actor=actor)).status_code == status
    assert len(await door.bench.parked(STREAM)) == 4
    assert await door.bench.recorded() == []


@pytest.mark.parametrize(("actor", "status"), [(SYSTEM, 200), (OFFICER, 403), (None, 401)])
async def test_operators_and_the_platform_look_and_nobody_else(
    door: Door, actor: Actor | None, status: int
) -> None:
    for path in ("/parked-events", "/parked-events/stream"):
        answer = await door.asks("GET", path, actor=actor, params=AT)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"stream": OTHER}, 404, "parked-stream-not-found"),
        ({"reader": "nobody"}, 404, "reader-not-found"),
        ({"reader": "trail@2"}, 404, "reader-not-found"),
        ({"version": 3}, 422, "parked-stream-moved-on"),
        ({"because": "Zhang Wei wants it"}, 422, "discard-reason-unknown"),
        ({"because": "missing-for-good"}, 422, "discard-reason-unfit"),
        ({"reference": "Zhang Wei"}, 422, "reference-malformed"),
        ({"version": 0}, 422, "malformed-request"),
        ({"stream": "note\0"}, 422, "malformed-request"),
    ],
)
async def test_what_cannot_be_done_is_refused_by_a_code(
    door: Door, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await door.post("discard", {**DISCARD, **changes})
    assert (answer.status_code, answer.json()["type"]) == (status, code)
    assert await door.bench.recorded() == []


async def test_a_fault_that_passes_is_asked_again(door: Door) -> None:
    async def pass_by(_: Recorded[Any]) -> None:
        raise TimeoutError

    door.bench.before.asked = pass_by
    answer = await door.post("release")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert len(await door.bench.parked(STREAM)) == 4


class Line:
    """The command line beside a service that answers."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def says(self, *words: str, **env: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "services.concierge", "parked", *words],
            cwd=ROOT,
            env={
                **os.environ,
                "CONCORD_SECRET": SECRET.decode(),
                "CONCIERGE_URL": self._url,
                **env,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[Line]:
    """The application at an address of its own; its loops do not run."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_level="warning")
    )

    async def is_up() -> bool:
        return server.started

    serving = asyncio.create_task(server.serve())
    try:
        await until(is_up)
        yield Line(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        await serving


async def test_the_command_line_lists_shows_releases_and_discards(door: Door) -> None:
    place = ("trail", TOPIC, STREAM)
    async with served(door.app) as line:
        code, said = await line.says("list")
        assert (code, said.startswith(f"trail {TOPIC} {STREAM}  at version 2: poison")) == (0, True)
        code, said = await line.says("show", *place)
        assert (code, said.count("body.established.v1")) == (0, 4)
        code, said = await line.says("release", *place)
        assert (code, said.partition(";")[0]) == (2, "0 taken")
        code, said = await line.says(
            "discard", *place, "--version", "2", "--because", "without-effect", "--by", "pei"
        )
        assert (code, "held at version 3: ready" in said) == (0, True)
        code, said = await line.says("release", *place)
        assert (code, said) == (0, "3 taken; nothing of it is parked any more\n")
        assert (await line.says("list"))[1] == "nothing is parked\n"
    assert await door.bench.trail() == {STREAM: "1 3 4 5"}
    assert (await door.bench.recorded())[1].discarded_by == "operator:pei"


async def test_the_command_line_says_what_to_do_where_it_cannot(door: Door) -> None:
    async with served(door.app) as line:
        code, said = await line.says("release", "trail", TOPIC, OTHER)
        assert code == 1
        assert "nothing is parked there; `parked list` shows what is" in said
        code, said = await line.says("list", CONCORD_SECRET="another")
        assert (code, "refused with 401" in said) == (1, True)
    code, said = await line.says("list")
    assert (code, "is it running?" in said) == (1, True)
    code, said = await line.says("discard", "trail", TOPIC, STREAM, "--because", "Zhang Wei")
    assert (code, "invalid choice" in said) == (2, True)
