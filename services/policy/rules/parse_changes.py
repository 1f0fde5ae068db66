"""Reading what a text does to other policies, and who stays under the older one."""

from services.policy.rules.changes import Amends, Basis, ChangeKind, Transition
from services.policy.rules.parse_periods import read_day, read_last
from services.policy.rules.parse_tree import read_tree
from services.policy.rules.parse_words import Words
from services.policy.rules.reader import Cursor

_DAYS = {
    ChangeKind.AMEND: "from version",
    ChangeKind.PROLONG: "to",
    ChangeKind.POSTPONE: "from",
    ChangeKind.SUSPEND: "from to",
    ChangeKind.REPEAL: "from",
    ChangeKind.RETROACTIVE: "from",
}
"""What each kind of change must state."""


def read_amends(at: Cursor) -> Amends:
    kind = at.fields("policy kind basis cite", "from to version")["kind"].choice(ChangeKind)
    if kind is ChangeKind.SUPERSEDE:
        raise at.wrong("a replacement stands elsewhere", "Write it under `supersedes`.")
    given = at.fields(f"policy kind basis cite {_DAYS[kind]}")
    first = read_day(given["from"]) if "from" in given else None
    change = Amends(
        policy_id=given["policy"].policy_id(),
        kind=kind,
        first=first,
        last=read_last(given["to"]) if "to" in given else None,
        version=given["version"].whole(least=2) if "version" in given else None,
        basis=given["basis"].choice(Basis),
        cite=given["cite"].cite(),
    )
    if _is_backwards(change):
        raise given["to"].wrong("it ends before it starts", "Check both dates.")
    return change


def _is_backwards(change: Amends) -> bool:
    last = getattr(change.last, "last", None)
    return change.first is not None and last is not None and last < change.first


def read_transition(at: Cursor, words: Words) -> Transition:
    given = at.fields("policy keeps until cite")
    if given["policy"].policy_id() == words.policy_id:
        raise given["policy"].wrong(
            "nobody is kept under the same policy", "Give the new text an id of its own."
        )
    return Transition(
        policy_id=given["policy"].policy_id(),
        keeps=read_tree(given["keeps"], words),
        until=read_last(given["until"]),
        cite=given["cite"].cite(),
    )
