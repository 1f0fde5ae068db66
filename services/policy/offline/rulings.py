"""The rulings of a folder: read strictly, and held against the texts they are about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.policy.offline.folder import File, documents_in
from services.policy.offline.problems import Unusable, problem
from services.policy.offline.ruling_file import (
    Entry,
    RulingFile,
    Statement,
    problems_between,
    read_rulings,
)
from services.policy.rules import FormatError, Policy, SourceRow, Vocabulary
from services.policy.rules.reader import Document
from services.policy.rules.rulings import may_rule
from services.policy.rulings.statements import Fits, allows, forbids, statement_of

Versions = Mapping[str, Mapping[int, File]]
REREAD = "Rule on the newer words if they still disagree."


@dataclass(frozen=True, slots=True)
class RulingFolder:
    """Either problems, or rulings that fit their texts; notes say which of them bear no more."""

    files: Sequence[RulingFile] = ()
    problems: Sequence[FormatError] = ()
    notes: Sequence[FormatError] = ()

    def rows(self) -> list[SourceRow]:
        """Where one file is refused all are: an answer without it might be another answer."""
        if self.problems:
            raise Unusable(self.problems)
        return [entry.row() for file in self.files for entry in file.entries]


def read_ruling_folder(
    folder: Path | None, texts: Sequence[File], vocabulary: Vocabulary
) -> RulingFolder:
    """Every file of rulings in it and below it; nothing where no folder is named."""
    if folder is None:
        return RulingFolder()
    if not folder.is_dir():
        raise Unusable([problem(str(folder), "there is no such folder", "Name a folder.")])
    read = [_read(each, vocabulary) for each in documents_in(folder, under=folder.name)]
    files = [each for each in read if isinstance(each, RulingFile)]
    entries = [entry for file in files for entry in file.entries]
    versions = _versions(texts)
    broken = [each for each in read if isinstance(each, FormatError)]
    unfit = [wrong for entry in entries for wrong in _unfit(entry, versions, vocabulary)]
    between = problems_between(entries, vocabulary)
    notes = [note for entry in entries for note in _out_of_date(entry, versions)]
    return RulingFolder(files, [*broken, *unfit, *between], notes)


def _read(document: Document | FormatError, vocabulary: Vocabulary) -> RulingFile | FormatError:
    if isinstance(document, FormatError):
        return document
    try:
        file = read_rulings(document, vocabulary)
    except FormatError as failure:
        return failure
    name = f"{file.ruling_id}.yaml"
    if Path(document.file).name != name:
        root = file.at.value if isinstance(file.at.value, dict) else {}
        return file.at.at("id", root["id"]).wrong("the file has another name", f"Name it {name}.")
    return file


def _versions(texts: Sequence[File]) -> Versions:
    found: dict[str, dict[int, File]] = {}
    for file in texts:
        found.setdefault(file.policy.policy_id, {})[file.policy.version] = file
    return found


def _unfit(entry: Entry, texts: Versions, vocabulary: Vocabulary) -> Iterator[FormatError]:
    """What the service would refuse to record of the texts as they stand in the folder."""
    sides = ((entry.forbids, forbids, "forbids"), (entry.allows, allows, "allows"))
    judged: list[Policy] = []
    for statement, fits, does in sides:
        file = _judged(statement, texts)
        if isinstance(file, FormatError):
            yield file
        elif file is not None:
            judged.append(file.policy)
            yield from _says(statement, file, fits, does)
    bodies = {body for each in judged for body in (each.issuer, *each.joint_issuers)}
    if not may_rule(entry.by, bodies, vocabulary.superiors()):
        yield entry.at.wrong(
            f"{entry.by} has no say over {', '.join(sorted(bodies))}",
            "Name a body that issued every text in dispute, or stands above whoever else did.",
        )


def _judged(statement: Statement, texts: Versions) -> File | FormatError | None:
    """None where the words that were judged are no longer kept."""
    versions = texts.get(statement.policy_id)
    if versions is None:
        said = f"no file of {statement.policy_id} is in the folder of policies"
        return statement.at.wrong(said, "Put it there, or take this ruling out.")
    if statement.version > max(versions):
        said = f"the newest version of {statement.policy_id} in the folder is {max(versions)}"
        return statement.at.wrong(said, "Write the version whose words were judged.")
    return versions.get(statement.version)


def _says(statement: Statement, file: File, fits: Fits, does: str) -> Iterator[FormatError]:
    said = statement_of(file.at.document.root, statement.policy_id, statement.name)
    if said is None:
        wrong = f"{file.at.document.file} has no such statement"
        yield statement.at.wrong(wrong, "Write the id of one of its interactions.")
    elif not fits(said):
        wrong = f"that statement {does} nothing to be had together"
        yield statement.at.wrong(wrong, f"Name one that {does} two benefits beside each other.")


def _out_of_date(entry: Entry, texts: Versions) -> Iterator[FormatError]:
    """A new version opens the question again."""
    for statement in (entry.forbids, entry.allows):
        newest = max(texts.get(statement.policy_id, {}), default=statement.version)
        if entry.prevails is not None and statement.version < newest:
            said = f"it is about version {statement.version}; from version {newest} on it is open"
            yield statement.at.wrong(f"{said} again", REREAD)
