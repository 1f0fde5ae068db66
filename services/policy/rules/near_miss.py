"""What would have to change for somebody who is not eligible: the fewest facts, or only time."""

from services.policy.rules.facts import FactView
from services.policy.rules.near.aims import Aims
from services.policy.rules.near.found import NearMiss
from services.policy.rules.policy import Policy
from services.policy.rules.ready import ready
from services.policy.rules.standing import Ended
from services.policy.rules.tree import Tree
from services.policy.rules.vocabulary import Vocabulary


def near_miss(
    policy: Policy,
    view: FactView,
    words: Vocabulary,
    *,
    ended: Ended | None,
    also: tuple[Tree, ...] = (),
) -> NearMiss | None:
    """None for whoever is eligible or may be, and where neither time nor any change would do.

    Where a fact of a sum stands in other conditions too, a way may be missed; none is wrong.
    """
    asked = ready(policy, view.valid_at, ended=ended, also=also)
    return Aims((asked,), view.valid_at, words).missed_by(view).get(policy.policy_id)
