"""Characters missing from our fonts: a system font that has them, text widths in it, or what to install."""

import unicodedata
from functools import cache

from matplotlib import font_manager, ft2font

from .errors import PictureError

NOT_DRAWN = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"
"""Characters that modify their neighbours and have no glyph of their own."""
EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
INSTALLED_WITH = {
    "east asian": "Noto Sans CJK (Debian: fonts-noto-cjk)",
    "emoji": "one that draws emoji in a single colour, such as Symbola (Debian: fonts-symbola), or write the word",
    "other": "the Noto fonts (Debian: fonts-noto-core)",
}
SIDES = 0.08
"""Padding around the ink of a text, in ems: side bearings, plus slack for a reader's own, wider font."""


@cache
def families_for(text: str, family: str, weight: int) -> tuple[tuple[str, ...], int]:
    """Choose font families that together cover every character, and a weight: the given family, or an installed one."""
    runs_to_left = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    if runs_to_left and not hasattr(ft2font, "__libraqm_version__"):
        raise PictureError(f"“{text}” runs from right to left, which needs matplotlib 3.11 or newer: upgrade it")
    missing = _missing(text, _file(family, weight))
    if not missing:
        return (family,), weight
    found = _one_that_covers(text, weight) or _one_that_covers(missing, weight)
    if found is None and _newly_installed():
        found = _one_that_covers(text, weight) or _one_that_covers(missing, weight)
    if found is None:
        raise PictureError(f"no font on this machine has the characters of “{text}”: install {_advice(missing)}")
    name, heaviness = found
    return ((family, name) if _missing(text, _file(name, heaviness)) else (name,)), heaviness


@cache
def width_in_fallback(text: str, family: str, weight: int, size: float) -> float:
    """Measure a text in the fonts that will draw it."""
    families, heaviness = families_for(text, family, weight)
    font = font_manager.get_font([_file(name, heaviness) for name in families])
    font.set_size(size, 72)
    font.set_text(text, flags=ft2font.LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 + SIDES * size


def _file(family: str, weight: int) -> str:
    return font_manager.findfont(font_manager.FontProperties(family=family, weight=weight))


def _one_that_covers(text: str, weight: int) -> tuple[str, int] | None:
    """Search the system fonts: closest weight first, then by name.

    The last-resort font, which only draws boxes, is excluded.
    """
    fonts = [entry for entry in font_manager.fontManager.ttflist if entry.style == "normal"]
    fonts = [entry for entry in fonts if "Last Resort" not in entry.name]
    fonts.sort(key=lambda entry: (abs(int(entry.weight) - weight), entry.name, entry.fname))
    found = next((entry for entry in fonts if not _missing(text, entry.fname)), None)
    return None if found is None else (found.name, int(found.weight))


def _newly_installed() -> bool:
    """Register fonts installed since matplotlib built its cached font list."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    found = [file for file in font_manager.findSystemFonts() if file not in known]
    for file in found:
        try:
            font_manager.fontManager.addfont(file)
        except (NotImplementedError, OSError, RuntimeError):  # a bitmap font, or a broken one
            continue
    return bool(found)


@cache
def _characters(file: str) -> frozenset[int]:
    return frozenset(ft2font.FT2Font(file).get_charmap())


def _missing(text: str, file: str) -> str:
    return "".join(char for char in text if char not in NOT_DRAWN and ord(char) not in _characters(file))


def _advice(missing: str) -> str:
    """Recommend what to install for characters that no font covers."""
    names = [unicodedata.name(char, "") for char in missing]
    if any(name.startswith(EAST_ASIAN) for name in names):
        return INSTALLED_WITH["east asian"]
    if any(ord(char) > 0xFFFF and unicodedata.category(char) in ("So", "Sk") for char in missing):
        return INSTALLED_WITH["emoji"]
    return INSTALLED_WITH["other"]
