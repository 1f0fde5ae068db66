"""Benefits that are each net of the other: refused in one file, found between several."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from services.policy.rules.errors import FormatError
from services.policy.rules.interactions import DeductPrior, Interaction, Match, TopUp
from services.policy.rules.picks import Pick, Target, picks
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.reader import Cursor

IN_CIRCLES = "Let one of them be reckoned without the other."

Edges: TypeAlias = Mapping[str, frozenset[str]]
Ring: TypeAlias = tuple[str, ...]
"""Benefits by their keys, in the order of the alphabet."""


@dataclass(frozen=True, slots=True)
class Named:
    """A benefit by all that a pick may go by, before anybody is offered it."""

    key: str
    policy_id: str
    benefit_id: str
    issuer: str
    cost_item: str


def net_of(interaction: Interaction) -> Iterator[tuple[Target, tuple[Pick, ...]]]:
    """What an interaction makes dependent on what."""
    match interaction:
        case DeductPrior(target=target, members=members):
            yield target, members
        case TopUp(target=target, bases=bases, net_of=others):
            yield target, (*bases, *others)
        case Match(target=target, bases=bases):
            yield target, bases
        case _:
            return


def rounds(edges: Edges) -> list[Ring]:
    """Each group of names that lead round and round to each other."""
    reach = {name: _reached(name, edges) for name in edges}
    return sorted(
        {
            tuple(sorted(other for other in reach[name] if name in reach[other]))
            for name in edges
            if name in reach[name]
        }
    )


def circles_between(policies: Iterable[Policy]) -> list[Ring]:
    """Benefits of several files that are each net of the other; of these one at most is given."""
    named: list[Named] = []
    said: list[Interaction] = []
    for policy in policies:
        named += named_in(policy.policy_id, policy.issuer, policy.benefits)
        said += policy.interactions
    return rounds(_edges(named, said))


def refuse_circles(
    at: Cursor, policy_id: str, benefits: Iterable[Benefit], said: Iterable[Interaction]
) -> None:
    """Raises at the interactions of a file in which benefits are each net of the other."""
    found = rounds(_edges(named_in(policy_id, "", benefits), list(said)))
    if found:
        raise _round_and_round(at, found[0])


def in_a_circle(at: Cursor, ring: Ring) -> FormatError:
    """At the interactions of a whole file, or at its start if it has none."""
    stated = at.value.get("interactions") if isinstance(at.value, dict) else None
    return _round_and_round(at if stated is None else at.at("interactions", stated), ring)


def _round_and_round(at: Cursor, ring: Ring) -> FormatError:
    way = " on ".join((*ring, ring[0]))
    return at.wrong(f"sums rest on each other in a circle: {way}", IN_CIRCLES)


def named_in(policy_id: str, issuer: str, benefits: Iterable[Benefit]) -> list[Named]:
    return [
        Named(f"{policy_id}#{b.benefit_id}", policy_id, b.benefit_id, issuer, b.cost_item)
        for b in benefits
    ]


def _edges(named: list[Named], said: list[Interaction]) -> Edges:
    edges: dict[str, set[str]] = {each.key: set() for each in named}
    for interaction in said:
        for target, others in net_of(interaction):
            bases = {each.key for each in named if any(picks(pick, each) for pick in others)}
            for each in named:
                if picks(target, each):
                    edges[each.key] |= bases - {each.key}
                    if isinstance(interaction, TopUp) and _names(others, each):
                        edges[each.key].add(each.key)
    return {name: frozenset(found) for name, found in edges.items()}


def _names(others: Iterable[Pick], named: Named) -> bool:
    """Whether it stands there by itself, and not only as one of all that are for something."""
    return Target(named.policy_id, named.benefit_id) in others


def _reached(name: str, edges: Edges) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[name])
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += edges[here]
    return found
