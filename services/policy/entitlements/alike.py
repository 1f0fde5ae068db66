"""One policy judged for somebody by what was found of others who stand to its conditions alike."""

from collections.abc import Callable

import msgspec

from services.policy.entitlements.answer import Asked
from services.policy.entitlements.assess import Json, canonical, noticed_outcome
from services.policy.entitlements.conditions import Conditions, Group, Proved, Somebody, Stood
from services.policy.entitlements.judged import Bearing, Judged, without_proof
from services.policy.entitlements.marks import Draft, marks_of
from services.policy.remembered import Remembered, Texts
from services.policy.rules import Outcome, State, render
from services.policy.rules.evaluate import hangs_on_conditions, judge, opened
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Included, LeftOut
from services.policy.rules.render import render_choice, render_offer

MOST_CONDITIONS = 20_000
MOST_ALIKE = 20_000
MOST_BEARINGS = 40_000
"""Each is found in two ways."""
MOST_PIECES = 50_000
MOST_SAID = 10_000

_MOMENT = object()
"""The moment of knowing: the first of what a draft leaves open."""
_LATER = b""
"""Stands for its words, which are known only when somebody asks."""


class Alike:
    """Remembers how a policy stands for all who are alike, and how that is put into words.

    What was read of somebody, and the worth of what they are offered, is left open there.
    """

    def __init__(self, number: Callable[..., int]) -> None:
        self._number = number
        self._texts = Texts(MOST_PIECES)
        self._conditions = Conditions(MOST_CONDITIONS, self._texts)
        self._states: Remembered[Group, State] = Remembered(MOST_ALIKE)
        self._drafts: Remembered[tuple[Group, int], Draft] = Remembered(MOST_ALIKE)
        self._bearings: Remembered[tuple[object, ...], Bearing] = Remembered(MOST_BEARINGS)
        # By their identities, which they keep as long as they are in it.
        self._said: Remembered[int, tuple[object, bytes]] = Remembered(MOST_SAID)

    def bearing(self, asked: Asked, by: Somebody) -> Bearing:
        """What somebody notices of a policy, and a package is chosen by."""
        if not hangs_on_conditions(asked.ready, by.person):
            return self._noticed(asked, _judged(asked, by))
        group, _ = self._stood(asked, by)
        return self._known(group, asked, by) or self._anew(group, asked, by)

    def _stood(self, asked: Asked, by: Somebody) -> Stood:
        found = by.stood.get(asked.number)
        if found is None:
            proved = self._conditions.prove(asked.conditions, by)
            group = asked.number, tuple([each.stands for each in proved])
            found = by.stood[asked.number] = group, proved
        return found

    def _known(self, group: Group, asked: Asked, by: Somebody) -> Bearing | None:
        state = self._states.known(group)
        if state is None:
            return None
        offers, background = opened(asked.ready, by.person, state)
        before = self._number(by.person.held, background)
        return self._bearings.known((group, self._number(offers), before))

    def _anew(self, group: Group, asked: Asked, by: Somebody) -> Bearing:
        outcome = _judged(asked, by)
        found = self._noticed(asked, outcome)
        self._states.keep(group, outcome.state)
        self._bearings.keep((group, found.offering, found.before), found)
        return found

    def _noticed(self, asked: Asked, outcome: Outcome) -> Bearing:
        """One for all who notice the same of a policy: what is kept of each of them is little."""
        noticed = msgspec.Raw(canonical(noticed_outcome(outcome)))
        offering = self._number(outcome.offers)
        before = self._number(outcome.held, outcome.background)
        return self._bearings.found(
            (asked.number, bytes(noticed), offering, before),
            lambda: Bearing(without_proof(outcome), offering, before, noticed),
        )

    def tell(self, asked: Asked, judged: Judged, by: Somebody) -> None:
        """Put into words what was judged of somebody."""
        offers = judged.bearing.outcome.offers
        proved = list[Proved]()
        if hangs_on_conditions(asked.ready, by.person):
            group, proved = self._stood(asked, by)
            draft = self._drafts.found(
                (group, len(offers)), lambda: self._drafted(asked, by, proved)
            )
        else:
            draft = self._drafted(asked, by, proved)
        words = [_LATER, *[each.words for each in proved], *map(self.told, offers)]
        judged.tell(draft.filled(words), draft.at(0))

    def _drafted(self, asked: Asked, by: Somebody, proved: list[Proved]) -> Draft:
        outcome = _judged(asked, by)
        marks = marks_of([_MOMENT, *[each.proof for each in proved], *outcome.offers])
        said = {**render(outcome, marks), "known_at": marks[id(_MOMENT)]}
        return Draft(canonical(said), self._texts)

    def told(self, offer: Offer) -> bytes:
        """Those who are offered the same share it, so the words of one are those of all."""
        return self._words(offer, lambda: render_offer(offer, {}))

    def chosen(self, one: Included | LeftOut) -> bytes:
        """The same of what became of an offer in a package."""
        return self._words(one, lambda: render_choice(one, msgspec.Raw(self.told(one.offer))))

    def _words(self, of: object, rendered: Callable[[], Json]) -> bytes:
        kept = self._said.known(id(of))
        if kept is None:
            (words,) = self._texts.shared([canonical(rendered())])
            kept = of, words
            self._said.keep(id(of), kept)
        return kept[1]


def _judged(asked: Asked, by: Somebody) -> Outcome:
    """Once, with the very proofs of its conditions that were found already."""
    outcome = by.outcomes.get(asked.number)
    if outcome is None:
        outcome = by.outcomes[asked.number] = judge(asked.ready, by.person)
    return outcome
