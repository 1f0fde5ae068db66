"""From a policy file to a typed policy; whatever is not understood is refused with its line."""

from datetime import date

from services.policy.rules.changes import Basis
from services.policy.rules.circles import refuse_circles
from services.policy.rules.interactions import Interaction
from services.policy.rules.parse_benefits import read_benefits
from services.policy.rules.parse_changes import read_amends, read_transition
from services.policy.rules.parse_interactions import read_interactions
from services.policy.rules.parse_periods import (
    read_applies,
    read_period,
    read_quota,
    read_windows,
)
from services.policy.rules.parse_picks import Own
from services.policy.rules.parse_tree import read_tree
from services.policy.rules.parse_words import Words, code_of
from services.policy.rules.policy import (
    Benefit,
    Particular,
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
_ALLOWED = (
    "with window quota applies supersedes amends transition interactions particulars demo clauses"
)


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
    entry, continuing, review = _stages(given["eligibility"], words)
    own = Own(policy_id, issuer, frozenset(each.benefit_id for each in benefits))
    said = given.get("interactions")
    interactions = _interactions(said, own, benefits, words) if said else ()
    return Policy(
        policy_id=policy_id,
        version=given["version"].whole(least=1),
        issuer=issuer,
        joint_issuers=tuple(_body(each, vocabulary) for each in _list(given, "with")),
        title=given["title"].words(),
        region=code_of(given["region"], vocabulary.trees[REGIONS]),
        doc_no=NOT_SEEN if given["doc_no"].is_not_seen() else given["doc_no"].text(),
        published=NOT_SEEN if given["published"].is_not_seen() else given["published"].day(),
        in_force=read_period(given["in_force"]),
        windows=read_windows(given["window"]) if "window" in given else (),
        quota=read_quota(given["quota"]) if "quota" in given else None,
        applies=read_applies(given["applies"], words) if "applies" in given else None,
        supersedes=tuple(_supersedes(each) for each in _list(given, "supersedes")),
        amends=tuple(read_amends(each) for each in _list(given, "amends")),
        transitions=tuple(read_transition(each, words) for each in _list(given, "transition")),
        entry=entry,
        continuing=continuing,
        review=review,
        benefits=benefits,
        interactions=interactions,
        particulars=tuple(_particular(each, vocabulary) for each in _list(given, PARTICULARS)),
        sources=tuple(_source(each) for each in given["sources"].items()),
        scope=given["scope"].choice(Scope),
        demo=given["demo"].yes_no() if "demo" in given else False,
        digest=document.digest,
    )


def _interactions(
    at: Cursor, own: Own, benefits: tuple[Benefit, ...], words: Words
) -> tuple[Interaction, ...]:
    found = read_interactions(at, own, words)
    refuse_circles(at, own.policy_id, benefits, found)
    return found


def _list(given: dict[str, Cursor], key: str) -> list[Cursor]:
    return given[key].items() if key in given else []


def _body(at: Cursor, vocabulary: Vocabulary) -> str:
    if at.text() not in vocabulary.bodies:
        raise at.wrong(f"unknown body '{at.value}'", "Use a body of the vocabulary's bodies.yaml.")
    return at.text()


def _stage(given: dict[str, Cursor], name: str, words: Words) -> Tree | Unseen | None:
    if name not in given:
        return None
    return NOT_SEEN if given[name].is_not_seen() else read_tree(given[name], words)


def _stages(
    at: Cursor, words: Words
) -> tuple[Tree | Unseen, Tree | Unseen | None, Tree | Unseen | None]:
    """Who may enter, who may stay, and what the yearly review asks."""
    if at.is_not_seen():
        return NOT_SEEN, None, None
    given = at.fields("entry", "continuing review")
    entry = _stage(given, "entry", words)
    return (
        NOT_SEEN if entry is None else entry,
        _stage(given, "continuing", words),
        _stage(given, "review", words),
    )


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
