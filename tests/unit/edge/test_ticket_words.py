"""The timeline of a request says what is known, and no more once somebody was forgotten."""

from events.edge.pages.ticket_words import timeline_of


def rated(stars: int | None) -> dict[str, str]:
    entry = {"at": "2026-03-02", "code": "rated", "by": None, "said": None}
    (item,) = timeline_of([entry | {"facts": {"stars": stars}}], str)
    text: dict[str, str] = item["text"]
    return text


def test_a_rating_says_its_stars() -> None:
    assert rated(4)["en"] == "Rated 4 of 5 stars"


def test_of_somebody_forgotten_only_that_they_rated() -> None:
    assert rated(None) == {"zh": "已评价", "en": "Rated"}
