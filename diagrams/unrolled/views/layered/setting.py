"""Where the layers of a model stand: in one column, in several side by side, or one column under the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...fonts import BLOCK_SECOND, CODE_TURNED, NUMBER_IN_TABLE, Style, width
from ...geometry import Frame
from ...i18n import gettext
from ...layout import wrapped
from ...model import Node, Tensor
from ...shapes.blocks import LANE_PADDING, block_width
from ...shapes.text import Run, phrase_width
from .axes import Flow, options
from .counts import Count
from .plan import Plan

SHAPE, FORMULA, LEGEND = CODE_TURNED, NUMBER_IN_TABLE, BLOCK_SECOND
BLOCK_HEIGHT, LEAST_BLOCK = 52, 132
LANE_GAP, ENTRY, OUTPUT = 38, 58, 76
"""Between two lanes; over the first of a column, for what goes in; under the last, for what comes out."""
TO_COUNT, COUNT_UNDER, FORMULA_LEADING, LEGEND_LEADING = 24, 20, 18, 16
ROOM = 232
"""How wide a narrow lane's counts may be."""
COLUMN_GAP = 36
ROUTE, ROUTE_STEP = 16, 12
"""How far left of the lanes states are handed down, and how much further the next ones."""
NO_PARAMETERS, SHARED = gettext("no parameters"), gettext("the same weights again")


@dataclass(frozen=True)
class Lines:
    """What is said of a layer's parameters: the calculation in one or more lines, then what its numbers count."""

    formula: tuple[tuple[Run, ...], ...]
    legend: tuple[str, ...]

    @property
    def width(self) -> float:
        """The width of the longest line."""
        legend = (width(line, LEGEND) for line in self.legend)
        return max(*(phrase_width(line, FORMULA) for line in self.formula), *legend, 0)

    @property
    def height(self) -> float:
        """From the middle of the first line to that of the last."""
        return FORMULA_LEADING * max(0, len(self.formula) - 1) + LEGEND_LEADING * len(self.legend) * bool(self.formula)


@dataclass(frozen=True)
class Setting:
    """A plan with its places; `beside` puts counts right of the blocks, `stacked` one column under the other."""

    plan: Plan
    flow: Flow
    beside: bool = True
    stacked: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The layers at work."""
        return self.plan.model.nodes

    def entry(self, column: int) -> Tensor:
        """What goes into a column from outside."""
        return self.nodes[self.plan.columns[column][0]].given

    def returned(self, number: int) -> tuple[Tensor, ...]:
        """All that a node returns."""
        return tuple(Tensor(number, output) for output in range(len(self.nodes[number].returned)))

    @cached_property
    def block_width(self) -> float:
        """All blocks are as wide as the widest must be."""
        return max(block_width(each.layer.name_in_code, options(each.layer), LEAST_BLOCK) for each in self.nodes)

    @cached_property
    def counts(self) -> tuple[Count | None, ...]:
        """The parameters of each node, worked out."""
        return tuple(map(self.flow.count, range(len(self.nodes))))

    @cached_property
    def lines(self) -> tuple[Lines, ...]:
        """What is said of each node's parameters."""
        return tuple(map(self._lines, range(len(self.nodes))))

    def is_first_use(self, number: int) -> bool:
        """Tell whether a node is the first at which its layer is used."""
        return number == next(place for place, node in enumerate(self.nodes) if node.place == self.nodes[number].place)

    def _lines(self, number: int) -> Lines:
        count = self.counts[number]
        if count is None or not self.is_first_use(number):
            return Lines((), (NO_PARAMETERS if count is None else SHARED,))
        if self.beside:
            return Lines((count.runs,), (count.legend,))
        return Lines(broken(count.runs, FORMULA), tuple(wrapped(count.legend, LEGEND, ROOM)))

    @cached_property
    def lane_width(self) -> float:
        """The width of every lane."""
        said = max(lines.width for lines in self.lines)
        inner = self.block_width + TO_COUNT + said if self.beside else max(self.block_width, said)
        return inner + 2 * LANE_PADDING

    def lane_height(self, number: int) -> float:
        """The height of a node's lane."""
        under = 0 if self.beside else COUNT_UNDER + self.lines[number].height + LANE_PADDING - 5
        return BLOCK_HEIGHT + 2 * LANE_PADDING + under

    @cached_property
    def tops(self) -> dict[int, float]:
        """The upper edge of each node's lane."""
        return self._tops_stacked() if self.stacked else self._tops_side_by_side()

    def _tops_side_by_side(self) -> dict[int, float]:
        tops: dict[int, float] = {}
        y: float = ENTRY
        for row in sorted(set(self.plan.rows.values())):
            here = [number for number, place in self.plan.rows.items() if place == row]
            tops |= dict.fromkeys(here, y)
            y += max(map(self.lane_height, here)) + LANE_GAP
        return tops

    def _tops_stacked(self) -> dict[int, float]:
        tops: dict[int, float] = {}
        y = 0.0
        for column in self.plan.columns:
            y += ENTRY
            for number in column:
                tops[number] = y
                y += self.lane_height(number) + LANE_GAP
            y += OUTPUT - LANE_GAP if self.plan.outputs_of(column[-1]) else 0
        return tops

    @cached_property
    def pitch(self) -> float:
        """From one column to the next."""
        widest = max(
            (width(self.flow.text(each), SHAPE) for node in self.nodes for each in node.states or ()), default=0
        )
        return self.lane_width + COLUMN_GAP + widest

    def lane(self, number: int) -> Frame:
        """The band of a node."""
        left = 0 if self.stacked else self.plan.column_of(number) * self.pitch
        return Frame(left, self.tops[number], self.lane_width, self.lane_height(number))

    def block(self, number: int) -> Frame:
        """The block of a node: at the left of its lane, or in its middle."""
        band = self.lane(number)
        left = band.left + LANE_PADDING if self.beside else band.middle - self.block_width / 2
        return Frame(left, band.top + LANE_PADDING, self.block_width, BLOCK_HEIGHT)


def broken(runs: tuple[Run, ...], style: Style, room: float = ROOM) -> tuple[tuple[Run, ...], ...]:
    """Break a calculation before the sums and the result outside its brackets, where it gets too wide."""
    lines: list[list[Run]] = [[]]
    for piece in _pieces(runs):
        if lines[-1] and phrase_width([*lines[-1], *piece], style) > room:
            lines.append([Run(piece[0].text.lstrip(), piece[0].token), *piece[1:]])
        else:
            lines[-1] += piece
    return tuple(map(tuple, lines))


def _pieces(runs: tuple[Run, ...]) -> list[list[Run]]:
    pieces: list[list[Run]] = [[]]
    depth = 0
    for run in runs:
        if run.text.startswith((" + ", " = ")) and depth == 0:
            pieces.append([])
        depth += run.text.count("(") - run.text.count(")")
        pieces[-1].append(run)
    return pieces
