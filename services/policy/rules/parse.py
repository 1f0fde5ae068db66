"""From a policy file to a typed policy; whatever is not understood is refused with its line."""

from datetime import date

from services.policy.rules.days import WrittenDay
from services.policy.rules.parse_benefits import read_benefits
from services.policy.rules.parse_interactions import read_interactions
from services.policy.rules.parse_picks import Own
from services.policy.rules.parse_tree import read_tree
from services.policy.rules.parse_words import Words, code_of
from services.policy.rules.policy import (
    Basis,
    Bound,
    Particular,
    Period,
    Policy,
    Scope,
    SourceText,
    Supersedes,
)
from services.policy.rules.reader import Cursor, Document
from services.policy.rules.tree import NOT_SEEN, Clause, Tree, Unseen
from services.policy.rules.vocabulary import Vocabulary

FORMAT = 1
PARTICULARS = "particulars"
REGIONS = "regions"
_NEEDED = (
    "format id version issuer title region doc_no published in_force scope sources "
    "eligibility benefits"
)
_ALLOWED = "with window supersedes interactions particulars demo clauses"


def read_policy(document: Document, vocabulary: Vocabulary) -> Policy:
    root = Cursor(document, (), document.root)
    given = root.fields(_NEEDED, _ALLOWED)
    if given["format"].whole() != FORMAT:
        raise given["format"].wrong("an unknown format", f"Write `format: {FORMAT}`.")
    if "clauses" in given:
        given["clauses"].choice(Clause)
    policy_id = given["id"].policy_id()
    words = Words(vocabulary, policy_id)
    issuer = _body(given["issuer"], vocabulary)
    benefits = read_benefits(given["benefits"], words)
    own = Own(policy_id, issuer, frozenset(each.benefit_id for each in benefits))
    return Policy(
        policy_id=policy_id,
        version=given["version"].whole(least=1),
        issuer=issuer,
        joint_issuers=tuple(_body(each, vocabulary) for each in _list(given, "with")),
        title=given["title"].words(),
        region=code_of(given["region"], vocabulary.trees[REGIONS]),
        doc_no=NOT_SEEN if given["doc_no"].is_not_seen() else given["doc_no"].text(),
        published=NOT_SEEN if given["published"].is_not_seen() else given["published"].day(),
        in_force=_period(given["in_force"]),
        window=_period(given["window"]) if "window" in given else None,
        supersedes=tuple(_supersedes(each) for each in _list(given, "supersedes")),
        entry=_entry(given["eligibility"], words),
        benefits=benefits,
        interactions=read_interactions(given["interactions"], own, words)
        if "interactions" in given
        else (),
        particulars=tuple(_particular(each, vocabulary) for each in _list(given, PARTICULARS)),
        sources=tuple(_source(each) for each in given["sources"].items()),
        scope=given["scope"].choice(Scope),
        demo=given["demo"].yes_no() if "demo" in given else False,
        digest=document.digest,
    )


def _list(given: dict[str, Cursor], key: str) -> list[Cursor]:
    return given[key].items() if key in given else []


def _body(at: Cursor, vocabulary: Vocabulary) -> str:
    if at.text() not in vocabulary.bodies:
        raise at.wrong(f"unknown body '{at.value}'", "Use a body of the vocabulary's bodies.yaml.")
    return at.text()


def _entry(at: Cursor, words: Words) -> Tree | Unseen:
    return NOT_SEEN if at.is_not_seen() else read_tree(at.fields("entry")["entry"], words)


def _period(at: Cursor) -> Period:
    given = at.fields("from to")
    period = Period(first=_bound(given["from"]), last=_bound(given["to"]))
    if period.last is Bound.PENDING:
        raise given["to"].wrong("an end cannot be pending", "Write a date, open or not_seen.")
    if _is_backwards(period):
        raise given["to"].wrong("it ends before it starts", "Check both dates.")
    return period


def _is_backwards(period: Period) -> bool:
    if isinstance(period.first, WrittenDay) and isinstance(period.last, WrittenDay):
        return period.last.last < period.first.first
    return False


def _bound(at: Cursor) -> WrittenDay | Bound | Unseen:
    if at.is_not_seen():
        return NOT_SEEN
    return at.choice(Bound) if at.value in [each.value for each in Bound] else at.day()


def _supersedes(at: Cursor) -> Supersedes:
    given = at.fields("policy basis cite")
    return Supersedes(
        policy_id=given["policy"].policy_id(),
        basis=given["basis"].choice(Basis),
        cite=given["cite"].cite(),
    )


def _particular(at: Cursor, vocabulary: Vocabulary) -> Particular:
    given = at.fields("name cite", "text value unit")
    if not at.has("text") and not at.has("value"):
        raise at.wrong("nothing is said", "Give a value with its unit, or a text.")
    if at.has("value") != at.has("unit"):
        raise at.wrong("a value needs a unit", "Write both `value` and `unit`.")
    name = code_of(given["name"], vocabulary.trees[PARTICULARS])
    value, unit = _valued(given)
    return Particular(
        name=name,
        text=given["text"].words() if "text" in given else None,
        value=value,
        unit=unit,
        cite=given["cite"].cite(),
    )


def _valued(given: dict[str, Cursor]) -> tuple[int | date | None, str | None]:
    if "value" not in given:
        return None, None
    unit = given["unit"].slug()
    match unit:
        case "date":
            return given["value"].day().first, unit
        case "yuan":
            return given["value"].fen(), unit
        case "days" | "working-days" | "months" | "years" | "count" | "percent":
            return given["value"].whole(), unit
        case _:
            raise given["unit"].wrong(
                "an unknown unit",
                "Use date, yuan, days, working-days, months, years, count or percent.",
            )


def _source(at: Cursor) -> SourceText:
    given = at.fields("title quality", "url")
    return SourceText(
        title=given["title"].text(),
        quality=given["quality"].text(),
        url=given["url"].address() if "url" in given else None,
    )
