"""What stands against what in a cluster, for all who had nothing before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.policy.rules.budget.many import Known
from services.policy.rules.choice import Ground, parts_of
from services.policy.rules.interactions import Interaction, Prefer
from services.policy.rules.needs import Need
from services.policy.rules.netting import circles
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Prepared
from services.policy.rules.relations import Clash
from services.policy.rules.scene import falling
from services.policy.rules.shelf import Shelf

MOST_OFFERS = 300
"""Of more offers not every pair is looked at beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Whether two offers clash, or one needs another, hangs on no third one.

    `known` are parts that were answered: who is offered the same of a part has the same of it.
    """

    on: Ground
    clashes: Mapping[str, Sequence[Clash]]
    needs: Mapping[str, Sequence[Need]]
    linked: Mapping[str, Sequence[int]]
    known: Known = field(default_factory=dict, compare=False, repr=False)

    def prepared_for(self, offers: Sequence[Offer]) -> Prepared:
        """What is left of it for those who are offered these."""
        keys = frozenset(offer.key for offer in offers)
        named = sorted({number for key in keys for number in self.linked.get(key, ())})
        linked = [self.on.linked[number] for number in named]
        on = Ground(
            scene=replace(self.on.scene, shelf=Shelf(tuple(sorted(offers, key=falling)))),
            against=frozenset(
                clash for key in keys for clash in self.clashes.get(key, ()) if clash.other in keys
            ),
            bars=(),
            needs=tuple(
                replace(need, one_of=need.one_of & keys)
                for key in sorted(keys)
                for need in self.needs.get(key, ())
            ),
            linked=tuple((each, tied & keys) for each, tied in linked),
        )
        return Prepared(on, tuple(tuple(each.key for each in part) for part in parts_of(on)))


def can_be_common(said: Iterable[Interaction | None], offers: Sequence[Offer]) -> bool:
    """Not where twins are set aside, one goes before another by its sum, or sums go in a circle."""
    texts = list(said)
    if len(offers) > MOST_OFFERS or any(each is None or isinstance(each, Prefer) for each in texts):
        return False
    return not circles(Shelf(tuple(offers)), [each for each in texts if each is not None])


def common_to(on: Ground) -> Common:
    clashes: dict[str, list[Clash]] = {}
    for clash in on.against:
        clashes.setdefault(clash.one, []).append(clash)
    needs: dict[str, list[Need]] = {}
    for need in on.needs:
        needs.setdefault(need.key, []).append(need)
    linked: dict[str, list[int]] = {}
    for number, (_, keys) in enumerate(on.linked):
        for key in keys:
            linked.setdefault(key, []).append(number)
    return Common(on=on, clashes=clashes, needs=needs, linked=linked)
