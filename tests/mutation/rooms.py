"""What is mutated, and the fast tests that must notice: four rooms, none needs a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

AIM = 0.9
"""The share of mutants that must be noticed in each room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Some modules and the tests, files or folders, that are to pin them."""

    modules: Sequence[str]
    tests: Sequence[str]


_CHECKER = "infra/check/evolution"
_KERNEL, _TESTS = "events/sourcing", "tests/unit/sourcing"

ROOMS: Mapping[str, Room] = {
    "checker": Room(
        # `shapes` decides nothing: it gathers what `make check` compares with the contracts.
        modules=[
            f"{_CHECKER}/{name}.py"
            for name in (
                "alternatives",
                "compare",
                "corpus",
                "history",
                "kinds",
                "objects",
                "schemas",
                "upcasters",
                "values",
                "__main__",
            )
        ],
        # The properties of `test_properties.py` take a minute, and chance has no part here.
        tests=[
            f"tests/unit/{_CHECKER.split('/', maxsplit=1)[0]}/evolution/test_{name}.py"
            for name in ("kinds", "history", "corpus", "command", "upcasters")
        ],
    ),
    "store": Room(
        modules=[f"{_KERNEL}/{name}.py" for name in ("memory", "appender", "gather", "company")],
        tests=[
            f"{_TESTS}/test_{name}.py"
            for name in ("memory_journal", "appender", "gather", "company", "handle")
        ],
    ),
    "relay": Room(
        modules=[f"{_KERNEL}/{name}.py" for name in ("relay", "lease", "tail", "wake", "bus")],
        tests=[
            f"{_TESTS}/test_{name}.py"
            for name in ("relay", "relay_turns", "lease", "tail", "wake", "bus")
        ],
    ),
    "consumer": Room(
        modules=[
            f"{_KERNEL}/{name}.py"
            for name in (
                "applier",
                "replay",
                "taking_back",
                "one_commit",
                "side_by_side",
                "journal_reader",
                "versions",
                "topic_reader",
                "followed",
                "arrivals",
                "intake",
                "faults",
                "parking",
                "standing",
                "given_up",
                "forks",
                "reader",
            )
        ],
        tests=[
            f"{_TESTS}/test_{name}.py"
            for name in (
                "applier",
                "side_by_side",
                "standing",
                "journal_reader",
                "topic_reader",
                "gathering",
                "followed",
                "arrivals",
                "intake",
                "faults",
                "given_up",
                "gone_on_without",
                "parking",
                "persisting",
                "progress",
                "reader_spans",
                "small_words",
            )
        ],
    ),
}
