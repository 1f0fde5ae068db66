"""Key-encryption keys in a file: the first wraps, every one opens, and a change is noticed."""

from pathlib import Path

import pytest

from events.sourcing.kek import CannotUnwrap, FileKek, Wrapped, keks_in, name_of
from events.sourcing.rotate_keys import begin
from events.sourcing.sealing import new_key

OLD, NEW = b"o" * 32, b"n" * 32
KEYS = [new_key(), new_key()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "kek"
    path.write_bytes(OLD)
    path.chmod(0o600)
    return path


def holding(path: Path, *keks: bytes) -> FileKek:
    path.write_bytes(b"".join(keks))
    return FileKek(path)


async def test_what_was_wrapped_is_opened_again(path: Path) -> None:
    kek = FileKek(path)
    wrapped = await kek.wrap(KEYS)
    assert {one.kek for one in wrapped} == {name_of(OLD)}
    assert not {one.value for one in wrapped} & set(KEYS)
    assert list(await kek.unwrap(wrapped)) == KEYS


async def test_during_a_rotation_the_new_one_wraps_and_both_open(path: Path) -> None:
    before = await FileKek(path).wrap(KEYS)
    kek = holding(path, NEW, OLD)
    after = await kek.wrap(KEYS)
    assert await kek.current() == name_of(NEW)
    assert list(await kek.unwrap([*before, *after])) == KEYS + KEYS


async def test_a_running_process_notices_a_rotation(path: Path) -> None:
    running = FileKek(path)
    begin(path)
    elsewhere = await FileKek(path).wrap(KEYS)
    assert list(await running.unwrap(elsewhere)) == KEYS
    assert await running.current() == elsewhere[0].kek != name_of(OLD)


async def test_without_the_old_one_what_it_wrapped_stays_closed(path: Path) -> None:
    before = await FileKek(path).wrap(KEYS)
    kek = holding(path, NEW)
    with pytest.raises(CannotUnwrap, match=name_of(OLD)):
        await kek.unwrap(before)


async def test_a_key_from_before_they_were_named_is_opened_by_whichever_fits(path: Path) -> None:
    (wrapped,) = await FileKek(path).wrap(KEYS[:1])
    kek = holding(path, NEW, OLD)
    unnamed = Wrapped(None, wrapped.value)
    assert list(await kek.unwrap([unnamed])) == KEYS[:1]
    with pytest.raises(CannotUnwrap):
        await kek.unwrap([Wrapped(None, bytes(40))])


def test_a_rotation_that_was_begun_is_not_begun_twice(path: Path) -> None:
    begin(path)
    begun = keks_in(path)
    assert (len(begun), begun[1]) == (2, OLD)
    begin(path)
    assert keks_in(path) == begun


def test_the_file_keeps_its_mode_and_has_no_other_beside_it(path: Path) -> None:
    begin(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_file_of_another_length_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ValueError, match="exactly 32 bytes"):
        FileKek(path)
