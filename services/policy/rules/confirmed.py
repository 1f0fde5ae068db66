"""The view without what nobody saw confirmed: only policies of which both bounds were seen."""

from services.policy.rules.standing import is_confirmed
from services.policy.rules.view import View, beside_each_other


def confirmed_only(view: View) -> View:
    """Of the same version: it rests on the same rows, so what one left out ended stays ended."""
    kept = [each for each in view.entries if is_confirmed(each.policy)]
    return View(
        valid_at=view.valid_at,
        known_at=view.known_at,
        version=view.version,
        entries=tuple(beside_each_other(kept, view.valid_at)),
        rulings=view.rulings,
    )
