"""One form in small: where its blocks and strips stand, from the panel's lower left corner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ...fonts import BLOCK, BLOCK_SECOND, NAME, ROW_LABEL, Style, width
from ...geometry import Frame, Point
from ...numbers import counted
from ...shapes.arrow import CLEAR, Arrow
from ...shapes.block import Block
from ...shapes.dot import Dot
from ...shapes.label import Label
from ...shapes.lane import Lane
from ...shapes.shape import Shape
from ...shapes.strip import HEIGHT, Strip
from .form import Form, Row, Segment

BLOCK_HEIGHT = 36
RISE = 26
"""From a lane to the next one, or to a strip."""
BUS = 16
"""How far under a lane a repeated vector runs along."""
TITLE_UNDER, LINE = 24, 18
STATES_OVER = 12
RADIUS = 9
DOTS = "…"
DOTS_FROM, DOTS_TO = 2, 11
"""How far from an arrow's ends its dots begin and end."""


class Measures(NamedTuple):
    """What differs between the wide form and the narrow one."""

    block: float
    style: Style
    pad: float
    """From a block to its lane's edge."""
    gap: float
    gap_cut: float
    """Between two blocks, and where steps are left out between them."""
    between: float
    """Between two segments."""
    most: int
    """So many steps of a segment are all drawn; of more, the first and the last."""
    most_of_two: int
    """The same where there are two segments."""


WIDE = Measures(block=54, style=BLOCK, pad=8, gap=26, gap_cut=46, between=40, most=4, most_of_two=4)
NARROW = Measures(block=42, style=ROW_LABEL, pad=5, gap=28, gap_cut=28, between=22, most=4, most_of_two=2)


@dataclass(frozen=True)
class Panel:
    """A form, its number among the others, and where the panel begins: x of its left edge, y of its inputs' middle."""

    form: Form
    number: int
    measures: Measures
    left: float = 0
    base: float = 0

    @property
    def prefix(self) -> str:
        """What the names of its shapes begin with."""
        return f"form-{self.number}"

    def shown(self, segment: Segment) -> tuple[int, ...]:
        """The steps of a segment that are drawn."""
        most = self.measures.most if len(self.form.segments) == 1 else self.measures.most_of_two
        steps = segment.time_steps
        return tuple(range(1, steps + 1)) if steps <= most else (1, steps)

    @cached_property
    def columns(self) -> dict[tuple[int, int], float]:
        """The middle of each column, by segment and step."""
        columns: dict[tuple[int, int], float] = {}
        x = self.left + self.inset + self.measures.pad
        for number, segment in enumerate(self.form.segments):
            gap = self._gap(segment)
            for step in self.shown(segment):
                columns[number, step] = x + self.measures.block / 2
                x += self.measures.block + gap
            x += self.measures.between - gap + 2 * self.measures.pad
        return columns

    @cached_property
    def inset(self) -> float:
        """The room left and right where the title is wider than the blocks."""
        titles = max(width(self.form.name, NAME.bold()), width(self.second, BLOCK_SECOND))
        return max(0.0, (titles - self._blocks_width) / 2)

    def _gap(self, segment: Segment) -> float:
        """The room between two blocks of a segment."""
        return self.measures.gap_cut if len(self.shown(segment)) < segment.time_steps else self.measures.gap

    @property
    def _blocks_width(self) -> float:
        total = self.measures.between * (len(self.form.segments) - 1)
        for segment in self.form.segments:
            shown = len(self.shown(segment))
            total += shown * self.measures.block + (shown - 1) * self._gap(segment) + 2 * self.measures.pad
        return total

    @property
    def width(self) -> float:
        """The panel's width."""
        return self._blocks_width + 2 * self.inset

    @property
    def second(self) -> str:
        """What stands under the form's name: its kind, or how many steps there are."""
        takes = self.form.segments[0].time_steps if self.form.takes_many else 1
        said = f"{takes} in, {len(self.form.returned)} out"
        return f"{self.form.kind}, {said}" if self.form.kind else said

    @property
    def rows(self) -> int:
        """How many rows its tallest segment has."""
        return max(len(segment.rows) for segment in self.form.segments)

    @property
    def height(self) -> float:
        """From the inputs' middle to what comes out, over all rows."""
        return self.top_of(self.rows - 1) - RISE - HEIGHT

    def top_of(self, place: int) -> float:
        """The upper edge of a row's lane, from the base upwards: negative."""
        lane = BLOCK_HEIGHT + 2 * self.measures.pad
        return -(HEIGHT / 2 + RISE + lane + place * (lane + RISE))

    def block(self, segment: int, step: int, place: int) -> Frame:
        """The block of a row at a step."""
        top = self.base + self.top_of(place) + self.measures.pad
        across = self.measures.block
        return Frame(self.columns[segment, step] - across / 2, top, across, BLOCK_HEIGHT)

    def shapes(self) -> Iterator[Shape]:
        """Draw the segments, what joins them, what comes out, and the title."""
        for number, segment in enumerate(self.form.segments):
            for place, row in enumerate(segment.rows):
                yield from self._row(number, segment, place, row)
            yield from self._inputs(number, segment)
        if len(self.form.segments) > 1 and self.form.states:
            yield from self._states()
        yield from self._outputs()
        middle = self.left + self.width / 2
        y = self.base + HEIGHT / 2 + TITLE_UNDER
        yield Label(name=self.prefix, text=self.form.name, at=Point(middle, y), style=NAME.bold())
        second = Point(middle, y + LINE)
        yield Label(name=f"{self.prefix}-kind", role="muted", text=self.second, at=second, style=BLOCK_SECOND)

    def _row(self, number: int, segment: Segment, place: int, row: Row) -> Iterator[Shape]:
        steps = [step for step in self.shown(segment) if step in row.steps]
        frames = {step: self.block(number, step, place) for step in steps}
        name = f"{self.prefix}-{number + 1}-row-{place + 1}"
        yield Lane(name=f"{name}-lane", frames=(Frame.around(frames.values()).grown(self.measures.pad),))
        for step, frame in frames.items():
            yield Block(
                name=f"{name}-step-{step}",
                step=step,
                argument=f"{self.prefix}-{row.node}",
                frame=frame,
                text=row.name,
                style=self.measures.style,
            )
            if place:
                below = self.block(number, step, place - 1)
                up = Point(frame.middle, below.top - CLEAR), Point(frame.middle, frame.bottom + CLEAR)
                yield Arrow(name=f"{name}-step-{step}-arrow", step=step, points=up)
        if row.is_recurrent:
            for one, other in pairwise(steps):
                yield self._sideways(f"{name}-state-{one}", frames[one], frames[other], other > one + 1, row.backwards)

    def _sideways(self, name: str, one: Frame, other: Frame, is_cut: bool, backwards: bool) -> Shape:
        """Hand a state on; the arrow is dotted where steps are left out."""
        start, end = Point(one.right + CLEAR, one.centre), Point(other.left - CLEAR, one.centre)
        if backwards:
            start, end = end, start
        dotted = (start.towards(end, DOTS_FROM), end.towards(start, DOTS_TO)) if is_cut else None
        return Arrow(name=f"{name}-arrow", points=(start, end), dotted=dotted)

    def _inputs(self, number: int, segment: Segment) -> Iterator[Shape]:
        shown, name = self.shown(segment), f"{self.prefix}-{number + 1}-input"
        given = [step for step in shown if step in segment.given]
        for step in given:
            x = self.columns[number, step]
            yield Strip(name=f"{name}-{step}", role="embedding", step=step, at=Point(x, self.base), size=segment.size)
        if len(given) > 1 and given[-1] > given[-2] + 1:
            yield self._dots(f"{name}-more", number, given, self.base)
        if segment.is_repeated:
            yield from self._bus(number, segment)
            return
        for step in given:
            frame = self.block(number, step, 0)
            up = Point(frame.middle, self.base - HEIGHT / 2 - CLEAR), Point(frame.middle, frame.bottom + CLEAR)
            yield Arrow(name=f"{name}-{step}-arrow", step=step, points=up)

    def _dots(self, name: str, number: int, steps: list[int], y: float) -> Shape:
        x = (self.columns[number, steps[-2]] + self.columns[number, steps[-1]]) / 2
        return Label(name=name, role="muted", text=DOTS, at=Point(x, y), style=NAME.bold())

    def _bus(self, number: int, segment: Segment) -> Iterator[Shape]:
        """One vector goes in at every step: along under the lane, and up into each block."""
        frames = [self.block(number, step, 0) for step in self.shown(segment)]
        y, name = frames[0].bottom + self.measures.pad + BUS, f"{self.prefix}-{number + 1}-repeated"
        if number:
            trunk, branches = self._from_encoder(number, y), frames[:-1]
        else:
            first = frames[0].middle
            trunk, branches = (Point(first, y),), frames[1:-1]
            up = Point(first, self.base - HEIGHT / 2 - CLEAR), Point(first, frames[0].bottom + CLEAR)
            yield Arrow(name=f"{name}-arrow", points=up)
            if len(frames) == 1:
                return
            yield Dot(name=f"{name}-dot", at=trunk[0])
        for place, frame in enumerate(branches, start=1):
            corner = Point(frame.middle, y)
            yield Arrow(name=f"{name}-{place}-arrow", points=(corner, Point(frame.middle, frame.bottom + CLEAR)))
            yield Dot(name=f"{name}-{place}-dot", at=corner)
        last = frames[-1]
        way = (*trunk, Point(last.middle, y), Point(last.middle, last.bottom + CLEAR))
        yield Arrow(name=f"{name}-last-arrow", points=way, radius=RADIUS)

    def _from_encoder(self, number: int, y: float) -> tuple[Point, ...]:
        """Leave the encoder's last block on its right, and go down between the two lanes."""
        before = self.form.segments[number - 1]
        source = self.block(number - 1, before.time_steps, len(before.rows) - 1)
        x = source.right + self.measures.pad + self.measures.between / 2
        return Point(source.right + CLEAR, source.centre), Point(x, source.centre), Point(x, y)

    def _states(self) -> Iterator[Shape]:
        first = self.form.segments[0]
        source, into = self.block(0, first.time_steps, 0), self.block(1, 1, 0)
        name = f"{self.prefix}-states"
        points = Point(source.right + CLEAR, source.centre), Point(into.left - CLEAR, into.centre)
        yield Arrow(name=f"{name}-arrow", points=points)
        at = Point((source.right + into.left) / 2, source.centre - STATES_OVER)
        yield Label(name=name, role="state", text=", ".join(self.form.states), at=at)

    def _outputs(self) -> Iterator[Shape]:
        number = len(self.form.segments) - 1
        segment = self.form.segments[number]
        place = len(segment.rows) - 1
        y = self.base + self.top_of(place) - RISE - HEIGHT / 2
        steps = [step for step in self.shown(segment) if step in self.form.returned]
        name = f"{self.prefix}-output"
        for step in steps:
            frame = self.block(number, step, place)
            up = Point(frame.middle, frame.top - CLEAR), Point(frame.middle, y + HEIGHT / 2 + CLEAR)
            yield Arrow(name=f"{name}-{step}-arrow", step=step, points=up)
            yield Strip(
                name=f"{name}-{step}", role=self.form.role, step=step, at=Point(frame.middle, y), size=self.form.size
            )
        if len(steps) > 1 and steps[-1] > steps[-2] + 1:
            yield self._dots(f"{name}-more", number, steps, y)


def said(form: Form) -> str:
    """Say a form in a sentence's middle."""
    takes = counted(form.segments[0].time_steps, "step") if form.takes_many else "one vector"
    gives = counted(len(form.returned), "step") if form.returns_many else "one vector"
    kind = f", {form.kind}" if form.kind else ""
    return f"{form.name}{kind}: {takes} in, {gives} out"
