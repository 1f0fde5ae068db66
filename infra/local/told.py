"""What the platform's programs are told, and running a module beside them that is told the same."""

import os
import sys
from collections.abc import Mapping, Sequence

from events.sourcing.credentials import without_credentials
from infra.local.carriers import known_addresses
from infra.local.places import ROOT, Places
from infra.local.ports import discovered_services, port_base, port_table
from infra.local.problem import Problem
from infra.local.services import operator_environment, own_environment, service_environment


def programs_told(
    places: Places, ports: Mapping[str, int], addresses: Mapping[str, str]
) -> dict[str, str]:
    """What every program may know: of the database where it is, and nobody's password."""
    place = without_credentials(addresses["DATABASE_URL"])
    return service_environment(places, ports) | {**addresses, "DATABASE_URL": place}


def operators_told(
    places: Places, ports: Mapping[str, int], addresses: Mapping[str, str]
) -> dict[str, str]:
    """What whoever prepares, verifies or rotates needs: the superuser's password as well."""
    return service_environment(places, ports) | {**addresses, **operator_environment(places)}


def run_module(places: Places, module: str, rest: Sequence[str]) -> None:
    """Becomes the module: its exit code and its Ctrl-C are ours."""
    if not places.version.exists():
        raise Problem(
            "there is no local data yet", remedy="`make run`, or with STORY=1 `make story KEEP=1`"
        )
    os.chdir(ROOT)
    told = {**os.environ, **module_told(places, module)}
    os.execve(sys.executable, [sys.executable, "-m", module, *rest], told)  # noqa: S606 - no shell


def module_told(places: Places, module: str) -> dict[str, str]:
    """A module of a service signs in as that service; any other one is an operator's tool."""
    ports = port_table(discovered_services(), port_base())
    addresses = known_addresses(places, ports, os.environ)
    room, _, rest = module.partition(".")
    if room == "services":
        own = own_environment(places, rest.partition(".")[0])
        return programs_told(places, ports, addresses) | own
    return operators_told(places, ports, addresses)
