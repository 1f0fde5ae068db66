"""From a request to the context of its command: who, which, because of what, since when."""

import hmac
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Header, Request

from events.edge.correlated import belongs_to
from events.edge.identity import Actor, CurrentActor
from events.sourcing.clock import Clock
from events.sourcing.telemetry import current_traceparent
from events.sourcing.types import Context

COMMANDS = UUID("6a0e2f0c-6a3b-5b0e-9a55-0c6f6d1c5a11")


async def asked(
    request: Request,
    actor: CurrentActor,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
    x_causation_id: Annotated[UUID | None, Header()] = None,
) -> Context:
    """The context of a write. Without an `Idempotency-Key` every request is a new command.

    The body is remembered by a keyed hash, so that nobody can guess a name or a number from it.
    `X-Causation-Id` is the id of the event that moved the sender to ask.
    """
    context = context_of(
        service=request.app.state.service,
        actor=actor,
        key=idempotency_key or str(uuid4()),
        correlation_id=x_correlation_id,
        causation_id=x_causation_id,
        target=f"{request.method} {request.url.path}",
        fingerprint=hmac.digest(request.app.state.fingerprint_key, await request.body(), "sha256"),
    )
    belongs_to(request.scope, context.correlation_id)
    return context


def context_of(
    *,
    service: str,
    actor: Actor,
    key: str,
    correlation_id: str | None,
    causation_id: UUID | None,
    target: str,
    fingerprint: bytes = b"",
) -> Context:
    """The same actor and key give the same command id, so its event ids are the same too."""
    command_id = uuid5(COMMANDS, f"{service}\n{actor.subject}\n{key}")
    return Context(
        command_id=command_id,
        actor=actor.subject,
        correlation_id=correlation_id or str(command_id),
        causation_id=str(causation_id) if causation_id else None,
        idempotency_key=key,
        target=target,
        fingerprint=fingerprint,
        traceparent=current_traceparent(),
        may_wait=True,
    )


def fingerprint_key(secret: bytes) -> bytes:
    """The key of the bodies' hashes, derived so that the secret serves nothing else as it is."""
    return hmac.digest(secret, b"concord/edge/fingerprint", "sha256")


def new_id(context: Context, kind: str) -> str:
    """An id for something this command makes; the same when the command is repeated."""
    return str(uuid5(context.command_id, kind))


async def the_clock(request: Request) -> Clock:
    """The service's clock."""
    clock: Clock = request.app.state.clock
    return clock


Asked = Annotated[Context, Depends(asked)]
TheClock = Annotated[Clock, Depends(the_clock)]
