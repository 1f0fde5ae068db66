"""Append-only is a permission: what the application's role may do, and whom its password opens."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table

from events.sourcing.credentials import with_password
from events.sourcing.database import database_of, prepare_database, service_url
from events.sourcing.erasure import Eraser
from events.sourcing.kernel import Kernel
from events.sourcing.ledger.heads import Heads
from events.sourcing.ledger.places import HeadsFolder
from events.sourcing.projector import Projection
from events.sourcing.rebuild import rebuild
from events.sourcing.rights import APPEND_ONLY_TABLES
from events.sourcing.statements import First, Statement
from events.sourcing.types import Recorded
from tests.support.kernel import PERSON, Note, Workplace, context, note, workplace
from tests.support.ledger import SIGNER

DENIED = asyncpg.InsufficientPrivilegeError
A_COLUMN = {
    "journal": "position",
    "command_log": "actor",
    "tree_tile": "level",
    "signed_head": "size",
}
SEEN_TABLES = MetaData()
SEEN_TABLE = Table("seen", SEEN_TABLES, Column("position", BigInteger, primary_key=True))


def project_seen(recorded: Recorded[Any]) -> Iterable[Statement]:
    yield First(SEEN_TABLE, {"position": recorded.position})


SEEN = Projection(name="seen", tables=SEEN_TABLES, project=project_seen)
ESCAPES = {
    "become the owner": 'SET ROLE "{service}_owner"',
    "drop the journal": "DROP TABLE public.journal",
    "alter the journal": "ALTER TABLE public.journal DROP COLUMN link",
    "move the journal": "ALTER TABLE public.journal SET SCHEMA read_model",
    "let triggers rewrite": "CREATE TRIGGER t BEFORE INSERT ON public.journal"
    " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "let rules rewrite": "CREATE RULE r AS ON INSERT TO public.journal DO INSTEAD NOTHING",
    "switch triggers off": "SET session_replication_role = replica",
    "replace the function that appends": "CREATE OR REPLACE FUNCTION public.framed(value bytea)"
    " RETURNS bytea LANGUAGE sql RETURN value",
    "make a table beside the journal": "CREATE TABLE public.other (n integer)",
    "forget who is forgotten": "DELETE FROM public.erasure",
    "write migrations": "INSERT INTO public.migration VALUES ('9999')",
    "read a file of the server": "SELECT pg_read_file('postgresql.conf')",
}


@pytest.fixture
async def place(postgres_url: str) -> AsyncIterator[Workplace]:
    async with workplace(postgres_url) as place:
        await place.kernel().handle(note, "note-1", Note(), context())
        yield place


def changes(table: str) -> list[str]:
    column = A_COLUMN[table]
    set_ = f"UPDATE {table} SET {column} = {column}"  # noqa: S608 - names of ours
    return [set_, f"DELETE FROM {table}", f"TRUNCATE {table}"]  # noqa: S608 - the same


@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
async def test_the_application_adds_and_reads_and_no_more(place: Workplace, table: str) -> None:
    async with place.connected("app") as application:
        assert await application.fetch(f"SELECT * FROM {table}") is not None  # noqa: S608 - a name of ours
        for statement in changes(table):
            with pytest.raises(DENIED):
                await application.execute(statement)


@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
async def test_with_the_right_the_same_statements_would_pass(place: Workplace, table: str) -> None:
    """The control: it is the missing right that stops them. Preparing again takes it back."""
    await grant(place, "ALL", table)
    async with place.connected("app") as application:
        for statement in changes(table):
            await application.execute(statement)
        await prepare_database(place.server_url, place.service)
        for statement in changes(table):
            with pytest.raises(DENIED):
                await application.execute(statement)


async def grant(place: Workplace, rights: str, table: str) -> None:
    async with place.connected("owner") as owner:
        await owner.execute(f'GRANT {rights} ON {table} TO "{place.service}_app"')


async def test_there_is_no_way_round(place: Workplace) -> None:
    async with place.connected("app") as application:
        assert await denied(application, place.service) == list(ESCAPES)


async def test_the_ways_round_are_open_to_who_may_do_anything(place: Workplace) -> None:
    """The control: what stops the application is not a slip in the statements."""
    async with place.superuser() as anybody:
        assert await denied(anybody, place.service) == []


async def denied(connection: asyncpg.Connection, service: str) -> list[str]:
    """What this role may not do; what it may is taken back."""
    found = []
    for what, statement in ESCAPES.items():
        attempt = connection.transaction()
        await attempt.start()
        try:
            await connection.execute(statement.format(service=service))
        except DENIED:
            found.append(what)
        await attempt.rollback()
    return found


async def test_what_may_be_emptied_are_working_tables(place: Workplace) -> None:
    rows = await place.fetch(
        "SELECT table_name FROM information_schema.role_table_grants"
        " WHERE grantee = $1 AND table_schema = 'public' AND privilege_type = 'DELETE'",
        f"{place.service}_app",
    )
    emptied = {row["table_name"] for row in rows}
    assert emptied.isdisjoint({*APPEND_ONLY_TABLES, "erasure", "migration"})
    assert {"checkpoint", "applied", "parked", "timer", "subject_key"} <= emptied


@pytest.fixture
async def apart(postgres_url: str) -> AsyncIterator[tuple[str, Callable[[str], str]]]:
    """A service whose roles have passwords of their own."""
    service, made = f"t{uuid4().hex[:12]}", dict[str, str]()

    def password(role: str) -> str:
        return made.setdefault(role, f"own'pass/word@{uuid4().hex}")

    await prepare_database(postgres_url, service, passwords=password)
    yield service, password
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"DROP DATABASE {database_of(service)} WITH (FORCE)")
    await admin.close()


async def opens(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url)
    except (asyncpg.InvalidPasswordError, DENIED):
        return False
    await connection.close()
    return True


async def test_a_password_opens_its_own_role_and_no_other(
    apart: tuple[str, Callable[[str], str]], postgres_url: str
) -> None:
    service, password = apart
    own = with_password(postgres_url, password(f"{service}_app"))
    assert await opens(service_url(own, service=service, role="app"))
    assert not await opens(service_url(own, service=service, role="owner"))
    assert not await opens(own)
    # The control: the superuser's own password opens the superuser, and no service's role.
    assert await opens(postgres_url)
    assert not await opens(service_url(postgres_url, service=service, role="app"))


async def test_a_service_has_nothing_to_look_for_in_the_database_of_another(
    apart: tuple[str, Callable[[str], str]], place: Workplace
) -> None:
    service, password = apart
    own = service_url(
        with_password(place.server_url, password(f"{service}_app")), service=service, role="app"
    )
    assert await opens(own)
    assert not await opens(own.replace(database_of(service), database_of(place.service)))


async def test_a_password_that_was_changed_is_taken_over_when_prepared_again(
    apart: tuple[str, Callable[[str], str]], postgres_url: str
) -> None:
    service, password = apart
    before = with_password(postgres_url, password(f"{service}_app"))
    await prepare_database(postgres_url, service, passwords=lambda role: password(f"new-{role}"))
    after = with_password(postgres_url, password(f"new-{service}_app"))
    assert not await opens(service_url(before, service=service, role="app"))
    assert await opens(service_url(after, service=service, role="app"))


async def test_a_service_works_with_nothing_but_its_own_password(
    apart: tuple[str, Callable[[str], str]], place: Workplace
) -> None:
    """It appends, keeps a read model, builds it anew, seals, forgets and signs."""
    service, password = apart
    own = with_password(place.server_url, password(f"{service}_app"))
    kernel = Kernel(replace(place.settings(), service=service, database_url=own))
    kernel.project(SEEN)
    heads = Heads(
        kernel.engine,
        service=service,
        signer=SIGNER,
        clock=place.clock,
        places=[HeadsFolder(place.folder, service=service)],
    )
    async with kernel.running():
        receipt = await kernel.handle(note, "note-1", Note(events=(PERSON,)), context())
        assert await rebuild(kernel, "seen", report=lambda _: None) == 2
        await Eraser(kernel, believed_seconds=0).forget(PERSON.talent_id, nothing)
        signed = await heads.sign()
        await heads.hand_on()
    assert signed is not None
    assert (receipt.position, signed.head.position) == (1, 1)


async def nothing() -> None:
    return
