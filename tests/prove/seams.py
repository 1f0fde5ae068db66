"""Puts the crash points into a kernel from the outside; the product's code knows none of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from events.sourcing import applier as applier_module
from events.sourcing.bus import Record
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.standing import Mark, Move
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context
from tests.prove.cast import ELSEWHERE, PROCESS, READ_MODEL, Around
from tests.prove.points import Blow

Fetch: TypeAlias = Callable[..., Awaitable[Sequence[Any]]]

UNDER_WAY_SECONDS = 0.004
"""Within this time after it was sent, a statement is somewhere between there and its answer."""


def pass_by(
    owner: object,
    name: str,
    blow: Blow,
    *,
    before: str = "",
    after: str = "",
    counts: Callable[[object], bool] = lambda _: True,
) -> None:
    """Let whoever calls `name` of `owner` pass by a point before, and one after what counts."""
    original = getattr(owner, name)

    async def passed(*values: Any, **named: Any) -> Any:
        blow(before)
        outcome = await original(*values, **named)
        if counts(outcome):
            blow(after)
        return outcome

    setattr(owner, name, passed)


def _something(outcome: object) -> bool:
    return outcome is not None


def around(blow: Blow) -> Around:
    """Points before and after a command that a process or a timer sends."""

    def with_points(sender: str, dispatch: Dispatch) -> Dispatch:
        async def passed(command: Any, context: Context) -> None:
            blow(f"{sender}.before-command")
            await dispatch(command, context)
            blow(f"{sender}.command-recorded")

        return passed

    return with_points


def strike_speaker(kernel: Kernel, blow: Blow) -> None:
    """The points between a command and the last acknowledgement of the relay."""
    creations, appender = kernel.keyring._creations, kernel.journal.appender
    pass_by(creations, "_answer", blow, before="keys.before-insert", after="keys.inserted")
    pass_by(kernel.journal, "append", blow, before="command.decided", after="command.recorded")
    pass_by(appender, "_write", blow, before="append.before-write", after="append.committed")
    _strike_under_way(kernel, blow)
    pass_by(kernel.relay, "_claim", blow, after="relay.claimed", counts=_something)
    pass_by(kernel.relay, "_move", blow, after="relay.moved")
    pass_by(kernel.sender, "send", blow, before="relay.before-send", after="relay.acknowledged")
    _strike_half_sent(kernel, blow)
    for name in (READ_MODEL, PROCESS):
        reader = kernel.readers[name]
        if isinstance(reader, JournalReader):
            pass_by(reader, "went", blow, before=f"{name}.committed")
    pass_by(kernel.timers, "_fire_next", blow, after="timer.closed", counts=_something)
    _strike_commits(blow)


def strike_listener(kernel: Kernel, blow: Blow) -> None:
    """The points between Kafka and the read model of another service."""
    reader = kernel.readers[ELSEWHERE]
    if isinstance(reader, TopicReader):
        pass_by(reader, "_starts", blow, after="elsewhere.assigned")
        pass_by(reader.applier, "apply", blow, before="elsewhere.fetched")
        pass_by(reader.applier, "apply", blow, after="elsewhere.committed")
    _strike_commits(blow)


def _strike_commits(blow: Blow) -> None:
    """In every reader's transaction: where its checkpoint is held, and where all is written."""
    move, note = (getattr(applier_module, name) for name in ("move", "note_versions"))
    under_way: dict[Any, set[str]] = {}

    async def moved(connection: Any, moves: Mapping[Mark, Move]) -> None:
        await move(connection, moves)
        readers = under_way[connection] = {mark[0] for mark in moves}
        for reader in readers:
            blow(f"{reader}.held")

    async def noted(connection: Any, *reached: Any) -> None:
        await note(connection, *reached)
        for reader in under_way.pop(connection):
            blow(f"{reader}.before-commit")

    for name, replacement in (("move", moved), ("note_versions", noted)):
        setattr(applier_module, name, replacement)


def _strike_under_way(kernel: Kernel, blow: Blow) -> None:
    """The statement has left, and whether it is committed nobody here knows."""
    lines = kernel.journal._writing
    replace_in(lines, "fetch", _struck(lines.fetch, blow))


def _struck(fetch: Fetch, blow: Blow) -> Fetch:
    async def fetched(statement: str, *values: object) -> Sequence[Any]:
        writing = asyncio.ensure_future(fetch(statement, *values))
        if blow.is_due("append.under-way"):
            await asyncio.sleep(blow.chance.uniform(0, UNDER_WAY_SECONDS))
            blow.fall()
        return await writing

    return fetched


def _strike_half_sent(kernel: Kernel, blow: Blow) -> None:
    send = kernel.sender.send

    async def sent(records: list[Record]) -> None:
        if len(records) > 1 and blow.is_due("relay.half-sent"):
            await send(records[: len(records) // 2])
            blow.fall()
        await send(records)

    replace_in(kernel.sender, "send", sent)


def replace_in(owner: object, name: str, replacement: Callable[..., Awaitable[Any]]) -> None:
    """One object does one thing otherwise; its class stays as it is."""
    setattr(owner, name, replacement)
