"""A destroyed key stays destroyed: in other processes, after a restore, and through a rotation."""

import asyncio
import os
import sys
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from events.sourcing.erasure import KeyWatch
from events.sourcing.kek import CannotUnwrap, FileKek, Wrapped, keks_in, name_of
from events.sourcing.kernel import Kernel
from events.sourcing.keyring import BELIEVED_SECONDS, PostgresKeyring, read_kek
from events.sourcing.rewrap import count_others, rewrap
from events.sourcing.rotate_keys import Unfinished, begin, finish
from infra.local.places import ROOT
from tests.support.kernel import PERSON, Note, Workplace, context, note

NAME = PERSON.full_name


class Hand:
    """The hand on a process's own clock of elapsed seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def another_process(place: Workplace, hand: Hand) -> PostgresKeyring:
    kernel = place.kernel()
    kek = read_kek(place.settings().kek_file)
    single = kernel.ground.journal_engine
    return PostgresKeyring(kernel.engine, single=single, kek=kek, clock=place.clock, elapsed=hand)


async def name_read_by(kernel: Kernel) -> str | None:
    (recorded,) = await kernel.desk.open(await kernel.journal.read_stream("note-1"))
    found: str | None = recorded.event.full_name
    return found


async def with_somebody(place: Workplace) -> Kernel:
    kernel = place.kernel()
    await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
    assert await name_read_by(kernel) == NAME
    return kernel


async def erased(kernel: Kernel, subject: str) -> None:
    async with kernel.engine.begin() as connection:
        await connection.execute(text(f"INSERT INTO erasure VALUES ('{subject}', now())"))  # noqa: S608 - our own constant
    await kernel.keyring.destroy(subject)


async def test_a_key_destroyed_elsewhere_is_believed_for_a_moment_and_no_longer(
    place: Workplace,
) -> None:
    hand = Hand()
    other = another_process(place, hand)
    assert set(await other.make(["t-1", "t-2"])) == {"t-1", "t-2"}
    await place.kernel().keyring.destroy("t-1")
    assert set(await other.find(["t-1"])) == {"t-1"}
    hand.seconds += BELIEVED_SECONDS
    assert await other.find(["t-1"]) == {}
    assert set(await other.make(["t-1", "t-2"])) == {"t-2"}


async def test_a_restored_copy_of_the_keys_brings_nobody_back(place: Workplace) -> None:
    await with_somebody(place)
    copied = await place.fetch("SELECT * FROM subject_key")
    await erased(place.kernel(), "t-1")
    await restore(place, copied)
    started = place.kernel()
    assert await living(place) == 1
    assert await name_read_by(started) is None
    assert await started.keyring.make(["t-1"]) == {}
    await KeyWatch(started).look()
    assert await living(place) == 0


async def test_the_copy_would_bring_back_somebody_who_is_not_known_to_be_erased(
    place: Workplace,
) -> None:
    """The control: it is the record of the erasure that keeps the restored key shut."""
    await with_somebody(place)
    copied = await place.fetch("SELECT * FROM subject_key")
    await place.kernel().keyring.destroy("t-1")
    assert await name_read_by(place.kernel()) is None
    await restore(place, copied)
    started = place.kernel()
    await KeyWatch(started).look()
    assert await name_read_by(started) == NAME


async def test_a_copy_from_before_somebody_was_known_makes_them_no_new_key(
    place: Workplace,
) -> None:
    await with_somebody(place)
    await erased(place.kernel(), "t-1")
    await restore(place, [])
    assert await place.kernel().keyring.make(["t-1", "t-2"]) != {}
    assert await place.kernel().keyring.make(["t-1"]) == {}


async def restore(place: Workplace, copied: list[object]) -> None:
    async with place.connected() as owner:
        await owner.execute("DELETE FROM subject_key")
        await owner.copy_records_to_table("subject_key", records=copied)


async def living(place: Workplace) -> int:
    rows = await place.fetch("SELECT 1 FROM subject_key WHERE wrapped IS NOT NULL")
    return len(rows)


async def journal_of(place: Workplace) -> list[object]:
    return list(await place.fetch("SELECT * FROM journal ORDER BY position"))


async def test_a_rotation_wraps_every_key_anew_and_touches_no_event(place: Workplace) -> None:
    running = await with_somebody(place)
    await running.keyring.make([f"p-{n}" for n in range(1200)])
    record, path = await journal_of(place), place.settings().kek_file
    (old,) = keks_in(path)
    begin(path)
    assert await name_read_by(place.kernel()) == NAME
    await running.keyring.make(["p-new"])
    assert await rewrap(running.engine, FileKek(path)) == 1201
    await finish(path, [running.engine])
    assert name_of(old) not in {name_of(kek) for kek in keks_in(path)}
    assert await name_read_by(place.kernel()) == NAME
    assert await name_read_by(running) == NAME
    assert await journal_of(place) == record


async def test_the_old_key_stays_while_anything_is_wrapped_under_it(place: Workplace) -> None:
    running, path = await with_somebody(place), place.settings().kek_file
    begin(path)
    with pytest.raises(Unfinished, match="1 keys"):
        await finish(path, [running.engine])
    assert len(keks_in(path)) == 2


async def test_an_interrupted_rotation_goes_on_where_it_was(place: Workplace) -> None:
    running, path = await with_somebody(place), place.settings().kek_file
    begin(path)
    assert await rewrap(running.engine, FileKek(path)) == 1
    begin(path)
    assert await rewrap(running.engine, FileKek(path)) == 0
    assert await count_others(running.engine, FileKek(path)) == 0


async def test_after_a_rotation_an_old_copy_of_keys_and_of_their_wrapping_opens_nothing(
    place: Workplace,
) -> None:
    """Who stole a copy of the keys needs the old key-encryption key, which is gone."""
    running, path = await with_somebody(place), place.settings().kek_file
    copied = await place.fetch("SELECT * FROM subject_key")
    begin(path)
    await rewrap(running.engine, FileKek(path))
    await finish(path, [running.engine])
    await restore(place, copied)
    with pytest.raises(CannotUnwrap, match=str(copied[0]["kek"])):
        await name_read_by(place.kernel())


async def test_who_is_forgotten_is_not_wrapped_anew(place: Workplace) -> None:
    running, path = await with_somebody(place), place.settings().kek_file
    await erased(running, "t-1")
    begin(path)
    assert await rewrap(running.engine, FileKek(path)) == 0
    await finish(path, [running.engine])


class KeyService:
    """Somebody else's machine: it wraps and opens, counts the trips and hands no key out."""

    def __init__(self) -> None:
        self.trips = 0
        self._own = AESGCM(AESGCM.generate_key(256))

    async def current(self) -> str:
        return "key-service"

    async def wrap(self, keys: Sequence[bytes]) -> Sequence[Wrapped]:
        self.trips += 1
        nonces = [os.urandom(12) for _ in keys]
        wrapped = [n + self._own.encrypt(n, k, None) for n, k in zip(nonces, keys, strict=True)]
        return [Wrapped(await self.current(), one) for one in wrapped]

    async def unwrap(self, wrapped: Sequence[Wrapped]) -> Sequence[bytes]:
        self.trips += 1
        return [self._own.decrypt(one.value[:12], one.value[12:], None) for one in wrapped]


async def test_a_service_that_keeps_keys_takes_the_place_of_the_file(place: Workplace) -> None:
    service, kernel = KeyService(), place.kernel()
    people = [f"p-{n}" for n in range(200)]
    single = kernel.ground.journal_engine
    keyring = PostgresKeyring(kernel.engine, single=single, kek=service, clock=place.clock)
    keys = await keyring.make(people)
    again = PostgresKeyring(kernel.engine, single=single, kek=service, clock=place.clock)
    assert await again.find(people) == keys
    assert service.trips <= 5
    stored = await place.fetch("SELECT DISTINCT kek FROM subject_key")
    assert [row["kek"] for row in stored] == ["key-service"]
    # The control: without that service nobody opens them.
    with pytest.raises(CannotUnwrap, match="key-service"):
        await another_process(place, Hand()).find(people)


async def test_the_command_line_rotates_beside_a_running_service(place: Workplace) -> None:
    running, path = await with_somebody(place), place.settings().kek_file
    (old,) = keks_in(path)
    assert await rotate(place, "begin") == (0, "a new key-encryption key wraps from now on")
    assert await rotate(place, "rewrap", place.service) == (0, "1 keys wrapped anew")
    assert await rotate(place, "rewrap", place.service) == (0, "0 keys wrapped anew")
    assert [name_of(kek) for kek in keks_in(path)][1:] == [name_of(old)]
    assert await name_read_by(running) == NAME
    code, said = await rotate(place, "rewrap", "no_such_service")
    assert (code, said.splitlines()[0].startswith("rewrap: ")) == (1, True)


async def rotate(place: Workplace, *asked: str) -> tuple[int | None, str]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "events.sourcing.rotate_keys", *asked),
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": place.server_url,
            "KEK_FILE": str(place.settings().kek_file),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await running.communicate()
    return running.returncode, output.decode().strip()
