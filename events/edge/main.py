"""Starts one service: `python -m services.NAME`; `… --help` names what else it does."""

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import uvicorn
from fastapi import FastAPI

from events.edge import parked_command
from events.sourcing.building import RebuildFailed
from events.sourcing.environment import Misconfigured
from events.sourcing.followed import follow_anew
from events.sourcing.garbage import search_now_and_then
from events.sourcing.kernel import Kernel
from events.sourcing.rebuild import rebuild
from events.sourcing.settings import Settings, read_settings
from events.sourcing.switch import NothingBefore, switch_back
from events.sourcing.topic_reader import TopicReader

LAST = 19
"""How nice a process can be."""
SELDOM = 1_000_000
"""Objects made between two searches for what refers to itself, in a build."""
KEPT_SECONDS = 75
"""How long an idle connection is kept: longer than our own services keep it (httpx: 5 s) and nginx
does (60 s), so that they send no question on one that is just being closed. A proxy that keeps it
longer must be told to let it go before."""

_log = logging.getLogger(__name__)


def main(
    service: str,
    build: Callable[[Settings], FastAPI],
    *,
    besides: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Serve until stopped; a wrong setting is named and nothing is started.

    `besides` are commands the service answers by itself, so that the help can name them.
    """
    parser = argparse.ArgumentParser(prog=f"python -m services.{service}")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="serve (the default)")
    again = commands.add_parser("rebuild", help="build a read model anew while it serves")
    back = commands.add_parser("switch-back", help="let the build that served before serve again")
    anew = commands.add_parser("follow-anew", help="begin on topics that were made anew")
    for command in (again, back):
        command.add_argument("read_model")
    anew.add_argument("reader")
    parked_command.add_to(commands)
    for name, about in besides.items():
        commands.add_parser(name, help=about)
    asked = parser.parse_args()
    if asked.command == "parked":
        sys.exit(parked_command.run(service, asked))
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for talkative in ("aiokafka", "httpx"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    try:
        settings = read_settings(service)
        app = build(settings)
    except (Misconfigured, OSError, ValueError) as failure:
        sys.exit(f"{service}: {failure}")
    if asked.command in _WITH_READ_MODELS:
        _run(_on_read_model(app.state.kernel, asked.read_model, asked.command))
        return
    if asked.command == "follow-anew":
        asyncio.run(_follow_anew(app.state.kernel, asked.reader))
        return
    search_now_and_then()
    uvicorn.run(app, host=settings.host, port=settings.port, **server_options())


def server_options() -> dict[str, Any]:
    """How every service is served, wherever it listens."""
    return {
        "log_level": "warning",
        "loop": "uvloop" if _has_uvloop() else "asyncio",
        "timeout_keep_alive": KEPT_SECONDS,
        "timeout_graceful_shutdown": 5,
    }


def _run(work: Coroutine[Any, Any, None]) -> None:
    factory = import_module("uvloop").new_event_loop if _has_uvloop() else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


async def _on_read_model(kernel: Kernel, name: str, command: str) -> None:
    known = ", ".join(sorted(kernel.projections)) or "none"
    if name not in kernel.projections:
        sys.exit(f"{kernel.service} has no read model {name!r}; it has: {known}")
    try:
        await _WITH_READ_MODELS[command](kernel, name)
    except (RebuildFailed, NothingBefore) as failure:
        sys.exit(f"{kernel.service}.{name}: {failure}; the model that serves was left alone")
    finally:
        await kernel.close()


async def _rebuild(kernel: Kernel, name: str) -> None:
    """Behind everybody who serves."""
    os.nice(LAST)
    # A build keeps much that never refers to itself; looking for that would take a fifth of it.
    gc.set_threshold(SELDOM)
    await rebuild(kernel, name, report=lambda line: _log.info("%s", line))


async def _switch_back(kernel: Kernel, name: str) -> None:
    version = await switch_back(kernel.engine, kernel.projections[name], clock=kernel.clock)
    _log.info("%s: version %s serves again and catches up", name, version)


async def _follow_anew(kernel: Kernel, name: str) -> None:
    reader = kernel.readers.get(name)
    try:
        if not isinstance(reader, TopicReader):
            sys.exit(f"{kernel.service} has no reader of topics named {name!r}")
        anew = await follow_anew(kernel.engine, kernel.topics, reader=name, names=reader.topics)
        _log.info("%s begins anew on: %s", name, ", ".join(anew) or "no topic; none was made anew")
    finally:
        await kernel.close()


_WITH_READ_MODELS = {"rebuild": _rebuild, "switch-back": _switch_back}


def _has_uvloop() -> bool:
    return find_spec("uvloop") is not None
