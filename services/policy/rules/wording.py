"""Words of the vocabulary put together: labels, codes, sums, days and lists in both languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.policy.rules.days import MONTHS_IN_A_YEAR
from services.policy.rules.facts import InsuredMonth
from services.policy.rules.picks import ByItem, Pick
from services.policy.rules.tree import Cite, Clause, Text
from services.policy.rules.vocabulary import FactType, Vocabulary

YES = Text("是", "yes")
NO = Text("否", "no")
NOTHING = Text("", "")
FEN_IN_YUAN = 100
YUAN_IN_WAN = 10_000


def both(zh: str, en: str) -> Text:
    return Text(zh, en)


def joined(texts: Iterable[Text], *, zh: str = "、", en: str = ", ") -> Text:
    listed = list(texts)
    return Text(zh.join(each.zh for each in listed), en.join(each.en for each in listed))


def sum_of(fen: int) -> Text:
    """As texts write sums: in ten thousands where nothing is lost, and in full in English."""
    yuan, rest = divmod(fen, FEN_IN_YUAN)
    cents = f".{rest:02}" if rest else ""
    wan = not cents and yuan and yuan % YUAN_IN_WAN == 0
    zh = f"{yuan // YUAN_IN_WAN}万元" if wan else f"{yuan}{cents}元"
    return Text(zh, f"CNY {yuan:,}{cents}")


@dataclass(frozen=True, slots=True)
class Wording:
    """Looks words up; a code without words is said as it is."""

    vocabulary: Vocabulary

    def of_entries(self, fact: str) -> "Wording":
        """The fields of a list's entries, in the place of the facts about a person."""
        spec = self.vocabulary.facts.get(fact)
        return Wording(replace(self.vocabulary, facts=spec.fields)) if spec else self

    def fact(self, name: str) -> Text:
        spec = self.vocabulary.facts.get(name)
        return spec.label if spec else Text(name, name)

    def text(self, group: str, key: str) -> Text:
        return self.vocabulary.texts.get(group, {}).get(key) or Text(key, key)

    def body(self, body_id: str) -> Text:
        body = self.vocabulary.bodies.get(body_id)
        return body.name if body else Text(body_id, body_id)

    def payer(self, who: str) -> Text:
        """Whoever bears a payment, or a part of it."""
        return self.code("payers", who)

    def code(self, tree: str | None, code: str) -> Text:
        found = self.vocabulary.trees.get(tree or "")
        known = found.codes.get(code) if found else None
        return known.label if known else Text(code, code)

    def codes(self, fact: str, codes: Sequence[str], *, zh: str = "、", en: str = " or ") -> Text:
        spec = self.vocabulary.facts.get(fact)
        tree = spec.codes if spec else None
        return joined((self.code(tree, each) for each in codes), zh=zh, en=en)

    def value(self, fact: str, value: object) -> Text:
        """A value as its fact counts it: a sum, a number with its unit, a day, a code."""
        spec = self.vocabulary.facts.get(fact)
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, date):
            return _day(value)
        if isinstance(value, int) and spec:
            return sum_of(value) if spec.type is FactType.MONEY else self._counted(value, spec.unit)
        codes = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        named = [each for each in codes if isinstance(each, str)]
        if named:
            return self.codes(fact, named, en=", ")
        said = str(value)
        return self._entries(value) if isinstance(value, tuple) else Text(said, said)

    def _entries(self, entries: Sequence[object]) -> Text:
        """How many there are; of months also which are the first and the last."""
        months = sorted(each.month for each in entries if isinstance(each, InsuredMonth))
        if not months:
            return self.length(len(entries), "items")
        said, first, last = (
            self.length(len(months), "months"),
            _month(months[0]),
            _month(months[-1]),
        )
        return Text(f"{said.zh}({first}至{last})", f"{said.en} ({first} to {last})")

    def _counted(self, number: int, unit: str | None) -> Text:
        return Text(str(number), str(number)) if unit is None else self.length(number, unit)

    def length(self, number: int, unit: str) -> Text:
        """A number with its unit, one of which has no ending in English."""
        said = self.text("unit", unit)
        en = said.en.removesuffix("s") if number == 1 else said.en
        return Text(f"{number}{said.zh}", f"{number} {en}")

    def pick(self, pick: Pick) -> Text:
        """A benefit by its key; a cost item by its words, and whose."""
        if not isinstance(pick, ByItem):
            key = "#".join(part for part in (pick.policy_id, pick.benefit_id) if part)
            return Text(key, key)
        item = Text("各项待遇", "every benefit")
        if pick.cost_item is not None:
            item = self.code("cost_items", pick.cost_item)
        if not pick.issuers:
            return Text(f"各部门的“{item.zh}”", f"“{item.en}” of any body")
        whose = joined(self.body(each) for each in sorted(pick.issuers))
        return Text(f"{whose.zh}的“{item.zh}”", f"“{item.en}” of {whose.en}")

    def cite(self, cite: Cite) -> Text:
        page = Text("", "")
        if cite.source is not None:
            page = Text(f",来源{cite.source}", f", source {cite.source}")
        if cite.clause is Clause.SEEN:
            return Text(f"〔{cite.where}{page.zh}〕", f" [{cite.where}{page.en}]")
        return Text(
            f"〔条款未见:{cite.where}{page.zh}〕", f" [clause not seen: {cite.where}{page.en}]"
        )


def _month(number: int) -> str:
    year, month = divmod(number, MONTHS_IN_A_YEAR)
    return f"{year}-{month + 1:02}"


def _day(day: date) -> Text:
    return Text(f"{day.year}年{day.month}月{day.day}日", day.isoformat())
