"""The subset fonts of figures, the sizes that texts have, and how wide a text is."""

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from .i18n import as_measured

SANS, SERIF, MONO = "Unrolled Sans", "Unrolled Serif", "Unrolled Mono"
FALLBACKS = {SANS: "DejaVu Sans", SERIF: "DejaVu Serif", MONO: "DejaVu Sans Mono"}
"""They come with matplotlib, in a regular and a bold weight."""
HEAVY = 600
FONTS_FOLDER = Path(__file__).resolve().parent / "fonts"
TILDE = "\N{COMBINING TILDE}"
"""Our fonts have no combining signs; over a letter, as in a candidate's c̃, it is drawn."""
CAP_HALF = 0.33
"""Half the height of a capital in ems: how far a text's baseline lies under the middle of its line."""


@dataclass(frozen=True)
class Style:
    """A family, a weight and a size in CSS pixels."""

    family: str
    weight: int
    size: float

    def bold(self) -> "Style":
        """Take the heavier weight of the same family."""
        return replace(self, weight=HEAVY)

    def sized(self, size: float) -> "Style":
        """Take another size of the same font."""
        return replace(self, size=size)

    @property
    def fallback(self) -> tuple[str, int]:
        """The family and the weight that stand in for it where it lacks a letter."""
        return FALLBACKS[self.family], 700 if self.weight >= HEAVY else 400


NUMBER = Style(SANS, 400, 11.5)
NUMBER_IN_TABLE = Style(SANS, 400, 14)
NAME = Style(SANS, 400, 13)
ROW_LABEL = Style(SANS, 600, 12.5)
BLOCK = Style(SANS, 600, 15)
BLOCK_SECOND = Style(SANS, 400, 12)
WORD = Style(SERIF, 600, 22)
WORD_IN_SENTENCE = Style(SERIF, 600, 26)
WORD_NARROW = Style(SERIF, 600, 19)
CODE = Style(MONO, 500, 16)
CODE_NARROW = Style(MONO, 500, 14)


def width(text: str, style: Style) -> float:
    """Measure a text in CSS pixels, kerning counted, as a browser and matplotlib draw it."""
    text = as_measured(text)
    if not has_all(text, style):
        from .fallback_fonts import width_in_fallback  # it asks matplotlib, which most pictures do without

        return width_in_fallback(text, *style.fallback, style.size)
    return _width_at_1000(text, f"{style.family} {style.weight}") * style.size / 1000


def has_all(text: str, style: Style) -> bool:
    """Return whether our font has every character; a text with a foreign one is set in another font, all of it."""
    return _has_all(text, f"{style.family} {style.weight}")


class _Table(NamedTuple):
    """How wide a font's characters are, and how much nearer or further two of them stand: left, amount, rights."""

    advances: dict[str, float]
    kern: dict[str, dict[str, str]]


@cache
def _has_all(text: str, font: str) -> bool:
    """Look every character up; the same numbers and names come again and again."""
    advances = _tables()[font].advances
    return all(char in advances or char == TILDE for char in text)


@cache
def _width_at_1000(text: str, font: str) -> float:
    """Add up what a font says."""
    advances, kern = _tables()[font]
    kerned = (
        next((float(amount) for amount, rights in kern[left].items() if right in rights), 0)
        for left, right in pairwise(text)
        if left in kern
    )
    return sum(advances[char] for char in text if char != TILDE) + sum(kerned)


@cache
def _tables() -> dict[str, _Table]:
    """Read what the script that makes the fonts has written; pairs stay as they are, since a figure has few of them."""
    found = json.loads((FONTS_FOLDER / "widths.json").read_text(encoding="utf-8"))
    return {font: _Table(**table) for font, table in found.items()}
