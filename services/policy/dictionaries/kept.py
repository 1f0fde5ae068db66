"""The dictionaries of the journal: kept before anything is written behind them, and found again."""

from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from events.catalog.dictionary import DictionaryKept
from events.sourcing.kernel import Kernel
from events.sourcing.types import Context
from services.policy.dictionaries.dictionary import Dictionary, read, written
from services.policy.dictionaries.domain import KeepDictionary
from services.policy.dictionaries.domain import dictionary as rules
from services.policy.remembered import Remembered

MOST = 8
"""Of some megabytes each."""


class Dictionaries:
    """Those that were asked for lately are at hand."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._lately: Remembered[str, Dictionary] = Remembered(MOST)

    async def keep(self, text: bytes, context: Context) -> Dictionary:
        """Record the text as a dictionary, once; a matter of its own, in the trace of who needs it.

        Nothing about a person may be in it: it is recorded in clear and never forgotten.
        """
        kept = Dictionary(text)
        stream = _stream(kept.digest)
        command = KeepDictionary(digest=kept.digest, text=written(kept), at=self._kernel.clock())
        command_id = uuid5(NAMESPACE_URL, stream)
        context = replace(
            context,
            command_id=command_id,
            correlation_id=str(command_id),
            causation_id=None,
            idempotency_key=str(command_id),
            target=stream,
        )
        await self._kernel.handle(rules, stream, command, context)
        self._lately.keep(kept.digest, kept)
        return kept

    async def of(self, digest: str) -> Dictionary:
        """The dictionary of a digest; raises `LookupError` where none was kept."""
        found = self._lately.known(digest)
        if found is None:
            found = await self._from_journal(digest)
            self._lately.keep(digest, found)
        return found

    async def _from_journal(self, digest: str) -> Dictionary:
        rows = await self._kernel.journal.read_last(_stream(digest))
        for recorded in await self._kernel.desk.open(rows):
            if isinstance(recorded.event, DictionaryKept):
                return read(recorded.event.text)
        raise LookupError(digest)


def _stream(digest: str) -> str:
    return f"dictionary-{digest}"
