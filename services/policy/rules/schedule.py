"""A package month by month: what is paid when, and what would be best in each month by itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from msgspec import structs

from services.policy.rules.amount import Parts, Per, Worth
from services.policy.rules.days import MONTHS_IN_A_YEAR, month_number
from services.policy.rules.evaluate import evaluate_all
from services.policy.rules.facts import Fact
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Included, Package, best_package
from services.policy.rules.view import View, interactions_of, rulings_of


class Because(StrEnum):
    """Why no text says in which month a sum is paid."""

    ONCE = "once"
    INSTALMENTS = "instalments"
    BY_YEAR = "by-year"
    RHYTHM_NOT_SEEN = "rhythm-not-seen"
    LESSENED = "lessened"


@dataclass(frozen=True, slots=True)
class Due:
    key: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """`month` is its first day."""

    month: date
    due: tuple[Due, ...]

    @property
    def fen(self) -> int:
        return sum(each.fen for each in self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    key: str
    fen: int
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Together the months and what has none come to what the package pays at most."""

    months: tuple[Month, ...]
    undated: tuple[Undated, ...]


def schedule_of(package: Package) -> Schedule:
    """Only what is the same each month has its months; nothing is spread that no text spreads."""
    due: dict[int, list[Due]] = {}
    undated: list[Undated] = []
    for each in package.included:
        because = _undated(each)
        if because is None:
            for number, fen in _monthly(each):
                due.setdefault(number, []).append(Due(each.offer.key, fen))
        elif each.most_fen:
            undated.append(Undated(key=each.offer.key, fen=each.most_fen, because=because))
    months = [Month(month=_first_day(number), due=tuple(due[number])) for number in sorted(due)]
    return Schedule(months=tuple(months), undated=tuple(undated))


def best_each_month(views: Iterable[View], facts: Sequence[Fact]) -> Iterator[Month]:
    """For the day of each view the best of what is paid by the month, as if no other month were.

    Whoever may change from one to the other is paid this; the package chooses once for all months.
    """
    for view in views:
        outcomes = [
            structs.replace(each, offers=tuple(_of_this_month(each.offers, view.valid_at)))
            for each in evaluate_all(view, facts, horizon=1)
        ]
        package = best_package(outcomes, interactions_of(view), rulings=rulings_of(view))
        due = [Due(each.offer.key, each.most_fen) for each in package.included if each.most_fen]
        yield Month(month=view.valid_at.replace(day=1), due=tuple(due))


def _of_this_month(offers: Iterable[Offer], day: date) -> Iterator[Offer]:
    """One month of each that is paid by the month, the same in all of them, and has begun."""
    for offer in offers:
        worth, months = offer.worth, offer.worth.counted_months
        begun = month_number(offer.standing.first) <= month_number(day)
        if worth.per is Per.MONTH and months and begun and (months == 1 or _is_even(worth)):
            one = structs.replace(
                worth,
                least_fen=worth.least_fen // months,
                most_fen=worth.most_fen // months,
                counted_months=1,
            )
            yield structs.replace(offer, worth=one)


def _is_even(worth: Worth) -> bool:
    """A cap or what was had before may end the payments early, or make each smaller."""
    return not worth.steps and not worth.paid_fen


def days_of_months(day: date, count: int) -> list[date]:
    """The day itself, then the first of each month after it."""
    first = month_number(day)
    return [day, *(_first_day(number) for number in range(first + 1, first + count))]


def _undated(included: Included) -> Because | None:
    worth = included.offer.worth
    if worth.instalments and worth.instalments_per is not Per.MONTH:
        return Because.INSTALMENTS
    if worth.instalments:
        whole = included.most_fen == worth.most_fen and _is_even(worth)
        return None if whole else Because.LESSENED
    match worth.per:
        case Per.ONCE:
            return Because.ONCE
        case Per.YEAR:
            return Because.BY_YEAR
        case Per.NOT_SEEN:
            return Because.RHYTHM_NOT_SEEN
        case Per.MONTH:
            whole = included.most_fen == worth.most_fen and _is_even(worth)
            return None if whole else Because.LESSENED


def _monthly(included: Included) -> Iterator[tuple[int, int]]:
    worth, first = included.offer.worth, month_number(included.offer.standing.first)
    if worth.instalments:
        yield from enumerate(Parts(worth.instalments).by_month(included.most_fen), start=first)
        return
    months = worth.counted_months or 1
    for number in range(months):
        yield first + number, included.most_fen // months


def _first_day(number: int) -> date:
    year, month = divmod(number, MONTHS_IN_A_YEAR)
    return date(year, month + 1, 1)
