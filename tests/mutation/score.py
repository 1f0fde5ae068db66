"""How many mutants were noticed, in a table; which of the others change nothing, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from events.sourcing.yaml_files import read_yaml_file
from tests.mutation.trials import KILLED, SURVIVED, TIMED_OUT

EQUIVALENTS = Path(__file__).with_name("equivalents.yaml")

Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Draw:
    """So many mutants of a module at most, 0 for all, and the seed by which they are drawn."""

    most: int
    seed: int


EVERY = Draw(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One mutant and what became of it."""

    room: str
    module: str
    line: int
    place: str
    diff: str
    verdict: str
    is_known: bool
    """Somebody has judged that it changes nothing, and said why."""

    @staticmethod
    def key(said: Mapping[str, Any]) -> Key:
        return said["module"], said["place"], said["diff"]

    @property
    def is_missed(self) -> bool:
        return self.verdict == SURVIVED and not self.is_known

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.place} survived\n{self.diff}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of one module, or of a whole room; equivalents are no mutants, so they do not count."""

    room: str
    module: str
    killed: int
    survived: int
    timed_out: int
    equivalent: int

    @staticmethod
    def of(room: str, module: str, trials: Iterable[Trial]) -> "Score":
        own = [one for one in trials if one.module == module]
        return Score(
            room=room,
            module=module,
            killed=sum(one.verdict == KILLED for one in own),
            survived=sum(one.is_missed for one in own),
            timed_out=sum(one.verdict == TIMED_OUT for one in own),
            equivalent=sum(one.verdict == SURVIVED and one.is_known for one in own),
        )

    @staticmethod
    def sum(room: str, scores: Sequence["Score"]) -> "Score":
        return Score(
            room=room,
            module="all",
            killed=sum(one.killed for one in scores),
            survived=sum(one.survived for one in scores),
            timed_out=sum(one.timed_out for one in scores),
            equivalent=sum(one.equivalent for one in scores),
        )

    @property
    def mutants(self) -> int:
        return self.killed + self.survived + self.timed_out

    @property
    def share(self) -> float:
        """Noticed of all that could be noticed; what never ends was noticed too."""
        return (self.killed + self.timed_out) / self.mutants if self.mutants else 1.0


def table(scores: Sequence[Score], draw: Draw) -> str:
    """One line for each module, and one for each room."""
    lines = [_line("module", "mutants", "killed", "survived", "timed out", "equivalent", "score")]
    for room in dict.fromkeys(score.room for score in scores):
        own = [score for score in scores if score.room == room]
        lines += [_of(score, score.module) for score in own]
        lines.append(_of(Score.sum(room, own), f"{room}: all"))
    lines.append(
        f"a sample of {draw.most} mutants of a module at most, drawn with seed {draw.seed}"
        if draw.most
        else "every mutant was tried"
    )
    return "\n".join(lines)


def _of(score: Score, name: str) -> str:
    counts = (score.mutants, score.killed, score.survived, score.timed_out, score.equivalent)
    return _line(name, *counts, f"{score.share:.1%}")


def _line(name: str, *columns: object) -> str:
    return f"{name:40}" + "".join(f"{column!s:>11}" for column in columns)


def equivalents() -> dict[Key, str]:
    """Mutants that nobody could notice, each with the reason."""
    listed = read_yaml_file(EQUIVALENTS) or []
    return {Trial.key(one): one["because"] for one in listed}
