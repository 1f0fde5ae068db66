"""Texts that people send: without the characters that no page shows and no database keeps."""

from typing import Annotated, TypeAlias

from pydantic import StringConstraints

# PostgreSQL keeps no NUL in a text, so one that got through would park what reads it.
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
SEVERAL_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Printable: TypeAlias = Annotated[str, StringConstraints(pattern=ONE_LINE)]
"""Any text on one line, empty too."""

Line: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=ONE_LINE),
]
"""A name or a reference; `Annotated[Line, Field(max_length=…)]` for a shorter one."""

Words: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=SEVERAL_LINES),
]
"""What somebody has to say, in as many lines as it takes."""
