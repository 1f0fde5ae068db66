"""The policy service on its whole road: HTTP, journal, Kafka, standing evaluation."""

import asyncio
import operator
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Table, select

from events.sourcing.clock import SimulatedClock
from events.sourcing.journal_reader import JournalReader
from events.sourcing.rebuild import forget
from events.sourcing.settings import Settings
from events.sourcing.types import Refused
from services.policy.bodies.projection import body
from services.policy.entitlements import standing
from services.policy.entitlements.projection import entitlement, talent_fact_list
from services.policy.entitlements.queries import recorded_receipt, replay, standing_row
from services.policy.entitlements.receipt import opened
from services.policy.policies.projection import policy_row
from services.policy.rules import comparing
from services.policy.rules.tree import Op
from tests.support.kernel import until
from tests.support.policy import (
    BORN,
    BURST_IS_OVER,
    CITY_CLERK,
    CONCIERGE,
    DOCTOR,
    MASTER,
    NOON,
    Bureau,
    document,
    fact,
    open_bureau,
    own_settings,
    talent,
)


@pytest.fixture
async def settings(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> Settings:
    return await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))


@pytest.fixture
async def bureau(settings: Settings) -> AsyncIterator[Bureau]:
    async with open_bureau(settings) as opened:
        await opened.establish()
        yield opened


@pytest.fixture
def talent_id() -> str:
    return str(uuid4())


async def test_facts_that_arrive_are_answered_and_recorded(bureau: Bureau, talent_id: str) -> None:
    await bureau.publish(document())
    after = await bureau.state_facts(talent_id, [BORN, DOCTOR])

    found = await bureau.standing(talent_id, after)

    [outcome] = found["outcomes"]
    assert outcome["state"] == "eligible"
    [degree, age] = outcome["proof"]["children"]
    assert degree["cite"]["where"] == "Article 2"
    assert degree["read"][0]["value"] == "doctor"
    assert age["counted"] == 35
    assert found["package"]["most_fen"] == 3_000_000
    assert (found["version"], found["facts_version"], found["valid_at"]) == (1, 1, "2026-03-02")


async def test_what_is_missing_is_named(bureau: Bureau, talent_id: str) -> None:
    await bureau.publish(document())

    found = await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN]))

    [outcome] = found["outcomes"]
    assert (outcome["state"], outcome["missing"]) == ("undetermined", ["highest_degree"])
    assert found["package"]["most_fen"] == 0
    assert found["possible_package"]["most_fen"] == 3_000_000


async def test_facts_that_change_no_outcome_record_nothing(bureau: Bureau, talent_id: str) -> None:
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))

    again = await bureau.state_facts(talent_id, [BORN, DOCTOR, fact("student", False)])

    assert (await bureau.standing(talent_id, again))["version"] == 1


async def test_a_new_edition_is_followed_by_new_answers_where_they_differ(bureau: Bureau) -> None:
    doctor, master = str(uuid4()), str(uuid4())
    await bureau.publish(document())
    await bureau.standing(doctor, await bureau.state_facts(doctor, [BORN, DOCTOR]))
    await bureau.standing(master, await bureau.state_facts(master, [BORN, MASTER]))

    await bureau.publish(document("DEMO-MASTERS", degree="master", amount=10000))
    bureau.clock.advance(BURST_IS_OVER)
    await bureau.recorded(master, versions=2)

    found = await bureau.standing(master)
    states = {each["policy_id"]: each["state"] for each in found["outcomes"]}
    assert states == {"DEMO-MASTERS": "eligible", "DEMO-SETTLING": "not_eligible"}


async def test_a_repealed_policy_leaves_the_answers_on_its_day(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))

    repeal = {"effective_on": "2026-03-02", "reason": "replaced by a law"}
    path = "/policies/DEMO-SETTLING/repeal"
    assert (await bureau.post(CITY_CLERK, path, repeal)).status_code == 201
    bureau.clock.advance(BURST_IS_OVER)
    await bureau.recorded(talent_id, versions=2)

    [outcome] = (await bureau.standing(talent_id))["outcomes"]
    assert (outcome["state"], outcome["reason"]) == ("not_in_force", "repealed")


async def test_a_birthday_changes_the_answer_at_midnight_in_shanghai(
    bureau: Bureau, talent_id: str
) -> None:
    turns_41_tomorrow = fact("birth_date", "1985-03-03")
    await bureau.publish(document())
    after = await bureau.state_facts(talent_id, [turns_41_tomorrow, DOCTOR])
    assert (await bureau.standing(talent_id, after))["outcomes"][0]["state"] == "eligible"

    bureau.clock.moment = datetime(2026, 3, 2, 16, 0, 1, tzinfo=UTC)
    await bureau.recorded(talent_id, versions=2)

    found = await bureau.standing(talent_id)
    assert found["valid_at"] == "2026-03-03"
    [failed] = found["outcomes"][0]["failed"]
    assert (failed["cite"]["where"], failed["counted"]) == ("Article 3", 41)


async def is_worth(bureau: Bureau, person: str, fen: int) -> bool:
    """The read model follows what was recorded."""
    return bool((await bureau.standing(person))["package"]["most_fen"] == fen)


async def test_a_round_goes_on_after_a_restart_until_everyone_was_assessed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "CHUNK", 2)
    people = [str(uuid4()) for _ in range(5)]
    async with open_bureau(settings) as bureau:
        await bureau.establish()
        await bureau.publish(document())
        for person in people:
            await bureau.standing(person, await bureau.state_facts(person, [BORN, DOCTOR]))
        receipt = await bureau.publish(document(edition=2, amount=50000))
        reader = bureau.kernel.readers["assess_by_policies"]
        assert isinstance(reader, JournalReader)
        assert await reader.reached(receipt["position"], timeout=10)

    async with open_bureau(settings) as again:
        again.clock.advance(BURST_IS_OVER)
        for person in people:
            await again.recorded(person, versions=2)
            await until(partial(is_worth, again, person, 5_000_000))


async def test_a_recorded_answer_comes_out_the_same_byte_by_byte(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))
    bureau.clock.advance(timedelta(days=1))
    await bureau.publish(document(edition=2, degree="master"))
    later = fact("student", True, recorded_at=bureau.clock())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [later, DOCTOR, BORN]))

    replayed = await bureau.get(CONCIERGE, f"/entitlements/{talent_id}/replay")

    assert replayed.json()["identical"] is True
    assert replayed.json()["recorded"] == replayed.json()["replayed"]


async def test_an_answer_that_comes_out_otherwise_now_is_not_called_identical(
    bureau: Bureau, talent_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))

    async def replayed() -> dict[str, Any]:
        answer = await bureau.get(CONCIERGE, f"/entitlements/{talent_id}/replay")
        found: dict[str, Any] = answer.json()
        return found

    # As a release would that counts an age otherwise and does not say so.
    monkeypatch.setitem(comparing.OPERATIONS, Op.AT_MOST, operator.gt)
    otherwise = await replayed()
    assert otherwise["identical"] is False
    assert otherwise["recorded"] == otherwise["replayed"], "it rests on the same"
    monkeypatch.undo()
    assert (await replayed())["identical"] is True


async def test_a_receipt_of_which_one_word_is_another_is_not_called_identical(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))
    state, reading = bureau.app.state, bureau.kernel.reading
    row = await standing_row(reading, talent_id)
    receipt = await opened(await recorded_receipt(bureau.kernel, row), state.dictionaries)
    changed = receipt.replace(b'"state":"eligible"', b'"state":"undetermined"')
    assert changed != receipt

    async def identical(recorded: bytes) -> bool:
        found = await replay(reading, state.views, state.vocabulary, row, recorded)
        return bool(found["identical"])

    assert (await identical(receipt), await identical(changed)) == (True, False)


async def test_a_question_of_what_if_finds_what_the_standing_evaluation_finds(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    found = await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))
    stated = [
        {"name": each.name, "value": each.value, "source": "verified", "recorded_at": str(NOON)}
        for each in (BORN, DOCTOR)
    ]
    question = {"facts": stated, "valid_at": found["valid_at"], "known_at": found["known_at"]}

    answers = [(await bureau.post(CITY_CLERK, "/evaluate", question)).json() for _ in range(2)]

    assert answers[0] == answers[1]
    for name in ("outcome_digest", "outcomes", "package", "view_version", "facts_digest"):
        assert answers[0][name] == found[name]
    outlook = (await bureau.get(CONCIERGE, f"/entitlements/{talent_id}/outlook")).json()
    for name in ("results", "near_misses", "fact_worths", "certain_package"):
        assert answers[0][name] == outlook[name]
    best = (await bureau.post(CITY_CLERK, "/package", question)).json()
    assert best == {name: answers[0][name] for name in best}
    assert best.keys() >= {"package", "possible_package", "certain_package", "fact_worths"}
    assert best.keys().isdisjoint({"outcomes", "results"})


async def test_who_asks_again_with_all_that_an_answer_rests_on_is_answered_the_same(
    bureau: Bureau,
) -> None:
    monthly = document().replace("per: once", "per: month, term: open")
    await bureau.publish(monthly.replace("to: open", "to: not_seen"))
    await bureau.publish(monthly.replace("DEMO-SETTLING", "DEMO-RENT"))
    said = [
        {"name": each.name, "value": each.value, "recorded_at": str(NOON)}
        for each in (BORN, DOCTOR)
    ]
    question = {"facts": said, "horizon": 30, "confirmed_only": True}
    first = await bureau.post(CITY_CLERK, "/evaluate", question)
    assert first.json()["package"]["most_fen"] == 30 * 3_000_000

    bureau.clock.advance(timedelta(days=1))
    await bureau.publish(document(edition=2, degree="master"))
    names = ("valid_at", "known_at", "horizon", "confirmed_only")
    rests_on = {name: first.json()[name] for name in names}
    again = await bureau.post(CITY_CLERK, "/evaluate", {"facts": said, **rests_on})

    assert again.content == first.content
    # The control: whoever leaves out any of it asks something else.
    for name in names:
        less = {each: value for each, value in rests_on.items() if each != name}
        other = await bureau.post(CITY_CLERK, "/evaluate", {"facts": said, **less})
        assert other.content != first.content


async def test_what_follows_from_a_standing_answer_is_found_by_what_it_rests_on(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    await bureau.publish(document("DEMO-MASTERS", degree="master", amount=10000))
    after = await bureau.state_facts(talent_id, [BORN])
    found = await bureau.standing(talent_id, after)

    answer = await bureau.get(CONCIERGE, f"/entitlements/{talent_id}/outlook", after=after)

    outlook = answer.json()
    for name in (
        "outcome_digest",
        "version",
        "valid_at",
        "known_at",
        "facts_digest",
        "view_version",
    ):
        assert outlook[name] == found[name]
    assert {each["state"] for each in outlook["results"]} == {"undetermined"}
    assert outlook["fact_worths"] == [
        {"fact": "highest_degree", "alone_fen": 4_000_000, "with_others_fen": 4_000_000}
    ]
    assert (outlook["certain_package"], outlook["near_misses"]) == (None, [])


async def test_whoever_is_too_young_for_a_policy_is_told_from_which_day_it_is_theirs(
    bureau: Bureau, talent_id: str
) -> None:
    grown = document().replace('op: "<=", years: 40', 'op: ">=", years: 36')
    await bureau.publish(grown)
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))

    outlook = (await bureau.get(talent(talent_id), f"/entitlements/{talent_id}/outlook")).json()

    [missed] = outlook["near_misses"]
    assert (missed["policy_id"], missed["from_day"]) == ("DEMO-SETTLING", "2026-05-17")


async def test_what_follows_from_an_answer_is_told_to_its_talent_and_to_nobody_else(
    bureau: Bureau, talent_id: str
) -> None:
    path = f"/entitlements/{talent_id}/outlook"
    assert (await bureau.get(talent("another"), path)).status_code == 403
    assert (await bureau.get(CITY_CLERK, path)).status_code == 403
    # The control: who may ask is told that nothing was judged yet.
    assert (await bureau.get(talent(talent_id), path)).status_code == 404


async def test_a_forgotten_talent_leaves_no_answer_that_can_be_read(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    await bureau.standing(talent_id, await bureau.state_facts(talent_id, [BORN, DOCTOR]))
    row = await standing_row(bureau.kernel.reading, talent_id)
    assert await recorded_receipt(bureau.kernel, row)

    await bureau.erase(talent_id)
    await bureau.recorded(talent_id, versions=2)

    # Whoever found the row just before is answered no more than who comes now.
    with pytest.raises(Refused, match="entitlement-not-found"):
        await recorded_receipt(bureau.kernel, row)
    assert (await bureau.get(CONCIERGE, f"/entitlements/{talent_id}")).status_code == 404
    rows = await bureau.kernel.journal.read_stream(f"entitlement-{talent_id}")
    first = (await bureau.kernel.desk.open(rows))[0]
    assert first.event.receipt is None


async def test_a_place_where_somebody_elses_answer_stands_leads_to_no_receipt(
    bureau: Bureau, talent_id: str
) -> None:
    await bureau.publish(document())
    another = str(uuid4())
    for one in (talent_id, another):
        await bureau.standing(one, await bureau.state_facts(one, [BORN, DOCTOR]))
    mine, theirs = [await standing_row(bureau.kernel.reading, one) for one in (talent_id, another)]

    assert await recorded_receipt(bureau.kernel, mine)
    for place in (theirs.position, mine.position - 1, theirs.position + 100):
        mine.position = place
        with pytest.raises(Refused, match="entitlement-not-found"):
            await recorded_receipt(bureau.kernel, mine)


@pytest.mark.parametrize("table", [body, policy_row, talent_fact_list, entitlement])
async def test_a_rebuilt_read_model_equals_the_one_that_was_built(
    bureau: Bureau, talent_id: str, table: Table
) -> None:
    await bureau.publish(document())
    after = await bureau.state_facts(talent_id, [BORN, DOCTOR])
    await bureau.standing(talent_id, after)
    built = await _rows(bureau, table, talent_id)

    await forget(bureau.kernel.engine, bureau.kernel.projections[table.name])

    progress = bureau.kernel.readers[table.name].progress
    async with asyncio.timeout(60):
        while await _rows(bureau, table, talent_id) != built:
            await progress.until(lambda: False, timeout=0.1)


async def _rows(bureau: Bureau, table: Table, talent_id: str) -> list[tuple[object, ...]]:
    """All rows, or this talent's: the topic of the facts is shared by every test of a run."""
    query = select(table).order_by(*table.primary_key.columns)
    if "talent_id" in table.c:
        query = query.where(table.c.talent_id == talent_id)
    async with bureau.kernel.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query)]
