"""Which policies somebody enjoys, and which they ever did, as the ledger has it."""

from collections.abc import Iterable

from services.policy.rules.facts import Fact, FactView
from services.policy.rules.leaves import as_codes

POLICIES_HELD = "policies_held"


def held_policies(view: FactView) -> tuple[str, ...]:
    """Those of the day, in the order of their ids."""
    return _named(view.stated(POLICIES_HELD).current)


def ever_held_policies(view: FactView) -> tuple[str, ...]:
    """Those of the day and all before it."""
    return _named(view.stated(POLICIES_HELD).begun)


def _named(statements: Iterable[Fact]) -> tuple[str, ...]:
    if not statements:
        return ()
    return tuple(sorted({code for fact in statements for code in as_codes(fact.value)}))
