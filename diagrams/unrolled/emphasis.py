"""Emphasis: what matters in a picture gets weight, on a band in the colour of its role; the rest stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from .fonts import width
from .geometry import Frame
from .shapes.arrows import Arrow
from .shapes.blocks import Block, Card, Lane, Tint
from .shapes.cells import Grid, Vector
from .shapes.gates import Chip
from .shapes.plots import Region
from .shapes.shape import Mark, Shape, Stroke, Text, is_part
from .shapes.text import Label, Word
from .stepping import as_drawn

ROLES = ("state", "embedding", "steps", "output", "memory")
"""The roles that have a colour."""
RIM = 3
"""The width of a rim that matters, twice that of others."""
NUMBER_INSET = 1
"""The least distance of a bold number from the edges of its cell."""
CLOSE = 0.01
"""How much lines in the same place may differ by rounding."""
GROWTHS = (6, 4, 2, 0)
"""How far a band may reach beyond what is on it, from the largest distance that leaves other things alone."""
GROUNDS = Lane | Card | Region
SOLID = Block | Chip | Grid | Vector | Word


@dataclass(frozen=True, kw_only=True)
class Emphasized(Shape):
    """A shape that matters: a heavy rim, bold numbers and names."""

    shape: Shape
    is_bold: bool = True
    is_on_band: bool = False
    """Whether it is on a ground in its colour, on which its name is in ink."""

    @cached_property
    def bounds(self) -> Frame:
        """The bounds of the shape: a rim gets heavier inwards, and only bold letters are wider."""
        return Frame.around([self.shape.bounds, *(text.frame for text in self.texts)])

    def marks(self) -> Sequence[Mark]:
        """Return its marks, in the same places."""
        return [self._weighty(mark) for mark in self.shape.marks()]

    def _weighty(self, mark: Mark) -> Mark:
        match mark:
            case Stroke(path=path, width=thin) if thin < RIM and _is_rim(path.frame, as_drawn(self.shape)):
                return replace(mark, path=path.inset((RIM - thin) / 2), width=RIM)
            case Text(token=token):
                style = mark.style.bold() if self.is_bold else mark.style
                return replace(mark, style=style, token="ink" if self.is_on_band and token in ROLES else token)
        return mark


def _is_rim(line: Frame, shape: Shape) -> bool:
    """Return whether a line is around the whole shape."""
    frame = getattr(shape, "frame", None)
    return frame is not None and line.grown(CLOSE).holds(frame) and frame.grown(CLOSE).holds(line)


def emphasized(shapes: Sequence[Shape], parts: Sequence[str], room: Frame) -> tuple[Shape, ...]:
    """Give weight to some parts of a picture: what has their names, and what is on lanes with these names."""
    bands: list[Tint] = []
    heavy: dict[str, Shape] = {}
    for part in parts:
        found = {shape.name: shape for shape in shapes if is_part(shape.name, part)}
        lanes = [frame for shape in found.values() if isinstance(shape, Lane) for frame in shape.frames]
        found |= {shape.name: shape for shape in shapes if any(lane.holds(shape.bounds) for lane in lanes)}
        below = [*_bands(part, found, lanes, shapes, room)]
        heavy |= {name: _emphasized(shape, below, shapes, room) for name, shape in found.items()}
        bands += below
    drawn = [heavy.get(shape.name, shape) for shape in shapes]
    ground = 1 + max((place for place, shape in enumerate(shapes) if isinstance(shape, GROUNDS)), default=-1)
    return (*drawn[:ground], *bands, *drawn[ground:])


def _emphasized(shape: Shape, bands: Sequence[Tint], shapes: Sequence[Shape], room: Frame) -> Shape:
    """Give weight to a shape; its letters are bold if there is room for them, in a cell or beside others."""
    if isinstance(shape, GROUNDS | Word):
        return shape
    if isinstance(shape, Arrow):
        rides = [band.role for band in bands if not band.is_lane and shape.role == "flow"]
        return replace(shape, is_heavy=True, role=next(iter(rides), shape.role))
    heavy = Emphasized(
        name=shape.name,
        role=shape.role,
        step=shape.step,
        argument=shape.argument,
        shape=shape,
        is_on_band=any(band.frame.holds(shape.bounds) for band in bands),
    )
    if isinstance(shape, Vector | Grid):
        rows = [shape.cells] if isinstance(shape, Vector) else shape.rows
        cell = shape.frame.width / len(rows[0]) - 2 * NUMBER_INSET
        is_bold = all(width(text, shape.style.bold()) <= cell for row in rows for text in row)
    elif isinstance(shape, Label | Chip):
        others = (text.frame for other in shapes if other is not shape for text in other.texts)
        is_bold = room.holds(heavy.bounds) and not any(map(heavy.bounds.meets, others))
    else:  # bold already, or several runs of text in a line
        is_bold = False
    return replace(heavy, is_bold=is_bold)


def _bands(
    part: str, found: Mapping[str, Shape], lanes: Sequence[Frame], shapes: Sequence[Shape], room: Frame
) -> Iterator[Tint]:
    """Lay a band in the colour of a part's vectors under it, as far around it as there is room, or on its lane.

    If something else is in between, it is under its first vector alone.
    """
    core = next((shape for shape in found.values() if shape.role in ROLES and isinstance(shape, Vector | Grid)), None)
    if core is None:
        return
    band = partial(Tint, role=core.role, step=core.step, argument=None)
    yield from (band(name=f"{part}-band-{at}", frame=lane, is_lane=True) for at, lane in enumerate(lanes, start=1))
    if lanes:
        return
    others = [shape for shape in shapes if shape.name not in found and not isinstance(shape, GROUNDS)]
    on = Frame.around(shape.bounds for shape in found.values() if not isinstance(shape, Label))
    if any(shape.bounds.meets(on) for shape in others if isinstance(shape, SOLID)):
        on = core.bounds
    near = [shape.bounds for shape in others if not shape.bounds.meets(on)]
    reaches = ((it, on.grown(it)) for it in GROWTHS)
    growth = next((it for it, frame in reaches if room.holds(frame) and not any(map(frame.meets, near))), 0)
    labels = [it.bounds for it in found.values() if isinstance(it, Label) and it.bounds.meets(on.grown(growth))]
    yield band(name=f"{part}-band", frame=Frame.around([on, *labels]).grown(growth))
