"""Which font draws a text: ours, or for scripts that ours lack one that has them."""

from functools import cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from .errors import PictureError
from .fonts import FONTS_FOLDER, MONO, SANS, SERIF, Style, has_all

FALLBACKS = {SANS: "DejaVu Sans", SERIF: "DejaVu Serif", MONO: "DejaVu Sans Mono"}
"""They come with matplotlib, in a regular and a bold weight."""
HEAVY = 600


@cache
def register_fonts() -> None:
    """Tell matplotlib of the subset fonts, once a process; by family name, since a file's is lost in an SVG."""
    for file in sorted(FONTS_FOLDER.glob("*.ttf")):
        font_manager.fontManager.addfont(str(file))


def typeface(text: str, style: Style) -> tuple[str, int]:
    """Choose a family and a weight that have every character of a text."""
    register_fonts()
    if has_all(text, style):
        return style.family, style.weight
    weight = 700 if style.weight >= HEAVY else 400
    fallback = FALLBACKS[style.family]
    wanted = font_manager.FontProperties(family=fallback, weight=weight)
    if _covers(font_manager.findfont(wanted), text):
        return fallback, weight
    return _any_that_covers(text)


@cache
def _any_that_covers(text: str) -> tuple[str, int]:
    """Search the machine's fonts, in the order of their names."""
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda entry: (entry.name, entry.fname)):
        draws_boxes = "Last Resort" in entry.name  # it has a box for every character there is
        if entry.style == "normal" and not draws_boxes and _covers(entry.fname, text):
            return entry.name, int(entry.weight)
    raise PictureError(f"no font on this machine can write “{text}”: install one that has its letters")


@cache
def _covers(file: str, text: str) -> bool:
    known = FT2Font(file).get_charmap()
    return all(ord(char) in known for char in text)
