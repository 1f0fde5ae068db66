"""Reading which benefits a rule names, its own and those of other bodies."""

from dataclasses import dataclass

from services.policy.rules.parse_words import Words, code_of
from services.policy.rules.picks import ByItem, Pick, Target
from services.policy.rules.reader import Cursor

COST_ITEMS = "cost_items"


@dataclass(frozen=True, slots=True)
class Own:
    """The policy the rules stand in."""

    policy_id: str
    issuer: str
    benefit_ids: frozenset[str]


def read_members(at: Cursor, own: Own, words: Words) -> tuple[Pick, ...]:
    return tuple(read_pick(each, own, words) for each in at.items())


def read_pick(at: Cursor, own: Own, words: Words) -> Pick:
    if isinstance(at.value, str):
        return read_target(at, own)
    given = at.fields("", "cost_item issuers")
    if not given:
        raise at.wrong("nobody is named", "Name a policy, a `cost_item` or `issuers`.")
    trees = words.vocabulary.trees
    item = code_of(given["cost_item"], trees[COST_ITEMS]) if "cost_item" in given else None
    return ByItem(item, _issuers(given["issuers"], words) if "issuers" in given else frozenset())


def read_target(at: Cursor, own: Own) -> Target:
    """`POLICY`, `POLICY#benefit`, or `#benefit` for one of the same file."""
    policy, _, benefit = at.text().partition("#")
    policy_id = Cursor(at.document, at.path, policy).policy_id() if policy else own.policy_id
    if policy_id == own.policy_id and benefit and benefit not in own.benefit_ids:
        raise at.wrong(f"no benefit '{benefit}' in this policy", "Name one of its benefits.")
    return Target(policy_id, benefit or None)


def _issuers(at: Cursor, words: Words) -> frozenset[str]:
    """These bodies and those below them."""
    found: frozenset[str] = frozenset()
    for each in at.items():
        if each.text() not in words.vocabulary.bodies:
            raise each.wrong(f"unknown body '{each.value}'", "Use a body of bodies.yaml.")
        found |= words.vocabulary.bodies_below(each.text())
    return found
