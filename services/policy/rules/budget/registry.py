"""The packages of everybody: people who are alike are answered once, by one of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.policy.rules.amount import HORIZON
from services.policy.rules.budget.answers import Answers, Waiting
from services.policy.rules.budget.bundle import Bundle, answered
from services.policy.rules.budget.choosing import NOTHING_HAD, Moment, ready_for
from services.policy.rules.budget.common import Common, can_be_common, common_to
from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.gathering import gathered, neighbours
from services.policy.rules.budget.offerings import (
    Offering,
    content_and_steps_of,
    content_of,
    offering_of,
)
from services.policy.rules.budget.past import Past
from services.policy.rules.budget.reach import Reach, reach_of
from services.policy.rules.budget.reckoning import sums_read
from services.policy.rules.budget.tally import Tally
from services.policy.rules.budget.ties import Tie, bundles, joined_by, ties_between
from services.policy.rules.budget.working import Asked, worked_out
from services.policy.rules.bulk.bits import among, how_many
from services.policy.rules.bulk.states import States
from services.policy.rules.policy import Policy
from services.policy.rules.puzzle import Bits, items_of
from services.policy.rules.view import View, interactions_of, rulings_of


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has come: clusters done of how many, and groups answered so far."""

    clusters: int
    of: int
    groups: int


NOBODY = np.zeros(0, dtype=np.int64)
Heard = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Texts:
    """The policies of a view, and what ties them; nothing joins a cluster to another policy."""

    view: View
    policies: Sequence[Policy]
    ties: Sequence[Tie]
    clusters: Sequence[Bits]


def texts_of(view: View) -> Texts:
    policies = [entry.policy for entry in view.entries]
    ties = ties_between(policies, interactions_of(view))
    everything = (1 << len(policies)) - 1
    return Texts(view, policies, ties, bundles(everything, joined_by(ties)))


@dataclass(slots=True)
class Budget:
    """Two readings: by what is known, and if all that is missing turns out well.

    `eligible` and `undetermined` count people by policy; of those eligible subject to a manual
    check it is taken that they pass it, as in a package.
    """

    surely: Tally
    perhaps: Tally
    people: int = 0
    groups: int = 0
    eligible: dict[str, int] = field(default_factory=dict)
    undetermined: dict[str, int] = field(default_factory=dict)


def empty(view: View) -> Budget:
    return Budget(Tally(view.valid_at), Tally(view.valid_at))


def add_up(
    budget: Budget,
    texts: Texts,
    crowd: Crowd,
    states: Mapping[str, States],
    *,
    horizon: int = HORIZON,
    heard: Heard = lambda _: None,
) -> None:
    """Add what the best packages of these people come to, in whatever order they stand."""
    reach = [reach_of(states[each.policy_id], crowd.count) for each in texts.policies]
    _count(budget, texts, reach, crowd)
    world = _World(texts, crowd, reach, Past(crowd, texts.view, states), horizon)
    waiting = Waiting(budget.surely, budget.perhaps)
    for number, cluster in enumerate(texts.clusters, start=1):
        offerings = world.offerings(cluster)
        for item, offering in offerings.items():
            _count_offered(budget, texts.policies[item].policy_id, offering, reach[item])
        for each in world.answers(cluster, offerings):
            budget.groups += len(each.surely)
            waiting.put(each)
        heard(Step(number, len(texts.clusters), budget.groups))
    waiting.add_up()


def _count(budget: Budget, texts: Texts, reach: Sequence[Reach], crowd: Crowd) -> None:
    budget.people += crowd.count
    for policy, each in zip(texts.policies, reach, strict=True):
        name, sure = policy.policy_id, how_many(each.sure)
        budget.eligible[name] = budget.eligible.get(name, 0) + sure
        open_ = how_many(each.maybe) - sure
        budget.undetermined[name] = budget.undetermined.get(name, 0) + open_


def _count_offered(budget: Budget, name: str, offering: Offering, reach: Reach) -> None:
    """An open policy may have nothing to offer to somebody."""
    sure, maybe = how_many(reach.sure), how_many(reach.maybe)
    if not all(offering.models):
        people = reach.people.compress(offering.has_any)
        sure, maybe = int(among(reach.sure, people).sum()), len(people)
    budget.surely.offer(name, sure)
    budget.perhaps.offer(name, maybe)


@dataclass(frozen=True, slots=True)
class _World:
    texts: Texts
    crowd: Crowd
    reach: Sequence[Reach]
    past: Past
    horizon: int

    def offerings(self, cluster: Bits) -> dict[int, Offering]:
        return {item: self._offering(item) for item in items_of(cluster)}

    def answers(self, cluster: Bits, offerings: Mapping[int, Offering]) -> Iterator[Answers]:
        for bundle in self._bundles(cluster, offerings):
            yield from answered(bundle, self.past)

    def _bundles(self, cluster: Bits, offerings: Mapping[int, Offering]) -> Iterator[Bundle]:
        ties = [tie for tie in self.texts.ties if tie.policies & cluster]
        near = neighbours(cluster, ties)
        common = self._common(ties, offerings)
        surely = dict(gathered(near, [each.sure for each in self.reach], self.crowd.count))
        perhaps = dict(gathered(near, [each.maybe for each in self.reach], self.crowd.count))
        for bits in sorted({*surely, *perhaps}):
            items = tuple(items_of(bits))
            sure, maybe = surely.get(bits, NOBODY), perhaps.get(bits, NOBODY)
            yield Bundle(
                items=items,
                policies=[self.texts.policies[item] for item in items],
                offerings=[offerings[item] for item in items],
                ties=[tie for tie in ties if tie.policies & bits],
                people=np.concatenate((sure, maybe)),
                surely=len(sure),
                moment=self._moment,
                common=common,
            )

    def _common(self, ties: Sequence[Tie], offerings: Mapping[int, Offering]) -> Common | None:
        """None where each bundle has to be looked at by itself."""
        said = [tie.said for tie in ties]
        given = [(self.texts.policies[n], each.each_once()) for n, each in offerings.items()]
        if not can_be_common(said, [offer for _, offers in given for offer in offers]):
            return None
        texts = [each for each in said if each is not None]
        on = ready_for(given, texts, NOTHING_HAD, self._moment).on
        return common_to(on, self._moment.rulings)

    @property
    def _moment(self) -> Moment:
        view = self.texts.view
        return Moment(view.valid_at, view.known_at, rulings_of(view))

    def _offering(self, item: int) -> Offering:
        policy, reach = self.texts.policies[item], self.reach[item]
        twin = self._may_be_twin(item)
        day = self.texts.view.valid_at
        asked = Asked(
            policy=policy,
            crowd=self.crowd,
            received=self.past.received,
            people=reach.people,
            horizon=self.horizon,
            sums=frozenset() if twin else sums_read(policy, day, self.horizon),
        )
        content = content_and_steps_of if twin else content_of
        return offering_of(worked_out(asked), reach, content)

    def _may_be_twin(self, item: int) -> bool:
        return any(tie.said is None and tie.policies >> item & 1 for tie in self.texts.ties)
