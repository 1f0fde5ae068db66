"""The verifier finds every kind of tampering and names the place; an untouched record is whole."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.sourcing.ledger.keys import pem_of
from infra.local.places import ROOT
from tests.support.kernel import PERSON, Note, context, note
from tests.support.ledger import ANOTHER_SIGNER, SIGNER
from tests.support.record import REWRITE, SignedRecord, signed_record

EDIT = "UPDATE journal SET payload = '{\"n\":1}' WHERE position = 77"
SWAP_PAYLOADS = """
UPDATE journal AS one SET payload = other.payload FROM journal AS other
WHERE (one.position, other.position) IN ((20, 21), (21, 20))
"""


@pytest.fixture
async def record(postgres_url: str) -> AsyncIterator[SignedRecord]:
    async with signed_record(postgres_url) as record:
        yield record


async def test_an_untouched_record_is_whole(record: SignedRecord) -> None:
    verdict = await record.verdict()
    assert (verdict.findings, verdict.rows) == ((), 300)
    assert (verdict.heads, verdict.vouched) == (2, 300)


async def test_an_edited_payload_is_named(record: SignedRecord) -> None:
    await record.tamper(EDIT)
    assert await record.found() == [
        "position 77 was edited: note-6@8 no longer gives the link stored with it"
    ]


async def test_swapped_rows_are_named(record: SignedRecord) -> None:
    await record.tamper(
        "UPDATE journal SET position = -1 WHERE position = 20",
        "UPDATE journal SET position = 20 WHERE position = 201",
        "UPDATE journal SET position = 201 WHERE position = -1",
    )
    assert await record.found() == ["positions 20 and 201: their rows were swapped"]


async def test_swapped_payloads_are_named(record: SignedRecord) -> None:
    await record.tamper(SWAP_PAYLOADS)
    assert await record.found() == ["positions 20 and 21: their payloads were swapped"]


async def test_a_deleted_row_is_named_with_what_is_left_to_know(record: SignedRecord) -> None:
    await record.tamper("DELETE FROM journal WHERE position = 77")
    assert await record.found() == [
        "position 77 was deleted (note-6 lacks version 8, recorded by POST /notes)"
    ]


async def test_a_deleted_stream_is_named_row_by_row(record: SignedRecord) -> None:
    await record.tamper("DELETE FROM journal WHERE stream = 'note-6' AND position < 290")
    found = await record.found()
    assert len(found) == 29
    assert found[0] == (
        "position 7 was deleted (note-6 lacks versions 1 to 29, recorded by POST /notes)"
    )
    await record.tamper("DELETE FROM journal WHERE stream = 'note-6'")
    found = await record.found()
    assert len(found) == 30
    assert found[-1] == (
        "position 297 was deleted (a whole stream or the end of one: none that is left has a gap,"
        " recorded by POST /notes)"
    )


async def test_a_cut_tail_is_found_although_the_heads_went_with_it(record: SignedRecord) -> None:
    await record.tamper(
        "DELETE FROM journal WHERE position > 290", "DELETE FROM signed_head WHERE size > 290"
    )
    cut, missing = await record.found()
    assert cut.startswith("the tail was cut off after position 290: the head signed at")
    assert cut.endswith("vouches for 300 rows up to position 300")
    assert missing == "signed head of 300 rows: is missing in the table; the second place has one"


async def test_a_rewritten_history_is_found_between_two_heads(record: SignedRecord) -> None:
    await record.tamper(EDIT.replace("77", "177"), REWRITE)
    (found,) = await record.found()
    assert found.startswith("history was rewritten between positions 151 and 300: the chain fits")


async def test_a_history_rewritten_with_its_heads_is_found_by_the_second_place(
    record: SignedRecord,
) -> None:
    """Somebody even holds the signing key; the negative control is in the next test."""
    await record.rewrite_with_heads(EDIT)
    found = await record.found()
    assert any(line.startswith("history was rewritten between positions 1 and") for line in found)
    assert "signed head of 300 rows: the table and the second place hold different ones" in found


async def test_without_a_second_place_that_rewriting_is_not_seen(record: SignedRecord) -> None:
    await record.rewrite_with_heads(EDIT)
    assert (await record.verdict_with(None, SIGNER)).findings == ()


async def test_a_second_place_that_was_emptied_is_named(record: SignedRecord) -> None:
    for file in record.folder.folder.iterdir():
        file.unlink()
    assert await record.found() == ["signed head of 150 rows: is missing in the second place"]


async def test_a_bad_signature_is_named(record: SignedRecord) -> None:
    await record.tamper("UPDATE signed_head SET made_at = made_at + '1 s' WHERE size = 150")
    assert await record.found() == [
        "signed head of 150 rows: in the table: the signature is wrong",
    ]


async def test_a_head_of_a_key_that_is_not_believed_is_named(record: SignedRecord) -> None:
    await record.write(10)
    await record.heads(signer=ANOTHER_SIGNER).sign()
    assert await record.found() == [
        f"signed head of 310 rows: in the table: key {ANOTHER_SIGNER.key_id} is not one of the keys"
    ]
    assert not (await record.verdict(signers=(SIGNER, ANOTHER_SIGNER))).findings


async def test_a_head_missing_in_one_of_the_places_is_named(record: SignedRecord) -> None:
    record.folder.file_of(150).unlink()
    assert await record.found() == ["signed head of 150 rows: is missing in the second place"]
    await record.tamper("DELETE FROM signed_head WHERE size = 300")
    assert "signed head of 300 rows: is missing in the table; the second place has one" in (
        await record.found()
    )


async def test_a_broken_file_in_the_second_place_is_named(record: SignedRecord) -> None:
    record.folder.file_of(150).write_bytes(b"{")
    assert await record.found() == [
        "signed head of 150 rows: cannot be read in the second place",
    ]


async def test_a_table_that_stands_in_for_the_journal_is_not_believed(
    record: SignedRecord,
) -> None:
    async with record.place.connected("app") as connection:
        await connection.execute("CREATE TABLE read_model.journal (LIKE public.journal)")
    assert (await record.verdict()).rows == 300


async def test_the_record_is_whole_after_a_person_was_forgotten(record: SignedRecord) -> None:
    await record.kernel.handle(note, "note-p", Note(events=(PERSON,)), context())
    await record.sign()
    await record.kernel.keyring.destroy("t-1")
    assert await record.found() == []


async def test_the_command_line_says_what_is_wrong_and_ends_with_one(record: SignedRecord) -> None:
    name = record.place.service
    whole = f"{name}: whole; 300 rows, 2 signed heads, vouched for up to position 300"
    assert await command_line(record) == (0, [whole])
    await record.tamper(EDIT)
    code, lines = await command_line(record)
    assert code == 1
    assert lines[0].startswith(f"{name}: position 77 was edited")
    assert lines[1].startswith(f"{name}: 1 finding; 300 rows")


async def test_a_service_is_vouched_for_by_its_own_keys_and_by_no_other_services(
    record: SignedRecord, tmp_path: Path
) -> None:
    name, keys = record.place.service, tmp_path / "keys"
    keys.mkdir()
    theirs, own = keys / "another.pem", keys / f"{name}.pem"
    theirs.write_bytes(record.public_key.read_bytes())
    code, lines = await command_line(record, "--keys", str(keys))
    assert (code, lines) == (2, [])
    own.write_bytes(pem_of(ANOTHER_SIGNER.public))
    code, lines = await command_line(record, "--keys", str(keys))
    assert code == 1
    assert f"key {SIGNER.key_id} is not one of the keys" in lines[0]
    # What signed before a change of keys stands beside the new one.
    (keys / f"{name}.2025.pem").write_bytes(record.public_key.read_bytes())
    assert (await command_line(record, "--keys", str(keys)))[0] == 0


async def command_line(record: SignedRecord, *keys: str) -> tuple[int | None, list[str]]:
    asked = [
        *("record", record.place.service),
        *(keys or ("--key", str(record.public_key))),
        *("--heads", str(record.second_place)),
    ]
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "events.sourcing.verify", *asked),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": record.place.server_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, trouble = await running.communicate()
    assert bool(trouble) == (running.returncode == 2), trouble.decode()
    return running.returncode, output.decode().splitlines()
