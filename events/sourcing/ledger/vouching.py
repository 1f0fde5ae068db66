"""How a service vouches for its record while it runs, and what it says of it when asked."""

import logging
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.kafka import KafkaSender
from events.sourcing.ledger.head import moment_text
from events.sourcing.ledger.heads import Heads
from events.sourcing.ledger.keys import read_signer
from events.sourcing.ledger.places import HeadsFolder, HeadsTopic, Place
from events.sourcing.settings import Settings

_log = logging.getLogger(__name__)


class Vouching:
    """Signs heads where the service was given a key for it, and says so where it was not."""

    def __init__(self, settings: Settings, engine: AsyncEngine) -> None:
        self._service = settings.service
        self._clock: Clock = settings.clock
        # Of its own: a head that cannot be sent must not close the relay's connection.
        self._sender = KafkaSender(settings.bootstrap, client_id=f"{settings.service}.heads")
        self.heads = _heads(settings, engine, self._sender)
        self._has_second_place = settings.heads_folder is not None

    def say_what_is_missing(self) -> None:
        """What an operator left out is named at the start."""
        if self.heads is None:
            _log.warning("HEAD_KEY_FILE is not set: nobody vouches for this record")
        elif not self._has_second_place:
            _log.warning("HEADS_FOLDER is not set: the signed heads have no second place")

    async def close(self) -> None:
        """Let go of the connection to the topic."""
        await self._sender.close()

    def standing(self) -> Mapping[str, object]:
        """`state` is `whole` as far as it was looked at, `altered`, or `unsigned`.

        `whole` is said up to `position`, for which a head was signed at `signed_at`.
        """
        if self.heads is None:
            return {"state": "unsigned"}
        head = self.heads.newest
        return {
            "state": "altered" if self.heads.altered else "whole",
            "trouble": self.heads.trouble,
            "position": head.position if head else 0,
            "signed_at": moment_text(head.made_at) if head else None,
            "age_seconds": (self._clock() - head.made_at).total_seconds() if head else None,
            "rounds": self.heads.rounds,
        }


def _heads(settings: Settings, engine: AsyncEngine, sender: KafkaSender) -> Heads | None:
    if settings.head_key_file is None:
        return None
    places: list[Place] = [HeadsTopic(sender, service=settings.service)]
    if settings.heads_folder is not None:
        places.insert(0, HeadsFolder(settings.heads_folder, service=settings.service))
    return Heads(
        engine,
        service=settings.service,
        signer=read_signer(settings.head_key_file),
        clock=settings.clock,
        places=places,
    )
