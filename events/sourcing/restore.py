"""`python -m events.sourcing.restore`: what to do when a journal holds less than has left of it.

`report SERVICE` lists what was lost, and who has to do what about it; exit code 1 while the relay
stands still for it. `resume SERVICE` lets the relay go on: first it tells every topic which of
its events are void, then what was recorded since. `republish SERVICE` lets everything leave once
more, from the beginning, as after a topic was made anew; readers drop what they have seen.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.bus import Left
from events.sourcing.database import open_engine, operator_url
from events.sourcing.environment import Misconfigured, read_clock
from events.sourcing.losses import LostEvent, Restore, losses, open_restore, restores, resume
from events.sourcing.settings import read_database_url

STANDS_STILL, CANNOT = 1, 2

_FROM_THE_BEGINNING = text(
    "UPDATE relay_pointer SET position = 0, token = token + 1, leased_until = '-infinity'"
)


class Cannot(Exception):
    """What is asked cannot be done; says why."""


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    try:
        return asyncio.run(_answer(asked.command, asked.service))
    except (Cannot, Misconfigured, OSError) as failure:
        sys.stderr.write(f"{failure}\n")
        return CANNOT


async def _answer(command: str, service: str) -> int:
    server = read_database_url(os.environ)
    engine = open_engine(operator_url(server, service=service), pool_size=1)
    try:
        return await _COMMANDS[command](engine, service)
    finally:
        await engine.dispose()


async def report(engine: AsyncEngine, service: str) -> int:
    """Every restore that was found here, each lost event by its ids, and the next step."""
    async with engine.connect() as connection:
        found, lost = await restores(connection), await losses(connection)
        waiting = await open_restore(connection)
    if not found:
        _say(f"{service}: everything that has left is in the journal, as far as it was compared")
    for one in found:
        for line in lines_of(one, [event for event in lost if event.found_at == one.found_at]):
            _say(f"{service}: {line}")
    if waiting is None:
        return 0
    _say(f"{service}: the relay stands still; to go on: restore resume {service}")
    return STANDS_STILL


def lines_of(found: Restore, lost: Sequence[LostEvent]) -> list[str]:
    """What is told about one restore."""
    state = "resumed" if found.resumed_at else "open"
    head = (
        f"found at {found.found_at.isoformat()} ({state}): the journal stood at"
        f" {found.journal_position}, others had heard up to {found.highest_published}"
    )
    topics = ", ".join(sorted({one.left.topic for one in lost}))
    foot = (
        f"  {len(lost)} records of {len({one.left.stream for one in lost})} streams on {topics}:"
        " when the relay goes on, read models that have applied them park these streams; rebuild"
        " what is parked as retracted"
    )
    return [head, *(f"  {_line(one.left)}" for one in lost), foot]


def _line(left: Left) -> str:
    return (
        f"position {left.position} event {left.event_id} {left.stream}@{left.version}"
        f" {left.name} on {left.topic}"
    )


async def go_on(engine: AsyncEngine, service: str) -> int:
    """Let the relay go on; positions already do, behind the highest that has left."""
    found = await resume(engine, clock=read_clock(os.environ))
    if found is None:
        raise Cannot(f"{service}: the relay does not stand still for a restore")
    _say(f"{service}: resumed; positions go on behind {found.highest_published}")
    return 0


async def republish(engine: AsyncEngine, service: str) -> int:
    """Set the relay back to the beginning; the one that runs notices and starts again."""
    async with engine.begin() as connection:
        await connection.execute(_FROM_THE_BEGINNING)
    _say(f"{service}: everything leaves once more, from the first event")
    return 0


_COMMANDS = {"report": report, "resume": go_on, "republish": republish}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m events.sourcing.restore",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=_COMMANDS)
    parser.add_argument("service", metavar="SERVICE")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
