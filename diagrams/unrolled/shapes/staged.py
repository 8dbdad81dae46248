"""Shapes at a point in a step sequence: current, in ink and thick lines; or future, as bare outlines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..geometry import Frame
from .arrows import Arc, Arrow, Disc, StepsLine
from .blocks import OPERATOR_LINE, Block, Operator
from .cells import Grid, Vector
from .plots import Region
from .shape import Area, Mark, Shape, Stroke, Text
from .text import Label, Phrase

NOW, NOT_YET = "now", "not yet"
HEAVIER, HEAVY_RIM, OUTLINE = 1.5, 2.5, 1
SOLID = Arc | Arrow | Disc | StepsLine
"""Shapes drawn solid even in the future, because an arrowhead, dot or bar has no useful outline."""
NUMBER = re.compile(r"[−-]?\d+(?:[.,]\d+)?$|.*\d[.,]\d")
"""Matches a text that is a number, or contains a decimal number, in any language's format."""


@dataclass(frozen=True, kw_only=True)
class Staged(Shape):
    """A shape at a point in a sequence."""

    shape: Shape
    moment: str

    @cached_property
    def bounds(self) -> Frame:
        """The bounds of its marks; for a curve, its own, since handles lie outside what is drawn."""
        if isinstance(self.shape, Arc):
            return self.shape.bounds.grown(self.shape.width * (HEAVIER - 1) / 2)
        return super().bounds

    def marks(self) -> Sequence[Mark]:
        """Return its marks, recoloured for the moment, in the same position."""
        if self.moment == NOT_YET:
            return list(_bare(self.shape))
        return [_heavy(mark, self.shape) for mark in self.shape.marks()]


def staged(shape: Shape, moment: str) -> Shape:
    """Put a shape at a point in the sequence; a future shape stays in the future."""
    if isinstance(shape, Staged) and shape.moment == NOT_YET:
        return shape
    inner = shape.shape if isinstance(shape, Staged) else shape
    return Staged(
        name=shape.name, role=shape.role, step=shape.step, argument=shape.argument, shape=inner, moment=moment
    )


def then(shape: Shape) -> Shape:
    """Undo the highlighting of a current shape."""
    return shape.shape if isinstance(shape, Staged) and shape.moment == NOW else shape


def as_drawn(shape: Shape) -> Shape:
    """Unwrap a shape, to see its type."""
    inner = getattr(shape, "shape", None)
    return as_drawn(inner) if isinstance(inner, Shape) else shape


def kind_of(shape: Shape) -> str:
    """Return the kind of a shape at a moment; current and future shapes of each kind look different."""
    match as_drawn(shape):
        case Block() | Operator():
            return "block"
        case Arrow():
            return "arrow"
        case Arc() | Disc() | StepsLine():
            return "solid"
        case Vector(role="embedding"):
            return "given"
        case Vector() | Grid():
            return "vector"
        case Label(role=role) if role not in ("ink", "muted"):
            return "name"
        case Phrase():
            return "phrase"
        case Region():
            return "ground"
        case _:
            return "other"


def is_number(text: str) -> bool:
    """Return whether a text shows a number."""
    return NUMBER.match(text) is not None


def _bare(shape: Shape) -> Iterator[Mark]:
    """Reduce a mark to a thin outline, without background or numbers and with muted letters.

    Nothing is drawn of a sum, of which only the signs would be left, or of a background.
    """
    inner = as_drawn(shape)
    if isinstance(inner, Phrase | Region):
        return
    marks = shape.marks()
    lines = {mark.path for mark in marks if isinstance(mark, Stroke)}
    has_numbers = isinstance(inner, Vector | Grid)
    for mark in marks:
        match mark:
            case Stroke():
                yield replace(mark, token="rule", width=min(mark.width, OUTLINE), opacity=1, dashes=_dots(mark))
            case Area() if isinstance(inner, SOLID):
                yield replace(mark, token="rule")
            case Area() if mark.path not in lines and not has_numbers:
                yield Stroke(mark.path, "rule", OUTLINE, round_ends=False)
            case Text() if not has_numbers and not is_number(mark.text):
                yield replace(mark, token="muted")


def _dots(mark: Stroke) -> tuple[float, float] | None:
    """Keep the dots of steps left out, but not the dashes of a zero state."""
    return mark.dashes if mark.dashes is not None and mark.dashes[0] < 1 else None


def _heavy(mark: Mark, shape: Shape) -> Mark:
    """Emphasize a mark: solid blocks, thick arrows and strips, bold names."""
    match mark, as_drawn(shape):
        case Area(token="block"), Block() | Operator():
            return replace(mark, token="ink")
        case Text(), Block() | Operator():
            return replace(mark, token="paper")
        case Stroke(width=width), Operator() if width == OPERATOR_LINE:
            return replace(mark, token="paper")
        case Stroke(), Arrow():
            return replace(mark, width=mark.width * HEAVIER)
        case Stroke(width=1.5), Vector(role=role) if role != "embedding":
            return replace(mark, width=HEAVY_RIM)
        case Stroke(width=1.5), Grid():
            return replace(mark, width=HEAVY_RIM)
        case Text(), Label(role=role) if role not in ("ink", "muted"):
            return replace(mark, style=mark.style.bold())
    return mark
