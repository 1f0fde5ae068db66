"""No request is handed to a thread: what looks like a small function would cost two turns of it."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

import events.edge
import services
from contracts.doors import service_names


def routers() -> Iterator[APIRouter]:
    for package in (events.edge, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rpartition(".")[2] in {"__main__", "trace", "worker", "agents"}:
                continue  # Programs of their own: they answer no request.
            module = import_module(found.name)
            yield from (one for one in vars(module).values() if isinstance(one, APIRouter))


def calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for below in dependant.dependencies:
        yield from calls(below)


def in_a_thread(router: APIRouter) -> set[str]:
    return {
        f"{call.__module__}.{call.__qualname__}"
        for route in router.routes
        if isinstance(route, APIRoute)
        for call in calls(route.dependant)
        if inspect.isfunction(call) and not inspect.iscoroutinefunction(call)
    }


def test_no_endpoint_and_nothing_it_depends_on_waits_for_a_thread() -> None:
    found = list(routers())
    assert len(found) > len(service_names())
    assert set().union(*(in_a_thread(router) for router in found)) == set()


def test_a_plain_function_before_an_endpoint_is_noticed() -> None:
    def plain() -> int:
        return 1

    router = APIRouter()

    @router.get("/")
    async def answer(_: int = Depends(plain)) -> int:
        return 1

    assert {name.rpartition(".")[2] for name in in_a_thread(router)} == {"plain"}
