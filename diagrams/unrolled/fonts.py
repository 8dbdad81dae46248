"""The subset fonts used in figures, text styles, and text measurement."""

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from .i18n import as_measured

SANS, SERIF, MONO = "Unrolled Sans", "Unrolled Serif", "Unrolled Mono"
FALLBACKS = {SANS: "DejaVu Sans", SERIF: "DejaVu Serif", MONO: "DejaVu Sans Mono"}
"""Fonts that ship with matplotlib, in regular and bold."""
HEAVY = 600
FONTS_FOLDER = Path(__file__).resolve().parent / "fonts"
TILDE = "\N{COMBINING TILDE}"
"""A combining tilde, as in the c̃ of a candidate. Our fonts have no combining marks, so it is drawn over the letter."""
CAP_HALF = 0.33
"""Half the cap height in ems: the distance from the middle of a line of text down to its baseline."""


@dataclass(frozen=True)
class Style:
    """A font family, weight and size in CSS pixels."""

    family: str
    weight: int
    size: float

    def bold(self) -> "Style":
        """Return the bold weight of the same family."""
        return replace(self, weight=HEAVY)

    def sized(self, size: float) -> "Style":
        """Return the same font in another size."""
        return replace(self, size=size)

    @property
    def fallback(self) -> tuple[str, int]:
        """The family and weight to use when this one lacks a character."""
        return FALLBACKS[self.family], 700 if self.weight >= HEAVY else 400


NUMBER = Style(SANS, 400, 11.5)
NUMBER_IN_TABLE = Style(SANS, 400, 14)
NAME = Style(SANS, 400, 13)
ROW_LABEL = Style(SANS, 600, 13)
BLOCK = Style(SANS, 600, 15)
BLOCK_SECOND = Style(SANS, 400, 13)
WORD = Style(SERIF, 600, 22)
WORD_IN_SENTENCE = Style(SERIF, 600, 26)
WORD_NARROW = Style(SERIF, 600, 19)
CODE = Style(MONO, 500, 16)
CODE_NARROW = Style(MONO, 500, 14)


def width(text: str, style: Style) -> float:
    """Measure a text in CSS pixels, including kerning, as browsers and matplotlib set it."""
    text = as_measured(text)
    if not has_all(text, style):
        from .fallback_fonts import width_in_fallback  # it queries matplotlib, which most pictures can do without

        return width_in_fallback(text, *style.fallback, style.size)
    return _width_at_1000(text, f"{style.family} {style.weight}") * style.size / 1000


def has_all(text: str, style: Style) -> bool:
    """Return whether our font has every character. If one is missing, the whole text is set in another font."""
    return _has_all(text, f"{style.family} {style.weight}")


class _Table(NamedTuple):
    """A font's advance widths, and its kerning pairs by left character, amount and right characters."""

    advances: dict[str, float]
    kern: dict[str, dict[str, str]]


@cache
def _has_all(text: str, font: str) -> bool:
    """Look up every character; cached, because the same numbers and names recur."""
    advances = _tables()[font].advances
    return all(char in advances or char == TILDE for char in text)


@cache
def _width_at_1000(text: str, font: str) -> float:
    """Add up advance widths and kerning."""
    advances, kern = _tables()[font]
    kerned = (
        next((float(amount) for amount, rights in kern[left].items() if right in rights), 0)
        for left, right in pairwise(text)
        if left in kern
    )
    return sum(advances[char] for char in text if char != TILDE) + sum(kerned)


@cache
def _tables() -> dict[str, _Table]:
    """Read the metrics written by the font script.

    Kerning pairs stay in their file format, since a figure uses few of them.
    """
    found = json.loads((FONTS_FOLDER / "widths.json").read_text(encoding="utf-8"))
    return {font: _Table(**table) for font, table in found.items()}
