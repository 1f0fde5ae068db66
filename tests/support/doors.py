"""Every address of every service, pages too, which the published documents leave out."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from contracts.doors import built


@cache
def whole_document(service: str) -> dict[str, Any]:
    """What a service's OpenAPI document would be if it left nothing out."""
    bare = FastAPI()
    for number, route in enumerate(routes_of(built(service).router)):
        bare.add_api_route(
            route.path,
            route.endpoint,
            methods=sorted(route.methods or ()),
            operation_id=f"{route.name}-{number}",
            response_model=None,
        )
    return bare.openapi()


def routes_of(router: APIRouter) -> Iterator[APIRoute]:
    """Every route of a router and of those it includes."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner, APIRouter):
            yield from routes_of(inner)
