"""What is wrong with the given files: all of it at once, each with its place and remedy."""

from collections.abc import Iterable

from services.policy.rules import FormatError
from services.policy.rules.errors import Mark

START = Mark(1, 1)


class Unusable(Exception):
    """Files that nothing can be answered from."""

    def __init__(self, problems: Iterable[FormatError]) -> None:
        self.problems = sorted(problems, key=_place)
        super().__init__("\n".join(map(str, self.problems)))


def problem(file: str, said: str, remedy: str, *, path: str = "(whole file)") -> FormatError:
    """About a file of which no line is at fault more than another."""
    return FormatError(file=file, mark=START, path=path, problem=said, remedy=remedy)


def _place(problem: FormatError) -> tuple[str, int, int]:
    return problem.file, problem.mark.line, problem.mark.column


def problem_out(problem: FormatError) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "path": problem.path,
        "problem": problem.problem,
        "remedy": problem.remedy,
    }
