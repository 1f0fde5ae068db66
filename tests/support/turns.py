"""Which files of tests begin, so that no long one is left to run when all else is done."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

LONGEST: Sequence[str] = (
    # Two whole platforms one after the other; beside them, at first, what waits most of the time.
    "integration/test_story_under_faults.py",
    "integration/test_restore_heard.py",
    "integration/test_restore_found.py",
    "integration/test_fifth_service.py",
    # Given to whoever runs the story, for afterwards: xdist keeps two tests ready for each.
    "integration/test_erasure_remains.py",
    # These have processes of their own, which ask for every processor.
    "simulation/test_seeds.py",
    "simulation/test_more_seeds.py",
    "integration/test_prove_sample.py",
    "integration/test_portal_pages.py",
    # Many services of their own, one test after the other.
    "integration/test_policy_road.py",
    "integration/test_policy_door.py",
    "integration/test_console_rulings.py",
    "integration/test_feeds_road.py",
    "integration/test_ops_watch.py",
    "integration/test_ops_stale.py",
    "integration/test_ops_worker.py",
    "integration/test_portal_leaving.py",
    "integration/test_matching_road.py",
    "integration/test_feeds_contract.py",
    "integration/test_policy_household.py",
    "integration/test_policy_standing.py",
    "integration/test_policy_circles.py",
    "integration/test_policy_rulings.py",
    "integration/test_policy_amended.py",
    "integration/test_policy_offline.py",
    "integration/test_portal_rulings.py",
    "integration/test_matching_processes.py",
    "integration/test_matching_door.py",
    "integration/test_ops_live.py",
    # Long for other reasons.
    "integration/test_record_vouched.py",
    "integration/test_parking_door.py",
    "integration/test_erasure_steps.py",
    "integration/test_dataref_road.py",
    "integration/test_parking_pages.py",
    "integration/test_kafka_faults.py",
    "integration/test_relay_backlog.py",
)
"""Below `tests`; whatever is not named comes after. A run ends by saying which took longest."""


class Named(Protocol):
    """What pytest is going to run, or has run a part of."""

    @property
    def nodeid(self) -> str:
        """Its file and its name."""


class Timed(Named, Protocol):
    """What pytest has run a part of."""

    @property
    def duration(self) -> float:
        """In seconds."""


def turn(test: Named) -> int:
    """The place of its file; tests of one file stay together and in their order."""
    file = file_of(test)
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


def file_of(test: Named) -> str:
    return test.nodeid.partition("::")[0].removeprefix("tests/")


def longest(reports: Iterable[Timed], *, most: int) -> list[tuple[str, float]]:
    """The files that took longest, with their seconds; set-up and what follows is of them too."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        seconds[file_of(report)] += report.duration
    return sorted(seconds.items(), key=lambda one: -one[1])[:most]


def timed(stats: Iterable[Sequence[Any]]) -> list[Timed]:
    """Those of pytest's notes on a run that say how long something took."""
    return [one for noted in stats for one in noted if hasattr(one, "duration")]
