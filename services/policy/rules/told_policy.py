"""A policy told in sentences that are made from what its file says, never written beside it."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from services.policy.rules.amount import Parts, Pay, Per, Rate, Span, Subject, Table, Term
from services.policy.rules.changes import Amends
from services.policy.rules.days import WrittenDay
from services.policy.rules.periods import Applies, Bound, End, EveryYear, Period, Quota, Window
from services.policy.rules.policy import Benefit, Particular, Policy, Scope
from services.policy.rules.sentences import Line, lines_of
from services.policy.rules.standing import is_confirmed
from services.policy.rules.told_interactions import tell_interaction
from services.policy.rules.told_sources import UNSEEN, tell_sources
from services.policy.rules.told_steps import tell_rate, tell_step
from services.policy.rules.tree import Cite, Text, Unseen
from services.policy.rules.wording import Wording, both, joined, sum_of

_BOUNDS = {
    Bound.OPEN: Text("无截止日期", "no end"),
    Bound.PENDING: Text("待后续文件", "a further act"),
}
_SUBJECTS = {
    Subject.HOUSEHOLD: Text("每户一份", "once for the household"),
    Subject.CONTRACT: Text("按合同分别计", "for each contract"),
}


def tell_policy(policy: Policy, words: Wording) -> Iterator[Line]:
    yield Line(0, _heading(policy, words))
    yield from tell_sources(policy, words)
    yield Line(1, _period(words.text("told", "in_force"), policy.in_force))
    for window in policy.windows:
        yield Line(1, _window(words.text("told", "window"), window))
    yield from _limits(policy, words)
    for flag in _flags(policy):
        yield Line(1, words.text("flag", flag))
    yield from _criteria(policy, words)
    for benefit in policy.benefits:
        yield from _benefit(benefit, words)
    for interaction in policy.interactions:
        yield Line(1, tell_interaction(interaction, words))
    for particular in policy.particulars:
        yield Line(1, _particular(particular, words))


def money(span: Span) -> Text:
    """Up to a sum, from one to another, or the sum itself."""
    most = sum_of(span.most_fen)
    if span.least_fen == span.most_fen:
        return most
    if span.least_fen == 0:
        return both(f"最高{most.zh}", f"up to {most.en}")
    least = sum_of(span.least_fen)
    return both(f"{least.zh}至{most.zh}", f"{least.en} to {most.en}")


def _heading(policy: Policy, words: Wording) -> Text:
    by = joined([words.body(each) for each in (policy.issuer, *policy.joint_issuers)])
    name, title = f"{policy.policy_id}", policy.title
    return both(
        f"{title.zh}({name},第{policy.version}版,{by.zh})",
        f"{title.en} ({name}, version {policy.version}, {by.en})",
    )


def _period(name: Text, period: Period) -> Text:
    first, last = _bound(period.first), _bound(period.last)
    return both(f"{name.zh}:自{first.zh}至{last.zh}", f"{name.en}: from {first.en} to {last.en}")


def _window(name: Text, window: Window) -> Text:
    match window:
        case Period():
            return _period(name, window)
        case EveryYear(first=first, last=last):
            days = [f"{month:02}-{day:02}" for month, day in (first, last)]
            zh, en = f"每年{days[0]}至{days[1]}", f"each year from {days[0]} to {days[1]}"
            return both(f"{name.zh}:{zh}", f"{name.en}: {en}")
        case _:
            assert_never(window)


def _limits(policy: Policy, words: Wording) -> Iterator[Line]:
    """How many may have it, for whom it is by a date, and what it does to other texts."""
    if policy.quota is not None:
        yield Line(1, _quota(policy.quota, words))
    if policy.applies is not None:
        yield Line(1, _applies(policy.applies, words))
    for each in policy.supersedes:
        yield Line(1, _change(words.text("told", "replaces"), each.policy_id, each.cite, words))
    for amends in policy.amends:
        yield Line(1, _amended(amends, words))
    for kept in policy.transitions:
        said, cite, of = words.text("told", "stays_under"), words.cite(kept.cite), kept.policy_id
        days = _days(None, kept.until)
        yield Line(
            1, both(f"{said.zh}{of}{days.zh}{cite.zh}:", f"{said.en} {of}{days.en}{cite.en}:")
        )
        yield from lines_of(kept.keeps, words, 2)


def _change(said: Text, policy_id: str, cite: Cite, words: Wording) -> Text:
    where = words.cite(cite)
    return both(f"{said.zh}:{policy_id}{where.zh}", f"{said.en}: {policy_id}{where.en}")


def _amended(change: Amends, words: Wording) -> Text:
    """What is changed, to which edition, and for which days."""
    said, cite = words.text("change", change.kind), words.cite(change.cite)
    days, edition = _days(change.first, change.last), both("", "")
    if change.version is not None:
        edition = both(f"第{change.version}版", f", version {change.version}")
    return both(
        f"{said.zh}:{change.policy_id}{edition.zh}{days.zh}{cite.zh}",
        f"{said.en}: {change.policy_id}{edition.en}{days.en}{cite.en}",
    )


def _days(first: date | None, last: End | None) -> Text:
    since = both("", "") if first is None else both(f"自{first}起", f", from {first}")
    if last is None:
        return since
    until = _bound(last)
    zh, en = (until.zh, until.en) if last is Bound.OPEN else (f"至{until.zh}", f"until {until.en}")
    return both(f"{since.zh},{zh}", f"{since.en}, {en}")


def _quota(quota: Quota, words: Wording) -> Text:
    said, cite = words.text("told", "quota"), words.cite(quota.cite)
    unseen = quota.per is Per.NOT_SEEN
    per = words.text("told", "no_rhythm") if unseen else words.text("per", quota.per)
    count = UNSEEN if isinstance(quota.count, Unseen) else both(str(quota.count), str(quota.count))
    zh, en = f"{said.zh}:{count.zh},{per.zh}{cite.zh}", f"{said.en}: {count.en}, {per.en}{cite.en}"
    return both(zh, en)


def _applies(applies: Applies, words: Wording) -> Text:
    first, last, cite = _bound(applies.first), _bound(applies.last), words.cite(applies.cite)
    fact, said = words.fact(applies.by), words.text("told", "applies")
    return both(
        f"{said.zh}“{fact.zh}”自{first.zh}至{last.zh}{cite.zh}",
        f"{said.en} “{fact.en}” from {first.en} to {last.en}{cite.en}",
    )


def _bound(bound: WrittenDay | date | Bound | Unseen) -> Text:
    match bound:
        case WrittenDay(text=text):
            return both(text, text)
        case date():
            return both(bound.isoformat(), bound.isoformat())
        case Bound():
            return _BOUNDS[bound]
        case Unseen():
            return UNSEEN


def _flags(policy: Policy) -> Iterator[str]:
    if not is_confirmed(policy):
        yield "not-confirmed"
    if policy.scope is Scope.OPENING:
        yield "opening-only"
    if policy.demo:
        yield "demo"


def _criteria(policy: Policy, words: Wording) -> Iterator[Line]:
    if isinstance(policy.entry, Unseen):
        yield Line(1, words.text("state", "criteria_not_seen"))
        return
    said = words.text("part", "eligibility")
    yield Line(1, both(f"{said.zh}:", f"{said.en}:"))
    yield from lines_of(policy.entry, words, 2)
    for name, tree in (("continuing", policy.continuing), ("review", policy.review)):
        if tree is not None and not isinstance(tree, Unseen):
            stage = words.text("stage", name)
            yield Line(1, both(f"{stage.zh}:", f"{stage.en}:"))
            yield from lines_of(tree, words, 2)


def _benefit(benefit: Benefit, words: Wording) -> Iterator[Line]:
    item, payee = words.code("cost_items", benefit.cost_item), words.text("payee", benefit.payee)
    given, cite = _given(benefit, words), words.cite(benefit.cite)
    said = words.text("told", "benefit")
    yield Line(
        1,
        both(
            f"{said.zh}“{item.zh}”,给{payee.zh}:{given.zh}{cite.zh}",
            f"{said.en} “{item.en}” for {payee.en}: {given.en}{cite.en}",
        ),
    )
    if benefit.pay is not None:
        yield from _how(benefit.pay, words)
    if benefit.when is not None:
        only = words.text("told", "only_where")
        yield Line(2, both(f"{only.zh}:", f"{only.en}:"))
        yield from lines_of(benefit.when, words, 3)


def _given(benefit: Benefit, words: Wording) -> Text:
    parts = [words.text("kind", benefit.kind)]
    if benefit.thing is not None:
        parts = [words.code("things", benefit.thing)]
    if benefit.pay is not None:
        parts = [_paid(benefit.pay, words)]
    if benefit.text is not None:
        parts.append(benefit.text)
    if benefit.subject is not Subject.PERSON:
        parts.append(_SUBJECTS[benefit.subject])
    if benefit.payers:
        parts.append(_shared(benefit, words))
    return joined(parts, zh=",", en=", ")


def _shared(benefit: Benefit, words: Wording) -> Text:
    """Who bears how much of it."""
    shares = [(words.payer(each.who), each.percent) for each in benefit.payers]
    return both(
        "、".join(f"{who.zh}承担{percent}%" for who, percent in shares),
        "borne by " + ", ".join(f"{who.en} {percent}%" for who, percent in shares),
    )


def _paid(pay: Pay, words: Wording) -> Text:
    per, term = words.text("per", pay.per), words.text("term", pay.term)
    if pay.months is not None:
        term = both(f"共{pay.months}个月", f"for {pay.months} months")
    ends = pay.term is not Term.ONCE and pay.per is not Per.NOT_SEEN
    parts = [_amount(pay, words), per, *([term] if ends else [])]
    if pay.instalments:
        parts.append(_in_parts(pay.instalments))
    return joined(parts, zh=",", en=", ")


def _in_parts(parts: Parts) -> Text:
    count = len(parts.shares)
    if parts.first_fen is not None and parts.then_fen is not None:
        first, then = sum_of(parts.first_fen), sum_of(parts.then_fen)
        return both(
            f"首期{first.zh},其后每月{then.zh},共{count - 1}个月",
            f"{first.en} first, then {then.en} a month for {count - 1} months",
        )
    if parts.whole == count > 1:
        return both(f"分{count}期等额,每年一期", f"in {count} equal parts, one a year")
    shares = "、".join(f"{each}%" for each in parts.shares)
    english = ", ".join(f"{each}%" for each in parts.shares)
    return both(f"分期{shares}", f"in parts of {english}")


def _amount(pay: Pay, words: Wording) -> Text:
    match pay.amount:
        case Span() as span:
            return money(span)
        case Table(by=by):
            fact = words.fact(by)
            return both(f"按{fact.zh}", f"by {fact.en}")
        case Rate() as rate:
            return tell_rate(rate, words)
        case Unseen():
            return words.text("kind", "not_seen")
        case _:
            assert_never(pay.amount)


def _how(pay: Pay, words: Wording) -> Iterator[Line]:
    if isinstance(pay.amount, Table):
        for row in pay.amount.rows:
            name, amount = words.codes(pay.amount.by, [row.code]), row.amount
            paid = money(amount) if isinstance(amount, Span) else words.text("kind", "not_seen")
            cite = words.cite(row.cite)
            said = both(f"{name.zh}:{paid.zh}{cite.zh}", f"{name.en}: {paid.en}{cite.en}")
            yield Line(2, said)
    if not pay.ordered:
        yield Line(2, words.text("told", "no_order"))
    for step in pay.steps:
        said, cite = tell_step(step, words), words.cite(step.cite)
        yield Line(2, both(f"{said.zh}{cite.zh}", f"{said.en}{cite.en}"))


def _particular(particular: Particular, words: Wording) -> Text:
    name, cite = words.code("particulars", particular.name), words.cite(particular.cite)
    parts = [] if particular.text is None else [particular.text]
    if particular.value is not None and particular.unit is not None:
        parts.insert(0, _counted(particular.value, particular.unit, words))
    said = joined(parts, zh=",", en=", ")
    return both(f"{name.zh}:{said.zh}{cite.zh}", f"{name.en}: {said.en}{cite.en}")


def _counted(value: int | date, unit: str, words: Wording) -> Text:
    """Sums are kept in the smallest unit; a day or a bare number stands by itself."""
    if unit == "yuan" and isinstance(value, int):
        return sum_of(value)
    if unit in ("date", "count") or not isinstance(value, int):
        return both(str(value), str(value))
    return words.length(value, unit)
