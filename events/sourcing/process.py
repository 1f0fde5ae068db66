"""When this, then do that, perhaps later: `react` yields commands, the edge carries them out."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import msgspec

from events.sourcing.kernel_tables import timer
from events.sourcing.statements import Drop, Newest, Statement
from events.sourcing.telemetry import continued
from events.sourcing.types import Cancel, Context, Later, Process, Recorded, Refused, follow

__all__ = ["Dispatch", "Process", "Reactor", "keep", "send"]

Dispatch: TypeAlias = Callable[[Any, Context], Awaitable[object]]

_log = logging.getLogger(__name__)


class Reactor:
    """Carries out what a process of a service wants."""

    def __init__(self, process: Process, dispatch: Dispatch, *, service: str) -> None:
        self._service = service
        self._process = process
        self._dispatch = dispatch

    async def take(self, recorded: Recorded[Any]) -> Sequence[Statement]:
        """Send what is due now; the statements that keep what is due later."""
        kept: list[Statement] = []
        for ordinal, effect in enumerate(self._process.react(recorded)):
            context = follow(
                recorded, service=self._service, reader=self._process.name, ordinal=ordinal
            )
            match effect:
                case Later():
                    kept.append(keep(effect, context))
                case Cancel():
                    kept.append(Drop(timer, {"timer": effect.timer}))
                case command:
                    await send(self._dispatch, command, context)
        return kept


async def send(dispatch: Dispatch, command: object, context: Context) -> None:
    """Carry a command out; a rule that says no has the last word."""
    with continued(context.traceparent):
        try:
            await dispatch(command, context)
        except Refused as refusal:
            _log.info("%s refused: %s", type(command).__name__, refusal.code)


def keep(later: Later, context: Context) -> Newest:
    """The change that sets a timer; a timer set again is due at its new moment only.

    Whoever sends it then need not be who is on duty now.
    """
    return Newest(
        timer,
        {
            "timer": later.timer,
            "generation": context.idempotency_key,
            "due_at": later.due_at,
            "command_name": type(later.command).__name__,
            "command": msgspec.json.encode(later.command),
            "context": msgspec.json.encode(replace(context, on_duty=None)),
        },
    )
