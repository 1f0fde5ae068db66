"""`python -m events.sourcing.verify`: whether the record of each service is whole.

`record [SERVICE …]` (the default) recomputes chain and tree of each journal and compares every
signed head; exit code 1 and one line for each thing that is wrong, 2 where it cannot be said.
`prove EVENT_ID` writes a proof that anybody checks with `infra/proof/check_proof.py`.
`key` prints the public key of HEAD_KEY_FILE, for those who verify.

DATABASE_URL signs in as somebody who may read every journal; `make verify` sets all that is needed.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from events.sourcing.database import operator_url
from events.sourcing.environment import Misconfigured
from events.sourcing.ledger.keys import Believed, believe, pem_of, read_public, read_signer
from events.sourcing.ledger.proof import NoProof, prove
from events.sourcing.ledger.store import Driver
from events.sourcing.ledger.verifier import Verdict, verify
from events.sourcing.settings import known_services, read_database_url

COMMANDS = ("record", "prove", "key")
WRONG, CANNOT = 1, 2
REPORT_SECONDS = 1.0


class Cannot(Exception):
    """The question cannot be answered; says what is missing."""


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 when all is well, 1 when something is wrong, 2 when it cannot be said."""
    asked = _parser().parse_args(_with_command(arguments))
    try:
        match asked.command:
            case "key":
                _say(pem_of(_public_key()).decode().rstrip())
                return 0
            case "prove":
                return asyncio.run(_prove(asked))
            case _:
                return asyncio.run(_record(asked))
    except (Cannot, NoProof, OSError, ValueError, asyncpg.PostgresError) as failure:
        sys.stderr.write(f"{failure}\n")
        return CANNOT


async def _record(asked: argparse.Namespace) -> int:
    whole = True
    for service in asked.services or known_services():
        believed = _believed(asked, service)
        async with _connected(service) as driver:
            verdict = await verify(
                driver,
                service=service,
                believed=believed,
                folder=asked.heads,
                report=Progress(service).tell,
            )
        for line in lines_of(verdict):
            _say(line)
        whole = whole and not verdict.findings
    if asked.heads is None:
        _say("note: without --heads nobody but the database itself remembers what was signed")
    return 0 if whole else WRONG


async def _prove(asked: argparse.Namespace) -> int:
    for service in [asked.service] if asked.service else known_services():
        async with _connected(service) as driver:
            if not asked.service and not await _has_event(driver, asked.event_id):
                continue
            proof = await prove(driver, service=service, event_id=asked.event_id, since=asked.since)
            asked.out.write_text(json.dumps(proof, indent=2) + "\n", encoding="utf-8")
            _say(f"{asked.out}: {service} proves event {asked.event_id}")
            return 0
    raise NoProof(f"no service has an event {asked.event_id}")


def lines_of(verdict: Verdict) -> Sequence[str]:
    """What is told about one service: each finding, then the sum."""
    name, found = verdict.service, [f"{verdict.service}: {one}" for one in verdict.findings]
    state = f"{len(found)} {'finding' if len(found) == 1 else 'findings'}" if found else "whole"
    return [*found, f"{name}: {state}; {_read(verdict)}"]


def _read(verdict: Verdict) -> str:
    if not verdict.rows and not verdict.heads:
        return "nothing is recorded"
    if not verdict.heads:
        return f"{verdict.rows} rows, no signed head: only the chain speaks for them"
    heads = "1 signed head" if verdict.heads == 1 else f"{verdict.heads} signed heads"
    return f"{verdict.rows} rows, {heads}, vouched for up to position {verdict.vouched}"


class Progress:
    """Tells how far it is, at most once a second, where it disturbs nobody who reads the answer."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._told = monotonic()

    def tell(self, position: int, goal: int) -> None:
        """This far of that."""
        if monotonic() - self._told >= REPORT_SECONDS:
            self._told = monotonic()
            sys.stderr.write(f"{self._service}: {position} of {goal} rows\n")


@asynccontextmanager
async def _connected(service: str) -> AsyncIterator[Driver]:
    try:
        server = read_database_url(os.environ)
    except Misconfigured as failure:
        raise Cannot(str(failure)) from failure
    driver = await asyncpg.connect(operator_url(server, service=service))
    try:
        yield driver
    finally:
        await driver.close()


async def _has_event(driver: Driver, event_id: UUID) -> bool:
    found = "SELECT EXISTS (SELECT FROM public.journal WHERE event_id = $1)"
    return bool(await driver.fetchval(found, event_id))


def _believed(asked: argparse.Namespace, service: str) -> Believed:
    """The keys that may vouch for this service: its own, or all of those that were named."""
    files = asked.key or _keys_of(service, asked.keys)
    return believe(*(read_public(file) for file in files))


def _keys_of(service: str, folder: Path | None) -> Sequence[Path]:
    if folder is None:
        raise Cannot("give --keys FOLDER or --key FILE; `make verify` sets HEAD_KEYS for you")
    found = sorted({*folder.glob(f"{service}.pem"), *folder.glob(f"{service}.*.pem")})
    if not found:
        raise Cannot(f"{folder} holds no public key of {service}")
    return found


def _public_key() -> Ed25519PublicKey:
    file = _path("HEAD_KEY_FILE")
    if file is None:
        raise Cannot("set HEAD_KEY_FILE, which only the service itself is told")
    return read_signer(file).public


def _with_command(arguments: Sequence[str]) -> Sequence[str]:
    named = arguments and arguments[0] in (*COMMANDS, "-h", "--help")
    return arguments if named else ("record", *arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m events.sourcing.verify",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _ask_record(commands.add_parser("record", help="verify whole journals (the default)"))
    _ask_proof(commands.add_parser("prove", help="write a proof of one event"))
    commands.add_parser("key", help="print the public key of HEAD_KEY_FILE")
    return parser


def _ask_record(record: argparse.ArgumentParser) -> None:
    record.add_argument("services", nargs="*", metavar="SERVICE", help="all services without it")
    record.add_argument(
        "--key",
        action="append",
        type=Path,
        metavar="FILE",
        help="a public key (PEM) that is believed for every service; may be repeated",
    )
    record.add_argument(
        "--keys",
        type=Path,
        metavar="FOLDER",
        default=_path("HEAD_KEYS"),
        help="the public keys: SERVICE.pem, and SERVICE.ANYTHING.pem for one that signed before"
        " (default: HEAD_KEYS)",
    )
    record.add_argument(
        "--heads",
        type=Path,
        metavar="FOLDER",
        default=_path("HEADS_FOLDER"),
        help="the second place of the signed heads (default: HEADS_FOLDER)",
    )


def _ask_proof(proof: argparse.ArgumentParser) -> None:
    proof.add_argument("event_id", type=UUID, metavar="EVENT_ID")
    proof.add_argument("--service", help="where the event is; all are asked without it")
    proof.add_argument(
        "--since",
        type=int,
        metavar="SIZE",
        help="prove also that the record of the head over so many rows goes on in this one",
    )
    proof.add_argument("--out", type=Path, default=Path("proof.json"), metavar="FILE")


def _path(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
