"""The registry over HTTP, on a real journal and with its facts on the real bus."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer
from sqlalchemy import text

from events.catalog.talent import FactsStated
from events.sourcing.kernel import Kernel
from events.sourcing.prepare import create_topics
from services.registry.app import build
from services.registry.talent.projection import directory, profile, tier
from tests.support.kernel import rebuilt
from tests.support.registry import (
    DECLARED,
    DOCTOR,
    MINHANG_CLERK,
    NOON,
    TIER,
    Door,
    open_door,
    own_settings,
    somebody,
)


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as opened:
        yield opened


async def test_an_arrival_ends_in_a_file_with_sources_tiers_and_what_is_missing(
    door: Door,
) -> None:
    talent_id = await door.registered()
    await door.done(f"/talents/{talent_id}/facts", DECLARED)
    await door.done(f"/talents/{talent_id}/credentials", DOCTOR)
    await door.done(f"/talents/{talent_id}/tiers", TIER, by=MINHANG_CLERK)
    file = await door.file(talent_id)
    assert file["full_name"] == "王样例（虚构）"
    assert file["identity_number"].startswith("*" * 14)
    facts = {fact["name"]: (fact["value"], fact["source"]) for fact in file["facts"]}
    assert facts == {
        "birth_date": ("1990-05-17", "verified"),
        "sex": ("female", "verified"),
        "highest_degree": ("doctor", "verified"),
        "titles_held": ("mh.chunshen.B1", "verified"),
    }
    (held,) = file["tiers"]
    assert (held["title"], held["in_term"]) == ("mh.chunshen.B1", True)
    assert held["conferred_by_label"]["en"]
    missing = {wanted["name"] for wanted in file["completeness"]["missing"]}
    assert {"nationality", "work_region"} <= missing
    assert file["completeness"]["known"] == 4


async def test_the_same_person_is_not_registered_twice_in_any_writing(door: Door) -> None:
    first = somebody()
    await door.done("/talents", first)
    number = first["identity_number"]
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    for written in (number, full_width, f"{number[:6]} {number[6:]}", number[:6] + number[8:17]):
        refused = await door.post("/talents", first | {"identity_number": written})
        assert (refused.status_code, refused.json()["type"]) == (422, "already-registered")
        assert refused.json()["facts"] == {}
    assert await count(door, "SELECT count(*) FROM journal WHERE name LIKE 'talent.reg%'") == 1


async def test_two_clerks_at_once_register_somebody_once(door: Door) -> None:
    answers = await asyncio.gather(*[door.post("/talents", somebody()) for _ in range(10)])
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9


async def test_a_storm_of_retries_is_one_registration_and_equal_answers(door: Door) -> None:
    answers = await asyncio.gather(
        *[door.post("/talents", somebody(), key="k-1") for _ in range(50)]
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await count(door, "SELECT count(*) FROM journal") == 4


async def test_a_key_with_another_body_or_target_is_a_conflict(door: Door) -> None:
    registered = await door.post("/talents", somebody(), key="k-1")
    talent_id = registered.json()["talent_id"]
    other_body = await door.post("/talents", somebody(2), key="k-1")
    other_target = await door.post(f"/talents/{talent_id}/facts", DECLARED, key="k-1")
    for answer in (other_body, other_target):
        assert (answer.status_code, answer.json()["type"]) == (409, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"identity_number": "110105194912310021"}, "resident-id-check-digit-wrong"),
        ({"identity_number": "L898902C3", "identity_kind": "passport"}, "passport-malformed"),
    ],
)
async def test_a_number_that_cannot_be_is_refused_and_not_repeated(
    door: Door, body: dict[str, str], code: str
) -> None:
    refused = await door.post("/talents", somebody() | body)
    assert (refused.status_code, refused.json()["type"]) == (422, code)
    assert body["identity_number"] not in refused.text


async def test_a_malformed_body_is_not_repeated_in_the_answer(door: Door) -> None:
    refused = await door.post("/talents", somebody() | {"identity_number": "12345" * 20})
    assert refused.status_code == 422
    assert "12345" not in refused.text


async def test_the_list_is_read_page_by_page_and_by_name(door: Door) -> None:
    ids = [await door.registered(number) for number in range(1, 4)]
    last = await door.kernel.journal.last_position()
    first = (await door.get("/talents", after=last, limit=2)).json()
    second = (await door.get("/talents", limit=2, beyond=first["next"])).json()
    listed = [each["talent_id"] for page in (first, second) for each in page["talents"]]
    assert listed == ids
    assert (first["total"], second["next"]) == (3, None)
    assert (await door.get("/talents", name="样例")).json()["total"] == 3
    assert (await door.get("/talents", name="%")).json()["total"] == 0


async def test_what_is_not_in_the_vocabulary_is_refused_whole(door: Door) -> None:
    talent_id = await door.registered()
    body = {"facts": [*DECLARED["facts"], {"name": "shoe_size", "value": 42}]}
    refused = await door.post(f"/talents/{talent_id}/facts", body)
    assert (refused.status_code, refused.json()["type"]) == (422, "fact-unknown")
    assert len((await door.file(talent_id))["facts"]) == 2


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
async def test_a_term_to_the_end_of_the_calendar_is_refused_and_the_file_goes_on(
    door: Door, day: str
) -> None:
    talent_id = await door.registered()
    fact = {"name": "highest_degree", "value": "master", "valid_from": day, "valid_to": day}
    refused = await door.post(f"/talents/{talent_id}/facts", {"facts": [fact]})
    assert (refused.status_code, refused.json()["type"]) == (422, "fact-day-out-of-range")
    await door.done(f"/talents/{talent_id}/facts", DECLARED)


async def test_what_no_database_keeps_is_refused_at_the_door(door: Door) -> None:
    refused = await door.post("/talents", somebody() | {"full_name": "王\0样例"})
    assert (refused.status_code, refused.json()["type"]) == (422, "malformed-request")
    assert (await door.get("/talents", name="王\0")).status_code == 422
    assert (await door.get("/talents", beyond=10**30)).status_code == 422


async def test_a_request_beyond_any_form_is_turned_away(door: Door) -> None:
    talent_id = await door.registered()
    refused = await door.post(f"/talents/{talent_id}/facts", {"facts": [], "more": "x" * 2**20})
    assert (refused.status_code, refused.json()["type"]) == (413, "request-too-large")


async def test_somebody_unknown_is_not_found(door: Door) -> None:
    nobody = "/talents/00000000-0000-0000-0000-000000000000"
    assert (await door.get(nobody)).status_code == 404
    assert (await door.post(f"{nobody}/facts", DECLARED)).status_code == 404


async def test_an_old_question_gets_its_old_answer(door: Door) -> None:
    talent_id = await door.registered()
    await door.done(f"/talents/{talent_id}/facts", DECLARED)
    door.clock.advance(timedelta(days=1))
    await door.done(f"/talents/{talent_id}/credentials", DOCTOR)
    then = await door.file(talent_id, known_at=NOON.isoformat())
    now = await door.file(talent_id)
    degrees = [
        [fact["value"] for fact in file["facts"] if fact["name"] == "highest_degree"]
        for file in (then, now)
    ]
    assert degrees == [["master"], ["doctor"]]


async def test_the_same_statement_again_is_accepted_and_changes_nothing(door: Door) -> None:
    talent_id = await door.registered()
    once = await door.done(f"/talents/{talent_id}/facts", DECLARED)
    again = await door.done(f"/talents/{talent_id}/facts", DECLARED)
    assert (again["version"], again["event_ids"]) == (once["version"], [])


async def test_the_read_models_come_out_the_same_when_built_again(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = await own_settings(postgres_url, tmp_path)
    async with open_door(settings) as door:
        talent_id = await door.registered()
        await door.registered(2)
        await door.done(f"/talents/{talent_id}/facts", DECLARED)
        await door.done(f"/talents/{talent_id}/tiers", TIER)
        await door.file(talent_id)
        assert not (await door.get("/talents", after=12)).json()["stale"]
        before = await rows(door.kernel)
    for name in ("profile", "directory"):
        await rebuilt(build(settings).state.kernel, name)
    async with open_door(settings) as door:
        assert await rows(door.kernel) == before


async def test_the_whole_fact_list_reaches_the_bus_without_a_name(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    await create_topics(kafka_bootstrap)
    settings = await own_settings(postgres_url, tmp_path, bootstrap=kafka_bootstrap)
    async with open_door(settings) as door:
        talent_id = await door.registered()
        receipt = await door.done(f"/talents/{talent_id}/credentials", DOCTOR)
        stated = await facts_on_the_bus(kafka_bootstrap, talent_id, version=receipt["version"])
    assert [(fact.name, fact.value) for fact in stated.facts or ()] == [
        ("birth_date", "1990-05-17"),
        ("sex", "female"),
        ("highest_degree", "doctor"),
    ]


async def facts_on_the_bus(bootstrap: str, talent_id: str, *, version: int) -> FactsStated:
    consumer = AIOKafkaConsumer(
        "talent.facts", bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            async for record in consumer:
                headers = dict(record.headers)
                if record.key != talent_id.encode():
                    continue
                assert "样例".encode() not in record.value
                if headers["ce_streamversion"] == str(version).encode():
                    return msgspec.json.decode(record.value, type=FactsStated)
    finally:
        await consumer.stop()
    raise AssertionError("the topic ended")


async def rows(kernel: Kernel) -> list[list[object]]:
    async with kernel.engine.connect() as connection:
        return [
            sorted(map(tuple, await connection.execute(table.select())), key=str)
            for table in (profile, tier, directory)
        ]


async def count(door: Door, query: str) -> int:
    async with door.kernel.engine.connect() as connection:
        return int(await connection.scalar(text(query)) or 0)
