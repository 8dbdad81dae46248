"""The whole series, month by month, in its three parts."""

from itertools import pairwise

from _charts import Plot, Scale, say
from _series import TRAIN, VALID, months
from unrolled import Picture
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME, width
from unrolled.geometry import Frame
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape

PARTS = {"training": "ink", "validation": "output", "kept out": "state"}
ALT = (
    "CO₂ in the air from {} to {}: it rises from {:.0f} to {:.0f} ppm in yearly waves. Training ends in {}, "
    "validation in {}."
)
OVER, NEAR = 12, 6
"""How far a name is above the highest point below it, and how far beside it there is none."""


def draw() -> Picture:
    """Draw each part in its own colour."""
    names, ppm = months()
    ends = [*pairwise((0, TRAIN, VALID, len(ppm)))]
    heads = ("part", "from", "to", "months", "lowest", "highest")
    rows = [
        (part, names[begin], names[end - 1], str(end - begin), *(f"{each:.1f}" for each in _bounds(ppm[begin:end])))
        for part, (begin, end) in zip(PARTS, ends, strict=True)
    ]
    table = [TextColumn(head, texts) for head, texts in zip(heads, zip(*rows, strict=True), strict=True)]
    alt = ALT.format(names[0], names[-1], ppm[0], ppm[-1], names[TRAIN - 1], names[VALID - 1])
    wide, narrow = (_chart(int(names[0][:4]), ppm, ends, size) for size in (640, 240))
    return in_two_forms([wide], [narrow], Description.of(alt, table=table))


def _bounds(values: Array) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _chart(first: int, ppm: Array, ends: list[tuple[int, int]], wide: float) -> tuple[Shape, ...]:
    """Draw the parts after one another, each with its name above its middle."""
    years = [first + month / 12 for month in range(len(ppm))]
    plot = Plot(Frame(0, 0, wide, 180), Scale(years[0], years[-1]), Scale(315, 376))
    ticks = {float(year): str(year) for year in range(1970, 2001, 10)}
    levels = {float(level): str(level) for level in range(320, 371, 10)}
    shapes = plot.axes("years", ticks, levels, across="year", up="CO₂ over Mauna Loa, ppm")
    for (part, role), (begin, end) in zip(PARTS.items(), ends, strict=True):
        line = plot.line(part, zip(years[begin:end], map(float, ppm[begin:end]), strict=True), role)
        middle = plot.x((years[begin] + years[end - 1]) / 2)
        half = width(part, NAME.bold()) / 2 + NEAR
        top = min(
            plot.y(float(value)) for year, value in zip(years, ppm, strict=True) if abs(plot.x(year) - middle) < half
        )
        shapes += [line, say(f"{part}-name", part, middle, top - OVER, style=NAME.bold(), role=role)]
    return tuple(shapes)
