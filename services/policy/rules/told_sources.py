"""Where a policy's text comes from: its number, its day of issue, its place, the pages read."""

from collections.abc import Iterator

from services.policy.rules.policy import Policy
from services.policy.rules.sentences import Line
from services.policy.rules.tree import Text, Unseen
from services.policy.rules.wording import Wording, both

UNSEEN = Text("未见", "not seen")


def tell_sources(policy: Policy, words: Wording) -> Iterator[Line]:
    """Citations name the pages by these numbers."""
    yield Line(1, _document(policy, words))
    for number, source in enumerate(policy.sources, 1):
        kind = words.text("quality", source.quality)
        said = both(f"来源{number}:{source.title}", f"source {number}: {source.title}")
        yield Line(1, both(f"{said.zh}({kind.zh})", f"{said.en} ({kind.en})"))


def _document(policy: Policy, words: Wording) -> Text:
    number, issued, place = UNSEEN, UNSEEN, words.code("regions", policy.region)
    if not isinstance(policy.doc_no, Unseen):
        number = both(policy.doc_no, policy.doc_no)
    if not isinstance(policy.published, Unseen):
        issued = both(policy.published.text, policy.published.text)
    return both(
        f"文号:{number.zh};发布:{issued.zh};地区:{place.zh}",
        f"document number: {number.en}; issued: {issued.en}; place: {place.en}",
    )
