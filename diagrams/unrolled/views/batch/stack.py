"""Where the cards of a batch stand: the sample that is set off in front, the others behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...fonts import NAME, WORD, WORD_TURNED, Style, width
from ...geometry import Frame
from ...i18n import gettext, ngettext
from ...layout import LAST_BEFORE_GAP, shown_steps
from ...shapes.cells import CELL, cells
from ...shapes.text import word_width
from .batch import Batch

PADDING = 12
STEPS_ROOM = 16
"""For the line along the steps, left of the words."""
TAG = 26
"""The height of a sample's name over its rows."""
ROW, ROW_GAP = 27, 6
GAP_ROW = 22
"""The height of what stands for steps left out."""
WORD_TO_CELLS = 10
MOST_FEATURES, MOST_STEPS = 4, 6
STRIP, ASIDE = 36, 12
"""How far each card behind stands out above the one before it, and to the right."""
SET_OFF = 18
"""How much further the sample in front is set off."""
MOST_BEHIND, FIRST_BEHIND = 4, 2
CHIP, CHIP_HEIGHT, CHIP_PADDING, CHIP_GAP = WORD.sized(15), 22, 6, 4
LEAST_WIDTH = 176
WIDEST = 222
"""So that a phone has room for the whole box."""


@dataclass(frozen=True)
class Chip:
    """A word on the strip of a card that can be seen; an ellipsis has no ground."""

    text: str
    step: int | None
    width: float


@dataclass(frozen=True)
class Stack:
    """A batch with its places; the card in front has its upper left corner at the origin."""

    batch: Batch

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The steps that have a row."""
        return shown_steps(self.batch.time_steps, MOST_STEPS)

    @property
    def hidden(self) -> int:
        """How many steps are left out."""
        return self.batch.time_steps - len(self.steps)

    @cached_property
    def names_width(self) -> float:
        """The width of the words, or of the steps' names."""
        names = [self.batch.row_name(step) for step in self.steps]
        if not self.batch.sentences:
            return max(width(name, NAME) for name in names)
        return max(word_width(name, WORD_TURNED) for name in names)

    def row_cells(self, step: int) -> tuple[str, ...]:
        """Print the numbers of a step of the sample in front."""
        return cells(self.batch.values[self.batch.chosen - 1, step - 1].tolist(), MOST_FEATURES, ahead=1)

    @cached_property
    def card_width(self) -> float:
        """Wide enough for the rows, and for the strips as far as that is reasonable."""
        numbers = CELL * len(self.row_cells(1))
        rows = 2 * PADDING + STEPS_ROOM + self.names_width + WORD_TO_CELLS + numbers
        strips = [
            2 * PADDING + self.tag_width + sum(c.width + CHIP_GAP for c in self._chips(s)) for s in self.shown if s
        ]
        return max(rows, LEAST_WIDTH, min(WIDEST, max(strips, default=0)))

    @cached_property
    def shown(self) -> tuple[int | None, ...]:
        """The samples behind that are shown, from the nearest; None stands for those that are left out."""
        behind = self.batch.behind
        return behind if len(behind) <= MOST_BEHIND else (*behind[:FIRST_BEHIND], None, behind[-1])

    @property
    def left_out(self) -> str:
        """Say how many samples are not shown."""
        return ngettext("%(num)s more sample", "%(num)s more samples", len(self.batch.behind) - FIRST_BEHIND - 1)

    @cached_property
    def front(self) -> Frame:
        """The card in front."""
        rows = len(self.steps) * (ROW + ROW_GAP) - ROW_GAP
        rows += GAP_ROW + ROW_GAP if self.hidden else 0
        return Frame(0, 0, self.card_width, PADDING + TAG + rows + PADDING)

    def card(self, place: int) -> Frame:
        """A card behind, by its place from 1."""
        up = place * STRIP + SET_OFF
        return Frame(place * ASIDE, -up, self.card_width, self.front.height)

    def row_top(self, step: int) -> float:
        """The upper edge of a row."""
        place = self.steps.index(step)
        gap = GAP_ROW + ROW_GAP if self.hidden and place >= LAST_BEFORE_GAP else 0
        return PADDING + TAG + place * (ROW + ROW_GAP) + gap

    def name(self, step: int) -> Frame:
        """The word of a row."""
        return Frame(PADDING + STEPS_ROOM, self.row_top(step), self.names_width, ROW)

    def numbers(self, step: int) -> Frame:
        """The numbers of a row, flush with the right edge."""
        across = CELL * len(self.row_cells(step))
        return Frame(self.card_width - PADDING - across, self.row_top(step), across, ROW)

    @cached_property
    def tag_width(self) -> float:
        """The widest name of a sample, and some room."""
        return (
            max(width(gettext("sample %(number)s", number=sample), NAME) for sample in range(1, self.batch.samples + 1))
            + 10
        )

    def chips(self, sample: int) -> list[Chip]:
        """The words on a sample's strip: as many of the first as there is room for, and the last."""
        chips = self._chips(sample)
        room = self.card_width - 2 * PADDING - self.tag_width
        dots = Chip("…", None, width("…", CHIP))
        cut = list(chips)
        for ahead in range(len(chips) - 2, -1, -1):
            if _taken(cut) <= room:
                break
            cut = [*chips[:ahead], dots, chips[-1]]
        return cut if _taken(cut) <= room else [dots]

    def _chips(self, sample: int) -> list[Chip]:
        words = self.batch.sentences[sample - 1] if self.batch.sentences else ()
        return [Chip(word, step, chip_width(word, CHIP)) for step, word in enumerate(words, start=1)]


def chip_width(word: str, style: Style) -> float:
    """Measure a small word with its ground."""
    return word_width(word, style, CHIP_PADDING, least=0)


def _taken(chips: list[Chip]) -> float:
    return sum(chip.width + CHIP_GAP for chip in chips) - CHIP_GAP if chips else 0
