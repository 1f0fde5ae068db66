"""The receipt as it is kept: behind what somebody is answered who states nothing.

Every clause and every reason stands there already; what is somebody's own is a tenth at most.
"""

import asyncio
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import TypeAlias

from events.sourcing.clock import LEGAL_ZONE
from events.sourcing.gather import Gatherer
from events.sourcing.ground import Aside
from events.sourcing.types import Context
from services.policy.dictionaries.dictionary import Dictionary, digest_in
from services.policy.dictionaries.kept import Dictionaries
from services.policy.policies.views import Consolidated
from services.policy.rules.view import ViewEntry

MOST_NEW = 0.25
"""Where a larger part of the policies is new to a dictionary, the next one pays for itself."""

Answering: TypeAlias = Callable[[Consolidated], bytes]
Packing: TypeAlias = Gatherer[bytes, bytes]
"""Behind one dictionary, what waits together in one go."""


class Receipts:
    """Writes receipts for the journal; `nobody` says what a view answers who states nothing.

    They are compressed beside the loop: it is a tenth of what an assessment takes.
    """

    def __init__(self, dictionaries: Dictionaries, nobody: Answering, *, briefly: Aside) -> None:
        self._dictionaries = dictionaries
        self._nobody = nobody
        self._briefly = briefly
        self._policies: frozenset[str] = frozenset()
        self._entries: tuple[ViewEntry, ...] = ()
        self._packing: Packing | None = None
        self._turn = asyncio.Lock()

    async def packed(self, text: bytes, seen: Consolidated, context: Context) -> str:
        """The canonical JSON text of an answer by this view, as base64."""
        packing = await self._behind(seen, context)
        return b64encode(await packing.ask(text)).decode()

    async def _behind(self, seen: Consolidated, context: Context) -> Packing:
        async with self._turn:
            if self._packing is None or self._entries is not seen.view.entries:
                self._packing = await self._newest(self._packing, seen, context)
                self._entries = seen.view.entries
            return self._packing

    async def _newest(self, kept: Packing | None, seen: Consolidated, context: Context) -> Packing:
        policies = frozenset([each.policy.digest for each in seen.view.entries])
        if kept is not None and not self._is_new(policies):
            return kept
        new = await self._dictionaries.keep(self._nobody(at_midnight(seen)), context)
        self._policies = policies
        return Gatherer(partial(self._together, new))

    async def _together(self, dictionary: Dictionary, texts: Sequence[bytes]) -> list[bytes]:
        return await self._briefly(partial(dictionary.packed, texts))

    def _is_new(self, policies: frozenset[str]) -> bool:
        return len(policies - self._policies) > MOST_NEW * len(policies)


async def opened(kept: bytes, dictionaries: Dictionaries) -> bytes:
    """The canonical JSON text again, to the byte; without the base64, as a read model keeps it."""
    digest = digest_in(kept)
    if digest is None:
        # As receipts were kept before there were dictionaries (RFC 1950).
        return zlib.decompress(kept)
    return (await dictionaries.of(digest)).opened(kept)


def at_midnight(seen: Consolidated) -> Consolidated:
    """Of one day one moment for all, so that it is the same dictionary after a start."""
    known_at = datetime.combine(seen.view.valid_at, time.min, tzinfo=LEGAL_ZONE)
    return replace(seen, view=replace(seen.view, known_at=known_at))
