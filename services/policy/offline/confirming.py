"""`confirm`: is a package that somebody answered with really the best, and are its costs so?"""

from pathlib import Path
from typing import Any

import msgspec

from services.policy.offline.answering import outcomes_of
from services.policy.offline.asked import Asked
from services.policy.offline.crowd import persons_of
from services.policy.offline.people import Person
from services.policy.offline.problems import Unusable, problem
from services.policy.offline.progress import counted
from services.policy.offline.world import view_of
from services.policy.policies.views import Consolidated
from services.policy.rules import Vocabulary, interactions_of
from services.policy.rules.certificate import Claim, Confirmation, confirm
from services.policy.rules.package import ALONE

Json = dict[str, Any]
WHICH = "Name the file that `package --json` wrote, or `evaluate --json`."


class _Answer(msgspec.Struct, frozen=True):
    talent_id: str
    valid_at: str
    package: Claim


class _Answers(msgspec.Struct, frozen=True):
    people: tuple[_Answer, ...]


def confirmed(asked: Asked, vocabulary: Vocabulary) -> tuple[Json, bool]:
    """Every set of offers is tried; the answer, and whether all of it holds."""
    claims = _claims(asked)
    seen = view_of(asked, vocabulary)
    found = [
        (person, _confirm(person, claims[person.talent_id], seen, asked, vocabulary))
        for person in counted(_all_named(asked, vocabulary, claims), "packages tried")
    ]
    people = [_out(person, each) for person, each in found]
    return {"people": people}, all(each.holds for _, each in found)


def _all_named(asked: Asked, vocabulary: Vocabulary, claims: dict[str, Claim]) -> list[Person]:
    people = list(persons_of(asked, vocabulary))
    if {each.talent_id for each in people} != claims.keys():
        said = "it is not about the people who are named"
        raise Unusable([problem(str(asked.answer), said, "Give the people it was made for.")])
    return people


def _confirm(
    person: Person, claim: Claim, seen: Consolidated, asked: Asked, vocabulary: Vocabulary
) -> Confirmation:
    outcomes = outcomes_of(person, seen, asked, vocabulary)
    return confirm(claim, {ALONE: outcomes}, interactions_of(seen.view))


def _claims(asked: Asked) -> dict[str, Claim]:
    """Raises `Unusable` where no answer was named, or it is not one, or is of another day."""
    if asked.answer is None:
        raise Unusable([problem("--answer", "it is not said what is to be confirmed", WHICH)])
    answers = _read(asked.answer)
    days = {each.valid_at for each in answers.people} - {asked.valid_at.isoformat()}
    if days:
        said, remedy = f"it is about {min(days)}", f"Ask about that day: --valid-at {min(days)}."
        raise Unusable([problem(str(asked.answer), said, remedy)])
    return {each.talent_id: each.package for each in answers.people}


def _read(file: Path) -> _Answers:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Answers)
    except OSError as failure:
        said = f"it cannot be read ({failure.strerror})"
        raise Unusable([problem(str(file), said, WHICH)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise Unusable([problem(str(file), f"it is no answer ({failure})", WHICH)]) from None


def _out(person: Person, found: Confirmation) -> Json:
    return {
        "talent_id": person.talent_id,
        "holds": found.holds,
        "sets_tried": found.sets_tried,
        "untried": list(found.untried),
        "disputes": [
            {"flaw": each.flaw.value, "about": each.about, "found": each.found}
            for each in found.disputes
        ],
    }
