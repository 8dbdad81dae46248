"""Placing: columns side by side, which steps are shown, lines of text, and the box around everything."""

import unicodedata
from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import Any

from .fonts import Style
from .fonts import width as width_of
from .geometry import Frame
from .i18n import Language, Translatable, as_measured
from .shapes.shape import Shape

MARGIN = 10
MOST_STEPS = 4
LAST_BEFORE_GAP = 2
"""The step after which others are left out, where not all are shown."""
FEWEST_STEPS = LAST_BEFORE_GAP + 1


def snug_box(shapes: Sequence[Shape], margin: float = MARGIN) -> Frame:
    """Leave a margin around everything, out to whole pixels."""
    bounds = Frame.around(shape.bounds for shape in shapes).grown(margin)
    return Frame.between(floor(bounds.left), floor(bounds.top), ceil(bounds.right), ceil(bounds.bottom))


def first_that_fits(tried: Iterable[tuple[Shape, ...]], room: float, margin: float = MARGIN) -> tuple[Shape, ...]:
    """Take the first of several layouts, from the most generous on, that there is room for; the last if none fits."""
    shapes: tuple[Shape, ...] = ()
    for shapes in tried:
        if snug_box(shapes, margin).width <= room:
            break
    return shapes


def row(widths: Sequence[float], gap: float, left: float = 0) -> list[float]:
    """Put things of these widths side by side; answer their left edges."""
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width + gap)
    return edges[:-1]


def shown_steps(time_steps: int, most: int = MOST_STEPS) -> tuple[int, ...]:
    """Choose the steps to draw, from 1: all of them, or the first two and the last."""
    return tuple(range(1, time_steps + 1)) if time_steps <= most else (*range(1, LAST_BEFORE_GAP + 1), time_steps)


class WrappedLine(Translatable):
    """One of the lines into which a text is broken; in another language there are no more of them, but wider ones."""

    @classmethod
    def text_in(cls, language: Language, *content: Any) -> str:
        """Break the text anew, and take the same line."""
        text, place, count, style, room = content
        said = language.text(text)
        lines = _wrapped(said, style, room)
        while len(lines) > count:
            room += MARGIN
            lines = _wrapped(said, style, room)
        return lines[place] if place < len(lines) else ""


def wrapped(text: str, style: Style, room: float) -> list[str]:
    """Break a text between words into as few lines as will do, and make these as even as may be."""
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
    """Put as many words into each line as there is room for; a word that is wider has a line to itself."""
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
    """Return whether the first letter that has a direction runs to the left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((direction != "L" for direction in directions if direction in ("L", "R", "AL")), False)
