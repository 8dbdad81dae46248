"""Step sequences: the same shapes up to a step, with a step highlighted, or without a role."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from .geometry import Frame, Point
from .shapes.arrows import CLEAR, Arrow, StepsLine, bar_before, bar_under
from .shapes.blocks import Block
from .shapes.cells import RIM, Grid, Vector
from .shapes.gates import Chip
from .shapes.shape import Shape
from .shapes.staged import NOT_YET, NOW, as_drawn, is_number, staged, then
from .shapes.text import Word


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


def numbers_in(shapes: Sequence[Shape]) -> set[str]:
    """List the printed numbers."""
    return {text.text for shape in shapes for text in shape.texts if is_number(text.text)}


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


def _bars(shapes: Sequence[Shape], step: int) -> list[Shape]:
    """Draw an ink bar at each word of a step."""
    return [
        NowBar(name=f"now-{step}{f'-{place}' if place else ''}", role="ink", argument=None, step=step, bars=(bar,))
        for place, bar in enumerate(_places(shapes, step))
    ]


def _places(shapes: Sequence[Shape], step: int) -> list[Frame]:
    """Locate the bars of a step: on an existing bar, else under the word, or before it if there is no room."""
    found = [(shape, inner) for shape in shapes if isinstance(inner := as_drawn(shape), Word)]
    words = [(shape, inner.frame) for shape, inner in found if step in (shape.step, *inner.again)]
    bars = [bar for shape in shapes if isinstance(inner := as_drawn(shape), StepsLine) for bar in inner.bars]
    there = [
        bar for bar in bars for _, word in words if any(bar.meets(own) for own in (bar_under(word), bar_before(word)))
    ]
    return there or [_free_place(shape, word, shapes) for shape, word in words]


def _free_place(shape: Shape, word: Frame, shapes: Sequence[Shape]) -> Frame:
    bar = bar_under(word)
    near = [other for other in shapes if other is not shape and other.bounds.meets(bar.grown(1))]
    is_taken = any(bar.grown(1).meets(text.frame) for other in near for text in other.texts)
    return bar_before(word) if is_taken else bar


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
