"""What each process of a platform has cost so far."""

from collections.abc import Iterable, Mapping

import psutil

from tests.bench.platform import Platform


def spent_by(place: Platform) -> Mapping[str, float]:
    """CPU seconds by service, of the servers below them, and of this process, who asks."""
    services = {name: psutil.Process(one.pid) for name, one in place.running.items()}
    others = psutil.Process().children(recursive=True)
    return {
        **{name: _used([one, *one.children(recursive=True)]) for name, one in services.items()},
        "postgres": _used(one for one in others if one.name().startswith("postgres")),
        "kafka": _used(one for one in others if one.name() == "java"),
        "bench": _used([psutil.Process()]),
    }


def _used(processes: Iterable[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return float(sum(each.user + each.system for each in times))
