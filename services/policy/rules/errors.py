"""What is wrong with a file: where it stands, which rule it breaks, and what to write instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Line and column, both counted from one."""

    line: int
    column: int


class FormatError(ValueError):
    """A file that cannot be read as a policy or vocabulary; nothing of it is used."""

    def __init__(self, *, file: str, mark: Mark, path: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{mark.line}:{mark.column}: {path}: {problem}. {remedy}")
        self.file = file
        self.mark = mark
        self.path = path
        self.problem = problem
        self.remedy = remedy
