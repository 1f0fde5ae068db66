"""The driver finds what no test notices: with a test taken away, mutants survive that did not."""

import sys
from collections.abc import Iterator
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import pytest

from infra.local.places import ROOT
from tests.mutation import bounds
from tests.mutation.__main__ import ask
from tests.mutation.kept import DRIVER, Kept
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.room import Found
from tests.mutation.rooms import ROOMS, Room
from tests.mutation.score import EVERY, Score, Trial, equivalents, table
from tests.mutation.transplant import put
from tests.mutation.trials import KILLED, SURVIVED, TIMED_OUT, Verdict
from tests.mutation.watch import Line, Watch

PINNED = "tests/unit/sourcing/test_given_up.py"
ROOM = Room(modules=["events/sourcing/given_up.py"], tests=[PINNED])


def survivors(found: Found) -> set[str]:
    assert found["failed"] == []
    assert found["mutants"]
    return {one["place"] for one in found["mutants"] if one["verdict"] == SURVIVED}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutation") / "kept.jsonl"


@pytest.fixture(scope="module")
def pinned(kept: Path) -> Found:
    return ask(ROOM, kept=kept)


def test_what_every_test_pins_is_noticed(pinned: Found) -> None:
    assert survivors(pinned) == set()


def test_what_was_tried_is_not_tried_again(pinned: Found, kept: Path) -> None:
    again = ask(ROOM, kept=kept)
    assert (pinned["earlier"], again["earlier"]) == (0, len(pinned["mutants"]))
    assert again["mutants"] == pinned["mutants"]


def test_without_its_test_a_mutant_survives() -> None:
    """The negative control: the same room, one test poorer."""
    gone = f"{PINNED}::test_only_what_was_given_up_is_skipped"
    found = ask(ROOM, deselected=[gone])
    assert survivors(found) == {"GivenUp.skips"}


def test_tests_that_fail_without_any_mutant_say_nothing(tmp_path: Path) -> None:
    failing = tmp_path / "test_failing.py"
    failing.write_text("def test_nothing() -> None:\n    assert not 1\n", encoding="utf-8")
    found = ask(Room(modules=ROOM.modules, tests=[str(failing)]))
    assert [name.rpartition("::")[2] for name in found["failed"]] == ["test_nothing"]
    assert found["mutants"] == []


RULES = '''"""Rules, small enough to count."""

from dataclasses import dataclass

LIMIT = 3
TABLE = {"a": LIMIT}
SAID = "some words"


def over(number: int) -> bool:
    return number > LIMIT


@dataclass(frozen=True, slots=True)
class Rule:
    most: int = 5

    def holds(self, number: int) -> bool:
        return number < self.most

    @property
    def least(self) -> int:
        return self.most - 1


def doubled(number: int) -> int:
    return 2 * number


def size(number: int) -> str:
    if number > LIMIT:
        return "large"
    return "small"


DOUBLE = doubled(4)
'''
ASKER = "from some_rules import DOUBLE, LIMIT, Rule, over\n"


@pytest.fixture
def asker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module that has imported the rules, by their names."""
    (tmp_path / "some_rules.py").write_text(RULES, encoding="utf-8")
    (tmp_path / "some_asker.py").write_text(ASKER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("some_asker")
    for name in ("some_asker", "some_rules"):
        del sys.modules[name]


def mutant(root: Path, change: str) -> Mutant:
    """The only one that says so."""
    (found,) = (one for one in mutants_of(root, "some_rules.py") if f"+{change}" in one.diff)
    return found


@pytest.mark.usefixtures("asker")
def test_tables_dataclasses_and_properties_are_changed_and_wording_is_not(tmp_path: Path) -> None:
    changes = [one.diff for one in mutants_of(tmp_path, "some_rules.py")]
    for place in ("LIMIT = 3", '"a": LIMIT', "most: int = 5", "number <", "self.most - 1"):
        assert any(place in change for change in changes)
    assert not any("XXsome" in change or "frozen" in change for change in changes)


def test_whoever_has_imported_what_is_changed_has_the_mutant(
    tmp_path: Path, asker: ModuleType
) -> None:
    rules = import_module("some_rules")
    assert (asker.over(3), asker.Rule().holds(5), asker.Rule().least) == (False, False, 4)
    put(tmp_path, mutant(tmp_path, "    return number >= LIMIT"))
    put(tmp_path, mutant(tmp_path, "        return number <= self.most"))
    put(tmp_path, mutant(tmp_path, "        return self.most + 1"))
    assert (asker.over(3), asker.Rule().holds(5), asker.Rule().least) == (True, True, 6)
    put(tmp_path, mutant(tmp_path, "    most: int = 6"))
    assert asker.Rule().most == 6
    put(tmp_path, mutant(tmp_path, "LIMIT = 4"))
    assert (asker.LIMIT, rules.TABLE, asker.over(3)) == (4, {"a": 4}, False)
    put(tmp_path, mutant(tmp_path, "    return 3 * number"))
    assert asker.DOUBLE == 12


def test_a_change_in_a_line_is_shown_to_those_tests_alone_that_run_it(
    tmp_path: Path, asker: ModuleType
) -> None:
    rules, reached = import_module("some_rules"), set[Line]()
    with Watch(tmp_path, {"some_rules.py"}, reached):
        assert rules.size(2) == "small"
        assert asker.over(4)
    ran = {line for _, line in reached}

    def concerns(change: str) -> bool:
        return not ran.isdisjoint(mutant(tmp_path, change).lines)

    assert [concerns(f'{" " * indented}return "XX{word}') for indented, word in SIZES] == [
        False,
        True,
    ]
    assert concerns("    return number >= LIMIT")
    assert concerns("    if number >= LIMIT")
    assert not concerns("    return 3 * number")


SIZES = ((8, "large"), (4, "small"))


@pytest.mark.usefixtures("asker")
def test_lines_are_counted_as_before_where_a_mutant_runs(tmp_path: Path) -> None:
    rules, reached = import_module("some_rules"), set[Line]()
    changed = mutant(tmp_path, "    return 3 * number")
    put(tmp_path, changed)
    with Watch(tmp_path, {"some_rules.py"}, reached):
        assert rules.doubled(2) == 6
    assert ("some_rules.py", changed.line) in reached


def _never_end() -> None:
    bounds.bound_time(0)
    while True:
        pass


def _end() -> None:
    bounds.bound_time(1)


def test_a_mutant_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CPU_SECONDS_MORE", 0.05)
    codes = []
    for task in (_never_end, _end):
        child = get_context("fork").Process(target=task)
        child.start()
        assert bounds.ends(child, usual=1)
        codes.append(child.exitcode)
    assert codes == [bounds.STOPPED, 0]


KILLER, OTHER = "tests/unit/test_killer.py", "tests/unit/test_other.py"


@pytest.mark.parametrize(
    ("edited", "verdict", "holds"),
    [
        ("README.md", Verdict(KILLED, f"{KILLER}::test_it"), True),
        (OTHER, Verdict(KILLED, f"{KILLER}::test_it"), True),
        (KILLER, Verdict(KILLED, f"{KILLER}::test_it"), False),
        (OTHER, Verdict(SURVIVED), False),
        (OTHER, Verdict(TIMED_OUT), False),
        ("events/rules.py", Verdict(KILLED, f"{KILLER}::test_it"), False),
        ("tests/support/given.py", Verdict(KILLED, f"{KILLER}::test_it"), False),
        ("tests/mutation/trials.py", Verdict(KILLED, f"{KILLER}::test_it"), False),
    ],
)
def test_a_verdict_holds_until_what_it_rests_on_is_touched(
    tmp_path: Path, edited: str, verdict: Verdict, *, holds: bool
) -> None:
    places = ["README.md", KILLER, OTHER, "events/rules.py", "tests/support/given.py"]
    for place in [*places, *(f"tests/mutation/{name}.py" for name in DRIVER)]:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(RULES, encoding="utf-8")
    tried = mutants_of(tmp_path, "events/rules.py")[0]

    def kept() -> Kept:
        return Kept(tmp_path / "kept.jsonl", [KILLER, OTHER], root=tmp_path)

    kept().keep(tried, verdict)
    assert kept().of(tried) == verdict
    (tmp_path / edited).write_text(f"{RULES}\n", encoding="utf-8")
    assert kept().of(tried) == (verdict if holds else None)


def test_what_is_judged_to_change_nothing_still_stands_there_with_its_reason() -> None:
    for (module, _, diff), because in equivalents().items():
        source = (ROOT / module).read_text(encoding="utf-8").splitlines()
        changed = [line[1:] for line in diff.splitlines() if line.startswith("-")]
        assert [line for line in changed if line not in source] == []
        assert len(because.split()) > 3


def test_every_module_and_every_test_of_a_room_is_there() -> None:
    for room in ROOMS.values():
        assert [name for name in (*room.modules, *room.tests) if not (ROOT / name).exists()] == []


def _trial(verdict: str, *, is_known: bool = False) -> Trial:
    return Trial(
        room="store",
        module="memory.py",
        line=1,
        place="",
        diff="",
        verdict=verdict,
        is_known=is_known,
    )


def test_the_score_is_what_was_noticed_of_what_could_be() -> None:
    trials = [
        *[_trial(KILLED)] * 6,
        _trial(TIMED_OUT),
        *[_trial(SURVIVED)] * 3,
        *[_trial(SURVIVED, is_known=True)] * 5,
    ]
    score = Score.of("store", "memory.py", trials)
    assert (score.mutants, score.share) == (10, 0.7)
    told = table([score], EVERY).splitlines()
    assert told[1].split() == ["memory.py", "10", "6", "3", "1", "5", "70.0%"]
    assert told[2].split() == ["store:", "all", "10", "6", "3", "1", "5", "70.0%"]
