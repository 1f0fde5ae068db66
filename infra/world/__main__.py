"""`python -m infra.world load|story`: fill a running platform, or play one arrival on it."""

import argparse
import asyncio
import sys

from infra.world.client import Unanswered, client_from_environment
from infra.world.load import load
from infra.world.people import HOW_MANY
from infra.world.story import arrive, play


def main() -> None:
    """Talks to the services that the environment names (`REGISTRY_URL` and so on)."""
    parser = argparse.ArgumentParser(prog="python -m infra.world", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    loading = commands.add_parser("load", help="load the sample world; safe to repeat")
    loading.add_argument("--people", type=int, default=HOW_MANY, help=f"how many ({HOW_MANY})")
    loading.add_argument("--arrivals", action="store_true", help="and the people of the story")
    commands.add_parser("story", help="play one arrival and print each event")
    asked = parser.parse_args()
    try:
        asyncio.run(_run(asked))
    except* Unanswered as failures:
        sys.exit("\n".join(str(failure) for failure in failures.exceptions))


async def _run(asked: argparse.Namespace) -> None:
    client = client_from_environment()
    if asked.command == "load":
        await load(client, _say, count=asked.people)
        if asked.arrivals:
            await arrive(client, _say)
    else:
        await play(client, _say)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
