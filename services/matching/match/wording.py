"""What a reason says in plain words, in both languages."""

from collections.abc import Mapping

Text = Mapping[str, str]

_CRITERIA: Mapping[str, tuple[str, str]] = {
    "discipline": ("学科", "Discipline"),
    "industry": ("行业经历", "Industry"),
    "degree": ("学位", "Degree"),
    "experience": ("工作年限", "Years of experience"),
    "region": ("地区", "Region"),
}
_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "met": ("符合", "met"),
    "partly": ("部分符合", "partly met"),
    "not-met": ("不符合", "not met"),
    "unknown": ("尚不了解", "not known yet"),
}


def reason_text(criterion: str, outcome: str) -> Text:
    """The criterion and how it came out."""
    criterion_zh, criterion_en = _CRITERIA[criterion]
    outcome_zh, outcome_en = _OUTCOMES[outcome]
    return {"zh": f"{criterion_zh}：{outcome_zh}", "en": f"{criterion_en}: {outcome_en}"}
