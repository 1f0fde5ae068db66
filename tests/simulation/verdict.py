"""Whether a run came to what the calm one came to, and if not, where it differs."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from infra.world.client import Unanswered
from tests.simulation.make import SOUND, Make
from tests.simulation.play import Run, play
from tests.simulation.settled import NeverSettled
from tests.simulation.world import World

SHOWN = 4
"""Of what differs in one place, so many lines at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`faults` says what is wrong, nothing where all is well."""

    seed: int
    faults: list[str]
    mishaps: list[tuple[str, str]] = field(default_factory=list)
    trace: str = ""


def judge(
    world: World, calm: Run, seed: int, *, make: Make = SOUND, without: Collection[str] = ()
) -> Verdict:
    """Play the story under this seed and compare; a story that gets stuck fails as well."""
    try:
        found = play(world, seed, calm.steps, make=make, without=without)
    except (NeverSettled, Unanswered) as stuck:
        return Verdict(seed=seed, faults=[f"{type(stuck).__name__}: {stuck}"])
    return Verdict(
        seed=seed,
        faults=[*found.flaws, *differences(calm, found)],
        mishaps=found.mishaps,
        trace=found.trace.digest(),
    )


def how_often(mishaps: Iterable[tuple[str, str]]) -> str:
    """How many there were of each, at whatever step."""
    times = Counter(what for _, what in mishaps)
    return ", ".join(f"{what} {n}" for what, n in sorted(times.items()))


def differences(calm: Run, found: Run) -> Iterator[str]:
    """Where the two did not come to the same, line by line."""
    if calm.digest == found.digest:
        return
    for what in sorted(calm.state.keys() | found.state.keys()):
        before, now = calm.state.get(what, []), found.state.get(what, [])
        if before == now:
            continue
        yield f"{what} differs"
        yield from [f"  - {line}" for line in before if line not in now][:SHOWN]
        yield from [f"  + {line}" for line in now if line not in before][:SHOWN]
