"""Which files of tests begin, so that no long one is left to run alone when all else is done."""

from collections.abc import Sequence
from typing import Protocol

LONGEST: Sequence[str] = (
    "integration/test_story_under_faults.py",
    "simulation/test_seeds.py",
    "integration/test_prove_sample.py",
    "integration/test_fifth_service.py",
    "integration/test_restore_heard.py",
    "integration/test_restore_found.py",
    "integration/test_erasure_remains.py",
    "integration/test_relay_backlog.py",
    "integration/test_portal_pages.py",
    "integration/test_kafka_faults.py",
    "integration/test_erasure_steps.py",
    "integration/test_ops_worker.py",
    "integration/test_parking_door.py",
)
"""Below `tests`, as long as they took; a file that is not named comes after, as it was found."""


class Test(Protocol):
    """What pytest is going to run."""

    @property
    def nodeid(self) -> str: ...


def turn(test: Test) -> int:
    """The place of its file; tests of one file stay together and in their order."""
    file = test.nodeid.partition("::")[0].removeprefix("tests/")
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)
