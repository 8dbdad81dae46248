"""Alt texts by authors whose numbers differ from the picture's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from .findings import WARNING, Finding
from .shown import Shown

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NOUNS = ["unit", "step", "word", "token", "feature", "cell", "block", "gate", "layer", "row", "column"]
"""Countable things in pictures of networks. If the picture doesn't count them, they aren't checked."""

_COUNT = re.compile(
    rf"(?P<before>\w+[ -])?\b(?P<number>\d+|{'|'.join(NUMBERS)})[ -](?:(?:hidden|time|input|output)[ -])?"
    rf"(?P<noun>{'|'.join(NOUNS)})s?\b(?P<after> (?:at|after|by|for each|in)\b)?",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"(?:first|last|next|previous|other|another|after|before|these|those|both|every|each|any|remaining|than|in|at|from"
    r"|between)[ -]",
    re.IGNORECASE,
)
_ONE_IS_A_NUMBER = re.compile(r"(?:with|over|has|have|just|single)[ -]", re.IGNORECASE)


def findings(shown: Iterable[Shown]) -> Iterator[Finding]:
    """Compare the numbers in authors' alt texts with those of the pictures."""
    for it in shown:
        if not it.alt or it.figure is None:
            continue
        of_picture = counts(it.words)
        if words := words_of(it.figure.description):
            of_picture["word"].add(words)
        for noun, numbers in counts(it.alt, whole_only=True).items():
            known = of_picture.get(noun)
            if known and not numbers <= known:
                author, picture = _listed(numbers - known), _listed(known)
                what = f"{it.reference.address}: the alt text says {author} {noun}s, but the picture shows {picture}"
                yield Finding(
                    WARNING,
                    it.article.file,
                    it.reference.line,
                    what,
                    "fix it, or leave it empty so that the picture writes its own: ![](…)",
                )


def counts(text: str, whole_only: bool = False) -> dict[str, set[int]]:
    """Return the numbers before each noun; `whole_only` leaves out those that may count a part of the picture."""
    found: dict[str, set[int]] = defaultdict(set)
    for it in _COUNT.finditer(text):
        before = it["before"] or ""
        is_a_part = _PART_OF.fullmatch(before) or it["after"]
        is_an_article = it["number"].lower() in ("one", "1") and not _ONE_IS_A_NUMBER.fullmatch(before)
        if not (whole_only and (is_a_part or is_an_article)):
            found[it["noun"].lower()].add(_number(it["number"].lower()))
    return found


def words_of(description: Mapping[str, object]) -> int | None:
    """Count the words in the picture's own table, if it lists them."""
    head, rows = description.get("head"), description.get("rows")
    if not isinstance(head, list) or not isinstance(rows, list) or "word" not in head:
        return None
    return sum(bool(row[head.index("word")]) for row in rows)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS.index(text) + 1


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, sorted(numbers)))
