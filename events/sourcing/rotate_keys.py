"""`python -m events.sourcing.rotate_keys begin|rewrap|finish`: wrap the people's keys anew.

No event is touched: what is sealed stays as it is, only the wrapping of each person's key changes.

begin   puts a new key-encryption key first in KEK_FILE; the old one still opens.
        Restart what sees a copy of the file instead of the file itself, such as a container.
rewrap  wraps every person's key under the new one, in all services or those named.
finish  takes the old one out of KEK_FILE, once nothing is wrapped under it in any service.
        Copies of the keys that were made before can then be opened by nobody.

Each may be repeated; `make rotate-keys` does all three. DATABASE_URL and KEK_FILE say where, and
DATABASE_URL signs in as somebody who may change `subject_key` in every service's database.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.database import open_engine, operator_url
from events.sourcing.environment import Misconfigured
from events.sourcing.kek import CannotUnwrap, FileKek, KeyEncryption, keks_in
from events.sourcing.rewrap import count_others, rewrap
from events.sourcing.sealing import new_key
from events.sourcing.settings import known_services, read_database_url


class Unfinished(Exception):
    """Keys are still wrapped under the old key-encryption key."""


def begin(path: Path) -> None:
    """A new key-encryption key wraps from now on; a rotation that was begun is not begun twice."""
    keks = keks_in(path)
    if len(keks) == 1:
        _write(path, [new_key(), *keks])


async def finish(path: Path, engines: Sequence[AsyncEngine]) -> None:
    """Only the key that wraps stays; raises `Unfinished` while another is needed."""
    kek = FileKek(path)
    if left := sum([await count_others(engine, kek) for engine in engines]):
        raise Unfinished(f"{left} keys are still under the old key-encryption key: rewrap first")
    _write(path, keks_in(path)[:1])


def _write(path: Path, keks: Sequence[bytes]) -> None:
    """All or nothing: whoever reads meanwhile finds the old content or the new."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as written:
        written.write(b"".join(keks))
        written.flush()
        os.fsync(written.fileno())
    new = Path(written.name)
    new.chmod(path.stat().st_mode & 0o777)
    new.replace(path)


async def _rewrap_all(kek: KeyEncryption, engines: Sequence[AsyncEngine]) -> int:
    return sum([await rewrap(engine, kek) for engine in engines])


async def _run(step: str, path: Path, services: Sequence[str]) -> str:
    if step == "begin":
        begin(path)
        return "a new key-encryption key wraps from now on"
    server_url = read_database_url(os.environ)
    engines = [
        open_engine(operator_url(server_url, service=service), pool_size=1) for service in services
    ]
    try:
        if step == "rewrap":
            return f"{await _rewrap_all(FileKek(path), engines)} keys wrapped anew"
        await finish(path, engines)
        return "the old key-encryption key is gone"
    finally:
        for engine in engines:
            await engine.dispose()


def main() -> None:
    """Do what is asked, and say what was done."""
    parser = argparse.ArgumentParser(
        prog="python -m events.sourcing.rotate_keys",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("step", choices=["begin", "rewrap", "finish"])
    parser.add_argument("services", nargs="*", help="those to rewrap; all without names")
    asked = parser.parse_args()
    everybody = asked.step != "rewrap" or not asked.services
    services = known_services() if everybody else asked.services
    try:
        done = asyncio.run(_run(asked.step, Path(os.environ["KEK_FILE"]), services))
    except KeyError as missing:
        sys.exit(f"{asked.step}: set {missing.args[0]}; `make rotate-keys` sets it for you")
    except (OSError, ValueError, SQLAlchemyError, Misconfigured, CannotUnwrap, Unfinished) as why:
        sys.exit(f"{asked.step}: {why}")
    sys.stdout.write(f"{done}\n")


if __name__ == "__main__":
    main()
