"""How benefits of different bodies bear on each other; each statement keeps who made it, where."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from services.policy.rules.amount import Money
from services.policy.rules.picks import Pick, Target
from services.policy.rules.tree import Cite, Tenure


class Reach(StrEnum):
    """Whether a statement binds benefits of other bodies too; often no text says."""

    ALL = "all"
    OWN = "own"
    NOT_SEEN = "not_seen"


class Alike(StrEnum):
    """What two benefits must share before a statement bears on both."""

    COST_ITEM = "cost_item"
    SUBJECT = "subject"
    PERIOD = "period"
    CONTRACT = "contract"


class Tie(StrEnum):
    """By what slots are counted."""

    ALL = "all"
    LEVEL = "level"
    ISSUER = "issuer"


class CapPer(StrEnum):
    PERSON = "person"
    HOUSEHOLD = "household"
    CONTRACT = "contract"
    YEAR = "year"
    LIFETIME = "lifetime"


APART = frozenset({CapPer.YEAR, CapPer.CONTRACT})
"""Each year and each contract has a room of its own, in parts that are rounded down."""


class CoupleRule(StrEnum):
    ADD_UP = "add_up"
    ONE_ONLY = "one_only"
    HIGHER = "higher"
    SHARE = "share"


class PromotionRule(StrEnum):
    """After a promotion: the difference is paid, the new class from then on, or nothing changes."""

    DIFFERENCE = "difference"
    FROM_THEN = "from_then"
    FROZEN = "frozen"


class Preference(StrEnum):
    NEWEST = "newest"
    BEST = "best"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Who states an interaction, in which policy and clause; its id is unique in the view.

    It binds from `first` until `last`, both included, if they are given.
    """

    interaction_id: str
    issuer: str
    policy_id: str | None
    cite: Cite
    first: date | None = None
    last: date | None = None
    reach: Reach = Reach.ALL

    def binds_on(self, day: date) -> bool:
        """Whether it says anything on the day."""
        return (self.first or date.min) <= day <= (self.last or date.max)


@dataclass(frozen=True, slots=True)
class SumStated:
    """A percentage of the sum that a fact states, such as the price of the home."""

    fact: str
    percent: int


Limit: TypeAlias = int | SumStated
"""Fen, or what a fact says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusive:
    """The one excludes each of the others; those may stand together."""

    stated: Stated
    target: Pick
    excludes: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseOne:
    """Once for good, or once for each calendar year."""

    stated: Stated
    members: tuple[Pick, ...]
    each_year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Highest:
    """Of several payments for the same thing only one counts, the higher."""

    stated: Stated
    members: tuple[Pick, ...]
    alike: frozenset[Alike] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """At most so many policies of the members; `bodies` are those of each level, if counted so."""

    stated: Stated
    members: tuple[Pick, ...]
    most: int
    tie: Tie
    bodies: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLevel:
    """Benefits of bodies of different levels exclude each other, those of one level do not."""

    stated: Stated
    members: tuple[Pick, ...]
    bodies: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """Paid on top of a base, until base, what it is net of, and top-up together reach the cap.

    Where it may stand `alone` no base is needed.
    """

    stated: Stated
    target: Target
    bases: tuple[Pick, ...]
    total_cap: Money | None
    net_of: tuple[Pick, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Pays a percentage of its base, given here or received; the benefit's own sum is the most."""

    stated: Stated
    target: Target
    bases: tuple[Pick, ...]
    percent: int
    most_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedIfHeld:
    """Whoever holds one of these may not have the policy; checked with its criteria.

    `beside` are those of the policies that a statement in force allows beside this one: whether
    they stand against it is settled with the package. `unpublished` as in `Holds`.
    """

    stated: Stated
    fact: str
    codes: tuple[str, ...]
    covers: frozenset[str]
    tenure: Tenure
    closed: bool
    unpublished: tuple[str, ...] = ()
    beside: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The members together never pay more than this."""

    stated: Stated
    members: tuple[Pick, ...]
    most: Limit
    per: CapPer = CapPer.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductPrior:
    """What was, or in the same package is, received for the members is taken off the target."""

    stated: Stated
    target: Target
    members: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminates:
    """Taking the target ends what the others still pay."""

    stated: Stated
    target: Pick
    ends: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires:
    """The target only with one of these, held or in the same package."""

    stated: Stated
    target: Pick
    needs: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Not again after it was received; `years` let it be had again after so many."""

    stated: Stated
    members: tuple[Pick, ...]
    years: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMoneyOnly:
    """Whoever received one of the earlier ones before may not have the target."""

    stated: Stated
    target: Pick
    earlier: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Couple:
    """What husband and wife may have of the members between them."""

    stated: Stated
    members: tuple[Pick, ...]
    rule: CoupleRule
    second_percent: int
    most: Limit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What becomes of an award that is being paid when its holder rises to a higher class."""

    stated: Stated
    target: Target
    rule: PromotionRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefer:
    """Of several that apply one is given: the first word that tells them apart decides."""

    stated: Stated
    members: tuple[Pick, ...]
    by: tuple[Preference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The text allows the target beside each of the others."""

    stated: Stated
    target: Pick
    others: tuple[Pick, ...]


Capping: TypeAlias = Cap | Couple
"""What sets a room that offers are filled into, one after the other."""

Interaction: TypeAlias = (
    Exclusive
    | ChooseOne
    | Highest
    | Slots
    | OneLevel
    | TopUp
    | Match
    | ExcludedIfHeld
    | Cap
    | DeductPrior
    | Terminates
    | Requires
    | Once
    | FirstMoneyOnly
    | Couple
    | Promotion
    | Prefer
    | Together
)
