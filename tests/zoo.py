"""Many articles, each with something of its own to report, in one site: what a build says of each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.conftest import Build, Site

HEADING = re.compile(r"\d+ (error|warning)s?:")
PLACE = re.compile(r"content/nlp/([\w.-]+)\.md:")


@dataclass(frozen=True)
class Kept:
    """An article: its body from line 6 on, and its entries as `LINE: words | other words`; its scripts and header."""

    body: str
    said: tuple[str, ...] = ()
    scripts: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)


def fill(site: Site, zoo: Mapping[str, Kept]) -> Site:
    """Write all of them, and return the site."""
    for name, kept in zoo.items():
        for script, text in kept.scripts.items():
            site.script(script, text)
        site.article(name, kept.body, **kept.header)
    return site


def by_article(built: Build, level: str = "") -> dict[str, list[str]]:
    """Return the entries of the report by article, or those of one level; others under their first line."""
    found: dict[str, list[str]] = {}
    now = ""
    for piece in filter(str.strip, re.split(r"^(?=\S)", built.report, flags=re.M)):
        if heading := HEADING.match(piece):
            now = heading[1]
        elif level in ("", now):
            name = PLACE.match(piece)
            found.setdefault(name[1] if name else piece.partition("\n")[0], []).append(piece.rstrip())
    return found


def check(built: Build, name: str, said: tuple[str, ...], level: str = "") -> None:
    """Compare the entries of an article with those that are expected, in order; there are no others."""
    entries = by_article(built, level).get(name, [])
    assert len(entries) == len(said), entries
    for entry, wanted in zip(entries, said, strict=True):
        line, _, words = wanted.partition(": ")
        assert entry.startswith(f"content/nlp/{name}.md:{line}:"), entry
        assert not [it for it in words.split(" | ") if it not in entry], entry
