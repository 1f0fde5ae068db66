"""What one offer gives, told: a sum for the person, and beside every sum what is none."""

from services.policy.rules.amount import Kind, Payee, Span
from services.policy.rules.told_policy import money
from services.policy.rules.tree import Text
from services.policy.rules.wording import Wording, both


def tell_given(*, kind: str, thing: str | None, payee: str, span: Span, words: Wording) -> Text:
    """A right or a thing is never told as nought, and money for others never as the person's."""
    if kind != Kind.MONEY:
        return words.code("things", thing) if thing else words.text("kind", kind)
    paid = money(span)
    if payee == Payee.PERSON:
        return paid
    other = words.text("payee", payee)
    return both(f"给{other.zh}{paid.zh},不计入合计", f"for {other.en}: {paid.en}, beside the sum")
