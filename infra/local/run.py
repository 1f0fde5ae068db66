"""`make run`: everything from an empty data folder to a table of addresses, and down again."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType

from events.sourcing.environment import Misconfigured, read_clock
from infra.local.carriers import prepare_carriers
from infra.local.checks import (
    check_data_format,
    check_disk,
    forget,
    needed_ports,
    note_holder,
    sole_run,
)
from infra.local.memory import resident_megabytes
from infra.local.places import DATA_FORMAT, Places
from infra.local.ports import discovered_services, port_base, port_table, require_free
from infra.local.problem import Problem
from infra.local.program import Program
from infra.local.progress import Progress
from infra.local.services import service_programs
from infra.local.steps import build_assets, load_world, prepare_kernel
from infra.local.summary import summary
from infra.local.supervision import Supervision, log_of, start_supervision
from infra.local.told import operators_told, programs_told

START_WITHIN_SECONDS = 120


class Stopped(BaseException):
    """Ctrl-C or a signal: not an error, so no `except Exception` may swallow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the platform is told besides, and what is played once it is up.

    `afresh`: begins without the data of the last time. `stays`: until it is told to stop.
    """

    told: Mapping[str, str]
    play: Callable[[Mapping[str, str], Progress], None]
    stays: bool
    afresh: bool = False


def sample_world(places: Places) -> Scene:
    """The whole sample world, there to be used."""
    return Scene(told={}, play=partial(load_world, loaded=places.loaded), stays=True)


def run(places: Places, scene: Scene) -> None:
    """Returns when it was told to stop and everything it started has stopped."""
    progress = Progress()
    with sole_run(places) as lock:
        require_free(needed_ports(os.environ))
        # Only now is it certain that nobody lives on this data.
        if scene.afresh:
            forget(places)
        note_holder(places, os.getpid())
        check_clock({**os.environ, **scene.told})
        check_data_format(places)
        check_disk(places)
        _stop_on_signals()
        try:
            _run(places, scene, progress, lock)
        except Stopped:
            progress.say("everything it started has stopped; the data stays in .local/")


def check_clock(environment: Mapping[str, str]) -> None:
    """Said once here, and not by every service that would end over it."""
    try:
        read_clock(environment)
    except Misconfigured as wrong:
        what, _, remedy = str(wrong).partition("; ")
        raise Problem(what, remedy=remedy) from wrong


def _run(places: Places, scene: Scene, progress: Progress, lock: int) -> None:
    plan = _plan(places, scene, progress)
    with _supervised(places, plan, progress, lock) as supervision:
        _start(supervision, plan.carriers, progress)
        prepare_kernel(plan.operators, progress)
        _start(supervision, plan.services, progress)
        scene.play(plan.told, progress)
        for line in summary(plan.ports, progress, resident_megabytes(supervision.daemon.pid)):
            progress.say(line)
        if not scene.stays:
            return
        supervision.daemon.wait()
    raise Problem(
        "supervisord ended, and with it everything it ran",
        remedy=f"read {log_of(places, 'supervisord')} and start again; the data is kept",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be started, where it listens, and what everybody is told.

    `operators` holds the superuser's password besides; nothing that stays is told it.
    """

    ports: Mapping[str, int]
    carriers: tuple[Program, ...]
    services: tuple[Program, ...]
    told: Mapping[str, str]
    operators: Mapping[str, str]


def _plan(places: Places, scene: Scene, progress: Progress) -> Plan:
    ports = port_table(discovered_services(), port_base())
    build_assets(progress)
    carriers = prepare_carriers(places, ports, os.environ, progress)
    places.version.write_text(DATA_FORMAT, encoding="utf-8")
    addresses = carriers.addresses
    return Plan(
        ports=ports,
        carriers=carriers.programs,
        services=service_programs(places, ports),
        told={**os.environ, **programs_told(places, ports, addresses), **scene.told},
        operators={**os.environ, **operators_told(places, ports, addresses), **scene.told},
    )


@contextmanager
def _supervised(places: Places, plan: Plan, progress: Progress, lock: int) -> Iterator[Supervision]:
    programs = (*plan.carriers, *plan.services)
    supervision = start_supervision(places, programs, environment=plan.told, lock=lock)
    try:
        yield supervision
    finally:
        with progress.step("stopping"):
            supervision.stop_everything(plan.services)


def _start(supervision: Supervision, programs: tuple[Program, ...], progress: Progress) -> None:
    if not programs:
        return
    with progress.step(f"starting {', '.join(program.name for program in programs)}"):
        supervision.start(programs)
        supervision.wait_until_ready(
            programs,
            seconds=START_WITHIN_SECONDS,
            ready=lambda program: progress.say(f"    {program.name} answers"),
        )


def _stop_on_signals() -> None:
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C must not cut the stopping short.
        for one in wanted:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    for one in wanted:
        signal.signal(one, stop)
