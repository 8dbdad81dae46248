"""Step sequences: the same shapes up to a step, with a step highlighted, or without a role."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

from .geometry import Frame, Point
from .shapes.arrows import CLEAR, Arc, Arrow, Disc, StepsLine, bar_after, bar_before, bar_under
from .shapes.blocks import OPERATOR_LINE, Block, Operator, Tint
from .shapes.cells import RIM, Grid, Vector
from .shapes.gates import Chip
from .shapes.plots import Region
from .shapes.shape import Area, Mark, Shape, Stroke, Text
from .shapes.text import Label, Phrase, Word

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
        case Region() | Tint():
            return "ground"
        case _:
            return "other"


def is_number(text: str) -> bool:
    """Return whether a text shows a number."""
    return NUMBER.match(text) is not None


@dataclass(frozen=True, kw_only=True)
class NowBar(StepsLine):
    """The ink bar under the word being read."""


def steps_in(shapes: Sequence[Shape]) -> tuple[int, ...]:
    """List the steps, from 1, at which something appears."""
    return tuple(sorted({shape.step for shape in shapes if shape.step}))


def roles_in(shapes: Sequence[Shape]) -> tuple[str, ...]:
    """List the roles, in the order of their first shapes."""
    return tuple(dict.fromkeys(shape.role for shape in shapes))


def staged_at(shapes: Sequence[Shape], step: int, marked: bool) -> tuple[Shape, ...]:
    """Draw later shapes as outlines; if the step is highlighted, draw its own shapes in ink, with a bar at its word.

    A shape that would consist only of a number is left out until its step.
    """
    shapes = [then(shape) for shape in shapes if not isinstance(shape, NowBar)]
    found: list[Shape] = []
    for shape in shapes:
        if shape.step is not None and shape.step > step:
            later = staged(shape, NOT_YET)
            found += [later] if later.marks() else []
        elif marked and shape.step == step:
            found.append(staged(shape, NOW))
        else:
            found.append(shape)
    return (*found, *_bars(shapes, step)) if marked else tuple(found)


def without_role(shapes: Sequence[Shape], role: str) -> tuple[Shape, ...]:
    """Leave out everything with a role, and arrows that start or end there."""
    gone = [_frame(shape) for shape in shapes if shape.role == role]
    solid = [frame for frame in gone if frame is not None]
    kept = [shape for shape in shapes if shape.role != role]
    return tuple(shape for shape in kept if not _dangles(shape, solid))


def room_for_bars(shapes: Sequence[Shape], box: Frame, margin: float) -> Frame:
    """Extend a box to hold the bar of every step, so that all pictures in a sequence have the same size."""
    bars = [bar for step in steps_in(shapes) for bar in _places(shapes, step)]
    bottom = max((bar.bottom + margin for bar in bars), default=box.bottom)
    return Frame.between(box.left, box.top, box.right, max(box.bottom, ceil(bottom)))


def bars_by_name(shapes: Sequence[Shape]) -> dict[str, list[Frame]]:
    """Locate the ink bars of each step, by the name of a shape that appears at that step; preferably a word."""
    names = {shape.step: shape.name for shape in reversed(shapes)}
    names |= {shape.step: shape.name for shape in reversed(shapes) if isinstance(as_drawn(shape), Word)}
    return {names[step]: bars for step in steps_in(shapes) if (bars := _places(shapes, step))}


def _bare(shape: Shape) -> Iterator[Mark]:
    """Reduce a mark to a thin outline, without background or numbers and with muted letters.

    Nothing is drawn of a sum, of which only the signs would be left, or of a background.
    """
    inner = as_drawn(shape)
    if isinstance(inner, Phrase | Region | Tint):
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


def _bars(shapes: Sequence[Shape], step: int) -> list[Shape]:
    """Draw an ink bar at each word of a step."""
    return [
        NowBar(name=f"now-{step}{f'-{place}' if place else ''}", role="ink", argument=None, step=step, bars=(bar,))
        for place, bar in enumerate(_places(shapes, step))
    ]


def _places(shapes: Sequence[Shape], step: int) -> list[Frame]:
    """Locate the bars of a step: on an existing bar, else on the first side that is free at each of its words."""
    found = [(shape, inner) for shape in shapes if isinstance(inner := as_drawn(shape), Word)]
    words = [(shape, inner.frame) for shape, inner in found if step in (shape.step, *inner.again)]
    bars = [bar for shape in shapes if isinstance(inner := as_drawn(shape), StepsLine) for bar in inner.bars]
    there = [bar for bar in bars for _, word in words if any(bar.meets(side(word)) for side in (bar_under, bar_before))]
    if there:
        return there
    sides = [[(shape, side(word)) for shape, word in words] for side in (bar_under, bar_before, bar_after)]
    free = (side for side in sides if all(_is_free(bar, shape, shapes) for shape, bar in side))
    return [bar for _, bar in next(free, sides[0])]


def _is_free(bar: Frame, word: Shape, shapes: Sequence[Shape]) -> bool:
    """Return whether no text but the word's own is at a bar."""
    room = bar.grown(1)
    near = (other for other in shapes if other is not word and other.bounds.meets(room))
    return not any(room.meets(text.frame) for other in near for text in other.texts)


def _frame(shape: Shape) -> Frame | None:
    inner = as_drawn(shape)
    return inner.frame if isinstance(inner, Vector | Grid | Block | Word | Chip) else None


def _dangles(shape: Shape, gone: Sequence[Frame]) -> bool:
    inner = as_drawn(shape)
    if not isinstance(inner, Arrow):
        return False
    return any(_is_at(end, frame) for end in (inner.points[0], inner.points[-1]) for frame in gone)


def _is_at(end: Point, frame: Frame) -> bool:
    """Return whether an arrow ends at a rim, or at a second rim around it, at the usual distance."""
    near, far = frame.grown(CLEAR - 0.5), frame.grown(CLEAR + RIM + 0.5)
    spot = Frame(end.x, end.y, 0, 0)
    return far.holds(spot) and not near.holds(spot)
