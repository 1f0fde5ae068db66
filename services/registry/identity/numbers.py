"""Identity numbers: brought to one written form, checked, and read for what they say."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from events.sourcing.types import Refused

RESIDENT_ID = "resident-id"
PASSPORT = "passport"

# GB/T 2260: the first two digits name the province; 81 to 83 are on residence permits for people
# from Hong Kong, Macao and Taiwan.
PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)))
) | frozenset(map(str, (*range(61, 66), 71, *range(81, 84))))
# No division code begins with 00, so such a number can belong to nobody.
INVENTED_PROVINCE = "00"
# ICAO Doc 9303 issues its specimens in the name of Utopia, which is no state.
INVENTED_STATE = "UTO-"

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_RESIDENT_BEFORE_1999 = re.compile(r"[0-9]{15}")
_PASSPORT = re.compile(r"[A-Z]{3}-[A-Z0-9]{5,12}")
_LAST_SHOWN = 4
# Nobody alive was born before; an earlier year is a slip of the pen.
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentId:
    """A resident identity card; `number` has eighteen places."""

    number: str
    birth_date: date
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """`number` stands behind its issuing state, because two states may give the same number."""

    number: str


IdentityDocument: TypeAlias = ResidentId | Passport


def read_document(kind: str, written: str, *, on: date) -> IdentityDocument:
    """The document as of a day; raises `Refused` and never repeats the number."""
    if kind == RESIDENT_ID:
        return _resident_id(written, on)
    if kind == PASSPORT:
        return _passport(written)
    raise Refused("identity-kind-unknown")


def kind_of(document: IdentityDocument) -> str:
    """The name of the kind of document."""
    match document:
        case ResidentId():
            return RESIDENT_ID
        case Passport():
            return PASSPORT
        case _:
            assert_never(document)


def normalised(written: str) -> str:
    """Full-width forms made plain, blanks removed, letters in capitals."""
    return "".join(written.translate(_FULL_WIDTH).split()).upper()


def check_digit(first_seventeen: str) -> str:
    """GB 11643-1999, which takes ISO 7064 MOD 11-2."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_seventeen))
    rest = (12 - total % 11) % 11
    return "0123456789X"[rest]


def masked(number: str) -> str:
    """Enough for its owner to recognise it, not enough for anyone to use it."""
    hidden = len(number) - _LAST_SHOWN
    return "*" * hidden + number[hidden:]


def is_invented(number: str) -> bool:
    """Whether the number was made for a person who does not exist."""
    return number.startswith((INVENTED_PROVINCE, INVENTED_STATE))


def claim_key(secret: bytes) -> bytes:
    """The key of the claims, derived so that the secret serves nothing else as it is.

    Another secret gives other claims: it cannot be changed without claiming every number again.
    """
    return hmac.digest(secret, b"concord/registry/identity-claim", "sha256")


def claim_of(document: IdentityDocument, key: bytes) -> str:
    """The keyed hash under which a document is claimed."""
    text = f"{kind_of(document)}:{document.number}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _resident_id(written: str, on: date) -> ResidentId:
    number = _eighteen_places(normalised(written))
    if number[:2] not in PROVINCES | {INVENTED_PROVINCE}:
        raise Refused("resident-id-region-unknown")
    birth_date = _birth_date(number[6:14], on)
    if check_digit(number[:17]) != number[17]:
        raise Refused("resident-id-check-digit-wrong")
    sex = "male" if int(number[16]) % 2 else "female"
    return ResidentId(number=number, birth_date=birth_date, sex=sex)


def _eighteen_places(number: str) -> str:
    if _RESIDENT_BEFORE_1999.fullmatch(number):
        longer = f"{number[:6]}19{number[6:]}"
        return longer + check_digit(longer)
    if _RESIDENT.fullmatch(number):
        return number
    raise Refused("resident-id-malformed")


def _birth_date(digits: str, on: date) -> date:
    year, month, day = _numbers((digits[:4], digits[4:6], digits[6:]))
    try:
        birth_date = date(year, month, day)
    except ValueError:
        raise Refused("resident-id-date-impossible") from None
    if not EARLIEST <= birth_date <= on:
        raise Refused("resident-id-date-impossible")
    return birth_date


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts]


def _passport(written: str) -> Passport:
    number = normalised(written)
    if not _PASSPORT.fullmatch(number):
        raise Refused("passport-malformed", wanted="the issuing state's three letters, -, number")
    return Passport(number=number)
