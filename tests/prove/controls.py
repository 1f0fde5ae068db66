"""Services that break one promise each, so that it shows whether anybody would notice."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from events.sourcing import applier as applier_module
from events.sourcing.applier import Applier
from events.sourcing.batches import Batch
from events.sourcing.bus import Record
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.statements import execute
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context, Recorded
from tests.prove.cast import ELSEWHERE, PROCESS, READ_MODEL, Around
from tests.prove.door import Serve
from tests.prove.oracle import Answered, Command
from tests.prove.points import Blow
from tests.prove.seams import replace_in

BETWEEN = f"{READ_MODEL}.between"
"""Where the checkpoint is committed and what it stands for is not; only a control has it."""

CONTROLS: Mapping[str, tuple[str, str]] = {
    "acknowledges-first": ("append.before-write", "unstored"),
    "checkpoint-first": (BETWEEN, "lost"),
    "sends-without-waiting": ("relay.half-sent", "lost"),
    "ungated": ("relay.acknowledged", "doubled"),
    "keyless": ("process.command-recorded", "invented"),
}
"""Each broken promise, the point at which it shows, and the figure in which it shows."""

UNTIL_MOVED_SECONDS = 0.2


def broken_service(control: str, kernel: Kernel, serve: Serve, blow: Blow) -> Serve:
    """The service with one promise broken, or as it is without a `control`."""
    match control:
        case "acknowledges-first":
            return _acknowledging_first(serve)
        case "checkpoint-first":
            setattr(applier_module, "_commit", _checkpoint_first(blow))  # noqa: B010 - the point
        case "sends-without-waiting":
            _send_without_waiting(kernel)
        case "ungated":
            _let_everything_in(kernel)
        case _:
            pass
    return serve


def broken_around(control: str, around: Around) -> Around:
    """A process that forgets under which key it sent a command."""
    if control != "keyless":
        return around

    def forgetful(sender: str, dispatch: Dispatch) -> Dispatch:
        async def dispatch_anew(command: Any, context: Context) -> None:
            anew = replace(context, command_id=uuid4(), idempotency_key=str(uuid4()))
            await dispatch(command, anew)

        return around(sender, dispatch_anew if sender == PROCESS else dispatch)

    return forgetful


def _acknowledging_first(serve: Serve) -> Serve:
    under_way = set[asyncio.Task[Answered]]()

    async def acknowledge(command: Command) -> Answered:
        task = asyncio.ensure_future(serve(command))
        under_way.add(task)
        # As soon as anything else happens the process may be gone, so the answer goes out first.
        return Answered(key=command.key, event_ids=command.event_ids, position=0)

    return acknowledge


def _checkpoint_first(blow: Blow) -> Any:
    move = getattr(applier_module, "move")  # noqa: B009 - its own import, perhaps struck already

    async def commit(
        appliers: Sequence[Applier], batches: Sequence[Batch], *, savepoints: bool
    ) -> list[list[Recorded[Any]]]:
        marks = {(a.reader, b.topic, b.partition): b for a in appliers for b in batches}
        async with appliers[0].engine.begin() as connection:
            await move(connection, {mark: (b.start, b.end) for mark, b in marks.items()})
        if any(applier.reader == READ_MODEL for applier in appliers):
            blow(BETWEEN)
        return [await _write(applier, batches) for applier in appliers]

    return commit


async def _write(applier: Applier, batches: Sequence[Batch]) -> list[Recorded[Any]]:
    done = [item.recorded for batch in batches for item in batch.items]
    async with applier.engine.begin() as connection:
        for recorded in done:
            if isinstance(recorded, Recorded):
                for statement in await applier._take(recorded):
                    await execute(connection, statement)
    return [recorded for recorded in done if isinstance(recorded, Recorded)]


def _send_without_waiting(kernel: Kernel) -> None:
    send, under_way = kernel.sender.send, set[asyncio.Task[None]]()

    async def later(records: list[Record]) -> None:
        await asyncio.sleep(UNTIL_MOVED_SECONDS)
        await send(records)

    async def without_waiting(records: list[Record]) -> None:
        under_way.add(asyncio.create_task(later(records)))

    replace_in(kernel.sender, "send", without_waiting)


def _let_everything_in(kernel: Kernel) -> None:
    reader = kernel.readers.get(ELSEWHERE)
    if isinstance(reader, TopicReader):
        reader.applier.gated = False
