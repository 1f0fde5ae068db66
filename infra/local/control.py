"""Looks at and steers the programs of a running platform: status, stop, start, restart one."""

import xmlrpc.client
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.places import Places
from infra.local.problem import Problem
from infra.local.supervision import interface


def show_status(places: Places) -> None:
    for info in _ask(places, lambda calls: calls.getAllProcessInfo()):
        print(f"{info['name']:<14} {info['statename']:<10} {info['description']}")


def stop(places: Places, name: str) -> None:
    _ask(places, lambda calls: calls.stopProcess(name))


def start(places: Places, name: str) -> None:
    _ask(places, lambda calls: calls.startProcess(name))


def restart(places: Places, name: str) -> None:
    stop(places, name)
    start(places, name)


STEERING: Mapping[str, Callable[[Places, str], None]] = {
    "start": start,
    "stop": stop,
    "restart": restart,
}


def _ask(places: Places, question: Callable[[Any], Any]) -> Any:
    try:
        with interface(places) as calls:
            return question(calls)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise Problem(
            "the platform is not running", remedy="`make run`, or with STORY=1 `make story KEEP=1`"
        ) from error
    except xmlrpc.client.Fault as fault:
        raise Problem(
            f"the supervisor answered: {fault.faultString}",
            remedy="see the names and states with `make status`",
        ) from fault
