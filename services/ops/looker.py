"""Asks the ops service which events are visible, for the stream worker."""

from collections.abc import Sequence
from datetime import datetime

import httpx
import msgspec

from events.edge.identity import Actor, SignedTokens
from events.edge.service import SIGHTINGS
from services.ops.visible import Sight

ASKER = Actor(subject="system:ops-worker", roles=frozenset({"system"}))
PATIENCE_SECONDS = 10.0


class Silent(TimeoutError):
    """Ops does not answer just now."""


class _Reached(msgspec.Struct):
    topic: str
    partition: int
    next_offset: int


class _Answer(msgspec.Struct):
    reached: list[_Reached]
    moments: dict[str, datetime]


class Looker:
    """One client; ops away is `Silent`, an answer that says no is an error."""

    def __init__(self, url: str, *, secret: bytes) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS)
        self._tokens = SignedTokens(secret)

    async def __call__(self, event_ids: Sequence[str]) -> Sight:
        """What ops says of these events."""
        headers = {"Authorization": f"Bearer {self._tokens.issue(ASKER)}"}
        asked = {"event_ids": list(event_ids)}
        try:
            response = await self._http.post(SIGHTINGS, json=asked, headers=headers)
        except httpx.TransportError as failure:
            raise Silent(type(failure).__name__) from failure
        if response.is_server_error:
            raise Silent(str(response.status_code))
        answer = msgspec.json.decode(response.raise_for_status().content, type=_Answer)
        reached = {(one.topic, one.partition): one.next_offset for one in answer.reached}
        return Sight(reached=reached, moments=answer.moments)
