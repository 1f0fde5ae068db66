"""Everything that was released is still served by the shapes of the code."""

import pytest
from jsonschema import Draft202012Validator

from contracts import golden
from infra.check.evolution.__main__ import check
from infra.check.evolution.corpus import released
from infra.check.evolution.shapes import STORED, shapes
from infra.check.evolution.upcasters import codecs, unlifted
from infra.local.places import ROOT

RELEASED = released(ROOT)


def test_the_code_serves_every_shape_ever_released(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(ROOT, shapes(), unlifted) == 0, capsys.readouterr().out


def test_a_name_that_nobody_lifts_is_told_of_every_service() -> None:
    said = list(unlifted("ticket.opened.v1"))
    assert said == [f"{service} has none registered" for service in codecs()]
    assert list(unlifted("visit.booked.v1")) == ["there is no sample of it to try one on"]


@pytest.mark.parametrize("key", RELEASED)
def test_a_released_shape_is_a_sound_schema(key: str) -> None:
    for shape in RELEASED[key]:
        Draft202012Validator.check_schema(shape)


@pytest.mark.parametrize("key", [key for key in RELEASED if key.startswith(f"{STORED}/")])
def test_a_sample_fits_the_shape_it_was_released_with(key: str) -> None:
    _, _, said = golden.read(golden.GOLDEN / f"{key.removeprefix(f'{STORED}/')}.json")
    Draft202012Validator(RELEASED[key][0]).validate(said)
