"""Caps: what chosen offers pay together at most, for a person, a household, a contract, a year."""

from datetime import date

from services.policy.rules.amount import REPEATED
from services.policy.rules.build import Build, groups_by, mask, members_of
from services.policy.rules.days import MONTHS_IN_A_YEAR, month_number
from services.policy.rules.interactions import (
    Cap,
    CapPer,
    Limit,
    SumStated,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.programme import (
    PERCENT,
    Capped,
    Fixed,
    Less,
    Node,
    Scale,
)
from services.policy.rules.receipts import named_by, total
from services.policy.rules.scene import NOBODY, Before

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
    """Members are paid in the order of their names until the limit is reached."""
    least, limit = _fen(most, before if before is not NOBODY else _anybody(build, most))
    build.caps.append((mask(items), max(0, limit - less)))
    room = build.programme.put(Fixed(max(0, least - less), max(0, limit - less)))
    for item in sorted(items, key=lambda each: build.part[each].key):
        paid = build.programme.put(Capped(build.nodes[item], room))
        room = build.programme.put(Less(room, paid))
        build.nodes[item] = paid


def _anybody(build: Build, most: Limit) -> Before:
    """Whoever of a household states the sum that limits it."""
    people = build.scene.everybody()
    fact = most.fact if isinstance(most, SumStated) else None
    return next((each for each in people if fact in each.sums), NOBODY)


def _limit_years(build: Build, items: list[int], cap: Cap, before: Before) -> None:
    """Each calendar year has its own room; this year's is less what was received in it."""
    programme, day = build.programme, build.scene.day
    least, limit = _fen(cap.most, before)
    this_year = [r for r in before.received if r.paid_on is None or r.paid_on.year == day.year]
    had = total(named_by(cap.members, this_year))
    years = {item: years_of(build.part[item], day) for item in items}
    paid: dict[int, list[Node]] = {item: [] for item in items}
    for year in sorted({year for each in years.values() for year in each}):
        less = had if year == 0 else 0
        room = programme.put(Fixed(max(0, least - less), max(0, limit - less)))
        for item in sorted(items, key=lambda each: build.part[each].key):
            parts, whole = years[item].get(year, 0), sum(years[item].values())
            if parts:
                share = programme.put(Scale(build.nodes[item], parts, whole))
                share = programme.put(Capped(share, room))
                room = programme.put(Less(room, share))
                paid[item].append(share)
    for item in items:
        build.nodes[item] = programme.together(paid[item])


def years_of(offer: Offer, day: date) -> dict[int, int]:
    """How many equal parts fall into each calendar year, that of the day being 0."""
    if offer.worth.instalments:
        return dict(enumerate(offer.worth.instalments))
    if offer.worth.per not in REPEATED or not offer.worth.counted_months:
        return {0: 1}
    first = month_number(offer.standing.first)
    found: dict[int, int] = {}
    for number in range(first, first + offer.worth.counted_months):
        year = number // MONTHS_IN_A_YEAR - day.year
        found[year] = found.get(year, 0) + 1
    return found


def _fen(most: Limit, before: Before) -> tuple[int, int]:
    if isinstance(most, int):
        return most, most
    value = before.sums.get(most.fact)
    if value is None:
        return 0, BOUNDLESS
    fen = value * most.percent // PERCENT
    return fen, fen
