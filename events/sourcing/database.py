"""How a service reaches its own database, and how its kernel tables get there."""

from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
APPEND_ONLY_TABLES = ("journal", "command_log")
READ_MODELS = "read_model"
"""The schema of what can be thrown away; the application owns it."""
NEXT, BEFORE = "read_model_next", "read_model_before"
"""The schemas of a build that does not serve yet, and of the one that served before."""


IDLE_SECONDS = 600
"""A worker that stopped in the middle of a transaction holds up those who took over no longer."""


def database_of(service: str) -> str:
    """The name of a service's own database."""
    return f"concord_{service}"


def service_url(server_url: str, *, service: str, role: str) -> str:
    """The address of a service's database for one of its two roles, `owner` or `app`."""
    parts = urlsplit(server_url)
    password = f":{parts.password}" if parts.password else ""
    port = f":{parts.port}" if parts.port else ""
    netloc = f"{service}_{role}{password}@{parts.hostname}{port}"
    return urlunsplit(("postgresql", netloc, f"/{database_of(service)}", "", ""))


def open_engine(url: str, *, pool_size: int = 16) -> AsyncEngine:
    """A pool of connections that notices connections cut from the other side.

    Connections are opened when first needed and then kept: opening one costs more than most uses.
    """
    return create_async_engine(
        _asyncpg(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "server_settings": {"idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s"}
        },
    )


def open_builder_engine(url: str) -> AsyncEngine:
    """Connections that find the tables of the next build first, and need not wait for the disk.

    What a crash takes from them is built again: table and checkpoint are lost together.
    """
    return create_async_engine(
        _asyncpg(url),
        pool_size=2,
        max_overflow=0,
        hide_parameters=True,
        connect_args={
            "server_settings": {
                "search_path": f"{NEXT}, {READ_MODELS}, public",
                "synchronous_commit": "off",
            }
        },
    )


def open_journal_engine(url: str) -> AsyncEngine:
    """A small pool for single statements: no transaction around them, and no ping before.

    Whoever uses it answers for a connection that was cut.
    """
    return create_async_engine(
        _asyncpg(url),
        pool_size=6,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )


def _asyncpg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def prepare_database(server_url: str, service: str) -> None:
    """Create a service's database, roles and kernel tables, or bring them up to date."""
    admin = await asyncpg.connect(server_url)
    try:
        for role in ("owner", "app"):
            await _create_role(
                admin, f"{service}_{role}", unquote(urlsplit(server_url).password or "")
            )
        if not await admin.fetchval(
            "SELECT 1 FROM pg_database WHERE datname = $1", database_of(service)
        ):
            await admin.execute(f'CREATE DATABASE {database_of(service)} OWNER "{service}_owner"')
        await admin.execute(
            f'ALTER ROLE "{service}_app" IN DATABASE {database_of(service)}'
            f" SET search_path = {READ_MODELS}, public"
        )
    finally:
        await admin.close()
    owner = await asyncpg.connect(service_url(server_url, service=service, role="owner"))
    try:
        await _migrate(owner)
        await _grant(owner, f"{service}_app")
        for schema in (READ_MODELS, NEXT, BEFORE):
            await owner.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            await owner.execute(f'GRANT ALL ON SCHEMA {schema} TO "{service}_app"')
    finally:
        await owner.close()


async def _create_role(admin: asyncpg.Connection, role: str, password: str | None) -> None:
    secret = (password or "").replace("'", "''")
    verb = (
        "ALTER"
        if await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
        else "CREATE"
    )
    await admin.execute(f"{verb} ROLE \"{role}\" LOGIN PASSWORD '{secret}'")


async def _migrate(owner: asyncpg.Connection) -> None:
    await owner.execute("CREATE TABLE IF NOT EXISTS migration (number text PRIMARY KEY)")
    done = {row["number"] for row in await owner.fetch("SELECT number FROM migration")}
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.stem in done:
            continue
        async with owner.transaction():
            await owner.execute(path.read_text(encoding="utf-8"))
            await owner.execute("INSERT INTO migration VALUES ($1)", path.stem)


async def _grant(owner: asyncpg.Connection, role: str) -> None:
    """The application appends and reads; only its own working tables may it change."""
    names = [
        row["tablename"]
        for row in await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    for name in names:
        rights = (
            "SELECT, INSERT"
            if name in APPEND_ONLY_TABLES
            else "SELECT"
            if name == "migration"
            else "SELECT, INSERT, UPDATE, DELETE"
        )
        await owner.execute(f'GRANT {rights} ON "{name}" TO "{role}"')
