"""Caps: what chosen offers pay together at most, for a person, a household, a contract, a year."""

from collections.abc import Callable, Iterable
from datetime import date

from services.policy.rules.amount import REPEATED, Per
from services.policy.rules.build import Build, Ceiling, groups_by, members_of
from services.policy.rules.days import MONTHS_IN_A_YEAR, month_number
from services.policy.rules.interactions import Cap, CapPer, Limit, SumStated
from services.policy.rules.outcome import Offer
from services.policy.rules.programme import PERCENT, Fixed, Node, Scale
from services.policy.rules.puzzle import bits_of
from services.policy.rules.receipts import named_by, total
from services.policy.rules.scene import NOBODY, Before
from services.policy.rules.sharing import share_out

BOUNDLESS = 10**13
"""More fen than any text promises; stands for a limit that nobody knows."""


def cap_members(build: Build, cap: Cap) -> None:
    """Bring what its members pay below the cap, group by group."""
    members = members_of(build, cap.members)
    match cap.per:
        case CapPer.HOUSEHOLD:
            limit_all(build, members, cap.most, NOBODY, less=_had_by_all(build, cap))
        case CapPer.CONTRACT:
            for group in groups_by(members, lambda item: build.part[item].standing.contract):
                limit_all(build, group, cap.most, build.scene.before(build.part[group[0]]))
        case _:
            for group in groups_by(members, lambda item: build.part[item].standing.spouse):
                _limit_person(build, group, cap)


def _limit_person(build: Build, group: list[int], cap: Cap) -> None:
    before = build.scene.before(build.part[group[0]])
    match cap.per:
        case CapPer.LIFETIME:
            had = total(named_by(cap.members, before.received))
            limit_all(build, group, cap.most, before, less=had)
        case CapPer.YEAR:
            _limit_years(build, group, cap, before)
        case _:
            limit_all(build, group, cap.most, before)


def _had_by_all(build: Build, cap: Cap) -> int:
    """What those of the household received before; of a spouse who is away, what is known."""
    people = build.scene.everybody()
    received = [each for person in people for each in person.received]
    if len(people) == 1:
        received += people[0].background.spouse_received
    return total(named_by(cap.members, received))


def limit_all(
    build: Build, items: list[int], most: Limit, before: Before, *, less: int = 0
) -> None:
    """These are held together, whatever else holds some of them."""
    least, limit = _fen(most, before if before is not NOBODY else _anybody(build, most))
    ceiling = _ceiling(items, least - less, limit - less)
    build.caps.append((bits_of(items), ceiling.most_fen))
    build.ceilings.append(ceiling)


def _ceiling(items: Iterable[int], least: int, most: int, year: int | None = None) -> Ceiling:
    return Ceiling(items=tuple(items), least_fen=max(0, least), most_fen=max(0, most), year=year)


def _anybody(build: Build, most: Limit) -> Before:
    """Whoever of a household states the sum that limits it."""
    people = build.scene.everybody()
    fact = most.fact if isinstance(most, SumStated) else None
    return next((each for each in people if fact in each.sums), NOBODY)


def _limit_years(build: Build, items: list[int], cap: Cap, before: Before) -> None:
    """Each calendar year has its own room; this year's is less what was received in it."""
    day = build.scene.day
    least, limit = _fen(cap.most, before)
    this_year = [r for r in before.received if r.paid_on is None or r.paid_on.year == day.year]
    had = total(named_by(cap.members, this_year))
    for year in sorted({year for item in items for year in years_of(build.part[item], day)}):
        less = had if year == 0 else 0
        build.ceilings.append(_ceiling(items, least - less, limit - less, year))


def keep_ceilings(build: Build) -> None:
    """All hold at once; what is surest is filled first, then what is most, then by name."""
    wanted = _wanted(build)
    caps = [
        (
            bits_of(n for n, each in enumerate(wanted) if _holds(ceiling, *each)),
            build.programme.put(Fixed(ceiling.least_fen, ceiling.most_fen)),
        )
        for ceiling in build.ceilings
    ]
    paid = share_out(build.programme, list(wanted.values()), caps)
    shares: dict[int, list[Node]] = {}
    for (item, _), node in zip(wanted, paid, strict=True):
        shares.setdefault(item, []).append(node)
    for item, nodes in shares.items():
        build.nodes[item] = nodes[0] if len(nodes) == 1 else build.programme.together(nodes)


def _wanted(build: Build) -> dict[tuple[int, int | None], Node]:
    """What is held by any ceiling, by item; by year too where one holds for a year."""
    yearly = {item for each in build.ceilings if each.year is not None for item in each.items}
    found: dict[tuple[int, int | None], Node] = {}
    for item in sorted({i for each in build.ceilings for i in each.items}, key=_priority(build)):
        node = build.nodes[item]
        if item not in yearly:
            found[item, None] = node
            continue
        years = years_of(build.part[item], build.scene.day)
        for year, parts in sorted(years.items()):
            if parts:
                scale = Scale(node, parts, sum(years.values()))
                found[item, year] = build.programme.put(scale)
    return found


def _priority(build: Build) -> Callable[[int], tuple[int, int, str]]:
    def of(item: int) -> tuple[int, int, str]:
        offer = build.part[item]
        return filling(offer.least_fen, offer.counted_fen, offer.key)

    return of


def filling(least_fen: int, most_fen: int, key: str) -> tuple[int, int, str]:
    """What stands first goes first into a room that cannot take all: what is surest, then most."""
    return -least_fen, -most_fen, key


def _holds(ceiling: Ceiling, item: int, year: int | None) -> bool:
    return item in ceiling.items and ceiling.year in (None, year)


def years_of(offer: Offer, day: date) -> dict[int, int]:
    """How many equal parts fall into each calendar year, that of the day being 0."""
    shares = offer.worth.instalments
    if shares and offer.worth.instalments_per is Per.YEAR:
        return dict(enumerate(shares))
    if shares:
        return _by_year(enumerate(shares, start=month_number(offer.standing.first)), day)
    if offer.worth.per not in REPEATED or not offer.worth.counted_months:
        return {0: 1}
    first = month_number(offer.standing.first)
    months = range(first, first + offer.worth.counted_months)
    return _by_year(((number, 1) for number in months), day)


def _by_year(months: Iterable[tuple[int, int]], day: date) -> dict[int, int]:
    """The shares of these months added up."""
    found: dict[int, int] = {}
    for number, share in months:
        year = number // MONTHS_IN_A_YEAR - day.year
        found[year] = found.get(year, 0) + share
    return found


def _fen(most: Limit, before: Before) -> tuple[int, int]:
    if isinstance(most, int):
        return most, most
    value = before.sums.get(most.fact)
    if value is None:
        return 0, BOUNDLESS
    fen = value * most.percent // PERCENT
    return fen, fen
