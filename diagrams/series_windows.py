"""A window of two years sliding along a curve, a month at a time, with the month after as its answer."""

from collections.abc import Sequence
from math import ceil, floor

from _charts import Curve, Plot, Scale, column, say
from _series import STEPS, months
from unrolled import Picture
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME
from unrolled.geometry import Frame
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import CurveDot, Tile
from unrolled.shapes.shape import Shape

COUNT, AFTER, HIGH, ROW, APART = 4, 4, 110, 18, 26
ALT = "{} windows of {} months each, and the month after each of them, in ppm: {}. Each begins a month later."


def draw() -> Picture:
    """Slide along the first months of the data."""
    names, ppm = months()
    answers = [f"{ppm[first + STEPS]:.1f}" for first in range(COUNT)]
    said = "; ".join(f"{names[first]} to {names[first + STEPS - 1]}, then {answers[first]}" for first in range(COUNT))
    table = [
        TextColumn("window", [f"{names[first]} to {names[first + STEPS - 1]}" for first in range(COUNT)]),
        TextColumn("answer", [names[first + STEPS] for first in range(COUNT)]),
        TextColumn("ppm", answers),
    ]
    wide, narrow = ([_laid(names, ppm, answers, pitch)] for pitch in (20, 7.4))
    return in_two_forms(wide, narrow, Description.of(ALT.format(COUNT, STEPS, said), table=table))


def _laid(names: Sequence[str], ppm: Array, answers: Sequence[str], pitch: float) -> tuple[Shape, ...]:
    """Draw the curve with the answers as dots, and below it a bar for each window, with its answer at its end."""
    shown = STEPS + COUNT - 1 + AFTER
    low, high = floor(ppm[:shown].min()), ceil(ppm[:shown].max())
    januaries = {float(at): names[at][:4] for at in range(shown) if names[at].endswith("-01")}
    plot = Plot(Frame(0, 0, pitch * (shown - 1), HIGH), Scale(0, shown - 1), Scale(low, high))
    curve = plot.axes("curve", januaries, {low: str(low), high: str(high)})
    curve += plot.curves("curve", range(shown), [Curve("ppm", "ink", ppm[:shown])])
    title = [say("title", "CO₂ in the air, ppm", 0, 0, "start", NAME.bold())]
    dots = [
        CurveDot(
            name=f"dot-{first + 1}",
            role="output",
            at=plot.at(first + STEPS, float(ppm[first + STEPS])),
            is_solid=True,
            radius=3,
        )
        for first in range(COUNT)
    ]
    rows = [_window(first, answers[first], pitch) for first in range(COUNT)]
    said = [
        say("windows", f"{STEPS} months go in", -pitch / 2, 0, "start", NAME.bold(), "embedding"),
        say("answers", "the answer", pitch * STEPS + 44, 0, "end", NAME.bold(), "output"),
    ]
    return tuple(column([title, [*curve, *dots], said, *rows], [12, 20, 10, *[6] * (COUNT - 1)]))


def _window(first: int, answer: str, pitch: float) -> list[Shape]:
    """Draw a bar from its first month to its last, a tile on the month after, and what that is."""
    name, half = f"window-{first + 1}", pitch / 2
    bar = Frame(pitch * first - half, -ROW / 2, pitch * STEPS, ROW)
    tile = Frame(bar.right, -ROW / 2, pitch, ROW)
    return [
        Tile(name=name, role="embedding", frame=bar),
        Tile(name=f"{name}-answer", role="output", frame=tile),
        say(f"{name}-ppm", answer, tile.right + 7, 0, "start", NAME.bold(), "output"),
    ]
