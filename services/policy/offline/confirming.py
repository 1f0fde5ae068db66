"""`confirm`: is a package that somebody answered with really the best, and are its costs so?"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from services.policy.offline.answering import outcomes_of
from services.policy.offline.asked import Asked
from services.policy.offline.crowd import persons_of
from services.policy.offline.households import couples_in
from services.policy.offline.problems import Unusable, problem
from services.policy.offline.progress import counted
from services.policy.offline.world import view_of
from services.policy.rules import Outcome, View, Vocabulary, interactions_of, rulings_of
from services.policy.rules.amount import HORIZON
from services.policy.rules.certificate import Claim, Confirmation, confirm
from services.policy.rules.scene import ALONE

Json = dict[str, Any]
WHICH = "Name the file that `package --json` wrote, or `evaluate --json`."


class _Answer(msgspec.Struct, frozen=True):
    talent_id: str
    valid_at: str
    package: Claim


class _Together(msgspec.Struct, frozen=True):
    household: str
    valid_at: str
    package: Claim


class _Answers(msgspec.Struct, frozen=True):
    people: tuple[_Answer, ...]
    households: tuple[_Together, ...] = ()
    view_version: str | None = None
    horizon: int = HORIZON
    confirmed_only: bool = False


def confirmed(asked: Asked, vocabulary: Vocabulary) -> tuple[Json, bool]:
    """Every set of offers is tried; the answer, and whether all of it holds."""
    answers = _answers(asked)
    seen = view_of(asked, vocabulary)
    if answers.view_version not in (None, seen.view.version):
        raise _of_another("it rests on other policies", "Name the folder it was made from.", asked)
    judged = [
        (person, outcomes_of(person, seen, asked, vocabulary))
        for person in persons_of(asked, vocabulary)
    ]
    alone = {person.talent_id: {ALONE: outcomes} for person, outcomes in judged}
    together = couples_in(judged, asked)
    ones = _tried(alone, _by_name((e.talent_id, e) for e in answers.people), seen.view, asked)
    twos = _tried(
        together, _by_name((e.household, e) for e in answers.households), seen.view, asked
    )
    answer = {
        "people": [{"talent_id": name, **_out(each)} for name, each in ones.items()],
        "households": [{"household": name, **_out(each)} for name, each in twos.items()],
    }
    return answer, all(each.holds for each in (*ones.values(), *twos.values()))


def _by_name(answers: Iterable[tuple[str, _Answer | _Together]]) -> dict[str, Claim]:
    return {name: each.package for name, each in answers}


def _tried(
    judged: Mapping[str, Mapping[str, Sequence[Outcome]]],
    claims: Mapping[str, Claim],
    view: View,
    asked: Asked,
) -> dict[str, Confirmation]:
    if judged.keys() != claims.keys():
        wrong = "it is not about the people who are named"
        raise Unusable([problem(str(asked.answer), wrong, "Give the people it was made for.")])
    packages = counted(list(judged), "packages tried")
    said, ruled = interactions_of(view), rulings_of(view)
    return {name: confirm(claims[name], judged[name], said, rulings=ruled) for name in packages}


def _answers(asked: Asked) -> _Answers:
    """Raises `Unusable` where no answer was named, or it is not one, or is of another day."""
    if asked.answer is None:
        raise Unusable([problem("--answer", "it is not said what is to be confirmed", WHICH)])
    answers = _read(asked.answer)
    days = {e.valid_at for e in answers.people} | {e.valid_at for e in answers.households}
    others = days - {asked.valid_at.isoformat()}
    if others:
        remedy = f"Ask about that day: --valid-at {min(others)}."
        raise _of_another(f"it is about {min(others)}", remedy, asked)
    if answers.horizon != asked.horizon:
        said, remedy = f"it counts {answers.horizon} months", f"Add --horizon {answers.horizon}."
        raise _of_another(said, remedy, asked)
    if answers.confirmed_only != asked.confirmed_only:
        which = "only policies with seen dates" if answers.confirmed_only else "all policies"
        remedy = f"{'Add' if answers.confirmed_only else 'Leave out'} --confirmed-only."
        raise _of_another(f"it is about {which}", remedy, asked)
    return answers


def _of_another(said: str, remedy: str, asked: Asked) -> Unusable:
    """To hold it against this question would find differences that are no mistakes."""
    return Unusable([problem(str(asked.answer), said, remedy)])


def _read(file: Path) -> _Answers:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Answers)
    except OSError as failure:
        said = f"it cannot be read ({failure.strerror})"
        raise Unusable([problem(str(file), said, WHICH)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise Unusable([problem(str(file), f"it is no answer ({failure})", WHICH)]) from None


def _out(found: Confirmation) -> Json:
    return {
        "holds": found.holds,
        "sets_tried": found.sets_tried,
        "untried": list(found.untried),
        "disputes": [
            {"flaw": each.flaw.value, "about": each.about, "found": each.found}
            for each in found.disputes
        ],
    }
