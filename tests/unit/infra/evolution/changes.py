"""Every kind of change to an event's schema, with the verdict it must get."""

from collections.abc import Mapping

from tests.unit.infra.evolution.change import Change
from tests.unit.infra.evolution.of_objects import OF_OBJECTS
from tests.unit.infra.evolution.of_references import (
    OF_NO_CONSEQUENCE,
    OF_REFERENCES,
    OF_THE_UNKNOWN,
)
from tests.unit.infra.evolution.of_types import OF_TYPES
from tests.unit.infra.evolution.of_values import OF_LIMITS, OF_VALUES

CHANGES: Mapping[str, Change] = {
    **OF_OBJECTS,
    **OF_TYPES,
    **OF_VALUES,
    **OF_LIMITS,
    **OF_REFERENCES,
    **OF_THE_UNKNOWN,
    **OF_NO_CONSEQUENCE,
}
