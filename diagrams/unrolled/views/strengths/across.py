"""The chart with time running across: a band for each layer, one under the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from ...fonts import NAME, NUMBER, ROW_LABEL, width
from ...geometry import Frame, Point
from ...i18n import gettext
from ...numbers import text_of
from ...shapes.arrows import Bracket
from ...shapes.blocks import Lane
from ...shapes.plots import LABEL_GAP, Bar, Decade, Polyline, Scale, Spot, labels_width
from ...shapes.shape import Shape
from ...shapes.text import Label
from .pieces import STEP, WORD_HEIGHT, key, note, step_name, word_width
from .scene import SMALL, Run, Scene, rounded

LEAST_PITCH, BAR_WIDTH = 27, 15
PLOT, OVER_PLOT, UNDER_PLOT = 92, 24, 11
SIDE, BETWEEN_LANES = 14, 14
NUMBER_OVER_BAR = 9
LABEL_AFTER_LANE = 12
BRACKET_OVER, BRACKET_LABEL = 8, 11
WORDS_UNDER, NUMBERS_UNDER, NOTE_UNDER = 14, 13, 24
MOST_LINES = 5
"""A logarithmic scale has no more lines than these."""


@dataclass(frozen=True)
class Across:
    """Where everything stands."""

    scene: Scene

    @property
    def pitch(self) -> float:
        """From one step to the next."""
        widest = max(word_width(self.scene, step) for step in range(1, self.scene.steps + 1))
        return max(LEAST_PITCH, widest + 6)

    @property
    def left(self) -> float:
        """Where the steps begin; a logarithmic scale has its labels before them."""
        if not self.scene.is_log:
            return SIDE
        return SIDE + LABEL_GAP + labels_width(exponents(self.scene.least))

    @property
    def right(self) -> float:
        """Where the steps end."""
        return self.left + self.pitch * self.scene.steps

    def middle(self, step: int) -> float:
        """The middle of a step."""
        return self.left + (step - 0.5) * self.pitch

    def lane(self, row: int) -> Frame:
        """The band of a layer."""
        height = OVER_PLOT + PLOT + UNDER_PLOT
        return Frame(0, row * (height + BETWEEN_LANES), self.right + SIDE, height)

    def base(self, row: int) -> float:
        """The height of a layer's nought, or of where its logarithmic scale begins."""
        return self.lane(row).bottom - UNDER_PLOT


def exponents(least: int) -> list[int]:
    """Choose the powers of ten that get a line: all, or as many as there is room for."""
    apart = ceil(-least / MOST_LINES)
    return [-each for each in range(0, -least + 1, apart)]


def across_shapes(scene: Scene) -> list[Shape]:
    """Draw the chart in painting order."""
    plan = Across(scene)
    shapes: list[Shape] = []
    for row, run in enumerate(scene.runs):
        lane, name = plan.lane(row), f"layer{row}"
        at = Point(lane.right + LABEL_AFTER_LANE, lane.centre)
        shapes += [
            Lane(name=f"{name}-lane", frames=(lane,)),
            *(_spots(plan, row, run) if scene.is_log else _bars(plan, row, run)),
            Label(name=f"{name}-label", text=run.name, at=at, style=ROW_LABEL, anchor="start", argument="units"),
        ]
    bottom = plan.lane(len(scene.runs) - 1).bottom
    y = bottom + (WORDS_UNDER + WORD_HEIGHT / 2 if scene.words else NUMBERS_UNDER)
    shapes += [step_name(scene, step, Point(plan.middle(step), y)) for step in range(1, scene.steps + 1)]
    if not scene.words:
        at = Point(plan.lane(0).right + LABEL_AFTER_LANE, y)
        shapes.append(Label(name="steps-label", role="muted", text=STEP, at=at, anchor="start"))
    most = max(plan.right, 420)
    return [*shapes, *note(scene, 0, y + WORD_HEIGHT / 2 + NOTE_UNDER, most)]


def _bars(plan: Across, row: int, run: Run) -> Iterator[Shape]:
    base = plan.base(row)
    yield Polyline(name=f"layer{row}-base", role="rule", points=(Point(plan.left, base), Point(plan.right, base)))
    grouped = {step for group in _small(plan, run) for step in group}
    for step, share in enumerate(run.shares, start=1):
        x, height = plan.middle(step), PLOT * share
        at = None if step in grouped else Point(x, base - height - NUMBER_OVER_BAR)
        frame = Frame(x - BAR_WIDTH / 2, base - height, BAR_WIDTH, height)
        yield Bar(name=key(row, step), role="state", step=step, frame=frame, text=rounded(share), at=at)
    for number, group in enumerate(_small(plan, run), start=1):
        yield from _together(plan, f"layer{row}-small-{number}", group, base)


def _small(plan: Across, run: Run) -> list[list[int]]:
    """Find neighbours that are all too small to be printed, and have room for that to be said."""
    steps = enumerate(run.shares, start=1)
    groups = [[step for step, _ in group] for small, group in groupby(steps, lambda each: 0 < each[1] < SMALL) if small]
    room = width(_SAID, NAME)
    return [group for group in groups if len(group) * plan.pitch - 6 >= room]


_SAID = gettext("each under %(number)s", number=text_of(SMALL, 3))


def _together(plan: Across, name: str, steps: list[int], base: float) -> Iterator[Shape]:
    start, end = plan.middle(steps[0]) - BAR_WIDTH / 2, plan.middle(steps[-1]) + BAR_WIDTH / 2
    y = base - BRACKET_OVER
    yield Bracket(name=name, role="muted", start=Point(start, y), to=Point(end, y))
    at = Point((start + end) / 2, y - BRACKET_LABEL)
    yield Label(name=f"{name}-label", role="muted", text=_SAID, at=at)


def _spots(plan: Across, row: int, run: Run) -> Iterator[Shape]:
    scene, base = plan.scene, plan.base(row)

    def y(share: float) -> float:
        return base - PLOT * scene.height(share)

    lines = tuple(
        Decade(each, Point(plan.left, y(10.0**each)), Point(plan.right, y(10.0**each)))
        for each in exponents(scene.least)
    )
    yield Scale(name=f"layer{row}-scale", decades=lines)
    places = {step: Point(plan.middle(step), y(share)) for step, share in enumerate(run.shares, start=1)}
    for number, (above, group) in enumerate(groupby(places, lambda step: run.shares[step - 1] > 0)):
        points = tuple(places[step] for step in group)
        if above and len(points) > 1:
            yield Polyline(name=f"layer{row}-line-{number}", role="state", points=points)
    for step, at in places.items():
        nought = "" if run.shares[step - 1] > 0 else "0"
        place = at if not nought else Point(at.x, base - NUMBER.size / 2)
        yield Spot(name=key(row, step), role="state", step=step, at=place, text=nought)
