"""What is written behind a dictionary takes little room, and can be read for good."""

import asyncio
import hashlib
import zlib
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from contracts.sample import NOON
from events.catalog.dictionary import DictionaryKept
from events.sourcing.kernel import Kernel
from events.sourcing.testing import given
from events.sourcing.types import Context
from services.policy.dictionaries.dictionary import Dictionary, digest_in, read, written
from services.policy.dictionaries.domain import KeepDictionary, dictionary
from services.policy.dictionaries.kept import Dictionaries
from services.policy.entitlements.receipt import Receipts, at_midnight, opened
from services.policy.policies.views import Consolidated
from tests.support.in_memory import in_memory
from tests.support.policy import NOON as NOON_SEEN
from tests.unit.policy.test_judge import corpus, seen

CLAUSE = b'{"clause":"Article 5","policy":"somebody who states nothing"}'
SAID = CLAUSE.replace(b"nothing", b"something")
FOREVER = bytes.fromhex(
    "502a4d1820000000154eb5538a527544d0b21fe01136c495251c3996ddc62eb3c5f5fff33766ddee"
    "28b52ffd243f95000058736f6d657468696e67227d010001ce000408386384"
)
"""What was written of it behind the clause in November 2026."""

ASKED = Context(
    command_id=uuid4(),
    actor="process:assess_by_facts",
    correlation_id="somebody's matter",
    causation_id="somebody's event",
    idempotency_key="k",
    target="t",
)
KEPT = DictionaryKept(digest="d", text="…", kept_at=NOON)


@drawn(st.binary(max_size=400), st.binary(max_size=4_000))
def test_what_was_written_behind_a_dictionary_opens_to_the_byte(text: bytes, behind: bytes) -> None:
    known = Dictionary(behind)
    packed = known.packed(text)
    assert digest_in(packed) == known.digest == hashlib.sha256(behind).hexdigest()
    assert Dictionary(behind).opened(packed) == text


def test_what_it_says_already_takes_next_to_no_room() -> None:
    text = b"".join(hashlib.sha256(bytes([n])).hexdigest().encode() for n in range(100))
    assert len(Dictionary(text).packed(text)) < len(text) / 50
    assert len(Dictionary(b"something else").packed(text)) > len(text) / 3


def test_of_a_long_dictionary_the_beginning_is_known_as_well() -> None:
    text = b"".join(hashlib.sha256(b"%d" % n).hexdigest().encode() for n in range(25_000))
    assert len(text) > 1_500_000
    assert len(Dictionary(text).packed(text[:100_000])) < 1_000


def test_another_dictionary_does_not_open_it() -> None:
    for text in (CLAUSE, b"nothing of it", b""):
        with pytest.raises(ValueError, match="another dictionary"):
            Dictionary(CLAUSE[::-1]).opened(Dictionary(CLAUSE).packed(text))


def test_a_dictionary_is_recorded_with_its_whole_text() -> None:
    assert read(written(Dictionary(CLAUSE))).text == CLAUSE


@drawn(st.binary(max_size=60))
def test_what_names_no_dictionary_says_so(text: bytes) -> None:
    assert digest_in(text) is None


def test_what_was_written_years_ago_is_still_read() -> None:
    assert Dictionary(CLAUSE).opened(FOREVER) == SAID
    assert digest_in(FOREVER) == hashlib.sha256(CLAUSE).hexdigest()


def test_a_dictionary_is_kept_once() -> None:
    keep = KeepDictionary(digest="d", text="…", at=NOON)
    given(dictionary).when(keep).then(KEPT)
    given(dictionary, KEPT).when(keep).then_nothing()


async def kept_in(kernel: Kernel) -> list[DictionaryKept]:
    rows = await kernel.journal.read_after(0, limit=100)
    return [recorded.event for recorded in await kernel.desk.open(rows)]


@in_memory
async def test_it_is_a_matter_of_its_own_and_found_again_by_its_digest(kernel: Kernel) -> None:
    made = await Dictionaries(kernel).keep(CLAUSE, ASKED)
    await Dictionaries(kernel).keep(CLAUSE, replace(ASKED, command_id=uuid4()))

    (row,) = await kernel.journal.read_after(0, limit=100)
    (recorded,) = await kernel.desk.open([row])
    assert recorded.event.digest == made.digest
    assert recorded.correlation_id != ASKED.correlation_id
    assert recorded.causation_id is None
    found = await Dictionaries(kernel).of(made.digest)
    assert found.opened(made.packed(SAID)) == SAID


@in_memory
async def test_without_its_dictionary_nothing_is_made_up(kernel: Kernel) -> None:
    with pytest.raises(LookupError):
        await opened(FOREVER, Dictionaries(kernel))


@in_memory
async def test_receipts_from_before_there_were_dictionaries_are_opened(kernel: Kernel) -> None:
    assert await opened(zlib.compress(SAID), Dictionaries(kernel)) == SAID


def nobody(view: Consolidated) -> bytes:
    """Says of each policy something, and when that is."""
    said = [f"{each.policy.policy_id} {each.policy.digest}" for each in view.view.entries]
    return f"{view.view.known_at} {said}".encode()


@in_memory
async def test_a_receipt_is_written_behind_what_nobody_is_answered(kernel: Kernel) -> None:
    receipts = Receipts(Dictionaries(kernel), nobody)
    assert receipts.at_hand(seen()) is None
    assert await kept_in(kernel) == []
    behind = await receipts.behind(seen(), ASKED)

    (dictionary,) = await kept_in(kernel)
    assert receipts.at_hand(seen()) is behind
    assert read(dictionary.text).text == behind.text == nobody(at_midnight(seen()))
    assert await opened(behind.packed(SAID), Dictionaries(kernel)) == SAID


@in_memory
async def test_those_who_come_together_have_one_kept(kernel: Kernel) -> None:
    receipts = Receipts(Dictionaries(kernel), nobody)
    several = await asyncio.gather(*[receipts.behind(seen(), ASKED) for _ in range(3)])
    assert len({id(one) for one in several}) == len(await kept_in(kernel)) == 1


@in_memory
async def test_all_of_a_day_are_written_behind_one_also_after_a_start(kernel: Kernel) -> None:
    for hours in range(3):
        later = seen(NOON_SEEN + timedelta(hours=hours))
        await Receipts(Dictionaries(kernel), nobody).behind(later, ASKED)
    assert len(await kept_in(kernel)) == 1


@in_memory
async def test_where_a_quarter_of_the_policies_is_new_the_next_one_is_kept(kernel: Kernel) -> None:
    receipts = Receipts(Dictionaries(kernel), nobody)
    counts = []
    for part in (60, 80, 81, 88):
        await receipts.behind(seen(rows=corpus()[:part]), ASKED)
        counts.append(len(await kept_in(kernel)))
    # 20 of 80 are no more than a quarter, 21 of 81 are.
    assert counts == [1, 1, 2, 2]
