"""Many articles, each with something of its own to report, in one site: what a build says of each of them."""

import re
from collections.abc import Iterable, Sequence

from tests.cases import Case, check_entry, header_of
from tests.conftest import Build, Site

HEADING = re.compile(r"\d+ (error|warning)s?:")
PLACE = re.compile(r"content/nlp/([\w.-]+)\.md:")


def fill(site: Site, zoo: Iterable[Case]) -> Site:
    """Write all of them, and return the site."""
    for case in zoo:
        for script, text in case.scripts.items():
            site.script(script, text)
        for name, text in case.articles.items():
            header, body = header_of(name, text)
            site.article(name, body, **header)
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


def check(built: Build, name: str, said: Sequence[str], level: str = "") -> None:
    """Compare the entries of an article with those that are expected, in order; there are no others."""
    entries = by_article(built, level).get(name, [])
    assert len(entries) == len(said), entries
    for entry, wanted in zip(entries, said, strict=True):
        line, _, words = wanted.partition(": ")
        assert entry.startswith(f"content/nlp/{name}.md:{line}:"), entry
        check_entry(entry, words)
