"""A service's readers follow its own journal, those at one place together, in its order."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import update

from events.sourcing import journal_reader as module
from events.sourcing import telemetry
from events.sourcing.applier import Applier
from events.sourcing.journal_reader import JournalReader, run_together
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import checkpoint
from events.sourcing.projector import create_tables
from events.sourcing.standing import Fenced
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context, Process, Recorded
from events.sourcing.wake import Wake
from tests.support.applier_suite import TABLES, TALLY, project
from tests.support.in_memory import execute, in_memory, rows_of
from tests.support.kernel import in_background
from tests.support.relaying import noted


class Follower(JournalReader):
    """Adds versions up, and remembers what it was told of."""

    def __init__(self, kernel: Kernel, name: str, wake: Wake, **more: Any) -> None:
        async def take(recorded: Recorded[Any]) -> Sequence[Any]:
            self.taken.append(recorded.position)
            return project(recorded) if name == "sums" else []

        applier = Applier(kernel.engine, reader=name, take=take, clock=kernel.clock, gated=True)
        super().__init__(name, kernel.tail, applier, wake, **more)
        self.taken = list[int]()
        self.told = list[list[int]]()
        self.progress.on_applied(lambda done: self.told.append([one.position for one in done]))


Scene: TypeAlias = Callable[[Kernel], Coroutine[Any, Any, None]]


def told_in_memory(scene: Scene) -> Callable[[], None]:
    async def on(kernel: Kernel) -> None:
        await create_tables(kernel.engine, TABLES)
        await scene(kernel)

    on.__name__ = scene.__name__
    return in_memory(on)


async def stands(kernel: Kernel) -> dict[str, int]:
    rows = await rows_of(kernel, checkpoint)
    assert {(row["topic"], row["partition"]) for row in rows} <= {("journal", 0)}
    return {row["reader"]: row["next_offset"] for row in rows}


@told_in_memory
async def test_what_is_recorded_is_applied_in_order_and_the_checkpoint_follows(
    kernel: Kernel,
) -> None:
    await noted(kernel, "note-1", "note-2", "note-1")
    reader = Follower(kernel, "sums", Wake())
    async with in_background(reader.run()):
        assert await reader.reached(3, timeout=5)
        assert not await reader.reached(4, timeout=5)
    assert (reader.taken, reader.told) == ([1, 2, 3], [[], [1, 2, 3]])
    assert await stands(kernel) == {"sums": 3}
    assert {row["stream"]: row["sum"] for row in await rows_of(kernel, TALLY)} == {
        "note-1": 3,
        "note-2": 1,
    }


@told_in_memory
async def test_it_goes_on_where_its_checkpoint_stands(kernel: Kernel) -> None:
    await noted(kernel, "note-1", "note-1")
    first = Follower(kernel, "sums", Wake())
    async with in_background(first.run()):
        await first.reached(2, timeout=5)
    await noted(kernel, "note-1")
    second = Follower(kernel, "sums", Wake())
    assert second.position == 0
    async with in_background(second.run()):
        assert await second.reached(3, timeout=5)
    assert second.taken == [3]


@told_in_memory
async def test_whoever_waits_for_a_place_is_told_where_it_stands_when_it_begins(
    kernel: Kernel,
) -> None:
    await noted(kernel, "note-1", "note-1")
    first, second = (Follower(kernel, "sums", Wake()) for _ in range(2))
    async with in_background(first.run()):
        await first.reached(2, timeout=5)
    waiting = asyncio.create_task(second.reached(2, timeout=60))
    await asyncio.sleep(1)
    await second.begin()
    assert await waiting


@told_in_memory
async def test_it_is_woken_by_its_bell_and_takes_so_many_at_once(kernel: Kernel) -> None:
    bell = Wake()
    reader = Follower(kernel, "sums", bell, most=2)
    async with in_background(reader.run()):
        await asyncio.sleep(0.1)
        await noted(kernel, *["note-1"] * 5)
        bell.ring()
        await asyncio.sleep(0.2)
        assert reader.told == [[], [1, 2], [3, 4], [5]]


@told_in_memory
async def test_who_is_in_no_hurry_takes_the_first_at_once_and_the_next_ones_together(
    kernel: Kernel,
) -> None:
    bells = Wake(), Wake()
    hurried, unhurried = (
        Follower(kernel, name, bell, rest=rest)
        for name, bell, rest in zip(("sums", "others"), bells, (0.0, 0.5), strict=True)
    )
    async with in_background(hurried.run()), in_background(unhurried.run()):
        await asyncio.sleep(1)
        for _ in range(3):
            await noted(kernel, "note-1")
            for bell in bells:
                bell.ring()
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
    assert hurried.told == [[], [1], [2], [3]]
    assert unhurried.told == [[], [1], [2, 3]]


@told_in_memory
async def test_who_is_woken_finds_what_was_written_though_another_has_not_come_for_it(
    kernel: Kernel,
) -> None:
    """The one that read the event before is still at work on it, and nobody rings again."""
    one, other = (Follower(kernel, name, Wake()) for name in ("sums", "others"))
    work = asyncio.Event()
    take = one.applier._take

    async def taken(recorded: Recorded[Any]) -> Sequence[Any]:
        await work.wait()
        return await take(recorded)

    one.applier._take = taken
    await noted(kernel, "note-1")
    async with in_background(one.run()):
        await asyncio.sleep(0.1)
        await noted(kernel, "note-1")
        async with in_background(other.run()):
            assert await other.reached(2, timeout=0.5)
        assert one.position == 0
        work.set()


@told_in_memory
async def test_only_a_process_that_says_so_is_in_no_hurry(kernel: Kernel) -> None:
    async def dispatch(_: object, __: Context) -> None:
        pass

    def rest_of(**said: Any) -> float:
        reader = kernel.react(Process(name=f"p{said}", react=lambda _: [], **said), dispatch)
        return reader.rest if isinstance(reader, JournalReader | TopicReader) else -1.0

    topics = ("body.events",)
    assert (rest_of(), rest_of(unhurried=True)) == (0.0, 0.5)
    assert (rest_of(topics=topics), rest_of(topics=topics, unhurried=True)) == (0.0, 0.5)
    unnamed = JournalReader("sums", kernel.tail, Follower(kernel, "x", Wake()).applier, Wake())
    assert unnamed.rest == 0.0


@told_in_memory
async def test_five_hundred_are_taken_at_once_unless_it_is_told_otherwise(kernel: Kernel) -> None:
    asked = list[int]()
    after = kernel.tail.after

    async def counted(position: int, *, limit: int) -> Any:
        asked.append(limit)
        return await after(position, limit=limit)

    kernel.tail.after = counted  # type: ignore[method-assign]
    applier = Follower(kernel, "sums", Wake()).applier
    reader = JournalReader("sums", kernel.tail, applier, Wake())
    async with in_background(reader.run()):
        await asyncio.sleep(0.1)
    assert asked == [500]


@told_in_memory
async def test_those_at_one_place_go_on_in_one_commit_with_the_fewest_that_one_takes(
    kernel: Kernel,
) -> None:
    bell = Wake()
    few, many = Follower(kernel, "sums", bell, most=2), Follower(kernel, "other", bell, most=9)
    await noted(kernel, *["note-1"] * 3)
    async with in_background(run_together([few, many])):
        assert await many.reached(3, timeout=5)
    assert few.told == many.told == [[], [1, 2], [3]]
    assert await stands(kernel) == {"sums": 3, "other": 3}


@told_in_memory
async def test_one_that_is_behind_catches_up_alone(kernel: Kernel) -> None:
    bell = Wake()
    await noted(kernel, *["note-1"] * 3)
    ahead, behind = Follower(kernel, "sums", bell), Follower(kernel, "other", bell)
    async with in_background(ahead.run()):
        await ahead.reached(3, timeout=5)
    async with in_background(run_together([ahead, behind])):
        assert await behind.reached(3, timeout=5)
        await noted(kernel, "note-1")
        bell.ring()
        assert await behind.reached(4, timeout=5)
        assert await ahead.reached(4, timeout=5)
    assert (ahead.taken, behind.taken) == ([1, 2, 3, 4], [1, 2, 3, 4])


@told_in_memory
async def test_one_whose_checkpoint_another_process_moved_goes_on_from_there(
    kernel: Kernel,
) -> None:
    bell = Wake()
    reader = Follower(kernel, "sums", bell)
    await noted(kernel, *["note-1"] * 2)
    async with in_background(reader.run()):
        await reader.reached(2, timeout=5)
        await execute(kernel, update(checkpoint).values(next_offset=0))
        await asyncio.sleep(5)
        assert await stands(kernel) == {"sums": 2}
    assert reader.told == [[], [1, 2], [], []], "it was applied once and is passed over"
    assert reader.progress.retries == 0


@told_in_memory
async def test_one_whose_checkpoint_was_moved_is_named(kernel: Kernel) -> None:
    reader = Follower(kernel, "sums", Wake())
    await reader.look_around()
    reader.position = 3
    with pytest.raises(Fenced, match="sums"):
        await reader.look_around()


@told_in_memory
async def test_it_looks_whether_its_checkpoint_was_moved_only_now_and_then(
    kernel: Kernel,
) -> None:
    bell, looked = Wake(), list[float]()
    reader = Follower(kernel, "sums", bell)
    start_of = reader.applier.start_of

    async def counted(topic: str, partition: int) -> int:
        looked.append(asyncio.get_running_loop().time())
        return await start_of(topic, partition)

    reader.applier.start_of = counted  # type: ignore[method-assign]
    await asyncio.sleep(3)
    async with in_background(reader.run()):
        for _ in range(40):
            await asyncio.sleep(0.1)
            bell.ring()
    assert [round(at, 1) for at in looked] == pytest.approx([3, 4.1, 5.2, 6.3], abs=0.3)


@told_in_memory
async def test_a_fault_that_passes_is_tried_again(kernel: Kernel) -> None:
    await noted(kernel, "note-1")
    reader = Follower(kernel, "sums", Wake())
    after, kernel.tail.after = kernel.tail.after, _away  # type: ignore[method-assign]
    async with in_background(reader.run()):
        await asyncio.sleep(1)
        assert reader.progress.retries > 0
        kernel.tail.after = after  # type: ignore[method-assign]
        assert await reader.reached(1, timeout=20)


async def _away(*_: Any, **__: Any) -> Any:
    raise ConnectionError


@told_in_memory
async def test_what_was_parked_and_is_applied_is_told_like_the_rest(kernel: Kernel) -> None:
    await noted(kernel, "note-1")
    reader = Follower(kernel, "sums", Wake())
    (one,) = await kernel.tail.after(0, limit=1)
    assert isinstance(one.opened, Recorded)
    await reader.tell([one.opened])
    assert (reader.told, reader.position) == ([[1]], 0)


@told_in_memory
async def test_what_operators_decide_about_readers_is_passed_over(kernel: Kernel) -> None:
    await noted(kernel, "repair-1", "note-1")
    reader = Follower(kernel, "sums", Wake())
    async with in_background(reader.run()):
        assert await reader.reached(2, timeout=5)
    assert (reader.taken, await stands(kernel)) == ([2], {"sums": 2})


@pytest.mark.parametrize(("names", "said"), [(["sums"], "sums"), (["sums", "other"], "journal")])
def test_a_batch_is_one_span_that_says_who_reads_and_how_far(
    names: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    monkeypatch.setattr(module, "LINKS", 2)
    monkeypatch.setattr(module, "traceparents", _most)

    async def scene(kernel: Kernel) -> None:
        bell = Wake()
        await noted(kernel, *["note-1"] * 3)
        kept.clear()
        readers = [Follower(kernel, name, bell) for name in names]
        async with in_background(run_together(readers)):
            assert await readers[0].reached(3, timeout=5)

    told_in_memory(scene)()
    (span,) = (one for one in kept.get_finished_spans() if one.name == f"{said}.project")
    assert dict(span.attributes or {}) == {
        "position": 3,
        "events": 3,
        "readers": ", ".join(names),
    }
    assert len(span.links) == 2


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def _most(items: Sequence[object], *, most: int) -> list[str]:
    """Every event was made somewhere."""
    return [TRACE for _ in items[:most]]
