"""Signed heads: what they say, who signed them, and what they find out about a record."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events.sourcing.ledger.findings import BadHead, CutOff, Rewritten
from events.sourcing.ledger.head import Unreadable, read_head, statement, write_head
from events.sourcing.ledger.keys import believe, is_signed, pem_of, read_public, read_signer
from events.sourcing.ledger.places import HeadsFolder, record_of
from events.sourcing.ledger.row import Row
from tests.support.ledger import (
    ANOTHER_SIGNER,
    SIGNER,
    a_record,
    chained,
    head_over,
    witnessed,
)

RECORD = a_record(20)
HEAD = head_over(RECORD)
SIGNED = SIGNER.sign(HEAD)
HEADS = [head_over(RECORD[:5]), head_over(RECORD[:10]), HEAD]
BELIEVED = believe(SIGNER.public)


def rewritten(position: int) -> list[Row]:
    """The record with one row edited and every link behind it made to fit."""
    rows = list(RECORD)
    rows[position - 1] = replace(rows[position - 1], payload=b"!")
    return chained(rows)


def test_a_signed_head_is_believed_and_reads_back() -> None:
    assert is_signed(SIGNED, BELIEVED)
    assert read_head(write_head(SIGNED)) == SIGNED


@pytest.mark.parametrize(
    "change",
    [
        {"service": "other"},
        {"size": 21},
        {"position": 21},
        {"root": bytes(32)},
        {"link": bytes(32)},
        {"made_at": HEAD.made_at + timedelta(microseconds=1)},
    ],
)
def test_a_head_with_a_changed_field_is_not_believed(change: dict[str, object]) -> None:
    altered = replace(SIGNED, head=replace(HEAD, **change))  # type: ignore[arg-type]
    assert not is_signed(altered, BELIEVED)


def test_a_head_of_another_key_is_not_believed() -> None:
    assert not is_signed(ANOTHER_SIGNER.sign(HEAD), BELIEVED)
    assert not is_signed(replace(ANOTHER_SIGNER.sign(HEAD), key_id=SIGNER.key_id), BELIEVED)


def test_an_old_key_still_vouches_after_a_change_of_keys() -> None:
    assert is_signed(SIGNED, believe(ANOTHER_SIGNER.public, SIGNER.public))


def test_what_is_no_head_is_refused() -> None:
    for stored in (b"", b"{}", b'{"service": 1}', write_head(SIGNED).replace(b"root", b"rood")):
        with pytest.raises(Unreadable):
            read_head(stored)


def test_the_statement_is_one_line_for_each_field() -> None:
    assert statement(HEAD).decode().splitlines() == [
        "concord.head.v1",
        "notes",
        "20",
        "20",
        HEAD.root.hex(),
        HEAD.link.hex(),
        HEAD.made_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    ]


def test_a_head_leaves_under_its_service_with_the_same_id_each_time() -> None:
    record = record_of(SIGNED)
    assert (record.topic, record.key) == ("record.heads", b"notes")
    assert record == record_of(SIGNED)
    assert read_head(record.value or b"") == SIGNED


async def test_a_head_in_the_second_place_stays_as_it_was_first_written(tmp_path: Path) -> None:
    folder = HeadsFolder(tmp_path, service="notes")
    assert await folder.newest() == 0
    await folder.put([SIGNED])
    await folder.put([SIGNER.sign(replace(HEAD, root=bytes(32)))])
    assert await folder.newest() == HEAD.size
    assert read_head(folder.file_of(HEAD.size).read_bytes()) == SIGNED


def test_a_key_file_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(bytes(31))
    with pytest.raises(ValueError, match="exactly 32 bytes"):
        read_signer(file)


def test_a_true_record_is_vouched_for_to_its_last_head() -> None:
    witness = witnessed(RECORD, HEADS[:2])
    assert (witness.findings, witness.heads, witness.vouched) == ([], 2, 10)


def test_a_rewritten_history_is_found_between_the_heads_that_know() -> None:
    assert witnessed(rewritten(7), HEADS).findings == [
        Rewritten(first=6, last=10, disagreeing=2, signed_at=HEAD.made_at)
    ]


def test_a_cut_tail_is_found_by_the_head_beyond_it() -> None:
    assert witnessed(RECORD[:12], HEADS).findings == [CutOff(last=12, head=HEAD)]
    assert witnessed([], HEADS).findings == [CutOff(last=0, head=HEAD)]


def test_without_a_head_beyond_it_a_cut_tail_is_not_seen() -> None:
    """The negative control: what was never signed can be cut off unseen."""
    assert witnessed(RECORD[:12], HEADS[:2]).findings == []


def test_a_tail_that_was_cut_off_and_replaced_is_found() -> None:
    later = [replace(row, payload=b"!") for row in RECORD[12:]]
    assert witnessed(chained([*RECORD[:12], *later]), HEADS).findings == [
        Rewritten(first=11, last=20, disagreeing=1, signed_at=HEAD.made_at)
    ]


def test_an_edited_row_is_the_chains_finding_and_not_the_heads_too() -> None:
    rows = list(RECORD)
    rows[6] = replace(rows[6], payload=b"!")
    witness = witnessed(rows, HEADS)
    assert (witness.findings, witness.vouched) == ([], 20)


def test_a_history_rewritten_behind_an_edited_row_is_found_nevertheless() -> None:
    rows = list(RECORD)
    rows[2] = replace(rows[2], payload=b"!")
    tail = rewritten(17)[16:]
    findings = witnessed([*rows[:16], *tail], HEADS).findings
    assert findings == [Rewritten(first=11, last=20, disagreeing=1, signed_at=HEAD.made_at)]


def test_a_signed_root_over_other_rows_is_found() -> None:
    false = replace(HEADS[1], root=bytes(32))
    findings = witnessed(RECORD, [HEADS[0], false, HEAD]).findings
    assert [type(finding) for finding in findings] == [BadHead]


def test_a_public_key_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(pem_of(SIGNER.public))
    assert believe(read_public(file)).keys() == {SIGNER.key_id}
