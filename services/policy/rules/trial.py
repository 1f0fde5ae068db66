"""One person as they would be with other facts or on another day, for many policies at once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

from services.policy.rules.candidates import Would, facts_of
from services.policy.rules.facts import NOT_APPLICABLE, Fact, FactView, Source
from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.kleene import Truth
from services.policy.rules.proof import LeafProof
from services.policy.rules.prove import proof_of
from services.policy.rules.tree import Leaf
from services.policy.rules.vocabulary import TITLES_HELD

ALWAYS = datetime.min.replace(tzinfo=UTC)

Change: TypeAlias = tuple[str, Would]


class Trial:
    """Conditions are tried alone before the whole is, each once however many policies ask it."""

    def __init__(self, view: FactView) -> None:
        self.view = view
        self._views: dict[Change, FactView] = {}
        self._days: dict[date, FactView] = {}
        self._had_none: dict[str, bool] = {}

    def on(self, day: date) -> FactView:
        """The person on another day, nothing else being known of them than now."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = FactView(day, self.view.known_at, self.view.by_name)
        return found

    def truth(self, leaf: Leaf, name: str, value: Would) -> Truth:
        return self.proof(leaf, name, value).truth

    def proof(self, leaf: Leaf, name: str, value: Would) -> LeafProof:
        """Of a condition that is kept while the trial lasts."""
        return proof_of(leaf, self._with(name, value))

    def would(self, leaf: Leaf, changes: Sequence[Change]) -> LeafProof:
        """How a condition would come out that reads one of the facts or several."""
        read = facts_of(leaf)
        mine = [change for change in changes if change[0] in read]
        if len(mine) == 1:
            return self.proof(leaf, *mine[0])
        return proof_of(leaf, with_changes(self.view, mine))

    def had_none(self, name: str) -> bool:
        """Whether it was said of a time that is over that there is none."""
        found = self._had_none.get(name)
        if found is None:
            said = self.view.by_name.get(name, ())
            found = self._had_none[name] = any(self._is_over(each) for each in said)
        return found

    def _is_over(self, fact: Fact) -> bool:
        over = fact.valid_to is not None and fact.valid_to <= self.view.valid_at
        return over and fact.value is NOT_APPLICABLE

    def _with(self, name: str, value: Would) -> FactView:
        found = self._views.get((name, value))
        if found is None:
            found = self._views[name, value] = with_changes(self.view, [(name, value)])
        return found


def with_changes(view: FactView, changes: Iterable[Change]) -> FactView:
    """The view with these facts as they would be, in place of all that is said of them.

    A title or policy that would be held stands beside those that are.
    """
    by_name = dict(view.by_name)
    for name, value in changes:
        beside = by_name.get(name, ()) if _is_added(name, value) else ()
        by_name[name] = (*beside, _said(name, value))
    return FactView(view.valid_at, view.known_at, by_name)


def _is_added(name: str, value: Would) -> bool:
    return name in (TITLES_HELD, POLICIES_HELD) and value is not NOT_APPLICABLE


def _said(name: str, value: Would) -> Fact:
    return Fact(name=name, value=value, source=Source.DECLARED, recorded_at=ALWAYS)
