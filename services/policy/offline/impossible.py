"""What nobody can satisfy: not refused, for a body may write so, but it should know."""

from collections.abc import Iterator
from datetime import date

from services.policy.offline.folder import File
from services.policy.rules import FormatError, Vocabulary
from services.policy.rules.analysis.contradiction import contradiction
from services.policy.rules.criteria import criteria_of
from services.policy.rules.periods import is_past
from services.policy.rules.reader import Cursor
from services.policy.rules.sentences import lines_of
from services.policy.rules.standing import starts
from services.policy.rules.tree import All, Tree, Unseen
from services.policy.rules.wording import Wording

REMEDY = "Compare these clauses with the source: one of them may be encoded wrongly."


def impossible(file: File, valid_at: date, vocabulary: Vocabulary) -> Iterator[FormatError]:
    """The conditions that stand against each other, of the policy or of one benefit in it."""
    day = day_of(file, valid_at)
    criteria = criteria_of(file.policy, day=day)
    entry = () if isinstance(criteria, Unseen) else (criteria,)
    against = contradiction(All(entry), day, vocabulary)
    if against:
        yield _note(file.place("eligibility"), "can satisfy this", against, vocabulary)
        return
    for place, benefit in file.benefits():
        when = () if benefit.when is None else (benefit.when,)
        against = contradiction(All((*entry, *when)), day, vocabulary) if when else ()
        if against:
            yield _note(place, "who is eligible can have this benefit", against, vocabulary)


def day_of(file: File, valid_at: date) -> date:
    """A policy that is over is looked at as it was when it began."""
    policy = file.policy
    return (starts(policy) or valid_at) if is_past(policy.in_force, valid_at) else valid_at


def _note(at: Cursor, what: str, against: tuple[Tree, ...], vocabulary: Vocabulary) -> FormatError:
    words = Wording(vocabulary)
    said = (" ".join(line.text.en for line in lines_of(each, words)) for each in against)
    return at.wrong(f"nobody {what}: {'; '.join(said)}", REMEDY)
