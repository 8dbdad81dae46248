"""A shape at a moment of a sequence: now, in ink and heavy lines; or not yet, in bare outlines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..geometry import Frame
from .arrows import Arc, Arrow, Disc, StepsLine
from .blocks import OPERATOR_LINE, Block, Operator
from .cells import Grid, Vector
from .shape import Area, Mark, Shape, Stroke, Text
from .text import Label

NOW, NOT_YET = "now", "not yet"
HEAVIER, HEAVY_RIM, OUTLINE = 1.5, 2.5, 1
SOLID = Arc | Arrow | Disc | StepsLine
"""What is not yet, and yet no outline: a head, a dot, a bar would be none."""
NUMBER = re.compile(r"[−-]?\d+(?:[.,]\d+)?$|.*\d[.,]\d")
"""A text that is a number, or that holds one with decimals, as any language prints them."""


@dataclass(frozen=True, kw_only=True)
class Staged(Shape):
    """Another shape, at a moment."""

    shape: Shape
    moment: str

    @cached_property
    def bounds(self) -> Frame:
        """Those of its marks; of a curve its own, since the handles of the marks reach beyond what is drawn."""
        if isinstance(self.shape, Arc):
            return self.shape.bounds.grown(self.shape.width * (HEAVIER - 1) / 2)
        return super().bounds

    def marks(self) -> Sequence[Mark]:
        """Its marks, each in the ink of the moment, in the same place."""
        if self.moment == NOT_YET:
            return list(_bare(self.shape))
        return [_heavy(mark, self.shape) for mark in self.shape.marks()]


def staged(shape: Shape, moment: str) -> Shape:
    """Put a shape at a moment; what is not yet there stays so."""
    if isinstance(shape, Staged) and shape.moment == NOT_YET:
        return shape
    inner = shape.shape if isinstance(shape, Staged) else shape
    return Staged(
        name=shape.name, role=shape.role, step=shape.step, argument=shape.argument, shape=inner, moment=moment
    )


def then(shape: Shape) -> Shape:
    """Take back that a shape is of now."""
    return shape.shape if isinstance(shape, Staged) and shape.moment == NOW else shape


def as_drawn(shape: Shape) -> Shape:
    """Take a shape out of what it is wrapped in, to see what kind it is."""
    inner = getattr(shape, "shape", None)
    return as_drawn(inner) if isinstance(inner, Shape) else shape


def kind_of(shape: Shape) -> str:
    """Name what a shape is at a moment: of now and not yet, each kind is drawn otherwise."""
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
        case _:
            return "other"


def is_number(text: str) -> bool:
    """Return whether a text shows a number."""
    return NUMBER.match(text) is not None


def _bare(shape: Shape) -> Iterator[Mark]:
    """Outlines of one pixel, no ground, no number, muted letters."""
    marks = shape.marks()
    lines = {mark.path for mark in marks if isinstance(mark, Stroke)}
    has_numbers = isinstance(as_drawn(shape), Vector | Grid)
    for mark in marks:
        match mark:
            case Stroke():
                yield replace(mark, token="rule", width=min(mark.width, OUTLINE), opacity=1, dashes=_dots(mark))
            case Area() if isinstance(as_drawn(shape), SOLID):
                yield replace(mark, token="rule")
            case Area() if mark.path not in lines and not has_numbers:
                yield Stroke(mark.path, "rule", OUTLINE, round_ends=False)
            case Text() if not has_numbers and not is_number(mark.text):
                yield replace(mark, token="muted")


def _dots(mark: Stroke) -> tuple[float, float] | None:
    """Keep the dots that stand for steps left out, not the dashes of a zero state."""
    return mark.dashes if mark.dashes is not None and mark.dashes[0] < 1 else None


def _heavy(mark: Mark, shape: Shape) -> Mark:
    """Solid blocks, heavy arrows and strips, bold names."""
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
