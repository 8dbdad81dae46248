"""Layout helpers: columns, the choice of steps to show, wrapped text, and the box around everything."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from math import ceil, floor
from typing import Any

from .fonts import Style
from .fonts import width as width_of
from .geometry import Frame
from .i18n import Language, Translatable, as_measured
from .shapes.shape import Shape

PAGE, TABLET, COLUMN, PHONE = 848, 748, 720, 288
"""The width for a figure in a page's wide box, on a tablet, in a page's column of text, and on a phone, in pixels."""
_page = ContextVar("page", default=PAGE)
MARGIN, LEAST_MARGIN = 10, 4
MOST_STEPS = 4
LAST_BEFORE_GAP = 2
"""The last step before the gap, when some steps are left out."""
FEWEST_STEPS = LAST_BEFORE_GAP + 1


def page_width() -> int:
    """Return the width of the wide box that is laid out for: that of a page, or of a tablet."""
    return _page.get()


@contextmanager
def laid_for(width: int) -> Iterator[None]:
    """Lay out for a wide box of another width."""
    before = _page.set(width)
    try:
        yield
    finally:
        _page.reset(before)


def snug_box(shapes: Sequence[Shape], margin: float = MARGIN) -> Frame:
    """Return a box with a margin around everything, rounded outwards to whole pixels."""
    bounds = Frame.around(shape.bounds for shape in shapes).grown(margin)
    return Frame.between(floor(bounds.left), floor(bounds.top), ceil(bounds.right), ceil(bounds.bottom))


def fitted_box(shapes: Sequence[Shape], room: float) -> Frame:
    """Return a box with the usual margin around everything or, if that is too wide, with as much as fits."""
    tight = snug_box(shapes, LEAST_MARGIN).width
    return snug_box(shapes, max(LEAST_MARGIN, min(MARGIN, LEAST_MARGIN + (room - tight) // 2)))


def first_that_fits(tried: Iterable[tuple[Shape, ...]], room: float, margin: float = MARGIN) -> tuple[Shape, ...]:
    """Return the first layout that fits, from the most spacious to the tightest; the last one if none does."""
    shapes: tuple[Shape, ...] = ()
    for shapes in tried:
        if snug_box(shapes, margin).width <= room:
            break
    return shapes


def row(widths: Sequence[float], gap: float, left: float = 0) -> list[float]:
    """Place items of these widths side by side; return their left edges."""
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width + gap)
    return edges[:-1]


def shown_steps(time_steps: int, most: int = MOST_STEPS) -> tuple[int, ...]:
    """Choose which steps to draw, counted from 1: all of them, or the first two and the last."""
    return tuple(range(1, time_steps + 1)) if time_steps <= most else (*range(1, LAST_BEFORE_GAP + 1), time_steps)


class WrappedLine(Translatable):
    """One line of a wrapped text. Translations have no more lines than the English, but may have longer ones."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Wrap the translated text, and return the same line of it."""
        text, place, count, style, room = content
        said = language.text(text)
        lines = _wrapped(said, style, room)
        while len(lines) > count:
            room += MARGIN
            lines = _wrapped(said, style, room)
        return lines[place] if place < len(lines) else ""


def wrapped(text: str, style: Style, room: float) -> list[str]:
    """Wrap a text between words into as few lines as possible, then balance their lengths."""
    lines = _wrapped(as_measured(text), style, room)
    if isinstance(text, Translatable):
        return [WrappedLine(text, place, len(lines), style, room) for place in range(len(lines))]
    return lines


def _wrapped(text: str, style: Style, room: float) -> list[str]:
    lines = _filled(text, style, room)
    while breakable := [width_of(line, style) for line in lines if " " in line]:
        narrower = _filled(text, style, max(breakable) - 0.01)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _filled(text: str, style: Style, room: float) -> list[str]:
    """Fill each line with as many words as fit; a word that is too wide gets a line to itself."""
    first, *others = text.split()
    lines = [first]
    for word in others:
        longer = f"{lines[-1]} {word}"
        if width_of(longer, style) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction runs from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((direction != "L" for direction in directions if direction in ("L", "R", "AL")), False)
