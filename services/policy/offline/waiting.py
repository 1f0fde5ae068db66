"""What waits for a ruling: where one text of the folder allows what another forbids."""

from collections.abc import Iterator, Sequence

from services.policy.offline.folder import File
from services.policy.rules import FormatError, View, Vocabulary
from services.policy.rules.contradictions import Contradiction, contradictions_in
from services.policy.rules.wording import sum_of


def waiting(view: View, files: Sequence[File], vocabulary: Vocabulary) -> Iterator[FormatError]:
    """At each statement that forbids; the answers follow it, provisionally."""
    by_digest = {file.policy.digest: file for file in files}
    for found in contradictions_in(view, vocabulary.superiors()):
        if found.ruling is None:
            yield _note(found, by_digest[found.forbids.policy.digest])


def _note(found: Contradiction, file: File) -> FormatError:
    forbids, allows = (each.statement.stated for each in (found.forbids, found.allows))
    mine = next(
        at
        for at, said in file.interactions()
        if said.stated.interaction_id == forbids.interaction_id
    )
    stake = f" (up to {sum_of(found.at_stake_fen).en})" if found.at_stake_fen else ""
    bodies = ", ".join(found.may_rule)
    return mine.wrong(
        f"it forbids what {allows.interaction_id} allows{stake}; the stricter reading counts",
        f"A ruling of {bodies} settles it: a file in the folder that --rulings names."
        if bodies
        else "No body has a say over both: only a new version of one of the texts settles it.",
    )
