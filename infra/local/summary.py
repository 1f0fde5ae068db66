"""The short table at the end of `make run`: addresses, what they are, whom to sign in as."""

from collections.abc import Iterator, Mapping

from infra.local.ports import discovered_services
from infra.local.progress import Progress
from infra.local.services import service_url

WHAT: Mapping[str, tuple[str, str]] = {
    "portal": ("my view, for talents", "choose a talent on the first page"),
    "console": ("the queue, for staff", "choose a member of staff on the first page"),
    "ops": ("traces, pulse, journeys", "choose an operator on the first page"),
    "feeds": ("public events for agencies", "GET /events with an agency's token"),
}


def summary(ports: Mapping[str, int], progress: Progress, megabytes: int) -> Iterator[str]:
    yield ""
    for name in _pages_first():
        what, whom = WHAT.get(name, ("HTTP interface for programs", ""))
        yield f"  {service_url(ports, name):<24} {name:<10} {what:<28} {whom}".rstrip()
    yield ""
    for what, seconds in progress.steps:
        yield f"  {seconds:7.1f} s  {what}"
    yield f"  {progress.seconds:7.1f} s  in all; {megabytes} MB resident (all processes together)"
    yield ""
    yield "Logs: .local/log/   State: make status   Stop: Ctrl-C"


def _pages_first() -> list[str]:
    known = [name for name in WHAT if name in discovered_services()]
    return [*known, *(name for name in discovered_services() if name not in WHAT)]
