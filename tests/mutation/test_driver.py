"""The driver finds what no test notices: with a test taken away, mutants survive that did not."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from infra.local.places import ROOT
from tests.mutation.__main__ import ask
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.room import Found
from tests.mutation.rooms import ROOMS, Room
from tests.mutation.score import EVERY, Score, Trial, equivalents, table
from tests.mutation.transplant import put
from tests.mutation.trials import KILLED, SURVIVED, TIMED_OUT

PINNED = "tests/unit/sourcing/test_given_up.py"
ROOM = Room(modules=["events/sourcing/given_up.py"], tests=[PINNED])


def survivors(found: Found) -> set[str]:
    assert found["failed"] == []
    assert found["mutants"]
    return {one["place"] for one in found["mutants"] if one["verdict"] == SURVIVED}


def test_what_every_test_pins_is_noticed() -> None:
    assert survivors(ask(ROOM)) == set()


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
