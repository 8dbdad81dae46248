"""The loop unrolled: a block for each step, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...fonts import NAME, ROW_LABEL, width
from ...geometry import Frame, Point
from ...i18n import gettext
from ...layout import LAST_BEFORE_GAP, row
from ...shapes.arrows import CLEAR, Arrow, StepsLine, bar_under
from ...shapes.blocks import BLOCK_HEIGHT, BLOCK_WIDTH, LANE_PADDING, Block, Lane
from ...shapes.shape import Shape
from ...shapes.text import WORD_HEIGHT, Label, Word, word_width
from .measures import NAME_OVER, NAME_UNDER, OUT, OUT_NAME, WORD_GAP, Track, tracks
from .scene import STATE_ROLES, Scene, subscripted

GAP = 56
"""Between two blocks, at least."""
BETWEEN_WORDS, CLEAR_OF = 14, 10
ROW_LABEL_GAP = 12
DOTS_AFTER, DOTS_BEFORE = 3, 15
MORE_OVER = 16


@dataclass(frozen=True)
class Across:
    """A scene with its places, from a left edge on."""

    scene: Scene
    left: float

    @cached_property
    def first_gap(self) -> float:
        """The room of the zero state before the first block."""
        return width(self.zero, NAME) + 16

    @property
    def zero(self) -> str:
        """Name what the first block begins with."""
        return gettext("zero state") if len(self.scene.states) == 1 else gettext("zero states")

    @cached_property
    def blocks(self) -> dict[int, Frame]:
        """The block of each shown step, at equal pitches but where steps are left out."""
        words = [word_width(self.scene.order[step - 1]) for step in self.scene.shown]
        pitches = [max(BLOCK_WIDTH + GAP, max(words) + BETWEEN_WORDS)] * len(words)
        if self.scene.hidden:
            said = width(self.scene.more, NAME.bold()) + 2 * (LANE_PADDING + CLEAR_OF) + BLOCK_WIDTH
            pitches[LAST_BEFORE_GAP - 1] = max(pitches[0], said)
        first = max(self.first_gap, (words[0] - BLOCK_WIDTH) / 2 - LANE_PADDING)
        lefts = row(pitches, gap=0, left=self.left + LANE_PADDING + first)
        frames = (Frame(x, 0, BLOCK_WIDTH, BLOCK_HEIGHT) for x in lefts)
        return dict(zip(self.scene.shown, frames, strict=True))

    @cached_property
    def lanes(self) -> tuple[Frame, ...]:
        """The band, or its two pieces."""
        top, bottom = -LANE_PADDING, BLOCK_HEIGHT + LANE_PADDING
        last = self.blocks[self.scene.last]
        right = last.right + LANE_PADDING
        if not self.scene.hidden:
            return (Frame.between(self.left, top, right, bottom),)
        cut = self.blocks[LAST_BEFORE_GAP].right + LANE_PADDING
        after = Frame.between(last.left - LANE_PADDING, top, right, bottom)
        return Frame.between(self.left, top, cut, bottom), after

    def word(self, step: int) -> Frame:
        """The word that is read at a step."""
        across = word_width(self.scene.order[step - 1])
        return Frame(self.blocks[step].middle - across / 2, self.lanes[0].bottom + WORD_GAP, across, WORD_HEIGHT)

    def shapes(self) -> Iterator[Shape]:
        """Draw everything in painting order."""
        scene = self.scene
        yield Lane(name="lane", frames=self.lanes)
        for step in scene.shown:
            yield Block(name=f"block-{step}", step=step, frame=self.blocks[step], text=scene.layer.block_name)
            yield from self._word(step)
            for track in tracks(scene.states):
                yield from self._state(track, step)
            if scene.says(step):
                yield from self._output(step)
        bars = tuple(bar_under(self.word(step)) for step in scene.shown)
        yield StepsLine(name="steps", bars=bars, gap_after=LAST_BEFORE_GAP if scene.hidden else None)
        if scene.hidden:
            middle = (self.lanes[0].right + self.lanes[1].left) / 2
            at = Point(middle, tracks(scene.states)[0].y - NAME_OVER - MORE_OVER)
            yield Label(name="more", role="muted", text=scene.more, at=at, style=NAME.bold())
        at = Point(self.right + ROW_LABEL_GAP, BLOCK_HEIGHT / 2)
        yield Label(name="layer-label", argument="units", text=scene.label, at=at, style=ROW_LABEL, anchor="start")

    @property
    def right(self) -> float:
        """The right edge of the lane, or of a longer word."""
        return max(self.lanes[-1].right, self.word(self.scene.last).right)

    def _word(self, step: int) -> Iterator[Shape]:
        word, block_here = self.word(step), self.blocks[step]
        text, fill = self.scene.order[step - 1], self.scene.fill(step)
        yield Word(name=f"word-{step}", step=step, argument="time_steps", text=text, frame=word, fill=fill)
        up = Point(word.middle, word.top - CLEAR), Point(word.middle, block_here.bottom + CLEAR)
        yield Arrow(name=f"word-{step}-arrow", step=step, points=up)

    def _state(self, track: Track, step: int) -> Iterator[Shape]:
        """What goes into a block sideways: zeros, or what the block before it hands on."""
        into = self.blocks[step].left - CLEAR
        role = STATE_ROLES[track.name]
        colour = "memory" if role == "memory" else "flow"
        before = self.scene.shown[self.scene.shown.index(step) - 1] if step > 1 else 0
        start = self.blocks[before].right + CLEAR if before else self.left + LANE_PADDING
        name = f"{track.name}-{step - 1}"
        points = Point(start, track.y), Point(into, track.y)
        if before == step - 1:
            yield Arrow(name=f"{name}-arrow", role=colour, step=before or None, points=points)
            yield from self._name(track, before, (start + into) / 2)
        else:
            first, last = self.lanes
            dotted = Point(first.right + DOTS_AFTER, track.y), Point(last.left - DOTS_BEFORE, track.y)
            yield Arrow(name=f"{name}-arrow", role=colour, points=points, dotted=dotted)

    def _name(self, track: Track, step: int, x: float) -> Iterator[Shape]:
        """Name a state over its arrow, the lower of two under it."""
        is_lower = track is not tracks(self.scene.states)[0] and track.y > BLOCK_HEIGHT / 2
        if step == 0 and len(self.scene.states) > 1 and not is_lower:
            return  # both are named under the lower one
        y = track.y + NAME_UNDER if is_lower else track.y - NAME_OVER
        text = subscripted(track.name, step) if step else self.zero
        yield Label(
            name=f"{track.name}-{step}",
            role=STATE_ROLES[track.name],
            step=step or None,
            argument="units",
            text=text,
            at=Point(x, y),
        )

    def _output(self, step: int) -> Iterator[Shape]:
        """What the layer returns leaves upwards."""
        frame, top = self.blocks[step], self.lanes[0].top - OUT
        up = Point(frame.middle, frame.top - CLEAR), Point(frame.middle, top)
        yield Arrow(name=f"output-{step}-arrow", step=step, argument="return_sequences", points=up)
        yield Label(
            name=f"output-{step}",
            role="state",
            step=step,
            argument="return_sequences",
            text=self.scene.output_name(step),
            at=Point(frame.middle, top - OUT_NAME),
            style=NAME.bold(),
        )
