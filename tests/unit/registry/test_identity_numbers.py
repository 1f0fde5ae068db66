"""Identity numbers in every form a clerk may meet them in."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, strategies

from events.sourcing.types import Refused
from infra.world.people import resident_number
from services.registry.identity.numbers import (
    EARLIEST,
    IdentityDocument,
    Passport,
    ResidentId,
    check_digit,
    claim_key,
    claim_of,
    is_invented,
    kind_of,
    masked,
    normalised,
    read_document,
)

TODAY = date(2026, 3, 1)
# The specimen that is printed wherever GB 11643-1999 is explained.
SPECIMEN = "11010519491231002X"
KEY = claim_key(b"a secret for tests")

birthdays = strategies.dates(min_value=EARLIEST, max_value=TODAY)


def read(written: str, kind: str = "resident-id") -> IdentityDocument:
    return read_document(kind, written, on=TODAY)


def refusal(written: str, kind: str = "resident-id") -> str:
    with pytest.raises(Refused) as refused:
        read(written, kind)
    assert written not in str(refused.value.facts)
    return refused.value.code


@pytest.mark.parametrize(
    "written",
    [
        SPECIMEN,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        " 110105 19491231 002X ",
        "110105\u300019491231\u3000002X",
        "110105491231002",
    ],
)
def test_every_way_of_writing_a_number_is_the_same_person(written: str) -> None:
    expected = ResidentId(number=SPECIMEN, birth_date=date(1949, 12, 31), sex="female")
    assert read(written) == expected


def test_an_odd_order_number_is_a_man() -> None:
    document = read(resident_number(7, date(1990, 5, 17), "male", Random(1)))
    assert isinstance(document, ResidentId)
    assert document.sex == "male"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("110105194912310021", "resident-id-check-digit-wrong"),
        ("11010519491231003X", "resident-id-check-digit-wrong"),
        ("11010519490230002X", "resident-id-date-impossible"),
        ("110105210012310025", "resident-id-date-impossible"),
        ("440524188001010014", "resident-id-date-impossible"),
        ("99010519491231002X", "resident-id-region-unknown"),
        ("1101051949123100", "resident-id-malformed"),
        ("11010519491231X02X", "resident-id-malformed"),
        ("x1010519491231002X", "resident-id-malformed"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "resident-id-malformed"),
        ("", "resident-id-malformed"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_its_fault(written: str, code: str) -> None:
    if written:
        assert refusal(written) == code
    else:
        with pytest.raises(Refused, match=code):
            read(written)


def test_the_twenty_ninth_of_february_exists_in_leap_years_alone() -> None:
    leap, common = "11010520000229001", "11010519990229001"
    assert isinstance(read(leap + check_digit(leap)), ResidentId)
    assert refusal(common + check_digit(common)) == "resident-id-date-impossible"


def test_somebody_born_today_is_somebody() -> None:
    first = "11010520260301001"
    assert isinstance(read(first + check_digit(first)), ResidentId)


@given(birthdays, strategies.sampled_from(["female", "male"]), strategies.integers(0, 9999))
def test_what_is_made_well_formed_is_read_as_it_was_made(born: date, sex: str, number: int) -> None:
    written = resident_number(number, born, sex, Random(number))
    assert read(written) == ResidentId(number=written, birth_date=born, sex=sex)


@given(birthdays, strategies.integers(0, 16), strategies.integers(1, 9))
def test_one_wrong_digit_never_passes(born: date, place: int, shift: int) -> None:
    right = resident_number(1, born, "female", Random(1))
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    refusal(wrong)


@given(birthdays, strategies.integers(0, 15))
def test_two_neighbours_exchanged_never_pass(born: date, place: int) -> None:
    right = resident_number(1, born, "female", Random(1))
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if wrong != right:
        refusal(wrong)


@given(birthdays)
def test_the_old_form_of_a_number_is_the_same_claim(born: date) -> None:
    if born.year >= 2000:
        return
    number = resident_number(1, born, "female", Random(1))
    old = number[:6] + number[8:17]
    assert claim_of(read(old), KEY) == claim_of(read(number), KEY)


@given(strategies.text())
def test_normalising_twice_is_normalising_once(written: str) -> None:
    assert normalised(normalised(written)) == normalised(written)


def test_a_passport_stands_behind_its_issuing_state() -> None:
    assert read("uto-l898902c3", "passport") == Passport(number="UTO-L898902C3")
    assert refusal("L898902C3", "passport") == "passport-malformed"


def test_the_same_passport_number_of_two_states_is_two_people() -> None:
    assert claim_of(read("UTO-L898902", "passport"), KEY) != claim_of(
        read("XXA-L898902", "passport"), KEY
    )


def test_an_unknown_kind_of_document_is_refused() -> None:
    assert refusal(SPECIMEN, "library-card") == "identity-kind-unknown"


def test_a_claim_says_nothing_without_its_key() -> None:
    document = read(SPECIMEN)
    assert SPECIMEN not in claim_of(document, KEY)
    assert claim_of(document, KEY) != claim_of(document, claim_key(b"another secret"))


def test_only_the_last_four_places_are_shown() -> None:
    assert masked(SPECIMEN) == "*" * 14 + "002X"


def test_invented_numbers_are_known_as_such_and_real_forms_are_not() -> None:
    assert is_invented(resident_number(1, date(1990, 1, 1), "male", Random(1)))
    assert is_invented("UTO-X00000001")
    assert not is_invented(SPECIMEN)


def test_each_document_knows_its_kind() -> None:
    assert kind_of(read(SPECIMEN)) == "resident-id"
    assert kind_of(read("UTO-L898902C3", "passport")) == "passport"
