"""One form in small: where its blocks and strips stand, from the panel's lower left corner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ...fonts import BLOCK, BLOCK_SECOND, NAME, ROW_LABEL, Style, width
from ...geometry import Frame
from ...i18n import Series, gettext, ngettext
from ...shapes.cells import STRIP_HEIGHT
from .form import Form, Segment

BLOCK_HEIGHT = 36
RISE = 26
"""From a lane to the next one, or to a strip."""


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
        form, any_number = self.form, gettext("any number")
        yielded = gettext("as many") if form.yields_as_many else form.yielded or any_number
        said = gettext("%(taken)s in, %(yielded)s out", taken=form.taken or any_number, yielded=yielded)
        return Series(form.kind, said) if form.kind else said

    @property
    def rows(self) -> int:
        """How many rows its tallest segment has."""
        return max(len(segment.rows) for segment in self.form.segments)

    @property
    def height(self) -> float:
        """From the inputs' middle to what comes out, over all rows."""
        return self.top_of(self.rows - 1) - RISE - STRIP_HEIGHT

    def top_of(self, place: int) -> float:
        """The upper edge of a row's lane, from the base upwards: negative."""
        lane = BLOCK_HEIGHT + 2 * self.measures.pad
        return -(STRIP_HEIGHT / 2 + RISE + lane + place * (lane + RISE))

    def block(self, segment: int, step: int, place: int) -> Frame:
        """The block of a row at a step."""
        top = self.base + self.top_of(place) + self.measures.pad
        across = self.measures.block
        return Frame(self.columns[segment, step] - across / 2, top, across, BLOCK_HEIGHT)


def said(form: Form) -> str:
    """Say a form in the middle of a sentence."""
    one = gettext("one vector")
    taken = _steps(form.taken) if form.takes_many else one
    yielded = gettext("as many") if form.yields_as_many else _steps(form.yielded) if form.returns_many else one
    name = Series(form.name, form.kind) if form.kind else form.name
    return gettext("%(form)s: %(taken)s in, %(yielded)s out", form=name, taken=taken, yielded=yielded)


def _steps(count: int | None) -> str:
    return gettext("any number of steps") if count is None else ngettext("%(num)s step", "%(num)s steps", count)
