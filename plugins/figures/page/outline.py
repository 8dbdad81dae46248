"""Where the images of a piece of HTML stand: each in its elements, with the places at which those begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|pre|svg|math|template)\b.*?(?:</(?P=raw)\s*>|\Z)"
    r"""|<(?P<close>/)?(?P<name>[a-z][^\s/>]*)(?:[^>"']|"[^"]*"|'[^']*')*>""",
    re.DOTALL | re.IGNORECASE,
)
"""Code is passed over in one go: most tags of an article are there."""

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "input", "link", "meta", "param", "source", "track", "wbr")
)
_ENDS_PARAGRAPH = frozenset(
    (
        *("address", "article", "aside", "blockquote", "details", "div", "dl", "figure", "figcaption", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "section", "table"),
        "ul",
    )
)


@dataclass(eq=False)
class Element:
    """An element: where its tag begins, where what it holds begins and ends, and where it ends itself."""

    name: str
    start: int
    inner_start: int
    parent: Element | None
    inner_end: int = -1
    end: int = -1

    @property
    def ancestors(self) -> Iterator[Element]:
        """Go from the element around it outwards."""
        around = self.parent
        while around:
            yield around
            around = around.parent

    def ends(self, inner_end: int, end: int) -> None:
        """Note where it ends."""
        self.inner_end, self.end = inner_end, end


def outline(html: str) -> list[Element]:
    """Find all elements but those of code and of lines, in the order in which they begin. Some end where they must."""
    elements: list[Element] = []
    within: list[Element] = []

    def close(down_to: int, inner_end: int, end: int) -> None:
        for forgotten in within[down_to + 1 :]:
            forgotten.ends(inner_end, inner_end)
        within[down_to].ends(inner_end, end)
        del within[down_to:]

    for found in _MARKUP.finditer(html):
        name = (found["name"] or "").lower()
        if not name or name in _VOID:
            continue
        if found["close"]:
            opened = next((place for place in reversed(range(len(within))) if within[place].name == name), None)
            if opened is not None:
                close(opened, found.start(), found.end())
            continue
        if within and within[-1].name == "p" and name in _ENDS_PARAGRAPH:
            close(len(within) - 1, found.start(), found.start())
        element = Element(name, found.start(), found.end(), within[-1] if within else None)
        elements.append(element)
        if name == "img":
            element.ends(found.end(), found.end())
        else:
            within.append(element)
    if within:
        close(0, len(html), len(html))
    return elements
