"""The policies of a folder: read strictly, every file, and held against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.policy.offline.problems import Unusable, problem
from services.policy.rules import FormatError, Interaction, Policy, Published, Vocabulary
from services.policy.rules.amendments import Superiors
from services.policy.rules.circles import in_a_circle
from services.policy.rules.circles_in_force import circles_in_force
from services.policy.rules.editions import Edition, edition_of, refuse_overlaps
from services.policy.rules.load import named_as
from services.policy.rules.parse import read_policy
from services.policy.rules.policy import Benefit
from services.policy.rules.reader import Cursor, Document
from services.policy.rules.yaml_file import MOST_BYTES, read_yaml

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""Files do not say when they were recorded: what was known earlier, an earlier commit shows."""


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

    def benefits(self) -> Iterator[tuple[Cursor, Benefit]]:
        """Each with the place where it stands."""
        return zip(self.place("benefits").items(least=0), self.policy.benefits, strict=True)

    def interactions(self) -> Iterator[tuple[Cursor, Interaction]]:
        """The same; the file need not have any."""
        said = self.place("interactions").items() if self.policy.interactions else ()
        return zip(said, self.policy.interactions, strict=True)


def row_of(file: File) -> Published:
    """A file in the place of what its body would publish."""
    return Published(row_id=file.at.document.file, policy=file.policy, recorded_at=BEFORE_ALL)


@dataclass(frozen=True, slots=True)
class Folder:
    """Either problems, or policies that can stand together."""

    files: Sequence[File]
    problems: Sequence[FormatError]

    def must_be_whole(self) -> None:
        """Where one file is refused all are: an answer without it might be another answer."""
        if self.problems:
            raise Unusable(self.problems)


def read_folder(folder: Path, vocabulary: Vocabulary, *, apart: Path | None = None) -> Folder:
    """Every policy file in it and below it; raises `Unusable` where there is none.

    What lies in the folder `apart` is something else.
    """
    if not folder.is_dir():
        raise Unusable([problem(str(folder), "there is no such folder", "Name a folder.")])
    documents = list(documents_in(folder, apart=apart))
    if not documents:
        remedy = "Put policy files there, each named after its policy: SH-PUJIANG.yaml."
        raise Unusable([problem(str(folder), "it holds no policy file", remedy)])
    read = [_read(each, vocabulary) for each in documents]
    files = [each for each in read if isinstance(each, File)]
    broken = [each for each in read if isinstance(each, FormatError)]
    in_circles = _in_circles(files, vocabulary.superiors())
    return Folder(files, [*broken, *_at_odds(files), *in_circles])


def documents_in(
    folder: Path, *, under: str = "", apart: Path | None = None
) -> Iterator[Document | FormatError]:
    """Every YAML file in it and below it, in order, or why it cannot be read.

    Problems call it by its place below the folder; `under` is written before that.
    """
    below = apart.resolve() if apart is not None and _is_below(apart, folder) else None
    for path in sorted(each for each in folder.rglob("*.yaml") if each.is_file()):
        if below is None or not path.resolve().is_relative_to(below):
            yield _document(path, str(Path(under) / path.relative_to(folder)))


def _is_below(inner: Path, outer: Path) -> bool:
    return outer.resolve() in inner.resolve().parents


def _document(path: Path, name: str) -> Document | FormatError:
    try:
        with path.open("rb") as file:
            # One byte over the bound is enough to refuse what is larger.
            return read_yaml(file.read(MOST_BYTES + 1), name)
    except FormatError as failure:
        return failure
    except OSError as failure:
        return problem(str(path), f"it cannot be read ({failure.strerror})", "Check its rights.")


def _read(document: Document | FormatError, vocabulary: Vocabulary) -> File | FormatError:
    if isinstance(document, FormatError):
        return document
    try:
        read = File(read_policy(document, vocabulary), Cursor(document, (), document.root))
    except FormatError as failure:
        return failure
    names = named_as(read.policy)
    if Path(document.file).name not in names:
        return read.place("id").wrong("the file has another name", f"Name it {names[0]}.")
    return read


def _at_odds(files: Sequence[File]) -> Iterator[FormatError]:
    """Versions of one policy of which nobody could say which one stands on a day."""
    groups: dict[str, list[File]] = {}
    for file in sorted(files, key=lambda each: each.policy.version):
        older = groups.setdefault(file.policy.policy_id, [])
        yield from _against(file, older)
        older.append(file)


def _against(file: File, older: Sequence[File]) -> Iterator[FormatError]:
    version = file.policy.version
    for each in older:
        if each.policy.version == version:
            said = f"{each.at.document.file} is version {version} as well"
            yield file.place("version").wrong(said, "Give the newer text the next number.")
            return
    try:
        refuse_overlaps(file.at.document, [e for e in map(_edition, older) if e is not None])
    except FormatError as failure:
        yield failure


def _edition(file: File) -> Edition | None:
    return edition_of(file.at.document)


def _in_circles(files: Sequence[File], superiors: Superiors) -> Iterator[FormatError]:
    by_id = {each.policy.policy_id: each for each in files}
    for ring in sorted(circles_in_force(map(row_of, files), superiors)):
        yield in_a_circle(by_id[ring[0].partition("#")[0]].at, ring)
