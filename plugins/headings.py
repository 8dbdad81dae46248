"""The headings of an article: nested for its table of contents, and each a link to itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pelican import signals

from .html import Node, Tag, contents, drop, parse, read, wrap_contents, write

LINKED = ("h2", "h3", "h4", "h5", "h6")
LISTED = ("h2", "h3")
"""Two levels are enough for a table of contents."""


@dataclass(frozen=True)
class Heading:
    """An entry of the contents: where it leads, its words as HTML, and the entries below it."""

    id: str
    html: str
    below: list[Heading] = field(default_factory=list)


def headings(html: str) -> list[Heading]:
    """List the headings of the two upper levels, the second below the first."""
    top: list[Heading] = []
    for found in _with_ids(read(html), LISTED):
        words = _words(found)
        if words:
            (top[-1].below if found.tag == LISTED[1] and top else top).append(Heading(found.id or "", words))
    return top


def _with_ids(root: Node, names: tuple[str, ...]) -> list[Node]:
    return [found for found in root.css(", ".join(f"{name}[id]" for name in names)) if found.id]


def _words(heading: Node) -> str:
    """Return what a heading says as HTML, without what belongs to its place: links, ids, and the numbers of notes."""
    words = parse(contents(heading))
    drop(words, 'sup[id^="fnref"], img')
    words.unwrap_tags(["a"], delete_empty=True)
    for named in words.css("[id], [class]"):
        for name in ("id", "class"):
            if name in named.attributes:
                del named.attrs[name]
    return write(words).strip()


def linked(html: str) -> str:
    """Make each heading a link to itself, so that its address can be copied."""
    root = parse(html)
    link_headings(root)
    return write(root)


def link_headings(root: Node) -> None:
    """Do the same in a tree; a heading that holds a link stays as it is."""
    for heading in _with_ids(root, LINKED):
        if heading.css_first("a") is None:
            wrap_contents(heading, Tag("a", (("href", f"#{heading.id}"),)))


def _add_filter(generator: Any) -> None:
    generator.env.filters["headings"] = headings


def register() -> None:
    """Give the theme its filter `headings`."""
    signals.generator_init.connect(_add_filter)
