"""The answer for one talent and one policy, and the offers it opens."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

from services.policy.rules.amount import Payee, Share, Subject, Worth
from services.policy.rules.facts import Receipt
from services.policy.rules.policy import Scope
from services.policy.rules.proof import LeafProof, Proof
from services.policy.rules.tree import Cite, Text
from services.policy.rules.vocabulary import Vocabulary

ENGINE = "rules-7"


def engine_version(vocabulary: Vocabulary) -> str:
    """The rules and the words they were run with: another code tree may give another answer."""
    return f"{ENGINE}+{vocabulary.digest[:12]}"


class State(StrEnum):
    """How a policy stands for a talent.

    Only what is known of all policies together tells which of those that are open to the talent
    are not chosen, or blocked because two bodies contradict each other.
    """

    ELIGIBLE = "eligible"
    SUBJECT_TO_MANUAL_CHECK = "eligible_subject_to_manual_check"
    NOT_CHOSEN = "eligible_not_chosen"
    BLOCKED_BY_CONTRADICTION = "blocked_by_contradiction"
    UNDETERMINED = "undetermined"
    NOT_ELIGIBLE = "not_eligible"
    CRITERIA_NOT_SEEN = "criteria_not_seen"
    NOT_IN_FORCE = "not_in_force"
    WINDOW_CLOSED = "window_closed"
    QUOTA_FULL = "quota_full"
    ALREADY_ENJOYED = "already_enjoyed"
    PENDING = "pending"


class Stage(StrEnum):
    """What is asked after somebody was let in."""

    CONTINUING = "continuing"
    REVIEW = "review"


class Reason(StrEnum):
    """Why a policy does not apply on the day at all."""

    NOT_YET = "not-yet-in-force"
    ENDED = "ended"
    REPLACED = "replaced"
    REPEALED = "repealed"
    WINDOW_CLOSED = "window-closed"
    WINDOW_NOT_OPEN = "window-not-open"
    NO_TRACK_OPEN = "no-track-open"
    WAITS_FOR_AN_ACT = "waits-for-an-act"
    SUSPENDED = "suspended"
    TEXT_NOT_SEEN = "text-not-seen"
    QUOTA_FULL = "quota-full"


# Made by the hundred for every answer, as all that follows: a struct takes a fraction of a
# dataclass's time, and the garbage collector need not look at what nothing within leads back to.
class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What of its policy and talent an offer brings into a package besides what it pays.

    `bodies` are all that issued the policy; `first` and `last` are the days it is paid between;
    `spouse` is whose of two it is in a household, `contract` the one it is for.
    """

    title: Text
    doc_no: str | None
    bodies: frozenset[str]
    published: date | None
    deadline: date | None
    first: date
    last: date
    payers: tuple[Share, ...] = ()
    subject: Subject = Subject.PERSON
    contract: str | None = None
    spouse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a package must know of the talent beside the offers: receipts, policies that are held
    or were, and sums for caps."""

    received: tuple[Receipt, ...] = ()
    spouse_received: tuple[Receipt, ...] = ()
    ever_held: tuple[str, ...] = ()
    sums: tuple[tuple[str, int], ...] = ()


NOTHING_KNOWN = Background()


class Offer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One benefit within reach; only money paid to the person counts in a package.

    It is certain while nothing about it or its policy is missing or left to a person to check.
    """

    key: str
    policy_id: str
    benefit_id: str
    issuer: str
    cost_item: str
    payee: Payee
    payer: str | None
    worth: Worth
    cite: Cite
    proof: Proof | None
    certain: bool
    standing: "Standing"

    @property
    def counted_fen(self) -> int:
        return self.worth.most_fen if self.payee is Payee.PERSON else 0

    @property
    def least_fen(self) -> int:
        if self.payee is not Payee.PERSON or not self.certain:
            return 0
        return self.worth.least_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFound:
    """How somebody who enjoys a policy stands to what it asks of those who do."""

    stage: Stage
    state: State
    proof: Proof | None = None
    failed: tuple[LeafProof, ...] = ()
    missing: tuple[str, ...] = ()
    manual_checks: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`confirmed` is no when a bound of the period was not seen in any source.

    `next_open` is when applications are taken next, where that is known; `stages` say how it goes
    on for somebody who enjoys the policy already.
    """

    policy_id: str
    version: int
    issuer: str
    title: Text
    state: State
    reason: Reason | None = None
    confirmed: bool
    scope: Scope
    demo: bool
    proof: Proof | None = None
    failed: tuple[LeafProof, ...] = ()
    missing: tuple[str, ...] = ()
    could_matter: tuple[str, ...] = ()
    manual_checks: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    next_open: date | None = None
    stages: tuple[StageFound, ...] = ()
    held: tuple[str, ...]
    valid_at: date
    known_at: datetime
    policy_digest: str
    background: Background = NOTHING_KNOWN
    engine: str = ENGINE
