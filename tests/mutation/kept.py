"""Keeps what became of each mutant, so that a run goes on where the last one was stopped.

A verdict holds as long as what it rests on is what it was: the code, whatever the tests share, and
the tests themselves: of a mutant that was noticed the file that noticed it, of others all of them.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from infra.local.places import ROOT
from tests.mutation.mutants import Mutant
from tests.mutation.trials import KILLED, Verdict

CODE = ("events", "infra", "contracts", "tests/support", "tests/simulation")
"""All that these tests run; what stands beside them, for them alone, counts as well."""
DRIVER = ("bounds", "mutants", "transplant", "trials", "watch")


class Kept:
    """The verdicts of one room, one a line of a file."""

    def __init__(self, file: Path, tests: Sequence[str], *, root: Path = ROOT) -> None:
        self._file = file
        self._root = root
        self._code = _digest(_code(root, {str(Path(name).parent) for name in tests}))
        # As they are now: who edits a test meanwhile does not change this run.
        self._each = {path: _digest([path]) for name in tests for path in _files(root / name)}
        self._tests = _digest(self._each)
        self._verdicts: dict[str, tuple[Verdict, str]] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                mutant, ended, by, rests_on = json.loads(line)
                self._verdicts[mutant] = Verdict(ended, by), rests_on

    def of(self, mutant: Mutant) -> Verdict | None:
        """What became of it, if that still holds."""
        verdict, rests_on = self._verdicts.get(_name(mutant), (None, ""))
        return verdict if verdict and rests_on == self._rests_on(verdict) else None

    def keep(self, mutant: Mutant, verdict: Verdict) -> None:
        line = [_name(mutant), verdict.ended, verdict.by, self._rests_on(verdict)]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(line) + "\n")

    def _rests_on(self, verdict: Verdict) -> str:
        if verdict.ended != KILLED:
            return f"{self._code} {self._tests}"
        noticed_by = self._root / verdict.by.partition("::")[0]
        return f"{self._code} {self._each.get(noticed_by, '')}"


def _name(mutant: Mutant) -> str:
    code = sha256(mutant.code.encode()).hexdigest()
    return f"{mutant.module} {mutant.nth} {code}"


def _code(root: Path, beside: Iterable[str]) -> Iterable[Path]:
    for place in (*CODE, *sorted(beside)):
        for path in sorted((root / place).rglob("*.py")):
            if not path.name.startswith("test_"):
                yield path
    yield from (root / "tests" / "mutation" / f"{name}.py" for name in DRIVER)


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def _digest(paths: Iterable[Path]) -> str:
    """Of what the files are called and what they hold."""
    found = sha256()
    for path in paths:
        found.update(f"{path.name} {len(path.read_bytes())} ".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
