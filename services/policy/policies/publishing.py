"""Publishing a policy file, once it may be published."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, replace
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from events.edge.asking import Asked, TheClock
from events.edge.identity import Actor, CurrentActor, require
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.words import Line
from events.sourcing.types import Context
from services.policy.bodies.api import rely_on
from services.policy.policies.acting import acting_for, only_for
from services.policy.policies.api import part_of
from services.policy.policies.commands import PublishPolicy
from services.policy.policies.examining import Given
from services.policy.policies.titles import Title, published_before, title_of
from services.policy.rules import FormatError, parse_policy

router = APIRouter(tags=["policies"])


class PublishPolicyIn(BaseModel):
    """`document` is the text of a policy file; `file` is how errors shall call it."""

    document: str
    file: Line = "policy.yaml"


class PublishedOut(ReceiptOut):
    policy_id: str
    edition: int
    digest: str


@router.post("/policies", status_code=201)
async def publish_policy(
    given: PublishPolicyIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> PublishedOut:
    """Publish a policy file for the body that it names as its issuer."""
    require(actor, "clerk", "system")
    async with _examined(request, given, context, actor, clock()) as title:
        command = PublishPolicy(
            **asdict(title),
            document=given.document,
            acting_for=acting_for(actor),
            published_by=actor.subject,
            at=clock(),
        )
        parts = [part_of(title.policy_id, command), rely_on(title.issuer_id)]
        # Nobody else publishes meanwhile.
        at_once = replace(context, may_wait=False)
        receipt = await request.app.state.kernel.handle_together(at_once, *parts)
    return PublishedOut(
        **receipt_out(receipt).model_dump(),
        policy_id=title.policy_id,
        edition=title.edition,
        digest=title.digest,
    )


async def malformed(_: Request, failure: Exception) -> Response:
    """A file that cannot be read as a policy: 422, with the place and the remedy."""
    if not isinstance(failure, FormatError):
        raise failure
    return JSONResponse(
        {
            "type": "policy-not-readable",
            "status": 422,
            "detail": str(failure),
            "file": failure.file,
            "line": failure.mark.line,
            "column": failure.mark.column,
            "path": failure.path,
            "problem": failure.problem,
            "remedy": failure.remedy,
        },
        status_code=422,
        media_type="application/problem+json",
    )


@asynccontextmanager
async def _examined(
    request: Request, given: PublishPolicyIn, context: Context, actor: Actor, now: datetime
) -> AsyncIterator[Title]:
    """The file's title, once it may be published; what was answered before is not asked again."""
    state = request.app.state
    async with state.kernel.asked_once(context) as before:
        published = published_before(before or ())
        if published is not None:
            # The answer stays, whatever this release thinks of the document.
            yield published
            return
        read = parse_policy(given.document, file=given.file, vocabulary=state.vocabulary)
        only_for(actor, read.issuer)
        file = Given(document=given.document, file=given.file, read=read)
        examined = state.examiner.examined(file, now) if before is None else nullcontext()
        async with examined:
            yield title_of(read)
