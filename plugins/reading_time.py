"""How long an article takes to read: its words, its code and its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pelican import signals

from .articles import articles_of
from .html import read

WORDS_A_MINUTE = 220
"""Unless READING_WORDS_A_MINUTE says otherwise."""
SECONDS_A_FIGURE = 12
"""Unless READING_SECONDS_A_FIGURE says otherwise."""

FIRST_CHARACTER = "぀"
"""Of Chinese and Japanese, in the order of Unicode."""


def minutes(html: str, words_a_minute: float = WORDS_A_MINUTE, seconds_a_figure: float = SECONDS_A_FIGURE) -> int:
    """Return the minutes that it takes to read a piece of HTML, at least 1."""
    text, characters = read(html).text(separator=" "), 0
    if max(text, default="") >= FIRST_CHARACTER:
        text, characters = _characters().subn(" ", text)
    words = len(text.split()) + characters / 2
    return max(1, round(words / words_a_minute + figures(html) * seconds_a_figure / 60))


@cache
def _characters() -> re.Pattern[str]:
    """Match what takes about half as long as a word, for Chinese and Japanese put no blanks between words.

    A class as wide as this takes longer to compile than two hundred articles to count, and most sites need none.
    """
    return re.compile(f"[{FIRST_CHARACTER}-ヿ㐀-鿿豈-﫿]")


def figures(html: str) -> int:
    """Count the pictures that are not mere decoration."""
    return len(read(html).css("img:not(.decorative), svg:not(.decorative)"))


def _tell(generators: Sequence[Any]) -> None:
    for article in articles_of(generators):
        html, settings = article._content or "", article.settings
        pace = (
            settings.get("READING_WORDS_A_MINUTE", WORDS_A_MINUTE),
            settings.get("READING_SECONDS_A_FIGURE", SECONDS_A_FIGURE),
        )
        article.minutes, article.figures = minutes(html, *pace), figures(html)


def register() -> None:
    """Give each article `minutes` and `figures`."""
    signals.all_generators_finalized.connect(_tell)
