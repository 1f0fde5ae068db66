"""Reading benefits: what is paid, how often, to whom, or which thing or right is given."""

from services.policy.rules.amount import (
    REPEATED,
    Kind,
    Parts,
    Pay,
    Payee,
    Per,
    Rate,
    Share,
    Span,
    SpentOn,
    StatedSum,
    Subject,
    Table,
    Term,
)
from services.policy.rules.days import WrittenDay
from services.policy.rules.parse_picks import COST_ITEMS, Own
from services.policy.rules.parse_steps import read_steps
from services.policy.rules.parse_table import read_span, read_table
from services.policy.rules.parse_tree import read_tree
from services.policy.rules.parse_words import Words, code_of, money_fact
from services.policy.rules.policy import Benefit
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import NOT_SEEN, Unseen

WHOLE = 100
MOST_PARTS = 600
"""Fifty years of months."""
THINGS = "things"
PAYERS = "payers"
NO_ORDER = "not_seen"
MOST_UNORDERED = 5
"""All orders are tried where the text gives none."""


def read_benefits(at: Cursor, words: Words) -> tuple[Benefit, ...]:
    items = at.items(least=0)
    names: set[str] = set()
    for item in items:
        name = item.fields("id", _BENEFIT)["id"]
        if name.slug() in names:
            raise name.wrong(f"two benefits are named '{name.value}'", "Give each its own id.")
        names.add(name.slug())
    own = Own(words.policy_id, "", frozenset(names))
    return tuple(_benefit(item, own, words) for item in items)


_BENEFIT = "kind cost_item payee payer payers subject pay thing text when cite"


def _benefit(at: Cursor, own: Own, words: Words) -> Benefit:
    given = at.fields("id kind cost_item cite", _BENEFIT)
    kind = given["kind"].choice(Kind)
    _fits(at, kind)
    trees = words.vocabulary.trees
    return Benefit(
        benefit_id=given["id"].slug(),
        kind=kind,
        cost_item=code_of(given["cost_item"], trees[COST_ITEMS]),
        payee=given["payee"].choice(Payee) if "payee" in given else Payee.PERSON,
        payer=_payer(given["payer"], words) if "payer" in given else None,
        payers=_payers(given["payers"], words) if "payers" in given else (),
        subject=given["subject"].choice(Subject) if "subject" in given else Subject.PERSON,
        pay=_pay(given["pay"], own, words) if "pay" in given else None,
        thing=code_of(given["thing"], trees[THINGS]) if "thing" in given else None,
        text=given["text"].words() if "text" in given else None,
        when=read_tree(given["when"], words) if "when" in given else None,
        cite=given["cite"].cite(),
    )


def _fits(at: Cursor, kind: Kind) -> None:
    """Money says what is paid; things and rights say which; nothing says both."""
    if at.has("pay") != (kind is Kind.MONEY):
        raise at.wrong(f"`pay` and kind {kind} do not fit", "Only money has `pay`, and must.")
    if at.has("thing") != (kind in (Kind.IN_KIND, Kind.RIGHT)):
        raise at.wrong(
            f"`thing` and kind {kind} do not fit", "Things in kind and rights have `thing`."
        )
    if at.has("payers") and (at.has("payer") or kind is not Kind.MONEY):
        raise at.wrong("`payers` do not fit here", "Only money has them, instead of `payer`.")


def _payer(at: Cursor, words: Words) -> str:
    if words.vocabulary.takes_any_payer:
        return at.slug()
    return code_of(at, words.vocabulary.trees[PAYERS])


def _payers(at: Cursor, words: Words) -> tuple[Share, ...]:
    shares: list[Share] = []
    for item in at.items(least=2):
        given = item.fields("who percent")
        who = _payer(given["who"], words)
        if who in [each.who for each in shares]:
            raise given["who"].wrong("named twice", "Give each payer one share.")
        shares.append(Share(who, given["percent"].whole(least=1)))
    if sum(each.percent for each in shares) != WHOLE:
        raise at.wrong("the shares are not 100 together", "Write percentages of the whole.")
    return tuple(shares)


def _pay(at: Cursor, own: Own, words: Words) -> Pay:
    given = at.fields("amount per", "term instalments steps order")
    per = given["per"].choice(Per)
    if ("term" in given) != (per in REPEATED):
        raise at.wrong("`term` and `per` do not fit", "Only repeated payments have a term.")
    if "order" in given and given["order"].value != NO_ORDER:
        raise given["order"].wrong("an order is written by the steps", "Write `not_seen` or none.")
    if "order" in given and "steps" in given and len(given["steps"].items()) > MOST_UNORDERED:
        raise given["steps"].wrong("too many steps without an order", f"At most {MOST_UNORDERED}.")
    amount = _amount(given["amount"], words)
    parts = _instalments(given["instalments"], amount, per) if "instalments" in given else None
    unrepeated = Term.ONCE if per is Per.ONCE else Term.NOT_SEEN
    term, months, dated = _term(given["term"]) if "term" in given else (unrepeated, None, None)
    return Pay(
        amount=amount,
        per=per,
        term=term,
        months=months,
        instalments=parts,
        steps=read_steps(given["steps"], own, words) if "steps" in given else (),
        dated=dated,
        ordered="order" not in given,
    )


def _term(at: Cursor) -> tuple[Term, int | None, tuple[WrittenDay, WrittenDay] | None]:
    if at.value in (Term.OPEN, Term.NOT_SEEN):
        return Term(str(at.value)), None, None
    if at.has("from"):
        days = at.fields("from to")
        first, last = days["from"].day(), days["to"].day()
        if last.last < first.first:
            raise days["to"].wrong("it ends before it starts", "Check both dates.")
        return Term.STATED, None, (first, last)
    if isinstance(at.value, dict):
        return Term.STATED, at.fields("months")["months"].whole(least=1), None
    raise at.wrong("not a term", "Write `{months: 24}`, `{from: …, to: …}`, `open` or `not_seen`.")


def _amount(at: Cursor, words: Words) -> Span | Table | Rate | Unseen:
    if at.is_not_seen():
        return NOT_SEEN
    if at.has("percent"):
        return _rate(at, words)
    return read_table(at.fields("table")["table"], words) if at.has("table") else read_span(at)


def _rate(at: Cursor, words: Words) -> Rate:
    given = at.fields("percent of")
    percent, of = given["percent"].whole(least=1), given["of"]
    if of.has("spent_on"):
        item = of.fields("spent_on")["spent_on"]
        return Rate(percent=percent, of=SpentOn(code_of(item, words.vocabulary.trees[COST_ITEMS])))
    return Rate(percent=percent, of=StatedSum(money_fact(of.fields("fact")["fact"], words)))


def _instalments(at: Cursor, amount: Span | Table | Rate | Unseen, per: Per) -> Parts:
    if at.has("equal"):
        return Parts((1,) * _few(at.fields("equal")["equal"], least=2))
    if at.has("first"):
        return _by_the_month(at, amount, per)
    parts = tuple(each.whole(least=1) for each in at.items())
    if sum(parts) != WHOLE:
        raise at.wrong("the instalments are not 100 together", "Write percentages of the whole.")
    return Parts(parts)


def _by_the_month(at: Cursor, amount: Span | Table | Rate | Unseen, per: Per) -> Parts:
    """What the parts come to may miss the whole by less than one of them."""
    given = at.fields("first then months")
    first, then = given["first"].fen(), given["then"].fen()
    if not first or not then:
        raise at.wrong("a part is nothing", "Give the first sum and that of each later month.")
    shares = (first, *(then,) * _few(given["months"], least=1))
    if not isinstance(amount, Span) or per is not Per.ONCE:
        raise at.wrong("the whole is not one sum", "Write one sum that is paid `once`.")
    if abs(amount.most_fen - sum(shares)) >= then:
        raise at.wrong("the parts do not come to the amount", "Check all of the sums.")
    return Parts(shares, Per.MONTH, first_fen=first, then_fen=then)


def _few(at: Cursor, *, least: int) -> int:
    count = at.whole(least=least)
    if count > MOST_PARTS:
        raise at.wrong("too many parts", f"At most {MOST_PARTS}.")
    return count
