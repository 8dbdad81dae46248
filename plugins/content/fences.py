"""Fenced blocks: of a language that nobody highlights, or never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pygments.lexers import get_all_lexers

from .findings import ERROR, NOTE, WARNING, Finding, near
from .reading import Read

SIGNS = ("```", "~~~")
_CODE = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)


def findings(article: Read) -> Iterator[Finding]:
    """Look at the fenced blocks of one article."""
    yield from _unknown(article)
    yield from unclosed(article, ERROR)


def _unknown(article: Read) -> Iterator[Finding]:
    for fence in article.source.all_blocks:
        if fence.language and fence.language.lower() not in languages():
            alike = near(fence.language.lower(), languages(), "")
            what = f"{fence.language} is no language that Pygments knows, so the block has no colours"
            level = WARNING if alike else NOTE
            yield Finding(level, article.file, fence.begun, what, alike or "write text, if it is none")


@cache
def languages() -> frozenset[str]:
    """Return the names by which Pygments knows languages."""
    return frozenset(name for _, names, _, _ in get_all_lexers() for name in names)


def unclosed(article: Read, level: int) -> Iterator[Finding]:
    """Find fences that are shown as text, which count as `level` says, and those that take in the one that follows."""
    for block in article.source.all_blocks if any(map(article.source.holds, SIGNS)) else ():
        for number, line in enumerate(block.text.split("\n") if block.fence and block.line else (), start=block.line):
            if line.startswith(block.fence) and line.strip(block.fence[0]).strip():
                what = f"a fenced block begins here, and is still open where line {number} begins another"
                yield Finding(WARNING, article.file, block.begun, what, f"write {block.fence} where it ends")
                break
    if not any(sign in article.html for sign in SIGNS):
        return
    shown = _without_code(article.html)
    begun = [(number, line.lstrip(" \t>")) for number, line in article.source.prose]
    begun = [(number, line) for number, line in begun if line.startswith(SIGNS)]
    for place, (number, line) in enumerate(begun):
        fence = line[: len(line) - len(line.lstrip(line[0]))]
        if line.strip() == fence and place and begun[place - 1][1].startswith(fence):
            continue  # the end of one that is told
        if fence in shown and line[0] not in line[len(fence) :]:
            ends = any(other.strip() == fence for _, other in begun[place + 1 :])
            what = "a fenced block begins here and does not end"
            advice = f"write {fence} below it"
            if ends:
                what = (
                    f"a fenced block begins here, but Markdown does not understand {line.strip()}, and shows it as text"
                )
                advice = f"write {fence} and a language; what may follow depends on the extensions in MARKDOWN"
            yield Finding(level, article.file, number, what, advice)


def _without_code(html: str) -> str:
    """Return what a page shows as text: neither code nor comments."""
    return _CODE.sub("", html)
