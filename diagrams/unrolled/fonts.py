"""The subset fonts of figures, the sizes that texts have, and how wide a text is."""

import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from .families import MONO, SANS, SERIF

FONTS_FOLDER = Path(__file__).resolve().parent / "fonts"
CAP_HALF = 0.33
"""Half the height of a capital in ems: a text's baseline stands so far under the middle of its line."""


@dataclass(frozen=True)
class Style:
    """A family, a weight and a size in CSS pixels."""

    family: str
    weight: int
    size: float

    def bold(self) -> "Style":
        """Take the heavier weight of the same family."""
        return replace(self, weight=600)

    def sized(self, size: float) -> "Style":
        """Take another size of the same font."""
        return replace(self, size=size)


NUMBER = Style(SANS, 400, 11.5)
NUMBER_IN_TABLE = Style(SANS, 400, 14)
NAME = Style(SANS, 400, 13)
ROW_LABEL = Style(SANS, 600, 12.5)
BLOCK = Style(SANS, 600, 15)
BLOCK_SECOND = Style(SANS, 400, 12)
WORD = Style(SERIF, 600, 22)
WORD_IN_SENTENCE = Style(SERIF, 600, 26)
WORD_TURNED = Style(SERIF, 600, 19)
CODE = Style(MONO, 500, 16)
CODE_TURNED = Style(MONO, 500, 14)


def width(text: str, style: Style) -> float:
    """Measure a text in CSS pixels, kerning counted, as a browser and matplotlib draw it."""
    if not has_all(text, style):
        from .foreign import width_in_fallback  # it asks matplotlib, which most pictures do without

        return width_in_fallback(text, style.family, style.weight, style.size)
    return _width_at_1000(text, f"{style.family} {style.weight}") * style.size / 1000


def has_all(text: str, style: Style) -> bool:
    """Tell whether our font has every character; a text with a foreign one is set in another font, all of it."""
    advances, _ = _table(f"{style.family} {style.weight}")
    return all(char in advances for char in text)


@cache
def _width_at_1000(text: str, font: str) -> float:
    """Add up what a font says; the same numbers and names come again and again."""
    advances, kerning = _table(font)
    return sum(advances[char] for char in text) + sum(kerning.get(one + other, 0) for one, other in pairwise(text))


@cache
def _tables() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FONTS_FOLDER / "widths.json").read_text(encoding="utf-8"))
    return found


@cache
def _table(font: str) -> tuple[dict[str, float], dict[str, float]]:
    """Read a font's advances and kerning, written by the script that makes the fonts."""
    table = _tables()[font]
    kerning = {
        left + right: float(amount)
        for left, row in table["kern"].items()
        for amount, rights in row.items()
        for right in rights
    }
    return table["advances"], kerning
