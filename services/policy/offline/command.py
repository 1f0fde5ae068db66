"""The offline tool: `check`, `explain`, `evaluate`, `package`, `confirm` and `bulk` over files."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from events.sourcing.clock import Clock, legal_day
from services.policy.offline.answering import evaluate, package
from services.policy.offline.asked import Asked
from services.policy.offline.checking import check
from services.policy.offline.commands import COMMANDS
from services.policy.offline.confirming import confirmed
from services.policy.offline.counting import bulk
from services.policy.offline.explaining import explain
from services.policy.offline.printing import PRINTED, problem_lines
from services.policy.offline.problems import Unusable, problem_out
from services.policy.rules import Vocabulary, default_vocabulary
from services.policy.rules.amount import HORIZON

Json = dict[str, Any]
WELL, WRONG = 0, 1
ANSWERS: Mapping[str, Callable[[Asked, Vocabulary], Json]] = {
    "explain": explain,
    "evaluate": evaluate,
    "package": package,
    "bulk": bulk,
}
TESTS: Mapping[str, Callable[[Asked, Vocabulary], tuple[Json, bool]]] = {
    "check": check,
    "confirm": confirmed,
}
"""These end with 1 where they find something wrong."""
HORIZON_HELP = f"months that a benefit without an end counts; {HORIZON} if left out"
ANSWER_HELP = "what `confirm` holds against everything: the file that `package --json` wrote"
PACKAGES_HELP = "add what everybody's best packages cost, by policy, body, payer and year"
RULINGS_HELP = "the folder of files with rulings on texts that contradict each other"
EXITS = "It ends with 0 where all is well, 1 where a file is refused, 2 where it was asked wrongly."


def run(arguments: Sequence[str], clock: Clock) -> int:
    """Answer on standard output, say progress and problems on standard error."""
    parser = _parser()
    given = parser.parse_args(arguments)
    asked = _asked(given, parser, clock())
    vocabulary = default_vocabulary()
    try:
        answer, well = _answer(given.command, asked, vocabulary)
    except Unusable as failure:
        return _refuse(failure, asked)
    try:
        _print_all(_lines(given.command, answer, asked))
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` does; what is left must not be flushed either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return WELL if well else WRONG


def _answer(command: str, asked: Asked, vocabulary: Vocabulary) -> tuple[Json, bool]:
    if command in TESTS:
        return TESTS[command](asked, vocabulary)
    return ANSWERS[command](asked, vocabulary), True


def _lines(command: str, answer: Json, asked: Asked) -> Iterable[str]:
    if asked.as_json:
        return [json.dumps(answer, ensure_ascii=False, indent=2)]
    return PRINTED[command](answer, asked.language)


def _refuse(failure: Unusable, asked: Asked) -> int:
    problems = [problem_out(each) for each in failure.problems]
    if asked.as_json:
        _print_all([json.dumps({"problems": problems}, ensure_ascii=False, indent=2)])
    for line in problem_lines(problems):
        sys.stderr.write(f"{line}\n")
    return WRONG


def _asked(given: argparse.Namespace, parser: argparse.ArgumentParser, now: datetime) -> Asked:
    known_at = given.known_at or now
    if known_at > now:
        parser.error("--known-at is yet to come: more may be recorded until then")
    return Asked(
        policies=given.policies,
        people=given.people,
        valid_at=given.valid_at or legal_day(now),
        known_at=known_at,
        confirmed_only=given.confirmed_only,
        horizon=given.horizon,
        language=given.lang,
        as_json=given.json,
        answer=given.answer,
        schedule=given.schedule,
        packages=getattr(given, "packages", False),
        rulings=given.rulings,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.policy", epilog=EXITS)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about, epilog=EXITS)
        _with_options(command)
        if name == "bulk":
            command.add_argument("--packages", action="store_true", help=PACKAGES_HELP)
    return parser


def _with_options(command: argparse.ArgumentParser) -> None:
    option = command.add_argument
    option("--policies", type=Path, required=True, metavar="DIR", help="the folder of policy files")
    option("--rulings", type=Path, metavar="DIR", help=RULINGS_HELP)
    option("--people", type=Path, metavar="FILE", help="who is judged: a .json or .parquet file")
    option("--answer", type=Path, metavar="FILE", help=ANSWER_HELP)
    option("--valid-at", type=_day, metavar="DATE", help="the day it is about; today if left out")
    option("--known-at", type=_moment, metavar="TIME", help="leave out what was recorded later")
    option("--confirmed-only", action="store_true", help="leave out policies without seen dates")
    option("--horizon", type=_months, default=HORIZON, metavar="MONTHS", help=HORIZON_HELP)
    option("--schedule", action="store_true", help="with `package`: what is paid in which month")
    option("--lang", choices=["zh", "en"], default="zh", help="the language of the sentences")
    option("--json", action="store_true", help="answer as JSON: contracts/policy-tool.schema.json")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write {text!r} as YYYY-MM-DD") from None


def _months(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"write {text!r} as whole months, one or more")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write {text!r} as 2026-04-01T09:00+08:00") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"say the zone of {text!r}: 2026-04-01T09:00+08:00")
    return moment


def _print_all(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
