"""A service's database as it was at an earlier moment, put in the place of the newer one."""

from dataclasses import dataclass

import asyncpg

from events.sourcing.database import database_of, prepare_database
from tests.support.kernel import Workplace


@dataclass(slots=True)
class Backup:
    """Nobody may be connected while it is taken or put back."""

    place: Workplace

    @property
    def _name(self) -> str:
        return database_of(self.place.service)

    async def take(self) -> None:
        await self._as_admin(
            f"CREATE DATABASE {self._name}_backup TEMPLATE {self._name}"
            f" OWNER {self.place.service}_owner"
        )

    async def put_back(self) -> None:
        await self._as_admin(
            f"DROP DATABASE {self._name} WITH (FORCE)",
            f"ALTER DATABASE {self._name}_backup RENAME TO {self._name}",
        )
        # As after every restore: what belongs to a database by its number is set again.
        await prepare_database(self.place.server_url, self.place.service)

    async def _as_admin(self, *statements: str) -> None:
        admin = await asyncpg.connect(self.place.server_url)
        try:
            for statement in statements:
                await admin.execute(statement)
        finally:
            await admin.close()
