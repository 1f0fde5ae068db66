"""The shell of every service: health, metrics, errors as HTTP, correlation and spans."""

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from events.edge import data, parked
from events.edge.asking import fingerprint_key
from events.edge.correlated import Correlated
from events.edge.fetching import fetching
from events.edge.health import HealthOut
from events.edge.identity import Authenticator
from events.edge.metrics import figures_of
from events.edge.size import BodyLimit
from events.edge.traced import Traced
from events.sourcing.kernel import Kernel
from events.sourcing.repair.release import Repairs
from events.sourcing.telemetry import export_spans
from events.sourcing.transient import OF_DATABASES, is_connection_lost
from events.sourcing.types import Conflict, KeyReused, Overloaded, Refused

_log = logging.getLogger(__name__)

RETRY_SECONDS = 5
"""After so long a database that was away is asked again."""

SPANS = "/v1/traces"
"""Where spans come in; they keep a limit of their own."""
SIGHTINGS = "/api/sightings"
"""What the stream worker asks of ops in every turn."""
UNTRACED = frozenset({"/health", "/metrics", "/parked-events", SPANS, SIGHTINGS})
"""What operators and the tracing itself ask all the time."""


def make_app(
    kernel: Kernel,
    *,
    title: str,
    authenticator: Authenticator,
    routers: Sequence[APIRouter],
) -> FastAPI:
    """The service's application; its loops run while it is served."""

    app = FastAPI(
        title=title,
        version="1",
        lifespan=lambda _: _served(kernel),
        # The spans of the road are ours (see `Traced`); a second set would trace the tracing too.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    kernel.fetcher = fetching(kernel.settings)
    app.state.kernel = kernel
    app.state.repairs = Repairs(kernel)
    app.state.service = kernel.service
    app.state.clock = kernel.clock
    app.state.fingerprint_key = fingerprint_key(kernel.settings.secret)
    app.state.authenticator = authenticator
    app.add_middleware(Traced, service=kernel.service, untraced=UNTRACED)
    app.add_middleware(BodyLimit, open_to={SPANS})
    app.add_middleware(Correlated)
    for kind in (RequestValidationError, Refused, KeyReused, Conflict, Overloaded, *OF_DATABASES):
        app.add_exception_handler(kind, answered)
    # A service's own routes come first, so that it may say more at the same address.
    for router in (*routers, operations, parked.router, data.router):
        app.include_router(router)
    return app


@contextlib.asynccontextmanager
async def _served(kernel: Kernel) -> AsyncIterator[None]:
    settings, provider = kernel.settings, None
    if settings.otlp_endpoint:
        provider = export_spans(
            service=kernel.service, endpoint=settings.otlp_endpoint, secret=settings.secret
        )
    async with kernel.running():
        yield
    if provider is not None:
        provider.shutdown()


operations = APIRouter(tags=["operations"])


@operations.get("/health", response_model=HealthOut, responses={503: {"model": HealthOut}})
async def health(request: Request) -> JSONResponse:
    """Whether this service does its work; 503 where it does not."""
    state = await request.app.state.kernel.health()
    return JSONResponse(dict(state), status_code=503 if state["status"] == "failing" else 200)


@operations.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    figures = await figures_of(request.app.state.kernel)
    return Response(figures, media_type=CONTENT_TYPE_LATEST)


async def answered(_: Request, failure: Exception) -> Response:
    """What the core raises, as HTTP."""
    match failure:
        case RequestValidationError():
            return _problem(422, "malformed-request", detail=_faults(failure))
        case Refused():
            status = 404 if failure.code.endswith("-not-found") else 422
            facts = {name: str(value) for name, value in failure.facts.items()}
            return _problem(status, failure.code, facts=facts)
        case KeyReused():
            return _problem(409, "idempotency-key-reused", detail=str(failure))
        case Conflict():
            return _problem(409, "written-meanwhile", detail=str(failure))
        case Overloaded():
            return _later("too-busy", str(failure), failure.retry_after)
        case _ if is_connection_lost(failure):
            # Away, or full: it was tried for some seconds; who asks again is recorded once.
            _log.warning("the database cannot take it: %s", type(failure).__name__)
            return _later("record-unavailable", "ask again, under the same key", RETRY_SECONDS)
        case _:
            raise failure


def _later(code: str, detail: str, seconds: int) -> JSONResponse:
    later = _problem(503, code, detail=detail)
    later.headers["Retry-After"] = str(seconds)
    return later


def _faults(failure: RequestValidationError) -> list[dict[str, object]]:
    """Where and why; what was sent is not repeated, because it may be about a person."""
    return [{part: fault[part] for part in ("type", "loc", "msg")} for fault in failure.errors()]


def _problem(status: int, code: str, **more: object) -> JSONResponse:
    """RFC 9457: `type` is the code a program can rely on."""
    return JSONResponse(
        {"type": code, "status": status, **more},
        status_code=status,
        media_type="application/problem+json",
    )
