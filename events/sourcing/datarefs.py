"""What is too large for the bus leaves as a path, and is fetched from the service that has it.

The CloudEvents extension `dataref`: a path on the service that `ce_source` names.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from uuid import UUID

DATAREF = "ce_dataref"

Fetch: TypeAlias = Callable[[str, str], Awaitable[bytes | None]]
"""The payload under a path of a service; `None` where it is gone for good, as it may be.

Raises `DataUnknown`, or `DataAway` while it cannot be had.
"""

_PATH = re.compile(r"/events/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(data|state)")


class DataUnknown(Exception):
    """The service does not know what its own record points to: waiting would not help."""


class DataAway(Exception):
    """The payload cannot be had now; the reader waits for it."""


def data_path(event_id: UUID) -> str:
    """Where the payload is that would have left on the event's own topic."""
    return f"/events/{event_id}/data"


def state_path(event_id: UUID) -> str:
    """Where the payload is that would have left on a topic of whole states."""
    return f"/events/{event_id}/state"


async def fetched(fetch: Fetch, texts: Mapping[str, str]) -> bytes | None:
    """The payload that these headers point to. Raises what `fetch` raises."""
    path = texts[DATAREF]
    if not _PATH.fullmatch(path):
        raise DataUnknown("no path of ours")
    return await fetch(texts.get("ce_source", "").rpartition("/")[2], path)


async def nobody_to_ask(service: str, path: str) -> bytes | None:
    """Stands in until somebody who can fetch is there."""
    raise DataAway(f"nobody fetches {path} from {service}")
