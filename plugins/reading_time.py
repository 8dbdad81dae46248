"""How long an article takes to read: its words, its code and its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pelican import signals

from .articles import articles_of

WORDS_A_MINUTE = 220
"""Unless READING_WORDS_A_MINUTE says otherwise."""
SECONDS_A_FIGURE = 12
"""Unless READING_SECONDS_A_FIGURE says otherwise."""

# Chinese and Japanese put no blanks between words; a character takes about half as long as a word.
_CHARACTER = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]")
_FIGURE = re.compile(r"<(?:img|svg)\b(?![^>]*\bdecorative\b)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def minutes(html: str, words_a_minute: float = WORDS_A_MINUTE, seconds_a_figure: float = SECONDS_A_FIGURE) -> int:
    """Return the minutes that it takes to read a piece of HTML, at least 1."""
    text = _TAG.sub(" ", html)
    words = len(_CHARACTER.sub(" ", text).split()) + len(_CHARACTER.findall(text)) / 2
    return max(1, round(words / words_a_minute + figures(html) * seconds_a_figure / 60))


def figures(html: str) -> int:
    """Count the pictures that are not mere decoration."""
    return len(_FIGURE.findall(html))


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
