"""What a page says, found by its elements and classes, as a reader's tools find it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = frozenset({"meta", "link", "br", "input", "rect", "circle", "line", "path", "img", "hr"})


@dataclass(slots=True)
class Element:
    """A tag with what stands in it."""

    tag: str
    attributes: dict[str, str | None]
    inside: "list[Element | str]" = field(default_factory=list)

    def every(self, tag: str, css: str = "") -> "Iterator[Element]":
        """Every element below of this tag, and of this class if one is named."""
        for child in self.inside:
            if isinstance(child, Element):
                if child.tag == tag and (not css or css in child.classes):
                    yield child
                yield from child.every(tag, css)

    def first(self, tag: str, css: str = "") -> "Element | None":
        return next(self.every(tag, css), None)

    def own(self, tag: str) -> "list[Element]":
        """The children of this tag, not what stands deeper."""
        return [each for each in self.inside if isinstance(each, Element) and each.tag == tag]

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()

    @property
    def text(self) -> str:
        """All that is said in it, on one line."""
        return re.sub(r"\s+", " ", "".join(self._texts())).strip()

    def _texts(self) -> Iterator[str]:
        for child in self.inside:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, dict(attrs))
        self.open[-1].inside.append(found)
        if tag not in EMPTY:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read_page(html: str) -> Element:
    """The page as a tree."""
    reader = _Reader()
    reader.feed(html)
    return reader.open[0]
