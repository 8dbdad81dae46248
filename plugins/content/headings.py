"""Headings that skip a level, have the level of the title, or share a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..html import text_of
from .findings import NOTE, WARNING, Finding
from .reading import Read

TITLE = 1
"""The level of the title, which the theme writes above the body."""
_UNDERLINE = re.compile(r" {0,3}(?:(?P<first>=+)|-+)\s*")


@dataclass(frozen=True)
class Heading:
    """A heading of the body: its level, its words, its id, and its line in the source."""

    level: int
    text: str
    id: str
    line: int


def headings(article: Read) -> Iterator[Heading]:
    """Find the headings of an article, each with its line in the source."""
    prose = dict(article.source.prose)
    numbers = list(prose)
    start, line = 0, 1
    for found in article.tree.css("h1, h2, h3, h4, h5, h6"):
        level = int((found.tag or "")[1:])
        places = range(start, len(numbers))
        place = next((place for place in places if _begins(level, numbers[place], prose)), None)
        if place is not None:
            start, line = place + 1, numbers[place]
        yield Heading(level, text_of(found), found.id or "", line)


def _begins(level: int, number: int, prose: Mapping[int, str]) -> bool:
    line = prose[number].lstrip(" \t>")
    below = _UNDERLINE.fullmatch(prose.get(number + 1, ""))
    is_underlined = bool(below and line and level == (1 if below["first"] else 2))
    return is_underlined or bool(re.match(rf"#{{{level}}}(?!#)|<h{level}\b", line))


def findings(article: Read) -> Iterator[Finding]:
    """Check the headings of one article."""
    before = TITLE
    known: dict[str, int] = {}
    for heading in headings(article):
        place = article.file, heading.line
        if heading.level == TITLE:
            what = f"“{heading.text}” is a second h1: the page's title is the first"
            yield Finding(WARNING, *place, what, "write it with ##")
        elif heading.level > before + 1:
            what = f"“{heading.text}” skips a level: an h{heading.level} follows an h{before}"
            yield Finding(WARNING, *place, what, f"write it with {'#' * (before + 1)}")
        if heading.text in known and heading.id.rpartition("_")[2].isdigit():
            what = f"line {known[heading.text]} has the same heading, “{heading.text}”, so this one is #{heading.id}"
            yield Finding(NOTE, *place, what, f"to choose the link, give it an id: {{#{heading.id.replace('_', '-')}}}")
        known.setdefault(heading.text, heading.line)
        before = heading.level
