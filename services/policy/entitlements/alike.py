"""One policy judged for somebody by what was found of others who stand to its conditions alike."""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from services.policy.entitlements.answer import Asked
from services.policy.entitlements.assess import canonical, noticed_outcome
from services.policy.entitlements.conditions import Conditions, Proved, Somebody, Stands
from services.policy.entitlements.judged import Bearing, Judged, without_proof
from services.policy.entitlements.marks import Draft, mark_of, marks_of
from services.policy.remembered import Remembered, Texts
from services.policy.rules import Outcome, State, render
from services.policy.rules.evaluate import is_asked, judge, opened
from services.policy.rules.outcome import Offer
from services.policy.rules.render import render_offer

MOST_CONDITIONS = 20_000
MOST_ALIKE = 20_000
MOST_BEARINGS = 20_000
MOST_PIECES = 50_000
MOST_OFFERS = 4_000

Group: TypeAlias = tuple[int, tuple[Stands, ...]]
"""All who stand to the conditions of a policy alike: its number, and how."""
Drafts: TypeAlias = tuple[Draft, Draft]
"""What is said before the moment of knowing, and after it."""

_KNOWN_AT = mark_of(b"known_at")


class Alike:
    """Remembers how a policy stands for all who are alike, and how that is put into words.

    What was read of somebody, and the worth of what they are offered, is left open there.
    """

    def __init__(self, number: Callable[..., int]) -> None:
        self._number = number
        self._conditions = Conditions(MOST_CONDITIONS)
        self._states: Remembered[Group, State] = Remembered(MOST_ALIKE)
        self._drafts: Remembered[tuple[Group, int], Drafts] = Remembered(MOST_ALIKE)
        self._bearings: Remembered[tuple[object, ...], Bearing] = Remembered(MOST_BEARINGS)
        # By their identities, which they keep as long as they are in it.
        self._offers: Remembered[int, tuple[Offer, bytes]] = Remembered(MOST_OFFERS)
        self.texts = Texts(MOST_PIECES)

    def bearing(self, asked: Asked, by: Somebody) -> Bearing:
        """What somebody notices of a policy, and a package is chosen by."""
        if not is_asked(asked.ready, by.person):
            return self._noticed(asked, judge(asked.ready, by.person))
        proved = self._conditions.prove(asked.conditions, by)
        group = _group(asked, proved)
        return self._known(group, asked, by) or self._anew(group, asked, by, proved)

    def _known(self, group: Group, asked: Asked, by: Somebody) -> Bearing | None:
        state = self._states.known(group)
        if state is None:
            return None
        offers, background = opened(asked.ready, by.person, state)
        before = self._number(by.person.held, background)
        return self._bearings.known((group, self._number(offers), before))

    def _anew(self, group: Group, asked: Asked, by: Somebody, proved: list[Proved]) -> Bearing:
        outcome = _judged(asked, by, proved)
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
        proved = list[Proved]()
        offers = judged.bearing.outcome.offers
        if is_asked(asked.ready, by.person):
            proved = self._conditions.prove(asked.conditions, by)
            first, last = self._drafts.found(
                (_group(asked, proved), len(offers)), lambda: self._drafted(asked, by, proved)
            )
        else:
            first, last = self._drafted(asked, by, proved)
        # Those who are offered the same share it, and with it its words.
        words = [*[each.words for each in proved], *map(self.told, offers)]
        judged.tell(first.filled(words), last.filled(words), self.texts)

    def _drafted(self, asked: Asked, by: Somebody, proved: list[Proved]) -> Drafts:
        outcome = _judged(asked, by, proved)
        marks = marks_of([*[each.proof for each in proved], *outcome.offers])
        first, last = canonical({**render(outcome, marks), "known_at": _KNOWN_AT}).split(_KNOWN_AT)
        return Draft(first, self.texts), Draft(last, self.texts)

    def told(self, offer: Offer) -> bytes:
        """Those who are offered the same share it, so the words of one are those of all."""
        _, said = self._offers.found(id(offer), lambda: (offer, canonical(render_offer(offer, {}))))
        return said


def _group(asked: Asked, proved: list[Proved]) -> Group:
    return asked.number, tuple([each.stands for each in proved])


def _judged(asked: Asked, by: Somebody, proved: list[Proved]) -> Outcome:
    """By the proofs of its conditions that are found already."""
    by.person.view.proofs.update({id(each.proof.leaf): each.proof for each in proved})
    return judge(asked.ready, by.person)
