"""The shell of every service: health, metrics, errors as HTTP, correlation and spans."""

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from opentelemetry.trace import SpanKind
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from events.edge.identity import Authenticator
from events.sourcing.kernel import Kernel
from events.sourcing.telemetry import continued, export_spans, span
from events.sourcing.types import Conflict, KeyReused, Overloaded, Refused

_log = logging.getLogger(__name__)

Call = Callable[[Request], Awaitable[Response]]


def make_app(
    kernel: Kernel,
    *,
    title: str,
    authenticator: Authenticator,
    routers: Sequence[APIRouter],
) -> FastAPI:
    """The service's application; its loops run while it is served."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        endpoint = kernel.settings.otlp_endpoint
        provider = export_spans(service=kernel.service, endpoint=endpoint) if endpoint else None
        async with kernel.running():
            yield
        if provider is not None:
            provider.shutdown()

    app = FastAPI(title=title, version="1", lifespan=lifespan)
    app.state.kernel = kernel
    app.state.service = kernel.service
    app.state.clock = kernel.clock
    app.state.authenticator = authenticator
    app.middleware("http")(traced)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(KeyReused, key_reused)
    app.add_exception_handler(Conflict, conflict)
    app.add_exception_handler(Overloaded, overloaded)
    app.include_router(operations)
    for router in routers:
        app.include_router(router)
    return app


operations = APIRouter(tags=["operations"])


@operations.get("/health")
async def health(request: Request) -> JSONResponse:
    """Whether this service does its work; 503 where it does not."""
    state = await request.app.state.kernel.health()
    return JSONResponse(dict(state), status_code=200 if state["status"] == "ok" else 503)


@operations.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> Response:
    """Figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def traced(request: Request, call: Call) -> Response:
    """One span for each request, under the caller's; its correlation id goes back."""
    if request.url.path in {"/health", "/metrics", "/v1/traces"}:
        return await call(request)
    service = request.app.state.service
    with continued(request.headers.get("traceparent")):
        with span(f"{service}.http", kind=SpanKind.SERVER, method=request.method) as current:
            response = await call(request)
            route = request.scope.get("route")
            current.set_attribute("route", getattr(route, "path", "unknown"))
            current.set_attribute("status", response.status_code)
    return response


def refused(_: Request, failure: Exception) -> Response:
    """A rule said no: 422, by its code."""
    assert isinstance(failure, Refused)
    status = 404 if failure.code.endswith("-not-found") else 422
    return _problem(status, failure.code, facts={k: str(v) for k, v in failure.facts.items()})


def key_reused(_: Request, failure: Exception) -> Response:
    """The same idempotency key with another body or target: 409."""
    return _problem(409, "idempotency-key-reused", detail=str(failure))


def conflict(_: Request, failure: Exception) -> Response:
    """Others kept writing to the same stream: 409; ask again."""
    return _problem(409, "written-meanwhile", detail=str(failure))


def overloaded(_: Request, failure: Exception) -> Response:
    """Too many appends wait: 503, with the time to wait."""
    assert isinstance(failure, Overloaded)
    response = _problem(503, "too-busy", detail=str(failure))
    response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _problem(status: int, code: str, **more: object) -> JSONResponse:
    """RFC 9457: `type` is the code a program can rely on."""
    return JSONResponse(
        {"type": code, "status": status, **more},
        status_code=status,
        media_type="application/problem+json",
    )
