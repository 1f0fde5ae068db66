"""Runs a module beside the platform, told the same addresses and secrets as the services."""

import os
import sys
from collections.abc import Sequence

from infra.local.carriers import known_addresses
from infra.local.places import ROOT, Places
from infra.local.ports import discovered_services, port_base, port_table
from infra.local.problem import Problem
from infra.local.services import service_environment


def run_module(places: Places, module: str, rest: Sequence[str]) -> None:
    """Becomes the module: its exit code and its Ctrl-C are ours."""
    if not places.version.exists():
        raise Problem(
            "there is no local data yet", remedy="`make run`, or with STORY=1 `make story KEEP=1`"
        )
    ports = port_table(discovered_services(), port_base())
    told = {
        **os.environ,
        **service_environment(places, ports),
        **known_addresses(places, ports, os.environ),
    }
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, "-m", module, *rest], told)  # noqa: S606 - no shell
