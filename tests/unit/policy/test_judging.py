"""What is judged in a process apart is what would be found here, also after it was lost."""

import asyncio
import pickle
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

import pytest

from events.catalog.talent import Fact
from events.sourcing.types import Relieved
from services.policy.dictionaries.dictionary import Dictionary
from services.policy.entitlements import chamber
from services.policy.entitlements.assess import assess, canonical, outcome_digest, receipt_of
from services.policy.entitlements.chamber import Basis, Chamber, Found, Question
from services.policy.entitlements.fact_list import kept
from services.policy.entitlements.judge import Judge
from services.policy.entitlements.judging import Judging
from services.policy.policies.views import Consolidated
from services.policy.rules import build_view
from tests.support.policy import BORN, DOCTOR, MASTER, NOON
from tests.unit.policy.test_judge import ONE_MINUTE, VOCABULARY, corpus, seen

T = TypeVar("T")

BEHIND = Dictionary(b"a text that receipts are written behind")
ZONELESS = replace(DOCTOR, recorded_at=NOON.replace(tzinfo=None))
"""Cannot be compared with any other moment."""
LATER = NOON + ONE_MINUTE


def as_sent(thing: T) -> T:
    sent: T = pickle.loads(pickle.dumps(thing))  # noqa: S301 - its own words
    return sent


class Elsewhere:
    """Another process as far as one can be in here: work is sent, and may be lost on the way."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        """How long each piece of work is when it is sent."""
        self.to_lose = 0
        self.is_asked = asyncio.Event()
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def __call__(self, work: Callable[[], T]) -> T:
        self.sent.append(len(pickle.dumps(work)))
        self.is_asked.set()
        if self.to_lose:
            self.to_lose -= 1
            await self.end()
            raise ConnectionError
        done: T = as_sent(as_sent(work)())
        await self.is_open.wait()
        return done

    async def end(self) -> None:
        chamber.HERE = Chamber()


@pytest.fixture(autouse=True)
def _another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that knows nothing yet."""
    monkeypatch.setattr(chamber, "HERE", Chamber())


def question(
    facts: Sequence[Fact], *, whose: str = "t", at: datetime = NOON, stands: str | None = None
) -> Question:
    return Question(whose=whose, facts=kept(facts), facts_version=1, known_at=at, stands=stands)


def is_right(found: Found, facts: Sequence[Fact], *, at: datetime = NOON) -> bool:
    """Whether digest and receipt are those of the whole evaluation, byte by byte."""
    whole = assess(seen(at), facts, facts_version=1, vocabulary=VOCABULARY)
    receipt = BEHIND.opened(b64decode(found.receipt))
    return (found.digest, receipt) == (outcome_digest(whole), canonical(receipt_of(whole)))


async def test_those_who_ask_together_go_together_and_each_is_judged_at_its_own_moment() -> None:
    elsewhere = Elsewhere()
    judging = Judging(elsewhere, VOCABULARY)
    doctor, master = await asyncio.gather(
        judging.found(question([BORN, DOCTOR], whose="a"), seen(), BEHIND),
        judging.found(question([BORN, MASTER], whose="b", at=LATER), seen(LATER), BEHIND),
    )
    assert is_right(doctor, [BORN, DOCTOR])
    assert is_right(master, [BORN, MASTER], at=LATER)
    assert not is_right(master, [BORN, MASTER]), "the control: the moment is in the receipt"
    assert len(elsewhere.sent) == 2, "asked, and told what to judge by"


async def test_what_to_judge_by_is_told_once_and_again_where_the_process_was_lost() -> None:
    elsewhere = Elsewhere()
    judging = Judging(elsewhere, VOCABULARY)
    for to_lose in (0, 0, 1):
        elsewhere.to_lose = to_lose
        assert is_right(await judging.found(question([DOCTOR]), seen(), BEHIND), [DOCTOR])
    asked, told = min(elsewhere.sent), max(elsewhere.sent)
    assert told > 100 * asked
    assert elsewhere.sent == pytest.approx([asked, told, asked, asked, asked, told], rel=0.1)


async def test_another_view_is_judged_by_as_soon_as_it_is_asked_by() -> None:
    judging = Judging(Elsewhere(), VOCABULARY)
    for part in (20, 88, 20):
        view = seen(rows=corpus()[:part])
        found = await judging.found(question([BORN, DOCTOR]), view, BEHIND)
        whole = assess(view, [BORN, DOCTOR], facts_version=1, vocabulary=VOCABULARY)
        assert found.digest == outcome_digest(whole)


async def test_judged_by_what_was_told_before_the_answer_would_be_another() -> None:
    """The control: who answered by whatever was told last would not notice."""
    here, few, all_of_them = Chamber(), basis_of(20), basis_of(88)
    asked = [question([BORN, DOCTOR])]
    assert here.found(few.key, asked) is None
    (before,) = here.learned(few, asked)
    assert here.found(few.key, asked) == [before]
    assert here.found(all_of_them.key, asked) is None
    assert here.learned(all_of_them, asked) != [before]


def basis_of(part: int) -> Basis:
    view = seen(rows=corpus()[:part])
    return Basis(key=uuid4(), seen=view, vocabulary=VOCABULARY, behind=BEHIND.text)


async def test_a_receipt_is_made_where_the_outcome_is_another_and_there_is_a_dictionary() -> None:
    judging = Judging(Elsewhere(), VOCABULARY)
    without = await judging.found(question([DOCTOR]), seen(), None)
    assert not without.receipt
    stands = question([DOCTOR], stands=without.digest)
    assert await judging.found(stands, seen(), BEHIND) == without
    assert is_right(await judging.found(question([DOCTOR], stands="x"), seen(), BEHIND), [DOCTOR])


async def test_a_list_that_cannot_be_judged_holds_up_none_that_goes_with_it() -> None:
    judging = Judging(Elsewhere(), VOCABULARY)
    bad, good = await asyncio.gather(
        judging.found(question([DOCTOR, ZONELESS]), seen(), BEHIND),
        judging.found(question([DOCTOR]), seen(), BEHIND),
        return_exceptions=True,
    )
    assert isinstance(bad, TypeError)
    assert isinstance(good, Found)


class Unsendable(Exception):
    def __init__(self, one: str, *, other: str) -> None:
        super().__init__(one)
        self.other = other


async def test_a_failure_that_cannot_be_sent_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unsendable("one", other="two")

    with pytest.raises(TypeError):
        as_sent(Unsendable("one", other="two"))
    monkeypatch.setattr(Judge, "answer", fail)
    with pytest.raises(RuntimeError, match="Unsendable"):
        await Judging(Elsewhere(), VOCABULARY).found(question([DOCTOR]), seen(), BEHIND)


def remembered(whose: str) -> bool:
    """Whether the process has at hand what was found for somebody."""
    sitting = chamber.HERE._sitting
    return sitting is not None and sitting.judge._before.known(whose) is not None


async def judging_of_three() -> Judging:
    judging = Judging(Elsewhere(), VOCABULARY)
    await asyncio.gather(*asking(judging, "abc"))
    return judging


async def test_whoever_is_not_forgotten_is_still_known_there() -> None:
    """The control, also where another view was told meanwhile."""
    judging = await judging_of_three()
    await judging.found(question([DOCTOR], whose="d"), seen(rows=corpus()[:20]), None)
    assert [remembered(whose) for whose in "abcd"] == [True] * 4


async def test_whoever_is_forgotten_is_forgotten_there() -> None:
    judging = await judging_of_three()
    await judging.forget("a")
    assert [remembered(whose) for whose in "abc"] == [False, True, True]
    await judging.forget_everybody()
    assert [remembered(whose) for whose in "abc"] == [False, False, False]


def asking(judging: Judging, talents: str) -> list[asyncio.Task[Found]]:
    """Somebody asks about each of them."""
    return [
        asyncio.create_task(judging.found(question([DOCTOR], whose=whose), seen(), None))
        for whose in talents
    ]


async def test_what_still_waited_when_everybody_was_forgotten_is_not_asked_any_more() -> None:
    elsewhere = Elsewhere()
    judging = Judging(elsewhere, VOCABULARY)
    elsewhere.is_open.clear()
    asked = asking(judging, "abc")
    await elsewhere.is_asked.wait()
    asked += asking(judging, "def")
    await asyncio.sleep(0)
    over = asyncio.create_task(judging.forget_everybody())
    await asyncio.sleep(0)
    elsewhere.is_open.set()
    await over
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in outcomes] == [Found] * 3 + [Relieved] * 3
    assert not any(map(remembered, "abcdef"))


async def test_whoever_waits_no_more_is_not_asked_about() -> None:
    elsewhere = Elsewhere()
    judging = Judging(elsewhere, VOCABULARY)
    elsewhere.is_open.clear()
    first = asking(judging, "a")
    await elsewhere.is_asked.wait()
    gone, stays = asking(judging, "bc")
    await asyncio.sleep(0)
    gone.cancel()
    elsewhere.is_open.set()
    await asyncio.wait([*first, gone, stays])
    assert [remembered(whose) for whose in "abc"] == [True, False, True]


async def test_where_nothing_was_asked_nobody_is_called_to_forget_it() -> None:
    elsewhere = Elsewhere()
    await Judging(elsewhere, VOCABULARY).forget("a")
    assert elsewhere.sent == []


async def test_whoever_is_forgotten_by_a_process_that_was_lost_holds_nothing_up() -> None:
    elsewhere = Elsewhere()
    judging = Judging(elsewhere, VOCABULARY)
    await judging.found(question([DOCTOR], whose="a"), seen(), None)
    elsewhere.to_lose = 1
    await judging.forget("a")
    assert not remembered("a")


async def test_views_of_no_policies_are_told_apart_by_day_and_place() -> None:
    judging = Judging(Elsewhere(), VOCABULARY)
    for days in (0, 1):
        at = NOON + timedelta(days=days)
        view = build_view([], at.date(), at)
        nothing = Consolidated(view=view, position=days, unreadable=("x",) * days)
        found = await judging.found(question([DOCTOR], at=at), nothing, BEHIND)
        whole = assess(nothing, [DOCTOR], facts_version=1, vocabulary=VOCABULARY)
        assert BEHIND.opened(b64decode(found.receipt)) == canonical(receipt_of(whole))
