"""The chart with time running down: words on the left, the layers side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from ...fonts import NAME, NUMBER, ROW_LABEL, width
from ...geometry import Frame, Point
from ...shapes.blocks import Lane
from ...shapes.plots import Bar, Decade, Polyline, Scale, Spot, labels_width
from ...shapes.shape import Shape
from ...shapes.text import Label
from .across import exponents
from .pieces import STEP, key, note, step_name, word_width
from .scene import Run, Scene, exactly

PITCH, BAR_HEIGHT = 27, 15
SIDE, AFTER_BAR, AFTER_WORDS, BETWEEN = 10, 6, 10, 10
HEAD, SCALE_HEAD, FOOT, NAME_DOWN, NOTE_UNDER = 26, 24, 8, 15, 22
BETWEEN_LABELS, HALF_A_LABEL = 8, 14
LEAST_PLOT, MOST_PLOT = 24, 230


@dataclass(frozen=True)
class Down:
    """Where everything stands in a width."""

    scene: Scene
    most: float
    stacked: bool = False
    """Whether the layers stand under one another, each with the words again."""

    @cached_property
    def words(self) -> float:
        """The width of the column of words, or of numbers under the word for them."""
        widest = max(word_width(self.scene, step) for step in range(1, self.scene.steps + 1))
        return widest if self.scene.words else max(widest, width(STEP, NAME))

    @cached_property
    def room(self) -> float:
        """How much of a column its bars and their values may take."""
        count = 1 if self.stacked else len(self.scene.runs)
        return (self.most - self.words - AFTER_WORDS - (count - 1) * BETWEEN) / count - 2 * SIDE

    @cached_property
    def plot(self) -> float:
        """How long the longest bar may become: each has its value after it."""
        if self.scene.is_log:
            return min(MOST_PLOT, max(LEAST_PLOT, self.room - 2 * HALF_A_LABEL))
        shares = [share for run in self.scene.runs for share in run.shares if share > 0]
        lengths = [(self.room - AFTER_BAR - width(exactly(share), NUMBER)) / share for share in shares]
        return min(MOST_PLOT, max(LEAST_PLOT, min(lengths, default=MOST_PLOT)))

    @cached_property
    def column(self) -> float:
        """The width of a layer's band."""
        names = max(width(run.name, ROW_LABEL) for run in self.scene.runs)
        shares = [share for run in self.scene.runs for share in run.shares]
        values = max(self.plot * share + AFTER_BAR + width(exactly(share), NUMBER) for share in shares)
        return 2 * SIDE + max(names, self.plot + 2 * HALF_A_LABEL if self.scene.is_log else values)

    @property
    def head(self) -> float:
        """The room over the first row."""
        return HEAD + (SCALE_HEAD if self.scene.is_log else 0)

    def lane(self, column: int) -> Frame:
        """The band of a layer."""
        height = self.head + PITCH * self.scene.steps + FOOT
        across, down = (0, column) if self.stacked else (column, 0)
        left = self.words + AFTER_WORDS + across * (self.column + BETWEEN)
        return Frame(left, down * (height + BETWEEN), self.column, height)

    def base(self, column: int) -> float:
        """The place of a layer's nought, or of where its logarithmic scale begins."""
        return self.lane(column).left + SIDE + (HALF_A_LABEL if self.scene.is_log else 0)

    def row(self, column: int, step: int) -> float:
        """The height of a step."""
        return self.lane(column).top + self.head + (step - 0.5) * PITCH

    def ends(self, column: int) -> tuple[float, float]:
        """Where the rows begin and end."""
        return self.row(column, 1) - PITCH / 2, self.row(column, self.scene.steps) + PITCH / 2

    def decades(self, column: int) -> list[int]:
        """Choose the powers of ten that get a line: all whose labels have room, or the first and the last."""
        every = exponents(self.scene.least)
        room = self.plot * -every[1] / -self.scene.least
        return every if room >= labels_width(every) + BETWEEN_LABELS else [0, self.scene.least]


def down_shapes(scene: Scene, most: float) -> list[Shape]:
    """Draw the chart in painting order; layers that do not fit the width side by side stand under one another."""
    plan = Down(scene, most)
    if plan.lane(len(scene.runs) - 1).right > most:
        plan = Down(scene, most, stacked=True)
    shapes: list[Shape] = []
    for column, run in enumerate(scene.runs):
        lane, name = plan.lane(column), f"layer{column}"
        at = Point(lane.left + SIDE, lane.top + NAME_DOWN)
        shapes += [
            Lane(name=f"{name}-lane", frames=(lane,)),
            Label(name=f"{name}-label", text=run.name, at=at, style=ROW_LABEL, anchor="start", argument="units"),
            *(_spots(plan, column, run) if scene.is_log else _bars(plan, column, run)),
        ]
        if plan.stacked or column == 0:
            shapes += _names(plan, column)
    last = plan.lane(len(scene.runs) - 1)
    return [*shapes, *note(scene, 0, last.bottom + NOTE_UNDER, last.right)]


def _names(plan: Down, column: int) -> Iterator[Shape]:
    prefix = f"layer{column}-" if column else ""
    if not plan.scene.words:
        at = Point(plan.words, plan.lane(column).top + NAME_DOWN)
        yield Label(name=f"{prefix}steps-label", role="muted", text=STEP, at=at, anchor="end")
    for step in range(1, plan.scene.steps + 1):
        at = Point(plan.words - word_width(plan.scene, step) / 2, plan.row(column, step))
        yield step_name(plan.scene, step, at, prefix)


def _bars(plan: Down, column: int, run: Run) -> Iterator[Shape]:
    base = plan.base(column)
    top, bottom = plan.ends(column)
    yield Polyline(name=f"layer{column}-base", role="rule", points=(Point(base, top), Point(base, bottom)))
    for step, share in enumerate(run.shares, start=1):
        length, y = plan.plot * share, plan.row(column, step)
        yield Bar(
            name=key(column, step),
            role="state",
            step=step,
            frame=Frame(base, y - BAR_HEIGHT / 2, length, BAR_HEIGHT),
            text=exactly(share),
            at=Point(base + length + AFTER_BAR, y),
            anchor="start",
        )


def _spots(plan: Down, column: int, run: Run) -> Iterator[Shape]:
    scene, base = plan.scene, plan.base(column)
    top, bottom = plan.ends(column)

    def x(share: float) -> float:
        return base + plan.plot * scene.height(share)

    lines = tuple(
        Decade(each, Point(x(10.0**each), top), Point(x(10.0**each), bottom)) for each in plan.decades(column)
    )
    yield Scale(name=f"layer{column}-scale", decades=lines)
    places = {step: Point(x(share), plan.row(column, step)) for step, share in enumerate(run.shares, start=1)}
    for number, (above, group) in enumerate(groupby(places, lambda step: run.shares[step - 1] > 0)):
        points = tuple(places[step] for step in group)
        if above and len(points) > 1:
            yield Polyline(name=f"layer{column}-line-{number}", role="state", points=points)
    for step, at in places.items():
        nought = "" if run.shares[step - 1] > 0 else "0"
        yield Spot(name=key(column, step), role="state", step=step, at=at, text=nought)
