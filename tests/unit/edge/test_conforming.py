"""What answers must be like to pass, and that one which is not is found out."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response
from pydantic import BaseModel

from events.edge.plain import PlainJson
from tests.support.conforming import Conforming, Undocumented

NOON = datetime(2026, 3, 2, 4, 0, 0, 120_000, tzinfo=UTC)
GOOD: dict[str, Any] = {"name": '闵行 "1"', "at": NOON, "parts": [{"day": date(2026, 3, 2)}]}


class PartOut(BaseModel):
    day: date


class ThingOut(BaseModel):
    name: str
    at: datetime
    parts: list[PartOut]
    note: str | None = None


def serving(answer: dict[str, Any], status: int = 200) -> FastAPI:
    app = FastAPI()

    @app.get("/things/{thing_id}", response_model=ThingOut)
    def thing(thing_id: str) -> Response:
        """A thing as it is."""
        return PlainJson(answer, status_code=status)

    @app.get("/plain")
    def plain() -> dict[str, Any]:
        """The same, made by FastAPI."""
        return answer

    return app


async def get(app: FastAPI, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=Conforming(app), base_url="http://things") as http:
        return await http.get(path)


async def test_an_answer_as_documented_passes() -> None:
    assert (await get(serving(GOOD), "/things/1")).json()["parts"] == [{"day": "2026-03-02"}]


@pytest.mark.parametrize(
    "answer",
    [
        {key: GOOD[key] for key in ("name", "at")},
        {**GOOD, "name": 1},
        {**GOOD, "parts": [{}]},
        {**GOOD, "colour": "red"},
        {**GOOD, "parts": [{"day": date(2026, 3, 2), "hour": 4}]},
    ],
    ids=["something missing", "another type", "missing below", "too much", "too much below"],
)
async def test_another_answer_is_found_out(answer: dict[str, Any]) -> None:
    with pytest.raises(Undocumented):
        await get(serving(answer), "/things/1")


async def test_a_fault_is_found_again_and_among_parts_that_were_read_before() -> None:
    answers = [GOOD, {**GOOD, "parts": [*GOOD["parts"], {}]}]
    app = FastAPI()

    @app.get("/things/{number}", response_model=ThingOut)
    def thing(number: int) -> Response:
        """One of the two."""
        return PlainJson(answers[number])

    assert (await get(app, "/things/0")).is_success
    for _ in range(2):
        with pytest.raises(Undocumented, match=r"\$\.parts\[1\]"):
            await get(app, "/things/1")


async def test_what_another_application_answers_is_held_against_its_own_document() -> None:
    class Part(BaseModel):
        day: int

    app = FastAPI()

    @app.get("/things/{thing_id}", response_model=Part)
    def thing(thing_id: str) -> Response:
        """The same address, another thing."""
        return PlainJson(GOOD)

    assert (await get(serving(GOOD), "/things/1")).is_success
    with pytest.raises(Undocumented):
        await get(app, "/things/1")


async def test_an_answer_of_a_status_that_is_not_documented_is_found_out() -> None:
    with pytest.raises(Undocumented, match="no such answer"):
        await get(serving(GOOD, status=201), "/things/1")


async def test_a_plain_answer_is_what_fastapi_makes_of_it_byte_for_byte() -> None:
    own = await get(serving({**GOOD, "share": 0.1, "none": None, "many": [1, True]}), "/plain")
    assert PlainJson({**GOOD, "share": 0.1, "none": None, "many": [1, True]}).body == own.content
    assert own.headers["content-type"] == PlainJson({}).headers["content-type"]
