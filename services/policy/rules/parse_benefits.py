"""Reading benefits: what is paid, how often, to whom, or which thing or right is given."""

from services.policy.rules.amount import (
    REPEATED,
    CapByFact,
    CapTotal,
    Kind,
    Pay,
    Payee,
    Per,
    Row,
    Span,
    Step,
    Table,
    Term,
)
from services.policy.rules.parse_tree import read_tree
from services.policy.rules.parse_words import Words, code_of, money_fact, read_codes
from services.policy.rules.policy import Benefit
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import NOT_SEEN, Unseen

WHOLE = 100
COST_ITEMS = "cost_items"
THINGS = "things"


def read_benefits(at: Cursor, words: Words) -> tuple[Benefit, ...]:
    items = at.items(least=0)
    names: set[str] = set()
    for item in items:
        name = item.fields("id", _BENEFIT)["id"]
        if name.slug() in names:
            raise name.wrong(f"two benefits are named '{name.value}'", "Give each its own id.")
        names.add(name.slug())
    return tuple(_benefit(item, words) for item in items)


_BENEFIT = "kind cost_item payee payer pay thing text when cite"


def _benefit(at: Cursor, words: Words) -> Benefit:
    given = at.fields("id kind cost_item cite", _BENEFIT)
    kind = given["kind"].choice(Kind)
    _fits(at, kind)
    trees = words.vocabulary.trees
    return Benefit(
        benefit_id=given["id"].slug(),
        kind=kind,
        cost_item=code_of(given["cost_item"], trees[COST_ITEMS]),
        payee=given["payee"].choice(Payee) if "payee" in given else Payee.PERSON,
        payer=given["payer"].slug() if "payer" in given else None,
        pay=_pay(given["pay"], words) if "pay" in given else None,
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


def _pay(at: Cursor, words: Words) -> Pay:
    given = at.fields("amount per", "term instalments steps")
    per = given["per"].choice(Per)
    if ("term" in given) != (per in REPEATED):
        raise at.wrong("`term` and `per` do not fit", "Only repeated payments have a term.")
    unrepeated = Term.ONCE if per is Per.ONCE else Term.NOT_SEEN
    term, months = _term(given["term"]) if "term" in given else (unrepeated, None)
    return Pay(
        amount=_amount(given["amount"], words),
        per=per,
        term=term,
        months=months,
        instalments=_instalments(given["instalments"]) if "instalments" in given else (),
        steps=tuple(_step(each, words) for each in given["steps"].items())
        if "steps" in given
        else (),
    )


def _term(at: Cursor) -> tuple[Term, int | None]:
    if at.value in (Term.OPEN, Term.NOT_SEEN):
        return Term(str(at.value)), None
    if isinstance(at.value, dict):
        return Term.STATED, at.fields("months")["months"].whole(least=1)
    raise at.wrong("not a term", "Write `{months: 24}`, `open` or `not_seen`.")


def _amount(at: Cursor, words: Words) -> Span | Table | Unseen:
    if at.is_not_seen():
        return NOT_SEEN
    return _table(at.fields("table")["table"], words) if at.has("table") else _span(at)


def _span(at: Cursor) -> Span:
    if at.has("at_most"):
        return Span(0, at.fields("at_most")["at_most"].fen())
    if at.has("from"):
        given = at.fields("from to")
        least, most = given["from"].fen(), given["to"].fen()
        if least > most:
            raise given["to"].wrong("the range ends before it starts", "Write the lower sum first.")
        return Span(least, most)
    fen = at.fen()
    return Span(fen, fen)


def _table(at: Cursor, words: Words) -> Table:
    given = at.fields("by rows")
    spec, tree = read_codes(given["by"], words)
    rows: list[Row] = []
    for item in given["rows"].items():
        row = item.fields("is amount cite")
        code = code_of(row["is"], tree)
        if code in [other.code for other in rows]:
            raise row["is"].wrong(f"a second row for '{code}'", "Keep one row for each code.")
        covers, cite = tree.below(code), row["cite"].cite()
        rows.append(Row(code=code, covers=covers, amount=_span(row["amount"]), cite=cite))
    return Table(by=spec.name, rows=tuple(rows))


def _instalments(at: Cursor) -> tuple[int, ...]:
    parts = tuple(each.whole(least=1) for each in at.items())
    if sum(parts) != WHOLE:
        raise at.wrong("the instalments are not 100 together", "Write percentages of the whole.")
    return parts


def _step(at: Cursor, words: Words) -> Step:
    if at.has("cap_total"):
        given = at.fields("cap_total cite")
        return CapTotal(fen=given["cap_total"].fen(), cite=given["cite"].cite())
    given = at.fields("cap_by percent cite")
    return CapByFact(
        fact=money_fact(given["cap_by"], words),
        percent=given["percent"].whole(least=1),
        cite=given["cite"].cite(),
    )
