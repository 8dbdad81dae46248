"""The loop unrolled with time running down, for narrow boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...fonts import NAME, WORD_TURNED
from ...geometry import Frame, Point
from ...i18n import gettext
from ...layout import LAST_BEFORE_GAP
from ...shapes.arrows import BAR, CLEAR, Arrow, StepsLine
from ...shapes.blocks import BLOCK_HEIGHT_TURNED, BLOCK_WIDTH, LANE_PADDING, Block, Lane
from ...shapes.shape import Shape
from ...shapes.text import Label, Word, word_width
from .scene import STATE_ROLES, Scene, subscripted

GAP, GAP_CUT = 44, 72
ZERO = 46
"""The room of the zero state over the first block."""
WORD_TO_BLOCK, WORD_HEIGHT, WORD_PADDING = 46, 30, 6
LANE_RIGHT = 40
"""From the blocks to the lane's right edge: the names of the states stand there."""
BAR_BEFORE_WORD = 8.25
ASIDE, BESIDE_NAME = 13, 10
"""How far off the middle two states run, and how far from its arrow a name stands."""
OUT, OUT_NAME = 30, 15
DOTS = 3
"""How far inside the gap of the lane the dots of an arrow begin and end."""


@dataclass(frozen=True)
class Down:
    """A scene with its places: blocks under one another about the x 0, from an upper edge on."""

    scene: Scene
    top: float

    @cached_property
    def blocks(self) -> dict[int, Frame]:
        """The block of each shown step."""
        y, frames = self.top + ZERO, {}
        for step in self.scene.shown:
            frames[step] = Frame(-BLOCK_WIDTH / 2, y, BLOCK_WIDTH, BLOCK_HEIGHT_TURNED)
            cut = self.scene.hidden and step == LAST_BEFORE_GAP
            y += BLOCK_HEIGHT_TURNED + (GAP_CUT if cut else GAP)
        return frames

    @cached_property
    def lanes(self) -> tuple[Frame, ...]:
        """The band, or its two pieces."""
        left, right = -BLOCK_WIDTH / 2 - LANE_PADDING, BLOCK_WIDTH / 2 + LANE_RIGHT
        bottom = self.blocks[self.scene.last].bottom + LANE_PADDING
        if not self.scene.hidden:
            return (Frame.between(left, self.top, right, bottom),)
        cut = self.blocks[LAST_BEFORE_GAP].bottom + LANE_PADDING
        again = self.blocks[self.scene.last].top - LANE_PADDING
        return Frame.between(left, self.top, right, cut), Frame.between(left, again, right, bottom)

    @cached_property
    def widest_word(self) -> float:
        """What the longest of the shown words takes."""
        return max(word_width(self.scene.order[step - 1], WORD_TURNED, WORD_PADDING) for step in self.scene.shown)

    def word(self, step: int) -> Frame:
        """The word left of its block."""
        right = -BLOCK_WIDTH / 2 - WORD_TO_BLOCK
        top = self.blocks[step].centre - WORD_HEIGHT / 2
        return Frame(right - self.widest_word, top, self.widest_word, WORD_HEIGHT)

    def shapes(self) -> Iterator[Shape]:
        """Draw everything in painting order."""
        scene = self.scene
        yield Lane(name="lane", frames=self.lanes)
        for step in scene.shown:
            yield Block(name=f"block-{step}", step=step, frame=self.blocks[step], text=scene.layer.block_name)
            yield from self._word(step)
            for place, name in enumerate(scene.states):
                yield from self._state(place, name, step)
            if scene.says(step):
                yield from self._output(step)
        bars = tuple(Frame(w.left - BAR_BEFORE_WORD, w.top, BAR, w.height) for w in map(self.word, scene.shown))
        yield StepsLine(name="steps", bars=bars, upright=True, gap_after=LAST_BEFORE_GAP if scene.hidden else None)
        if scene.hidden:
            at = Point(self.lanes[0].left, (self.lanes[0].bottom + self.lanes[1].top) / 2)
            yield Label(name="more", role="muted", text=scene.more, at=at, style=NAME.bold(), anchor="end")

    def _word(self, step: int) -> Iterator[Shape]:
        frame, text = self.word(step), self.scene.order[step - 1]
        yield Word(
            name=f"word-{step}",
            step=step,
            argument="time_steps",
            text=text,
            frame=frame,
            fill=self.scene.fill(step),
            style=WORD_TURNED,
        )
        into = Point(frame.right + CLEAR, frame.centre), Point(self.blocks[step].left - CLEAR, frame.centre)
        yield Arrow(name=f"word-{step}-arrow", step=step, points=into)

    def _state(self, place: int, name: str, step: int) -> Iterator[Shape]:
        """What goes into a block from above: the memory on the left, what is said on the right."""
        several = len(self.scene.states) > 1
        x = (2 * place - 1) * ASIDE if several else 0
        role = STATE_ROLES[name]
        colour = "memory" if role == "memory" else "flow"
        before = self.scene.shown[self.scene.shown.index(step) - 1] if step > 1 else 0
        start = self.blocks[before].bottom + CLEAR if before else self.top + LANE_PADDING
        points = Point(x, start), Point(x, self.blocks[step].top - CLEAR)
        gid = f"{name}-{step - 1}"
        if before != step - 1:
            dotted = Point(x, self.lanes[0].bottom + DOTS), Point(x, self.lanes[1].top - DOTS)
            yield Arrow(name=f"{gid}-arrow", role=colour, points=points, dotted=dotted)
            return
        yield Arrow(name=f"{gid}-arrow", role=colour, step=before or None, points=points)
        is_left = several and place == 0
        if is_left and not before:
            return
        text = subscripted(name, before) if before else gettext("zeros")
        at = Point(x + (-BESIDE_NAME if is_left else BESIDE_NAME), (points[0].y + points[1].y) / 2)
        anchor = "end" if is_left else "start"
        yield Label(name=gid, role=role, step=before or None, argument="units", text=text, at=at, anchor=anchor)

    def _output(self, step: int) -> Iterator[Shape]:
        """Every step's output leaves to the right, the only one downwards."""
        frame, band, text = self.blocks[step], self.lanes[0], self.scene.output_name(step)
        if self.scene.layer.return_sequences:
            points = Point(frame.right + CLEAR, frame.centre), Point(band.right + LANE_PADDING, frame.centre)
            at, anchor = Point(points[1].x + 6, frame.centre), "start"
        else:
            points = Point(0, frame.bottom + CLEAR), Point(0, frame.bottom + LANE_PADDING + OUT)
            at, anchor = Point(0, points[1].y + OUT_NAME), "middle"
        yield Arrow(name=f"output-{step}-arrow", step=step, argument="return_sequences", points=points)
        yield Label(
            name=f"output-{step}",
            role="state",
            step=step,
            argument="return_sequences",
            text=text,
            at=at,
            style=NAME.bold(),
            anchor=anchor,
        )
