"""The one table of ports; CONCORD_PORT_BASE moves all of them together."""

import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.local.places import ROOT
from infra.local.problem import Problem

DEFAULT_BASE = 8100
HOST = "127.0.0.1"

OFFSETS: Mapping[str, int] = {
    "portal": 0,
    "console": 1,
    "registry": 10,
    "policy": 11,
    "concierge": 12,
    "matching": 13,
    "feeds": 14,
    "ops": 15,
    "ops-worker": 16,
    "postgres": 32,
    "kafka": 92,
    "kafka-controller": 93,
}

# A service that the table does not know yet takes the next of these, in the order of the alphabet.
FIRST_FREE_OFFSET = 20


def port_base() -> int:
    return int(os.environ.get("CONCORD_PORT_BASE", str(DEFAULT_BASE)))


def discovered_services(root: Path = ROOT) -> tuple[str, ...]:
    """Every folder under services/ that can be started; the fifth service needs no edit here."""
    return tuple(sorted(found.parent.name for found in root.glob("services/*/__main__.py")))


def port_table(services: Iterable[str], base: int) -> dict[str, int]:
    """The port of each service and of what carries them."""
    table = {name: base + offset for name, offset in OFFSETS.items()}
    newcomers = sorted(set(services) - set(OFFSETS))
    return table | {name: base + FIRST_FREE_OFFSET + nth for nth, name in enumerate(newcomers)}


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A port whose last connection is still winding down may be taken again; a listener may not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Asked by connecting, because a probe that binds could take the port from who is starting."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        return probe.connect_ex((HOST, port)) == 0


def free_port() -> int:
    """A port that was free a moment ago, for stacks that must not meet a running `make run`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def require_free(table: Mapping[str, int]) -> None:
    taken = {name: port for name, port in table.items() if not is_free(port)}
    if taken:
        named = ", ".join(f"{port} ({name})" for name, port in sorted(taken.items()))
        raise Problem(
            f"port already in use: {named}",
            remedy="stop the program that listens there, or set CONCORD_PORT_BASE to another "
            f"base than {port_base()}: make run CONCORD_PORT_BASE={port_base() + 1000}",
        )
