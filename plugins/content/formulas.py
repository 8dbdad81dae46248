"""Formulas that are never closed, so that the page shows their delimiter, or loses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .. import mathematics
from ..html import drop, parse
from .findings import WARNING, Finding
from .reading import Read

SIGNS = ("$", "\\(", "\\[", "\\begin{")
ENDS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
BEFORE = re.compile(r"^[ \t>]+")
"""The part of a line that isn't a paragraph's text: indentation, and the mark of a quotation."""
ITEM = re.compile(r"(?:[*+-]|\d+\.)\s")


def findings(article: Read) -> Iterator[Finding]:
    """Find the delimiters of an article without a partner in their paragraph, list item or table row."""
    extensions = article.content.settings["MARKDOWN"].get("extensions", ())
    if mathematics.__name__ not in extensions or not any(sign in article.text for sign in SIGNS):
        return
    for first, text in _paragraphs(article.source.prose):
        for found in mathematics.unclosed(text):
            if found.sign.startswith("$") and "$" not in _shown(article):
                continue  # for example in HTML
            line = first + text.count("\n", 0, found.start)
            rest = text[found.start :].partition("\n")[0]
            ends = ENDS.get(found.sign) or found.sign.replace("begin", "end")
            what = f"the formula that starts here with {found.sign} is never closed: {_short(rest)}"
            instead = (
                "\\$ for a dollar sign" if found.sign.startswith("$") else "just the bracket if it isn't a formula"
            )
            yield Finding(WARNING, article.file, line, what, f"write {ends} where it ends, or {instead}")


def _paragraphs(prose: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the pieces of text in which a formula must end, each with the number of its first line."""
    lines: list[str] = []
    last = 0
    for number, line in [*prose, (0, "")]:
        text = BEFORE.sub("", line)
        if lines and (not text.strip() or number != last + 1):
            yield from _pieces(last - len(lines) + 1, lines)
            lines = []
        if text.strip():
            lines.append(text)
        last = number


def _pieces(first: int, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Split the lines between two blank ones into the rows of a table, or the items of a list."""
    if mathematics.is_table(lines):
        begins = list(range(len(lines)))
    elif ITEM.match(lines[0]):
        begins = [at for at, line in enumerate(lines) if ITEM.match(line)]
    else:
        begins = [0]
    for begin, end in pairwise([*begins, len(lines)]):
        yield first + begin, "\n".join(lines[begin:end])


def _shown(article: Read) -> str:
    root = parse(article.html)
    drop(root, "pre, code")
    return root.text()


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"
