"""The oracle of `make prove` names what is wrong; where nothing is, it holds."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.prove.oracle import Account, Answered, Command, Oracle
from tests.prove.verdict import FAULTS, Seen, Stored, Verdict, compare

ASKED = Command(key="asked", stream="note-1", words="bb")
FIRST, SECOND = ASKED.event_ids
ANSWER = Answered(key="asked", event_ids=ASKED.event_ids, position=2)
ACCOUNT = Account(intents={"asked": ASKED}, answers=[ANSWER])
STORED = [Stored(1, "note-1", 1, FIRST), Stored(2, "note-1", 2, SECOND)]
SEEN = [Seen("note-1", 1, FIRST), Seen("note-1", 2, SECOND)]


def verdict(
    account: Account = ACCOUNT,
    *,
    stored: list[Stored] = STORED,
    projected: list[Seen] = SEEN,
    elsewhere: list[Seen] = SEEN,
) -> Verdict:
    return compare(account, stored=stored, seen={"own": projected, "elsewhere": elsewhere})


def seen_by(reader: str, arrivals: list[Seen]) -> Verdict:
    return compare(ACCOUNT, stored=STORED, seen={"own": SEEN, "elsewhere": SEEN, reader: arrivals})


def faults_of(found: Verdict) -> dict[str, int]:
    return {name: count for name in FAULTS if (count := getattr(found, name))}


def test_what_was_acknowledged_stored_and_seen_once_in_order_holds() -> None:
    assert verdict().holds
    assert verdict() == Verdict(acknowledged=2, stored=2, projected=2, elsewhere=2)


def test_what_was_acknowledged_and_is_not_stored_shows() -> None:
    assert faults_of(verdict(stored=[], projected=[], elsewhere=[])) == {"unstored": 2}


def test_a_command_of_which_a_part_is_stored_shows() -> None:
    unanswered = Account(intents={"asked": ASKED})
    found = verdict(unanswered, stored=STORED[:1], projected=SEEN[:1], elsewhere=SEEN[:1])
    assert faults_of(found) == {"torn": 1}


def test_a_command_without_an_answer_may_have_happened_or_not() -> None:
    unanswered = Account(intents={"asked": ASKED})
    assert verdict(unanswered).holds
    assert verdict(unanswered, stored=[], projected=[], elsewhere=[]).holds


def test_a_receipt_that_names_another_place_shows() -> None:
    elsewhere = Answered(key="asked", event_ids=ASKED.event_ids, position=3)
    assert faults_of(verdict(Account(intents=ACCOUNT.intents, answers=[ANSWER, elsewhere]))) == {
        "moved": 1
    }


@pytest.mark.parametrize("reader", ["own", "elsewhere"])
def test_what_a_read_model_misses_shows(reader: str) -> None:
    assert faults_of(seen_by(reader, SEEN[:1])) == {"lost": 1}


@pytest.mark.parametrize("reader", ["own", "elsewhere"])
def test_what_came_twice_shows(reader: str) -> None:
    assert faults_of(seen_by(reader, [*SEEN, SEEN[0]])) == {"doubled": 1}


@pytest.mark.parametrize("reader", ["own", "elsewhere"])
def test_what_came_before_its_predecessor_shows(reader: str) -> None:
    assert faults_of(seen_by(reader, SEEN[::-1])) == {"reordered": 1}


def test_what_nobody_asked_for_shows() -> None:
    stranger = uuid4()
    found = verdict(
        stored=[*STORED, Stored(3, "note-2", 1, stranger)],
        projected=[*SEEN, Seen("note-2", 1, stranger)],
        elsewhere=[*SEEN, Seen("note-2", 1, stranger)],
    )
    assert faults_of(found) == {"invented": 1}


def test_what_is_seen_and_not_stored_shows() -> None:
    assert faults_of(verdict(elsewhere=[*SEEN, Seen("note-2", 1, uuid4())])) == {"invented": 1}


def test_a_person_is_answered_at_once_and_later_or_it_shows() -> None:
    person = Command(key="person", stream="note-1", words="p")
    account = Account(intents={"person": person})
    told = [("note-1", person.event_ids[0]), *person.consequences()]

    def of(events: list[tuple[str, UUID]]) -> Verdict:
        seen = [Seen(stream, 1, event_id) for stream, event_id in events]
        stored = [Stored(n, *one) for n, one in enumerate(seen, start=1)]
        return verdict(account, stored=stored, projected=seen, elsewhere=seen)

    assert of(told).holds
    assert faults_of(of(told[:2])) == {"unstored": 1}
    assert faults_of(of(told[:1])) == {"unstored": 2}


def test_what_the_oracle_wrote_down_it_reads_back(tmp_path: Path) -> None:
    oracle = Oracle(tmp_path / "oracle.jsonl")
    oracle.intend(ASKED)
    assert oracle.account().unanswered() == [ASKED]
    oracle.acknowledge(ANSWER)
    oracle.close()
    assert oracle.account() == ACCOUNT
    assert oracle.account().unanswered() == []
