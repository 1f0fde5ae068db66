"""Many seeds on all cores; each process loads the world once and plays its share."""

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

from tests.simulation.play import Run, make_world, play_calmly
from tests.simulation.verdict import Verdict, judge
from tests.simulation.world import World

AT_ONCE = 5
"""Seeds that a process is given at a time."""


def judged(seeds: Iterable[int]) -> Iterator[Verdict]:
    """What each seed comes to, in their order."""
    # Made anew and not copied: whoever asks may have threads.
    anew = get_context("spawn")
    with ProcessPoolExecutor(initializer=quietly, mp_context=anew) as pool:
        yield from pool.map(judged_here, seeds, chunksize=AT_ONCE)


@cache
def the_story() -> tuple[World, Run]:
    """The world and its calm run, once for each process."""
    kek_file = Path(mkdtemp()) / "kek"
    kek_file.write_bytes(b"k" * 32)
    world = make_world(kek_file)
    return world, play_calmly(world)


def quietly() -> None:
    """What the services say about mishaps would hide what comes of them."""
    logging.disable(logging.CRITICAL)


def judged_here(seed: int) -> Verdict:
    """What one seed comes to, in this process."""
    world, calm = the_story()
    return judge(world, calm, seed)
