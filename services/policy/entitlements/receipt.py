"""The receipt as it is kept: behind what somebody is answered who states nothing.

Every clause and every reason stands there already; what is somebody's own is a tenth at most.
"""

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from typing import TypeAlias

from events.sourcing.clock import LEGAL_ZONE
from events.sourcing.types import Context
from services.policy.dictionaries.dictionary import Dictionary, digest_in
from services.policy.dictionaries.kept import Dictionaries
from services.policy.policies.views import Consolidated
from services.policy.rules.view import ViewEntry

MOST_NEW = 0.25
"""Where a larger part of the policies is new to a dictionary, the next one pays for itself."""

Answering: TypeAlias = Callable[[Consolidated], bytes]


class Receipts:
    """Knows what receipts are written behind.

    `nobody` says what a view answers to somebody who states nothing.
    """

    def __init__(self, dictionaries: Dictionaries, nobody: Answering) -> None:
        self._dictionaries = dictionaries
        self._nobody = nobody
        self._policies: frozenset[str] = frozenset()
        self._entries: tuple[ViewEntry, ...] = ()
        self._kept: Dictionary | None = None
        self._turn = asyncio.Lock()

    def at_hand(self, seen: Consolidated) -> Dictionary | None:
        """What receipts by this view are written behind, if it is kept already."""
        if self._kept is not None and self._entries is not seen.view.entries:
            policies = _policies(seen)
            if len(policies - self._policies) > MOST_NEW * len(policies):
                return None
            self._entries = seen.view.entries
        return self._kept

    async def behind(self, seen: Consolidated, context: Context) -> Dictionary:
        """The same; where it is not kept yet, it is now."""
        async with self._turn:
            kept = self.at_hand(seen)
            if kept is None:
                kept = await self._dictionaries.keep(self._nobody(at_midnight(seen)), context)
                self._kept, self._policies = kept, _policies(seen)
                self._entries = seen.view.entries
            return kept


def _policies(seen: Consolidated) -> frozenset[str]:
    return frozenset([each.policy.digest for each in seen.view.entries])


async def opened(kept: bytes, dictionaries: Dictionaries) -> bytes:
    """The canonical JSON text again, to the byte; of what was recorded, without its base64."""
    digest = digest_in(kept)
    if digest is None:
        # As receipts were kept before there were dictionaries (RFC 1950).
        return zlib.decompress(kept)
    return (await dictionaries.of(digest)).opened(kept)


def at_midnight(seen: Consolidated) -> Consolidated:
    """Of one day one moment for all, so that it is the same dictionary after a start."""
    known_at = datetime.combine(seen.view.valid_at, time.min, tzinfo=LEGAL_ZONE)
    return replace(seen, view=replace(seen.view, known_at=known_at))
