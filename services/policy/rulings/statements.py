"""What a published document says of other policies, read without the words it is written in."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TypeAlias

from services.policy.rules.errors import FormatError
from services.policy.rules.reader import Plain
from services.policy.rules.yaml_file import read_yaml

Fits: TypeAlias = Callable[[Mapping[str, Plain]], bool]
"""Whether a statement, as it is written, is of the kind that is asked for."""

ALLOWS = "together"
FORBIDS = frozenset(
    {
        "exclusive",
        "choose_one",
        "highest",
        "one_level",
        "terminates",
        "couple",
        "prefer",
        "once",
        "first_money_only",
    }
)
"""What can keep two benefits from being had together, or one from being had after the other."""


def allows(said: Mapping[str, Plain]) -> bool:
    """Whether a statement can allow two benefits beside each other."""
    return ALLOWS in said


def forbids(said: Mapping[str, Plain]) -> bool:
    """The same of what forbids: one place alone, and policies that are held, forbid pairs too."""
    slots, held = said.get("slots"), said.get("excluded_if_held")
    one_place = isinstance(slots, dict) and str(slots.get("most")) == "1"
    by_policies = isinstance(held, dict) and "policies" in held
    return bool(said.keys() & FORBIDS) or one_place or by_policies


def bodies_of(document: str) -> frozenset[str]:
    """Whoever issued it, alone or with others; nobody where it cannot be read."""
    root = _root(document)
    with_others = root.get("with", [])
    joint = with_others if isinstance(with_others, list) else [with_others]
    return frozenset(str(each) for each in (root.get("issuer"), *joint) if each is not None)


def statement_in(document: str, policy_id: str, statement_id: str) -> dict[str, Plain] | None:
    """The interaction of that id as it is written."""
    return statement_of(_root(document), policy_id, statement_id)


def statement_of(root: Plain, policy_id: str, statement_id: str) -> dict[str, Plain] | None:
    """The same of a document that was read already."""
    for stated in _interactions(root if isinstance(root, dict) else {}):
        if f"{policy_id}/{stated.get('id')}" == statement_id:
            return stated
    return None


def _interactions(root: dict[str, Plain]) -> Iterator[dict[str, Plain]]:
    listed = root.get("interactions", [])
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict):
            yield each


def _root(document: str) -> dict[str, Plain]:
    """Nothing of a document that this release does not read."""
    with suppress(FormatError):
        root = read_yaml(document, "policy.yaml").root
        return root if isinstance(root, dict) else {}
    return {}
