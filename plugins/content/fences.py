"""Fenced blocks in a language that can't be highlighted, or that are never closed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pygments.lexers import get_all_lexers

from ..html import drop, parse
from .findings import ERROR, NOTE, WARNING, Finding, near
from .reading import Read

SIGNS = ("```", "~~~")
_SIGNS = tuple(sign.encode() for sign in SIGNS)
_BEFORE = " \t>"


def findings(article: Read) -> Iterator[Finding]:
    """Check the fenced blocks of one article."""
    yield from _unknown(article)
    yield from unclosed(article, ERROR)


def _unknown(article: Read) -> Iterator[Finding]:
    for fence in article.source.all_blocks:
        if fence.language and fence.language.lower() not in languages():
            alike = near(fence.language.lower(), languages(), "")
            what = f"Pygments doesn't know the language {fence.language}, so the block isn't highlighted"
            level = WARNING if alike else NOTE
            yield Finding(level, article.file, fence.begun, what, alike or "write text if it isn't code")


@cache
def languages() -> frozenset[str]:
    """Return the names of languages that Pygments knows."""
    return frozenset(name for _, names, _, _ in get_all_lexers() for name in names)


def unclosed(article: Read, level: int) -> Iterator[Finding]:
    """Find fences that are shown as text, at the given level, and those that include the following fence."""
    source = article.source
    data = article.path.read_bytes()  # of every article in every build: decoding would take longer
    if sum(map(data.count, _SIGNS)) == 2 * source.fenced and not any(map(source.holds, SIGNS)):
        return  # each one starts or ends a block
    for block in source.all_blocks:
        for number, line in enumerate(block.text.split("\n") if block.fence and block.line else (), start=block.line):
            if line.startswith(block.fence) and line.strip(block.fence[0]).strip():
                what = f"this fenced block is still open where another one starts, in line {number}"
                yield Finding(WARNING, article.file, block.begun, what, f"add {block.fence} where this one ends")
                break
    root = parse(article.html)
    drop(root, "pre")
    inline = [code.text() for code in root.css("code")]
    drop(root, "code")
    shown = root.text()
    begun = [(number, line.lstrip(_BEFORE).rstrip()) for number, line in source.prose]
    begun = [(number, line) for number, line in begun if line.startswith(SIGNS)]
    for place, (number, line) in enumerate(begun):
        said = line.lstrip(line[0])
        fence = line.removesuffix(said)
        if not said and place and begun[place - 1][1].startswith(fence):
            continue  # the end of one that is reported
        is_code = bool(said) and any(code.startswith(said) and "\n" in code for code in inline)
        if line[0] not in said and (is_code or fence in shown):
            what, advice = "this fenced block is never closed", f"add {fence} at its end"
            if is_code or (said and any(other == fence for _, other in begun[place + 1 :])):
                what = f"Markdown shows this as text instead of starting a fenced block, because it can't read {line}"
                advice = (
                    f"write only {fence} and a language; what else is allowed depends on the extensions in MARKDOWN"
                )
            yield Finding(level, article.file, number, what, advice)
