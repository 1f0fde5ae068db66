"""The standing evaluation goes on where one talent cannot be assessed or a list was parked."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from events.catalog.talent import Fact
from events.edge import receipts
from events.sourcing.clock import SimulatedClock
from events.sourcing.kernel_tables import parked
from events.sourcing.standing import hold_all_but
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context
from services.policy.dictionaries.dictionary import read
from services.policy.entitlements import standing
from services.policy.entitlements.fact_list import digest_of, kept
from services.policy.entitlements.process import AssessEveryone, AssessTalent
from services.policy.entitlements.projection import talent_fact_list
from services.policy.entitlements.standing import StandingEvaluation
from tests.support.in_memory import an_event
from tests.support.kernel import until
from tests.support.policy import (
    BORN,
    CONCIERGE,
    DOCTOR,
    MASTER,
    NOON,
    Bureau,
    document,
    open_bureau,
    own_settings,
)

ROUND = Context(
    command_id=uuid4(),
    actor="test",
    correlation_id="test",
    causation_id=None,
    idempotency_key=str(uuid4()),
    target="test",
)
FIRST = "00000000-0000-0000-0000-000000000000"
"""An id that a round comes to first."""
STREAM = f"talent-{FIRST}"


@pytest.fixture
async def bureau(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as opened:
        await opened.establish()
        await opened.publish(document())
        # The round that a publication begins is over: it assesses nobody whom a test brings.
        assert await opened.come_along()
        yield opened


def evaluation(bureau: Bureau) -> StandingEvaluation:
    state = bureau.app.state
    return StandingEvaluation(bureau.kernel, state.views, state.vocabulary, state.dictionaries)


async def keep_list(bureau: Bureau, talent_id: str, facts: str, *, version: int = 1) -> None:
    values = {"facts_version": version, "facts": facts, "recorded_at": NOON}
    async with bureau.kernel.engine.begin() as connection:
        await connection.execute(insert(talent_fact_list).values(talent_id=talent_id, **values))


async def keep_newer(bureau: Bureau, talent_id: str, facts: str) -> None:
    newer = update(talent_fact_list).where(talent_fact_list.c.talent_id == talent_id)
    async with bureau.kernel.engine.begin() as connection:
        await connection.execute(newer.values(facts_version=2, facts=facts))


async def is_stale(bureau: Bureau, talent_id: str, after: str) -> bool:
    answer = await bureau.get(CONCIERGE, f"/entitlements/{talent_id}/standing", after=after)
    return bool(answer.json()["stale"])


async def answers(bureau: Bureau, talent_id: str) -> int:
    return len(await bureau.kernel.journal.read_stream(f"entitlement-{talent_id}"))


async def test_a_talent_who_cannot_be_assessed_holds_no_round_up(bureau: Bureau) -> None:
    other = str(uuid4())
    # A moment without its zone cannot be compared: no value is wrong, and yet nothing can be said.
    zoneless = replace(DOCTOR, recorded_at=NOON.replace(tzinfo=None))
    await keep_list(bureau, FIRST, kept([BORN, zoneless]))
    await keep_list(bureau, other, kept([BORN, DOCTOR]))

    await evaluation(bureau).assess_everyone(AssessEveryone(position=0), ROUND)

    assert (await answers(bureau, FIRST), await answers(bureau, other)) == (0, 1)


async def test_where_the_process_apart_is_lost_the_answer_comes_all_the_same(
    bureau: Bureau,
) -> None:
    assessing = evaluation(bureau)
    await keep_list(bureau, FIRST, kept([BORN, DOCTOR]))
    await assessing.assess_talent(FIRST, ROUND)
    os.kill(await bureau.kernel.ground.apart(os.getpid), signal.SIGKILL)
    await keep_newer(bureau, FIRST, kept([BORN, MASTER]))
    await assessing.assess_talent(FIRST, ROUND)
    assert await answers(bureau, FIRST) == 2


async def test_what_passes_by_itself_is_not_left_out(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep_list(bureau, FIRST, kept([BORN, DOCTOR]))

    async def lost(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(bureau.kernel, "handle", lost)
    with pytest.raises(ConnectionResetError):
        await evaluation(bureau).assess_everyone(AssessEveryone(position=0), ROUND)


async def test_a_parked_list_is_not_waited_for(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "WAIT_SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        await evaluation(bureau).until_stated(STREAM, 3)
    await park(bureau, STREAM)

    await evaluation(bureau).until_stated(STREAM, 3)


async def park(bureau: Bureau, stream: str) -> None:
    row = {"reader": "talent_fact_list", "topic": "talent.facts", "stream": stream, "version": 3}
    said = {"record": b"", "class_": "undecodable", "reason": "test", "parked_at": NOON}
    async with bureau.kernel.engine.begin() as connection:
        await connection.execute(insert(parked).values(**row, **said))


async def test_of_several_lists_only_the_newest_is_assessed(bureau: Bureau) -> None:
    """The second command would wait for a version that never comes, were it not settled."""
    await keep_list(bureau, FIRST, kept([BORN, DOCTOR]))
    assessing = evaluation(bureau)
    await assessing.assess_talent(FIRST, ROUND)

    await assessing.assess_stated(by_a_list([BORN], version=1), ROUND)

    assert await answers(bureau, FIRST) == 1


def by_a_list(facts: Sequence[Fact], *, version: int = 2) -> AssessTalent:
    return AssessTalent(
        talent_id=FIRST,
        stream=STREAM,
        facts_version=version,
        facts=tuple(facts),
        recorded_at=NOON,
    )


async def begun(
    bureau: Bureau, facts: Sequence[Fact], assessing: StandingEvaluation
) -> asyncio.Task[None]:
    """The second list is assessed, and waits for others to have it."""
    task = asyncio.create_task(assessing.assess_stated(by_a_list(facts), ROUND))
    while await answers(bureau, FIRST) == 0:
        await asyncio.wait({task}, timeout=0.05)
    return task


async def is_there(bureau: Bureau) -> None:
    """The read model says that it has the second list."""
    reader = bureau.kernel.readers["talent_fact_list"]
    assert isinstance(reader, TopicReader)
    await reader.tell([an_event(STREAM, 2)])


async def test_a_list_is_assessed_before_others_read_it_and_waited_for_afterwards(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "WAIT_SECONDS", 0.05)
    await keep_list(bureau, FIRST, kept([BORN]))

    assessing, command = evaluation(bureau), by_a_list([BORN, DOCTOR])
    for _ in range(2):
        # It comes again, and goes no further before the list can be read.
        with pytest.raises(TimeoutError):
            await assessing.assess_stated(command, ROUND)

    (row,) = await bureau.kernel.journal.read_stream(f"entitlement-{FIRST}")
    (recorded,) = await bureau.kernel.desk.open([row])
    assert recorded.event.facts_version == 2


async def test_whoever_comes_meanwhile_reads_the_list_that_was_assessed(bureau: Bureau) -> None:
    """A round that read the one before would be refused, and with it the view that it rests on."""
    await keep_list(bureau, FIRST, kept([BORN]))
    assessing, both = evaluation(bureau), [BORN, DOCTOR]
    first = await begun(bureau, both, assessing)
    second = asyncio.create_task(assessing.assess_talent(FIRST, ROUND))
    done, _ = await asyncio.wait({first, second}, timeout=0.2)
    assert not done

    await keep_newer(bureau, FIRST, kept(both))
    await is_there(bureau)
    await asyncio.gather(first, second)

    assert await answers(bureau, FIRST) == 1


async def test_who_was_on_no_list_when_a_round_began_is_looked_at_once_more(
    bureau: Bureau,
) -> None:
    facts = [BORN, DOCTOR]
    first = await begun(bureau, facts, evaluation(bureau))
    await bureau.publish(document("DEMO-TEST-2"))

    await keep_list(bureau, FIRST, kept(facts), version=2)
    await is_there(bureau)
    await first

    rows = await bureau.kernel.journal.read_stream(f"entitlement-{FIRST}")
    views = [recorded.event.view_version for recorded in await bureau.kernel.desk.open(rows)]
    assert len(set(views)) == 2


async def test_without_waiting_an_answer_would_stay_behind_the_view(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a round judges by the older list, which is refused, and comes to no other."""

    async def at_once(*_: object) -> None:
        pass

    monkeypatch.setattr(StandingEvaluation, "_until_seen", at_once)
    await keep_list(bureau, FIRST, kept([BORN]))
    assessing = evaluation(bureau)
    await assessing.assess_stated(by_a_list([BORN, DOCTOR]), ROUND)
    await bureau.publish(document("DEMO-TEST-2"))
    assert await bureau.come_along()

    await assessing.assess_talent(FIRST, ROUND)

    assert await answers(bureau, FIRST) == 1


async def test_what_follows_of_an_answer_waits_for_the_list_that_it_rests_on(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(receipts, "WAIT_SECONDS", 0.05)
    await keep_list(bureau, FIRST, kept([BORN]))
    with pytest.raises(TimeoutError):
        await evaluation(bureau).assess_stated(by_a_list([BORN, DOCTOR]), ROUND)
    after = str(await bureau.kernel.journal.last_position())

    said = {}
    for path in ("", "/standing", "/replay", "/outlook"):
        answer = await bureau.get(CONCIERGE, f"/entitlements/{FIRST}{path}", after=after)
        said[path] = answer.json()["stale"]

    assert said == {"": False, "/standing": False, "/replay": True, "/outlook": True}


async def test_an_answer_waits_for_the_last_of_its_talent_and_nothing_behind_it(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not the first: what is stated on the topic comes to every test that shares it.
    talent_id, other = str(uuid4()), str(uuid4())
    place = await bureau.state_facts(talent_id, [BORN, DOCTOR])
    await bureau.standing(talent_id, after=place)
    await keep_list(bureau, other, kept([BORN]))
    monkeypatch.setattr(receipts, "WAIT_SECONDS", 0.05)

    async with bureau.kernel.engine.begin() as connection:
        # No read model goes on meanwhile, and yet there is more to come.
        await hold_all_but(connection, [])
        await evaluation(bureau).assess_talent(other, ROUND)
        said = [await is_stale(bureau, talent_id, place)]
        said.append(
            await is_stale(bureau, talent_id, str(await bureau.kernel.journal.last_position()))
        )
        await keep_newer(bureau, talent_id, kept([BORN]))
        await evaluation(bureau).assess_talent(talent_id, ROUND)
        said.append(await is_stale(bureau, talent_id, place))

    assert (await answers(bureau, other), await answers(bureau, talent_id)) == (1, 2)
    assert said == [False, True, True]


async def test_receipts_are_written_behind_the_same_text_whoever_was_judged_before(
    bureau: Bureau,
) -> None:
    for talent_id, facts in ((FIRST, [BORN, DOCTOR]), (str(uuid4()), [BORN])):
        await keep_list(bureau, talent_id, kept(facts))
        await evaluation(bureau).assess_talent(talent_id, ROUND)

    rows = await bureau.kernel.journal.read_after(0, limit=1_000)
    kept_rows = [row for row in rows if row.name == "dictionary.kept.v1"]
    texts = [read(one.event.text).text for one in await bureau.kernel.desk.open(kept_rows)]
    # Other tests' talents may have come before anything was published.
    (answer,) = [said for said in map(json.loads, texts) if said["outcomes"]]
    assert answer["facts_digest"] == digest_of([], NOON)
    assert answer["facts_version"] == 0


async def test_nothing_of_anybody_is_kept_at_hand_once_another_process_may_assess(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetting = list[StandingEvaluation]()

    def noted(self: StandingEvaluation) -> None:
        forgetting.append(self)

    monkeypatch.setattr(StandingEvaluation, "forget_everybody", noted)
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))
    async with open_bureau(settings) as opened:
        duty = opened.kernel.duties["standing-evaluation"]

        async def is_active() -> bool:
            return duty.status == "active"

        await until(is_active)
        assert forgetting == []
    assert len(forgetting) == 1
