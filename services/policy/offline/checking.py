"""`check`: can every file be read, and can the policies stand together?"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from events.sourcing.types import Refused
from services.policy.offline.asked import Asked
from services.policy.offline.folder import File, read_folder
from services.policy.offline.impossible import impossible
from services.policy.offline.never_both import never_both
from services.policy.offline.problems import problem_out
from services.policy.offline.progress import counted
from services.policy.offline.ruling_file import RulingFile
from services.policy.offline.rulings import read_ruling_folder
from services.policy.offline.unknown import unknown
from services.policy.offline.waiting import waiting
from services.policy.offline.world import view_of
from services.policy.policies.agreement import must_agree, must_agree_beside
from services.policy.rules import FormatError, Policy, Vocabulary
from services.policy.rules.standing import out_of_force

Json = dict[str, Any]


def check(asked: Asked, vocabulary: Vocabulary) -> tuple[Json, bool]:
    """The answer, and whether nothing is wrong."""
    folder = read_folder(asked.policies, vocabulary, apart=asked.rulings)
    ruled = read_ruling_folder(asked.rulings, folder.files, vocabulary)
    tried = counted(folder.files, "policies judged in two ways")
    at_odds: list[FormatError] = []
    notes: list[FormatError] = [*ruled.notes]
    others = _in_force(folder.files, asked.valid_at)
    for file in tried:
        at_odds += _judged_two_ways(file, others, asked.valid_at, vocabulary)
        notes += impossible(file, asked.valid_at, vocabulary)
    problems = sorted(
        [*folder.problems, *ruled.problems, *at_odds],
        key=lambda each: (each.file, each.mark.line),
    )
    if not problems:
        notes += waiting(view_of(asked, vocabulary).view, folder.files, vocabulary)
        notes += unknown(folder.files)
        notes += never_both(folder.files, asked.valid_at, vocabulary)
    answer = {
        "policies": [_file_out(each) for each in folder.files],
        "rulings": [_ruling_out(each) for each in ruled.files],
        "problems": [problem_out(each) for each in problems],
        "notes": [problem_out(each) for each in notes],
    }
    return answer, not problems


def _in_force(files: Iterable[File], day: date) -> list[Policy]:
    return [each.policy for each in files if out_of_force(each.policy, day, None) is None]


def _judged_two_ways(
    file: File, others: Sequence[Policy], day: date, vocabulary: Vocabulary
) -> Iterator[FormatError]:
    """What the service would refuse to publish: see `must_agree`."""
    try:
        must_agree(file.policy, day, vocabulary)
        must_agree_beside(file.policy, others, day)
    except Refused as refusal:
        facts = refusal.facts
        yield file.place("eligibility").wrong(
            f"on {facts['day']} one person is judged {facts['alone']} by it, and among others"
            f" {facts['together']}: {facts['about']}",
            "Nothing is wrong with the file: show this to the developers.",
        )


def _ruling_out(file: RulingFile) -> Json:
    return {
        "file": file.at.document.file,
        "ruling_id": file.ruling_id,
        "by": file.by,
        "given": file.given.isoformat(),
    }


def _file_out(file: File) -> Json:
    policy = file.policy
    return {
        "file": file.at.document.file,
        "policy_id": policy.policy_id,
        "version": policy.version,
        "digest": policy.digest,
    }
