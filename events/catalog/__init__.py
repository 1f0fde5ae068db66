"""Every fact the platform can record: one module for each stream category.

A value about a person is annotated `Personal[...]`. It is sealed in the journal with the key of the
person named by the event's `talent_id`, and reads as `None` once that person has been forgotten.
"""

from typing import Annotated, TypeVar

T = TypeVar("T")

PERSONAL = "personal"
"""The marker that tells the codec to seal a field."""

Personal = Annotated[T | None, PERSONAL]
