"""What stands against what in a cluster, whatever somebody had before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.policy.rules.bars import Bar, each_said_once
from services.policy.rules.budget.alone import Known
from services.policy.rules.budget.choosing import NOTHING_HAD, Had
from services.policy.rules.budget.lessening import Linked, Offered, lessening
from services.policy.rules.choice import Ground, counts, parts_of, tied_by
from services.policy.rules.doubts import standing_bars
from services.policy.rules.interactions import Interaction, Prefer
from services.policy.rules.needs import Need, needs
from services.policy.rules.netting import circles
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Prepared
from services.policy.rules.relations import Clash
from services.policy.rules.rulings import Rulings
from services.policy.rules.scene import ALONE, Scene, before_with, falling
from services.policy.rules.shelf import Shelf

MOST_OFFERS = 300
"""Of more offers not every pair is looked at beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Whether two offers clash, or one needs another, hangs on no third one.

    What was had may bar an offer or meet a need, and makes no two of them clash. `known` are
    parts that were answered: who is offered the same of a part has the same of it. `said` are all
    statements with the offers that they speak of, and `linked` their places by these.
    """

    on: Ground
    clashes: Mapping[str, Sequence[Clash]]
    needs: Mapping[str, Sequence[Need]]
    said: Sequence[Linked]
    linked: Mapping[str, Sequence[int]]
    rulings: Rulings
    known: Known = field(default_factory=dict, compare=False, repr=False)

    def prepared_for(
        self, offers: Sequence[Offer], most: Mapping[str, int], had: Had = NOTHING_HAD
    ) -> Prepared:
        """What is left of it for those who are offered these and had this before.

        `most` is what each offer comes to at most, for whom it comes to most.
        """
        keys = frozenset(offer.key for offer in offers)
        shelf = Shelf(tuple(sorted(offers, key=falling)))
        before = before_with(had.held, [had.background])
        linked = self._linked(keys)
        texts = tuple(each for each, _ in linked)
        scene = replace(self.on.scene, shelf=shelf, interactions=texts, people={ALONE: before})
        on = Ground(
            scene=scene,
            against=frozenset(
                clash for key in keys for clash in self.clashes.get(key, ()) if clash.other in keys
            ),
            bars=() if had is NOTHING_HAD else self._bars(scene),
            needs=self._needs(keys) if had is NOTHING_HAD else tuple(needs(scene)),
            linked=tuple(
                [
                    each
                    for each in lessening(linked, Offered(shelf, most, before))
                    if counts(each[0])
                ]
            ),
        )
        return Prepared(on, tuple(tuple(each.key for each in part) for part in parts_of(on)))

    def _linked(self, keys: frozenset[str]) -> list[Linked]:
        named = sorted({number for key in keys for number in self.linked.get(key, ())})
        return [(text, tied & keys) for text, tied in (self.said[each] for each in named)]

    def _bars(self, scene: Scene) -> tuple[Bar, ...]:
        return each_said_once(standing_bars(scene, self.rulings))

    def _needs(self, keys: frozenset[str]) -> tuple[Need, ...]:
        return tuple(
            replace(need, one_of=need.one_of & keys)
            for key in sorted(keys)
            for need in self.needs.get(key, ())
        )


def can_be_common(said: Iterable[Interaction | None], offers: Sequence[Offer]) -> bool:
    """Not where twins are set aside, one goes before another by its sum, or sums go in a circle."""
    texts = list(said)
    if len(offers) > MOST_OFFERS or any(each is None or isinstance(each, Prefer) for each in texts):
        return False
    return not circles(Shelf(tuple(offers)), [each for each in texts if each is not None])


def common_to(on: Ground, rulings: Rulings) -> Common:
    clashes: dict[str, list[Clash]] = {}
    for clash in on.against:
        clashes.setdefault(clash.one, []).append(clash)
    needed: dict[str, list[Need]] = {}
    for need in on.needs:
        needed.setdefault(need.key, []).append(need)
    linked: dict[str, list[int]] = {}
    said = tuple(tied_by(on.scene.interactions, on.scene.shelf))
    for number, (_, keys) in enumerate(said):
        for key in keys:
            linked.setdefault(key, []).append(number)
    return Common(on=on, clashes=clashes, needs=needed, said=said, linked=linked, rulings=rulings)
