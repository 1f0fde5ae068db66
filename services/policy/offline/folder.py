"""The policies of a folder: read strictly, every file, and held against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from services.policy.offline.problems import Unusable, problem
from services.policy.rules import FormatError, Policy, Vocabulary
from services.policy.rules.days import WrittenDay
from services.policy.rules.net_of import circles
from services.policy.rules.parse import read_policy
from services.policy.rules.reader import Cursor
from services.policy.rules.standing import starts
from services.policy.rules.yaml_file import MOST_BYTES, read_yaml


@dataclass(frozen=True, slots=True)
class File:
    """`at` points at the whole of it, so that what is found later still knows its lines."""

    policy: Policy
    at: Cursor

    def place(self, *path: str) -> Cursor:
        here = self.at
        for step in path:
            value = here.value
            here = here.at(step, value[step]) if isinstance(value, dict) else here
        return here


@dataclass(frozen=True, slots=True)
class Folder:
    """Either problems, or policies that can stand together."""

    files: Sequence[File]
    problems: Sequence[FormatError]

    def must_be_whole(self) -> None:
        """Where one file is refused all are: an answer without it might be another answer."""
        if self.problems:
            raise Unusable(self.problems)


def read_folder(folder: Path, vocabulary: Vocabulary) -> Folder:
    """Every policy file in it and below it; raises `Unusable` where there is none."""
    if not folder.is_dir():
        raise Unusable([problem(str(folder), "there is no such folder", "Name a folder.")])
    paths = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    if not paths:
        remedy = "Put policy files there, each named after its policy: SH-PUJIANG.yaml."
        raise Unusable([problem(str(folder), "it holds no policy file", remedy)])
    read = [_read(path, folder, vocabulary) for path in paths]
    files = [each for each in read if isinstance(each, File)]
    broken = [each for each in read if isinstance(each, FormatError)]
    return Folder(files, [*broken, *_at_odds(files), *_in_circles(files)])


def _read(path: Path, folder: Path, vocabulary: Vocabulary) -> File | FormatError:
    try:
        with path.open("rb") as file:
            # One byte over the bound is enough to refuse what is larger.
            raw = file.read(MOST_BYTES + 1)
        document = read_yaml(raw, str(path.relative_to(folder)))
        read = File(read_policy(document, vocabulary), Cursor(document, (), document.root))
    except FormatError as failure:
        return failure
    except OSError as failure:
        return problem(str(path), f"it cannot be read ({failure.strerror})", "Check its rights.")
    # A second version beside the first stands in a folder of its own, under the same name.
    if read.policy.policy_id != path.stem:
        remedy = f"Name it {read.policy.policy_id}.yaml."
        return read.place("id").wrong("the file has another name", remedy)
    return read


def _at_odds(files: Sequence[File]) -> Iterator[FormatError]:
    """Versions of one policy of which nobody could say which one stands on a day."""
    groups: dict[str, list[File]] = {}
    for file in sorted(files, key=lambda each: each.policy.version):
        groups.setdefault(file.policy.policy_id, []).append(file)
    for group in groups.values():
        for older, newer in pairwise(group):
            if older.policy.version == newer.policy.version:
                yield newer.place("version").wrong(
                    f"{older.at.document.file} is version {newer.policy.version} as well",
                    "Give the newer text the next number.",
                )
            elif _overlap(older.policy, newer.policy):
                yield newer.place("in_force", "from").wrong(
                    f"it begins while version {older.policy.version} is still in force",
                    f"End {older.at.document.file} before, or begin later.",
                )


def _overlap(older: Policy, newer: Policy) -> bool:
    """An end that is open or was not seen gives way to the newer version's first day."""
    begins = starts(newer) or date.min
    if begins <= (starts(older) or date.min):
        return True
    last = older.in_force.last
    return isinstance(last, WrittenDay) and begins <= last.last


def _in_circles(files: Sequence[File]) -> Iterator[FormatError]:
    by_id = {each.policy.policy_id: each for each in files}
    for way in circles([each.policy for each in files]):
        file = by_id[way[0].partition("#")[0]]
        yield file.place("interactions").wrong(
            f"sums rest on each other in a circle: {' on '.join((*way, way[0]))}",
            "Let one of them be reckoned without the other.",
        )
