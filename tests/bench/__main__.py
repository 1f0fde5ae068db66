"""`python -m tests.bench [FAMILY …]`: one JSON line for each figure; progress on standard error."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from events.sourcing.garbage import search_now_and_then
from tests.bench import (
    append,
    backlog,
    carry,
    fold,
    policy_bulk,
    policy_package,
    policy_registry,
    record,
    road,
    standing,
)
from tests.bench.figures import Figure

FAMILIES: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "append": append.measure,
    "relay": carry.measure_drain,
    "replay": carry.measure_replay,
    "road": road.measure,
    "backlog": backlog.measure,
    "policy": lambda: chain(
        policy_bulk.measure(),
        policy_package.measure(),
        policy_registry.measure(),
        standing.measure(),
    ),
    "standing": standing.measure,
    "record": lambda: chain(fold.measure(), record.measure()),
}

ALL = [name for name in FAMILIES if name != "standing"]
"""It is part of `policy`, and can be asked for by itself."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("family", nargs="*", choices=[*FAMILIES, []], help="all without a name")
    families = parser.parse_args().family or ALL
    # As the services and the offline tool do from their start on.
    search_now_and_then()
    for family in families:
        for figure in FAMILIES[family]():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
