"""A door whose every answer is held against the document that its service publishes."""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tests.support.doors import routes_of

JSON = re.compile(r"application/([\w.-]+\+)?json")


class Undocumented(AssertionError):
    """An answer is not what the document says."""


@dataclass(frozen=True, slots=True)
class _Described:
    """The answers of one address by method, status and media type."""

    address: re.Pattern[str]
    schemas: Mapping[tuple[str, str, str], Validator]


class Document:
    """What a service publishes, read strictly: a field it does not name is too much."""

    def __init__(self, published: Mapping[str, Any]) -> None:
        self.read: set[tuple[str, str, int, str, bytes]] = set()
        components = _closed(published.get("components", {}))
        # An address without a place to fill comes before one that would take it for a value.
        paths = sorted(published["paths"], key=lambda path: path.count("{"))
        reads = _remembering()
        self._described = [
            _describe(path, published["paths"][path], components, reads) for path in paths
        ]

    def check(self, request: httpx.Request, status: int, media: str, answer: Any) -> None:
        """Raises `Undocumented`; an address that the document leaves out is a page."""
        for one in self._described:
            if one.address.fullmatch(request.url.path):
                self._check(one, request, str(status), media, answer)
                return

    @staticmethod
    def _check(
        one: _Described, request: httpx.Request, status: str, media: str, answer: Any
    ) -> None:
        where = f"{request.method} {request.url.path} {status}"
        schema = one.schemas.get((request.method.lower(), status, media))
        if schema is None:
            raise Undocumented(f"{where} {media}: no such answer is described")
        for fault in schema.iter_errors(answer):
            raise Undocumented(f"{where} at {fault.json_path}: {fault.message[:400]}")


class Conforming(httpx.AsyncBaseTransport):
    """Reaches a service in this process, and reads every JSON answer of success twice."""

    def __init__(self, app: FastAPI) -> None:
        self._door = httpx.ASGITransport(app=app)
        self._document = _document_of(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._door.handle_async_request(request)
        media = response.headers.get("content-type", "").partition(";")[0]
        if response.is_success and JSON.fullmatch(media):
            await response.aread()
            status, path = response.status_code, request.url.path
            # Whoever waits asks again and again, and is often answered the same.
            answer = (request.method, path, status, media, sha256(response.content).digest())
            if answer not in self._document.read:
                self._document.check(request, status, media, response.json())
                self._document.read.add(answer)
        return response


@dataclass(frozen=True, slots=True)
class _Doors:
    """An application by its routes alone: where they are the same functions, so is the document."""

    title: str
    routes: tuple[tuple[str, frozenset[str], Callable[..., Any]], ...]
    app: FastAPI = field(compare=False)


def _document_of(app: FastAPI) -> Document:
    """Read once for all that a service's `build` returns, which takes longer than most tests."""
    routes = (
        (route.path, frozenset(route.methods or ()), route.endpoint)
        for route in routes_of(app.router)
    )
    return _read(_Doors(app.title, tuple(routes), app))


@lru_cache(maxsize=32)
def _read(doors: _Doors) -> Document:
    with warnings.catch_warnings():
        # FastAPI remarks on operations that two routers of one service name alike.
        warnings.simplefilter("ignore")
        return Document(doors.app.openapi())


def _describe(
    path: str, routes: Mapping[str, Any], components: Any, reads: Callable[[Any], Validator]
) -> _Described:
    address = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
    return _Described(
        re.compile(address),
        {
            (method, status, media): reads(
                {**_closed(content.get("schema", {})), "components": components}
            )
            for method, route in routes.items()
            for status, answer in route["responses"].items()
            for media, content in answer.get("content", {}).items()
        },
    )


def _remembering() -> Callable[[Any], Validator]:
    """How schemas of one document are read: a part that was found without fault is not read again.

    Answers repeat themselves, and each alternative of a schema reads all that is below it.
    """
    faultless: set[tuple[str, bytes]] = set()
    read = Draft202012Validator.VALIDATORS["$ref"]

    def read_once(
        validator: Validator, ref: str, part: Any, schema: Any
    ) -> Iterator[ValidationError]:
        known = ref, sha256(msgspec.json.encode(part)).digest()
        if known in faultless:
            return
        fault = None
        for fault in read(validator, ref, part, schema):
            yield fault
        if fault is None:
            faultless.add(known)

    reads = {"$ref": read_once}
    found: Callable[[Any], Validator] = extend(Draft202012Validator, reads)  # type: ignore[no-untyped-call]
    return found


def _closed(part: Any) -> Any:
    """The same schemas without room for what they do not name."""
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    below = {key: _closed(value) for key, value in part.items()}
    if isinstance(part.get("properties"), dict) and "additionalProperties" not in part:
        return {**below, "additionalProperties": False}
    return below
