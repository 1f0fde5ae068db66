"""How a service reaches its own database, and how its kernel tables get there."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.sourcing.compiled import as_json
from events.sourcing.credentials import Passwords, place_of, with_password
from events.sourcing.kept import replace_cut
from events.sourcing.rights import create_role, grant_kernel_tables

MIGRATIONS = Path(__file__).parent / "migrations"
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
    """The address of a service's database for one of its two roles, `owner` or `app`.

    The password is the one in `server_url`, which a service is given with its own in it.
    """
    parts = urlsplit(server_url)
    password = f":{parts.password}" if parts.password else ""
    netloc = f"{_role(service, role)}{password}@{place_of(server_url)}"
    return urlunsplit(("postgresql", netloc, f"/{database_of(service)}", "", ""))


def operator_url(server_url: str, *, service: str) -> str:
    """The address of a service's database for whoever `server_url` signs in: an operator."""
    return urlsplit(server_url)._replace(path=f"/{database_of(service)}").geturl()


def _role(service: str, role: str) -> str:
    return f"{service}_{role}"


def open_engine(url: str, *, pool_size: int = 16) -> AsyncEngine:
    """A pool of connections that notices connections cut from the other side.

    Connections are opened when first needed and then kept: opening one costs more than most uses.
    The one given back last is used next: it still knows the statements it was asked.
    """
    engine = create_async_engine(
        _asyncpg(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
        json_serializer=as_json,
        connect_args={
            "server_settings": {"idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s"}
        },
    )
    replace_cut(engine)
    return engine


def open_builder_engine(url: str) -> AsyncEngine:
    """Connections that find the tables of the next build alone, and need not wait for the disk.

    What a crash takes from them is built again: table and checkpoint are lost together. The tables
    grow faster than their statistics, so indexes are always walked.
    """
    return create_async_engine(
        _asyncpg(url),
        pool_size=3,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=as_json,
        connect_args={
            "server_settings": {
                "search_path": f"{NEXT}, public",
                "synchronous_commit": "off",
                "enable_seqscan": "off",
                "enable_hashjoin": "off",
                "enable_mergejoin": "off",
            }
        },
    )


def open_journal_engine(url: str) -> AsyncEngine:
    """A small pool for single statements, without a transaction around them.

    Whoever keeps a connection of it answers for one that was cut. All find rows by their keys: each
    is planned once for a connection, to walk indexes however small the tables are by then.
    """
    engine = create_async_engine(
        _asyncpg(url),
        pool_size=6,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={
            "server_settings": {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
        },
    )
    replace_cut(engine)
    return engine


def _asyncpg(url: str) -> URL:
    # SQLAlchemy leaves a host as it stands there.
    return make_url(url).set(drivername="postgresql+asyncpg", host=host_of(url))


def host_of(url: str) -> str:
    """The host alone, or the folder of the server's socket: percent-encoded, as libpq has it."""
    return unquote(make_url(url).host or "")


async def prepare_database(
    server_url: str, service: str, *, passwords: Passwords | None = None
) -> None:
    """Create a service's database, roles and kernel tables, or bring them up to date.

    Without `passwords` the roles take that of the server, as for one that is soon thrown away.
    """
    password_of = passwords or (lambda _: unquote(urlsplit(server_url).password or ""))
    await _prepare_server(server_url, service, password_of)
    own = with_password(server_url, password_of(_role(service, "owner")))
    owner = await asyncpg.connect(service_url(own, service=service, role="owner"))
    try:
        await _migrate(owner)
        app = _role(service, "app")
        await grant_kernel_tables(owner, app)
        for schema in (READ_MODELS, NEXT, BEFORE):
            await owner.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            await owner.execute(f'GRANT ALL ON SCHEMA {schema} TO "{app}"')
    finally:
        await owner.close()


async def _prepare_server(server_url: str, service: str, password_of: Passwords) -> None:
    database, app = database_of(service), _role(service, "app")
    admin = await asyncpg.connect(server_url)
    try:
        for role in (_role(service, "owner"), app):
            await create_role(admin, role, password_of(role))
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await admin.execute(f'CREATE DATABASE {database} OWNER "{_role(service, "owner")}"')
        # Another service has nothing to look for here.
        await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
        await admin.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE {database} TO "{app}"')
        await admin.execute(
            f'ALTER ROLE "{app}" IN DATABASE {database} SET search_path = {READ_MODELS}, public'
        )
    finally:
        await admin.close()


class NewerData(ValueError):
    """A later version wrote to this database; what it meant by it is not known here."""

    def __init__(self, database: str, unknown: Iterable[str]) -> None:
        super().__init__(
            f"{database} was written by a later version (not known here:"
            f" {', '.join(sorted(unknown))}); use that version again, or let `make reset` delete"
            " the local data"
        )


async def _migrate(owner: asyncpg.Connection) -> None:
    """Bring the kernel tables up to date; raises `NewerData` before anything is changed."""
    await owner.execute("CREATE TABLE IF NOT EXISTS migration (number text PRIMARY KEY)")
    done = {row["number"] for row in await owner.fetch("SELECT number FROM migration")}
    known = sorted(MIGRATIONS.glob("*.sql"))
    if unknown := done - {path.stem for path in known}:
        raise NewerData(await owner.fetchval("SELECT current_database()"), unknown)
    for path in known:
        if path.stem in done:
            continue
        async with owner.transaction():
            await owner.execute(path.read_text(encoding="utf-8"))
            await owner.execute("INSERT INTO migration VALUES ($1)", path.stem)
