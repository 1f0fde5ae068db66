"""A function of a service's database without a promise that it keeps, for a control to find out."""

from collections.abc import Mapping

from tests.support.kernel import Workplace

_DEFINITIONS = "SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE proname = $1"


async def broken_function(place: Workplace, name: str, changes: Mapping[str, str]) -> None:
    """With these texts in the place of those, in the one form of it that has each of them once.

    Raises `ValueError` where there is no such form: the control would show nothing.
    """
    texts = [row["text"] for row in await place.fetch(_DEFINITIONS, name)]
    sound = [text for text in texts if all(text.count(each) == 1 for each in changes)]
    if len(sound) != 1:
        raise ValueError(f"{name} is not as this control knows it")
    (text,) = sound
    for before, after in changes.items():
        text = text.replace(before, after)
    async with place.connected() as owner:
        await owner.execute(text)
