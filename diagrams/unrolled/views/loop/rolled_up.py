"""The loop: one block, and its states that come back to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...fonts import NAME, WORD, width
from ...geometry import Frame, Point
from ...i18n import gettext
from ...shapes.arrows import BREAK, CLEAR, Arrow
from ...shapes.blocks import BLOCK_HEIGHT, BLOCK_WIDTH, LANE_PADDING, Block, Lane
from ...shapes.shape import Shape
from ...shapes.text import WORD_HEIGHT, Label, Word, word_width
from .measures import NAME_OVER, OUT, OUT_NAME, TOP_ROOM, WORD_GAP, Track, tracks
from .scene import STATE_ROLES, Scene

CHIP, CHIP_HEIGHT, CHIP_PADDING, CHIP_GAP = WORD.sized(15), 22, 6, 4
MOST_CHIPS, WIDEST_CHIPS = 5, 250
NOTE_UNDER = 17
DOTS = "…"


@dataclass(frozen=True)
class Loop:
    """A scene with the block's upper left corner at a point on the block's line."""

    scene: Scene
    left: float = 0

    @property
    def block(self) -> Frame:
        """The one block."""
        return Frame(self.left, 0, BLOCK_WIDTH, BLOCK_HEIGHT)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The ways of the states."""
        return tracks(self.scene.states)

    @property
    def lane(self) -> Frame:
        """The band around the loop."""
        off = self.tracks[-1].off
        aside = off + LANE_PADDING
        bottom = self.block.bottom + LANE_PADDING
        return Frame.between(self.block.left - aside, -off - TOP_ROOM, self.block.right + aside, bottom)

    @property
    def words_width(self) -> float:
        """The width of all the words in a row."""
        return sum(across for _, across in chips(self.scene)) + CHIP_GAP * (len(chips(self.scene)) - 1)

    def shapes(self) -> Iterator[Shape]:
        """Draw the loop in painting order."""
        yield Lane(name="loop-lane", frames=(self.lane,))
        yield Block(name="loop-block", argument="units", frame=self.block, text=self.scene.layer.block_name)
        for track in self.tracks:
            yield from self._way(track)
        middle, top = self.block.middle, self.lane.top - OUT
        out = Point(middle, self.block.top - CLEAR), Point(middle, top)
        yield Arrow(name="loop-output-arrow", argument="return_sequences", points=out)
        yield Label(
            name="loop-output",
            role="state",
            argument="return_sequences",
            text=self.scene.loop_output,
            at=Point(middle, top - OUT_NAME),
            style=NAME.bold(),
        )
        yield from self._words()

    def _way(self, track: Track) -> Iterator[Shape]:
        """Leave on the right, and come back on the left; above, the way opens for what goes out."""
        frame, role = self.block, STATE_ROLES[track.name]
        left, right, top = frame.left - track.off, frame.right + track.off, -track.off
        colour = "memory" if role == "memory" else "flow"
        opening = BREAK / 2
        out = Point(frame.right + CLEAR, track.y), Point(right, track.y), Point(right, top)
        back = Point(left, top), Point(left, track.y), Point(frame.left - CLEAR, track.y)
        name, middle = f"loop-{track.name}", frame.middle
        yield Arrow(name=f"{name}-out", role=colour, points=(*out, Point(middle + opening, top)), head=False)
        yield Arrow(name=f"{name}-back", role=colour, points=(Point(middle - opening, top), *back))
        at = Point((left + middle) / 2, top - NAME_OVER)
        yield Label(name=name, role=role, argument="units", text=track.name, at=at)

    def _words(self) -> Iterator[Shape]:
        """The words that go in, one after the other; without words only what goes in."""
        bottom, middle = self.lane.bottom + WORD_GAP, self.block.middle
        up = Point(middle, bottom - CLEAR), Point(middle, self.block.bottom + CLEAR)
        yield Arrow(name="loop-input-arrow", points=up)
        said = chips(self.scene)
        if not said:
            yield Label(
                name="loop-input", role="embedding", text=gettext("a word’s vector"), at=Point(middle, bottom + 10)
            )
            return
        x, centre = middle - self.words_width / 2, bottom + WORD_HEIGHT / 2
        for number, (step, across) in enumerate(said, start=1):
            frame = Frame(x, centre - CHIP_HEIGHT / 2, across, CHIP_HEIGHT)
            text, fill = (self.scene.order[step - 1], self.scene.fill(step)) if step else (DOTS, None)
            name = f"loop-word-{step}" if step else f"loop-more-{number}"
            yield Word(
                name=name, step=step or None, argument="time_steps", text=text, frame=frame, fill=fill, style=CHIP
            )
            x += across + CHIP_GAP
        note = Point(middle, bottom + WORD_HEIGHT + NOTE_UNDER)
        if len(said) > 1:
            yield Label(name="loop-note", role="muted", text=gettext("one after the other"), at=note)


def chips(scene: Scene) -> Sequence[tuple[int, float]]:
    """Choose the words that stand under the loop, by their turns (0: some are left out), with their widths."""
    every = [(step, word_width(word, CHIP, CHIP_PADDING, least=0)) for step, word in enumerate(scene.order, start=1)]
    for ahead in range(min(len(every), MOST_CHIPS), 0, -1):
        chosen = every if ahead == len(every) else [*every[: ahead - 1], (0, width(DOTS, CHIP)), every[-1]]
        if sum(across for _, across in chosen) + CHIP_GAP * (len(chosen) - 1) <= WIDEST_CHIPS:
            return chosen
    return every[-1:]
