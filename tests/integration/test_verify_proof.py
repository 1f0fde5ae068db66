"""A proof of one event is checked by a script that knows nothing of ours and asks nobody."""

import asyncio
import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.sourcing.ledger.keys import pem_of
from events.sourcing.ledger.proof import NoProof, prove
from infra.local.places import ROOT
from tests.support.kernel import PERSON, Note, context, note
from tests.support.ledger import ANOTHER_SIGNER
from tests.support.record import SignedRecord, signed_record

SCRIPT = ROOT / "infra/proof/check_proof.py"


@pytest.fixture
async def record(postgres_url: str) -> AsyncIterator[SignedRecord]:
    async with signed_record(postgres_url) as record:
        yield record


async def event_at(record: SignedRecord, position: int) -> UUID:
    found = "SELECT event_id FROM journal WHERE position = $1"
    return UUID(str((await record.place.fetch(found, position))[0]["event_id"]))


async def proof_of(
    record: SignedRecord, position: int, *, since: int | None = None
) -> dict[str, Any]:
    event_id = await event_at(record, position)
    async with record.place.connected("app") as driver:
        return await prove(driver, service=record.place.service, event_id=event_id, since=since)


def checked(folder: Path, proof: Any, key: Path) -> tuple[int, str]:
    """What the script says, in an interpreter that finds neither our code nor our settings."""
    file = folder / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file), str(key)],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize("position", [1, 150, 256, 257, 300])
async def test_a_right_proof_is_accepted(
    record: SignedRecord, tmp_path: Path, position: int
) -> None:
    code, said = checked(tmp_path, await proof_of(record, position), record.public_key)
    assert code == 0, said
    assert said.startswith(f"The proof holds: {record.place.service} recorded body.established.v1")


async def test_a_proof_shows_also_that_an_older_record_goes_on(
    record: SignedRecord, tmp_path: Path
) -> None:
    proof = await proof_of(record, 20, since=150)
    code, said = checked(tmp_path, proof, record.public_key)
    assert code == 0, said
    assert "(150 rows) is its beginning" in said
    older = proof["consistency"]["older"]
    assert (
        checked(
            tmp_path, {**proof, "consistency": {"older": older, "path": []}}, record.public_key
        )[0]
        == 1
    )


def flipped(value: Any) -> Any:
    """The same with one bit of it changed, or with one more."""
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, list):
        return [flipped(value[0]), *value[1:]]
    return value[:-1] + ("0" if value[-1] != "0" else "1")


@pytest.mark.parametrize(
    "place",
    [
        *(("event", name) for name in ("position", "stream", "version", "name", "event_id")),
        ("inclusion", "index"),
        ("inclusion", "path"),
        *(("head", name) for name in ("service", "size", "position", "root", "link", "key_id")),
        ("head", "signature"),
        ("consistency", "path"),
    ],
    ids=".".join,
)
async def test_a_changed_proof_is_refused(
    record: SignedRecord, tmp_path: Path, place: tuple[str, str]
) -> None:
    proof = await proof_of(record, 20, since=150)
    part, name = place
    proof[part][name] = flipped(proof[part][name])
    code, said = checked(tmp_path, proof, record.public_key)
    assert code == 1, said
    assert said.startswith("The proof FAILS")


async def test_changed_bytes_and_moments_are_refused(record: SignedRecord, tmp_path: Path) -> None:
    proof = await proof_of(record, 20)
    for name, value in {
        "payload": b64encode(b'{"n":20}').decode(),
        "metadata": b64encode(b"{ }").decode(),
        "recorded_at": "2026-01-01T00:00:00.000000Z",
    }.items():
        changed = {**proof, "event": {**proof["event"], name: value}}
        assert checked(tmp_path, changed, record.public_key)[0] == 1


async def test_a_proof_of_another_key_is_refused(record: SignedRecord, tmp_path: Path) -> None:
    key = tmp_path / "another.pem"
    key.write_bytes(pem_of(ANOTHER_SIGNER.public))
    assert checked(tmp_path, await proof_of(record, 20), key)[0] == 1


def test_what_is_no_proof_is_called_unreadable(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(pem_of(ANOTHER_SIGNER.public))
    assert checked(tmp_path, {"format": "concord.proof.v1"}, key)[0] == 2
    assert checked(tmp_path, [], key)[0] == 2


async def test_an_event_of_a_forgotten_person_is_still_proven(
    record: SignedRecord, tmp_path: Path
) -> None:
    receipt = await record.kernel.handle(note, "note-p", Note(events=(PERSON,)), context())
    await record.sign()
    await record.kernel.keyring.destroy("t-1")
    proof = await proof_of(record, receipt.position)
    assert checked(tmp_path, proof, record.public_key)[0] == 0
    assert PERSON.full_name not in json.dumps(proof)


async def test_what_no_head_vouches_for_yet_is_not_proven(record: SignedRecord) -> None:
    await record.write(1)
    with pytest.raises(NoProof, match="no head vouches for"):
        await proof_of(record, 301)


async def test_an_event_that_was_edited_is_not_proven(record: SignedRecord) -> None:
    await record.tamper("UPDATE journal SET payload = '' WHERE position = 20")
    with pytest.raises(NoProof, match="does not hold what was signed"):
        await proof_of(record, 20)


async def test_a_rewritten_record_does_not_go_on_from_a_head_that_somebody_kept(
    record: SignedRecord, tmp_path: Path
) -> None:
    """Whoever took a head from the topic needs nothing else to notice."""
    kept = (await proof_of(record, 200, since=150))["consistency"]
    await record.rewrite_with_heads("UPDATE journal SET payload = '{}' WHERE position = 20")
    proof = await proof_of(record, 200)
    assert checked(tmp_path, proof, record.public_key)[0] == 0
    code, said = checked(tmp_path, proof | {"consistency": kept}, record.public_key)
    assert (code, said) == (
        1,
        "The proof FAILS: the older record is not the beginning of the newer one.\n",
    )
    with pytest.raises(NoProof, match="no signed head of 150 rows"):
        await proof_of(record, 200, since=150)


async def test_the_command_line_writes_what_the_script_accepts(
    record: SignedRecord, tmp_path: Path
) -> None:
    file = tmp_path / "written.json"
    asked = ["prove", str(await event_at(record, 77)), "--service", record.place.service]
    assert await verify_command(record, *asked, "--out", str(file)) == 0
    proof = json.loads(file.read_text(encoding="utf-8"))
    assert checked(tmp_path, proof, record.public_key)[0] == 0
    unknown = ["prove", str(uuid4()), "--service", record.place.service]
    assert await verify_command(record, *unknown, "--out", str(file)) == 2


async def verify_command(record: SignedRecord, *asked: str) -> int | None:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "events.sourcing.verify", *asked),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": record.place.server_url},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await running.wait()
