"""Fenced blocks: of a language that nobody highlights, or never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pygments.lexers import get_all_lexers

from plugins.figures.references import FENCE

from .findings import ERROR, NOTE, WARNING, Finding, near
from .reading import Read

_CODE = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)


def findings(article: Read) -> Iterator[Finding]:
    """Look at the fenced blocks of one article."""
    yield from _unknown(article)
    yield from _unclosed(article)


def _unknown(article: Read) -> Iterator[Finding]:
    for fence in article.source.others:
        if fence.language and fence.language.lower() not in languages():
            alike = near(fence.language.lower(), languages(), "")
            what = f"{fence.language} is no language that Pygments knows, so the block has no colours"
            level = WARNING if alike else NOTE
            yield Finding(level, article.file, fence.line, what, alike or "write text, if it is none")


@cache
def languages() -> frozenset[str]:
    """Return the names by which Pygments knows languages."""
    return frozenset(name for _, names, _, _ in get_all_lexers() for name in names)


def _unclosed(article: Read) -> Iterator[Finding]:
    """Find the fence that is open at the end, and fences that take in the one that follows."""
    opened: re.Match[str] | None = None
    begun = 0
    for number, line in enumerate(article.text.splitlines(), start=1):
        fence = FENCE.match(line)
        if not fence:
            continue
        if opened is None:
            opened, begun = fence, number
        elif fence["fence"].startswith(opened["fence"]) and not fence["info"].strip():
            opened = None
        elif fence["fence"].startswith(opened["fence"]):
            what = f"a fenced block begins here, and is still open where line {number} begins another"
            yield Finding(WARNING, article.file, begun, what, f"write {opened['fence']} where it ends")
            opened, begun = fence, number
    # Indented code may hold a lone fence: only where Markdown has taken it for text, the page shows it.
    if opened and opened["fence"] in _CODE.sub("", article.html):
        what = "a fenced block begins here and does not end"
        yield Finding(ERROR, article.file, begun, what, f"write {opened['fence']} below it")
