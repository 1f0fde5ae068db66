"""What each role may do in a service's database: the owner migrates, the application appends."""

from collections.abc import Mapping

import asyncpg

APPEND_ONLY_TABLES = ("journal", "command_log", "tree_tile", "signed_head")
RIGHTS: Mapping[str, str] = {
    **dict.fromkeys(APPEND_ONLY_TABLES, "SELECT, INSERT"),
    "migration": "SELECT",
    # Who is forgotten stays written down: without it, a key that is restored would open again.
    "erasure": "SELECT, INSERT, UPDATE",
}
"""What the application may do with a kernel table where it may not do all that follows."""
WORKING = "SELECT, INSERT, UPDATE, DELETE"


async def create_role(admin: asyncpg.Connection, role: str, password: str) -> None:
    """A role that may sign in and nothing else; one that is there gets this password."""
    secret = password.replace("'", "''")
    known = await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    await admin.execute(f"{verb} ROLE \"{role}\" LOGIN PASSWORD '{secret}'")


async def grant_kernel_tables(owner: asyncpg.Connection, role: str) -> None:
    """The application appends and reads; only its own working tables may it change."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    async with owner.transaction():
        # What an earlier version granted and this one does not, goes.
        await owner.execute(f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"')
        for row in await owner.fetch(tables):
            name = row["tablename"]
            await owner.execute(f'GRANT {RIGHTS.get(name, WORKING)} ON "{name}" TO "{role}"')
