"""The policies of this house, read once for all tests of a process."""

from functools import cache

from infra.local.places import ROOT
from services.policy.rules import load_policies
from services.policy.rules.policy import Policy


@cache
def encoded() -> tuple[Policy, ...]:
    """The real ones."""
    return load_policies(ROOT / "data" / "policies")


@cache
def invented() -> tuple[Policy, ...]:
    """Those for demonstration."""
    return load_policies(ROOT / "data" / "demo" / "policies")


def encoded_and_invented() -> tuple[Policy, ...]:
    return encoded() + invented()
