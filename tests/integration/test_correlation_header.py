"""Every answer of a service carries the correlation id: of reads, refusals and repeats as well."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from events.edge.correlated import HEADER
from events.edge.size import MOST_BYTES
from tests.support.registry import MINHANG_CLERK, Door, open_door, own_settings, somebody

MATTER = "matter-7"


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as opened:
        opened.http.headers[HEADER] = MATTER
        yield opened


async def test_reads_refusals_and_repeats_say_the_matter_they_were_asked_in(door: Door) -> None:
    made = await door.post("/talents", somebody(1), key="once")
    talent, after = f"/talents/{made.json()['talent_id']}", made.json()["position"]
    answers = {
        201: made,
        200: await door.get(talent, after=after),
        404: await door.get("/nothing-there"),
        401: await door.http.get(talent),
        403: await door.post("/talents", somebody(2), by=MINHANG_CLERK),
        409: await door.post("/talents", somebody(2), key="once"),
        422: await door.post("/talents", {"full_name": "A"}),
        413: await door.http.post("/talents", content=b"x" * (MOST_BYTES + 1)),
        405: await door.http.delete("/talents"),
    }
    assert [answer.status_code for answer in answers.values()] == [*answers]
    assert {answer.headers[HEADER] for answer in answers.values()} == {MATTER}
    for path in ("/health", "/metrics", "/openapi.json"):
        assert (await door.http.get(path)).headers[HEADER] == MATTER


async def test_a_write_asked_again_in_another_matter_is_answered_in_the_first(door: Door) -> None:
    first = await door.post("/talents", somebody(1), key="once")
    door.http.headers[HEADER] = "another matter"
    again = await door.post("/talents", somebody(1), key="once")
    assert again.json() == first.json()
    assert again.headers[HEADER] == again.json()["correlation_id"] == MATTER


async def test_a_write_that_names_no_matter_is_answered_with_the_one_it_was_recorded_in(
    door: Door,
) -> None:
    del door.http.headers[HEADER]
    answers: list[httpx.Response] = [
        await door.post("/talents", somebody(1), key="once") for _ in range(2)
    ]
    recorded = {answer.json()["correlation_id"] for answer in answers}
    assert {answer.headers[HEADER] for answer in answers} == recorded
    assert len(recorded) == 1
