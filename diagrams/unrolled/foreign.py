"""Letters that our fonts lack: a font of this machine that has them, and how wide a text is in it."""

from functools import cache

from matplotlib import font_manager, ft2font

from .errors import PictureError
from .families import FALLBACKS, HEAVY
from .writing import advice, drawn, has_right_to_left

SIDES = 0.08
"""What is added to the ink of a text, in ems: the room of letters at its ends, and for a reader's own, wider font."""


@cache
def families_for(text: str, family: str, weight: int) -> tuple[tuple[str, ...], int]:
    """Choose families that together have every letter, and a weight: the fallback of ours, or what is installed."""
    if has_right_to_left(text) and not hasattr(ft2font, "__libraqm_version__"):
        raise PictureError(f"“{text}” runs from right to left, which matplotlib sets rightly from 3.11 on: upgrade it")
    fallback, wanted = FALLBACKS[family], 700 if weight >= HEAVY else 400
    missing = _missing(text, _file(fallback, wanted))
    if not missing:
        return (fallback,), wanted
    found = _one_that_covers(text, wanted) or _one_that_covers(missing, wanted)
    if found is None and _newly_installed():
        found = _one_that_covers(text, wanted) or _one_that_covers(missing, wanted)
    if found is None:
        raise PictureError(f"no font on this machine can write “{text}”: install {advice(missing)}")
    name, heaviness = found
    return ((name,) if _covers(_file(name, heaviness), text) else (fallback, name)), heaviness


@cache
def width_in_fallback(text: str, family: str, weight: int, size: float) -> float:
    """Measure a text in the fonts that draw it."""
    families, heaviness = families_for(text, family, weight)
    font = font_manager.get_font([_file(name, heaviness) for name in families])
    font.set_size(size, 72)
    font.set_text(text, flags=ft2font.LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 + SIDES * size


def _file(family: str, weight: int) -> str:
    return font_manager.findfont(font_manager.FontProperties(family=family, weight=weight))


def _one_that_covers(text: str, weight: int) -> tuple[str, int] | None:
    """Search the machine's fonts: the nearest weight, then the first name; the last resort draws only boxes."""
    fonts = [entry for entry in font_manager.fontManager.ttflist if entry.style == "normal"]
    fonts = [entry for entry in fonts if "Last Resort" not in entry.name]
    fonts.sort(key=lambda entry: (abs(int(entry.weight) - weight), entry.name, entry.fname))
    found = next((entry for entry in fonts if _covers(entry.fname, text)), None)
    return None if found is None else (found.name, int(found.weight))


def _newly_installed() -> bool:
    """Tell matplotlib, which keeps a list, of fonts that have been installed since."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    found = [file for file in font_manager.findSystemFonts() if file not in known]
    for file in found:
        try:
            font_manager.fontManager.addfont(file)
        except (NotImplementedError, OSError, RuntimeError):  # a font of pictures, or a broken one
            continue
    return bool(found)


@cache
def _characters(file: str) -> frozenset[int]:
    return frozenset(ft2font.FT2Font(file).get_charmap())


def _covers(file: str, text: str) -> bool:
    return not _missing(text, file)


def _missing(text: str, file: str) -> str:
    return "".join(char for char in drawn(text) if ord(char) not in _characters(file))
