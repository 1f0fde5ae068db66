"""Many seeds on all cores; each process loads the world once and plays its share."""

import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

from tests.simulation.play import Run, make_world, play_calmly
from tests.simulation.verdict import Verdict, judge
from tests.simulation.world import World

AT_ONCE = 5
"""Seeds that a process is given at a time."""


def judged(seeds: Sequence[int]) -> Iterator[Verdict]:
    """What each seed comes to, in their order."""
    # Made anew and not copied: whoever asks may have threads.
    anew = get_context("spawn")
    shares = ceil(len(seeds) / AT_ONCE)
    workers = max(1, min(shares, os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, initializer=quietly, mp_context=anew) as pool:
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
