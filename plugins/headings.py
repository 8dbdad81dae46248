"""The headings of an article: nested for its table of contents, and each a link to itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pelican import signals

_HEADING = re.compile(
    r"""<h(?P<level>[2-6])(?P<attributes>\b[^>]*?\bid="(?P<id>[^"]+)"[^>]*)>(?P<html>.*?)</h(?P=level)>""", re.DOTALL
)
_REFERENCE = re.compile(r'<sup id="fnref.*?</sup>', re.DOTALL)
_OF_ITS_PLACE = re.compile(r"""</?a\b[^>]*>|<img\b[^>]*>|\s(?:id|class)="[^"]*\"""")


@dataclass(frozen=True)
class Heading:
    """An entry of the contents: where it leads, its words as HTML, and the entries below it."""

    id: str
    html: str
    below: list[Heading] = field(default_factory=list)


def headings(html: str) -> list[Heading]:
    """List the headings of the two upper levels, the second below the first."""
    top: list[Heading] = []
    for level, heading in _found(html):
        (top[-1].below if level > 2 and top else top).append(heading)
    return top


def _found(html: str) -> Iterator[tuple[int, Heading]]:
    for found in _HEADING.finditer(html):
        level = int(found["level"])
        words = _OF_ITS_PLACE.sub("", _REFERENCE.sub("", found["html"])).strip()
        if level <= 3 and words:
            yield level, Heading(found["id"], words)


def linked(html: str) -> str:
    """Make each heading a link to itself, so that its address can be copied; one that holds a link stays as it is."""

    def link(found: re.Match[str]) -> str:
        if "<a " in found["html"]:
            return found[0]
        tag = f"h{found['level']}"
        return f'<{tag}{found["attributes"]}><a href="#{found["id"]}">{found["html"]}</a></{tag}>'

    return _HEADING.sub(link, html)


def _give(generator: Any) -> None:
    generator.env.filters["headings"] = headings


def register() -> None:
    """Give the theme its filter `headings`."""
    signals.generator_init.connect(_give)
