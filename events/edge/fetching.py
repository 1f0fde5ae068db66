"""Asks the service that recorded an event for a payload that was too large for the bus."""

from http import HTTPStatus

import httpx

from events.edge.data import EVENT_NOT_FOUND, PAYLOAD_NOT_FOUND
from events.edge.identity import Actor, SignedTokens
from events.sourcing.datarefs import DataAway, DataUnknown, Fetch
from events.sourcing.settings import Settings
from events.sourcing.telemetry import current_traceparent

TIMEOUT = httpx.Timeout(30.0, connect=2.0)


def fetching(settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> Fetch:
    """A way to fetch, in the name of the service with these settings."""
    tokens = SignedTokens(settings.secret)
    asker = Actor(subject=f"system:{settings.service}", roles=frozenset({"system"}))

    async def fetch(service: str, path: str) -> bytes | None:
        if service not in settings.peers:
            raise DataAway(f"no address of {service} is set")
        headers = {"Authorization": f"Bearer {tokens.issue(asker)}"}
        if traceparent := current_traceparent():
            headers["traceparent"] = traceparent
        url = f"{settings.peers[service]}{path}"
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, transport=transport) as http:
                return _payload(await http.get(url, headers=headers), service)
        except httpx.HTTPError as failure:
            raise DataAway(f"{service}: {type(failure).__name__}") from failure

    return fetch


def _payload(answer: httpx.Response, service: str) -> bytes | None:
    """Anything but a plain yes or no may be different a moment later."""
    match answer.status_code:
        case HTTPStatus.OK:
            return answer.content
        case HTTPStatus.GONE:
            return None
        case HTTPStatus.NOT_FOUND if _says_so_itself(answer):
            raise DataUnknown(service)
        case status:
            raise DataAway(f"{service} answers {status}")


def _says_so_itself(answer: httpx.Response) -> bool:
    """Whether the service knows the question; an older one or a proxy also answers 404."""
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("type") in (EVENT_NOT_FOUND, PAYLOAD_NOT_FOUND)
