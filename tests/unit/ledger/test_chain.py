"""What was done to the rows of a record is found, named and located by its chain alone."""

from dataclasses import replace

import pytest

from events.sourcing.ledger.chain import MOST_BREAKS
from events.sourcing.ledger.explain import explain
from events.sourcing.ledger.findings import Deleted, Disordered, Edited, Finding, Swapped
from events.sourcing.ledger.row import Row
from tests.support.ledger import a_record, chained, followed

RECORD = a_record(20)


def found(rows: list[Row]) -> list[Finding]:
    return explain(followed(rows))


def changed(position: int, **fields: object) -> list[Row]:
    return [
        replace(row, **fields) if row.position == position else row  # type: ignore[arg-type]
        for row in RECORD
    ]


def placed(one: int, other: int) -> list[Row]:
    """The record after two rows took each other's position, links and all."""
    moved = {one: other, other: one}
    rows = [replace(row, position=moved.get(row.position, row.position)) for row in RECORD]
    return sorted(rows, key=lambda row: row.position)


def test_an_untouched_record_has_nothing_to_explain() -> None:
    assert found(RECORD) == []


@pytest.mark.parametrize(
    "field",
    [
        {"payload": b"{}"},
        {"metadata": b"{ }"},
        {"name": "note.torn.v1"},
        {"stream": "note-9"},
        {"version": 9},
        {"recorded_at": RECORD[0].recorded_at},
        {"event_id": RECORD[0].event_id},
        {"link": bytes(32)},
    ],
)
def test_an_edited_row_is_named_by_its_position(field: dict[str, object]) -> None:
    assert [(type(one), getattr(one, "position", 0)) for one in found(changed(7, **field))] == [
        (Edited, 7)
    ]


@pytest.mark.parametrize("position", [1, 20])
def test_the_first_and_the_last_row_are_guarded_as_well(position: int) -> None:
    row = RECORD[position - 1]
    assert found(changed(position, payload=b"!")) == [
        Edited(position=position, stream=row.stream, version=row.version)
    ]


@pytest.mark.parametrize("pair", [(7, 12), (7, 8), (1, 2), (1, 20), (19, 20), (7, 9)])
def test_two_rows_that_changed_places_are_one_finding(pair: tuple[int, int]) -> None:
    assert found(placed(*pair)) == [Swapped(positions=pair, what="rows")]


@pytest.mark.parametrize("pair", [(7, 12), (7, 8), (1, 20)])
def test_two_rows_that_left_their_links_behind_are_one_finding(pair: tuple[int, int]) -> None:
    one, other = (RECORD[position - 1] for position in pair)
    rows = list(RECORD)
    rows[pair[0] - 1] = replace(other, position=one.position, link=one.link)
    rows[pair[1] - 1] = replace(one, position=other.position, link=other.link)
    assert found(rows) == [Swapped(positions=pair, what="rows")]


@pytest.mark.parametrize("pair", [(7, 12), (7, 8), (1, 20)])
def test_two_payloads_that_changed_places_are_one_finding(pair: tuple[int, int]) -> None:
    one, other = (RECORD[position - 1] for position in pair)
    rows = list(RECORD)
    rows[pair[0] - 1] = replace(one, payload=other.payload)
    rows[pair[1] - 1] = replace(other, payload=one.payload)
    assert found(rows) == [Swapped(positions=pair, what="payloads")]


def test_deleted_rows_are_named_by_their_positions() -> None:
    rows = [row for row in RECORD if row.position not in {1, 7, 11, 12}]
    assert found(rows) == [
        Deleted(first=1, last=1),
        Deleted(first=7, last=7),
        Deleted(first=11, last=12),
    ]


def test_several_things_done_are_several_findings() -> None:
    rows = [row for row in changed(4, payload=b"!") if row.position != 15]
    assert found(rows) == [
        Edited(position=4, stream="note-1", version=2),
        Deleted(first=15, last=15),
    ]


def test_a_gap_that_the_chain_knows_of_is_no_deletion() -> None:
    """After a restore, positions go on beyond the highest that was ever published."""
    later = [replace(row, position=row.position + 100) for row in RECORD[10:]]
    assert found(chained([*RECORD[:10], *later])) == []


def test_the_chain_alone_does_not_see_a_history_that_was_rewritten_whole() -> None:
    """The negative control: this is what the signed heads are for."""
    assert found(chained(changed(7, payload=b"!"))) == []


def test_a_record_that_is_wrong_everywhere_takes_no_more_memory() -> None:
    rows = [replace(row, payload=b"!%d" % row.position) for row in a_record(MOST_BREAKS + 50)]
    findings = found(rows)
    assert len(findings) == MOST_BREAKS + 1
    assert findings[-1] == Disordered(first=MOST_BREAKS + 1, last=MOST_BREAKS + 50)
