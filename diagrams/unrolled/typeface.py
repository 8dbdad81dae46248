"""Which font draws a text: ours, or for scripts that ours lack one that has them."""

from functools import cache

from matplotlib import font_manager

from .fonts import FONTS_FOLDER, Style, has_all
from .foreign import families_for


@cache
def register_fonts() -> None:
    """Tell matplotlib of the subset fonts, once a process; by family name, since a file's is lost in an SVG."""
    for file in sorted(FONTS_FOLDER.glob("*.ttf")):
        font_manager.fontManager.addfont(str(file))


def typeface(text: str, style: Style) -> tuple[tuple[str, ...], int]:
    """Choose families that together have every character of a text, and a weight."""
    register_fonts()
    return ((style.family,), style.weight) if has_all(text, style) else families_for(text, style.family, style.weight)
