"""The drawing behind each function: blocks, words, labels, operators, arrows, cells and pictures, once placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self

from ..flow.group import moved
from ..flow.nesting import ARROW_LENGTH
from ..flow.pathfinding import BESIDE_ARROW, OVER_ARROW, text_places, through
from ..fonts import BLOCK, NAME, NUMBER, NUMBER_IN_TABLE, WORD, Style, width
from ..geometry import Frame
from ..i18n import PrintedNumbers
from ..palette import ink
from ..picture import Picture
from ..shapes.arrows import CLEAR, Arrow
from ..shapes.blocks import BLOCK_HEIGHT, OPERATOR_SIZE, PLUS, TIMES, Block, Operator, block_width
from ..shapes.cells import CELL, KEY_FALL, KEY_GAP, KEY_HEIGHT, KEY_WIDTH, Grid, Key, Place, Vector
from ..shapes.shape import Shape
from ..shapes.text import WORD_HEIGHT, Label, Word, word_width

LINE_HEIGHT = 1.1
SIGN = BLOCK.sized(20)
CELL_PADDING, MOST_WIDTH, DECIMALS_WIDTH = 5, 30, 38
"""The space beside a number, on both sides together; the width above which a cell is as wide as for two decimals."""
BLOCK_LEAST = 76
"""Wide enough for most names, so that blocks are equally wide."""
PLAIN_WORD, PLAIN_HEIGHT = WORD.sized(14), 18
"""The font of words without a background, and the height of a line of them."""
HEATED_CELL, NUMBER_IN_CELL = (40, 28), NUMBER.sized(13)
"""The smallest cell of a heat map, across and down, and the font of numbers outside tables."""
TABLE_CELL = 40, 34
"""The size of a table cell, across and down."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something to draw, which knows its size."""

    kind = "thing"
    is_note = False
    """Notes are ignored when arrows and neighbours are aligned."""
    is_arrow = False
    role: str = "ink"
    step: int | None = None

    def __post_init__(self) -> None:
        ink(self.role)  # an unknown role raises here, at the script's own line

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        raise NotImplementedError

    @property
    def cell(self) -> tuple[float, float]:
        """The full size, for things without cells."""
        return self.size

    def with_cells(self, across: float | None, down: float | None) -> Piece:
        """Stay the same, for things without cells."""
        return self

    @property
    def overhangs(self) -> bool:
        """Whether it may be wider than the column it heads; by default, no."""
        return False

    def turned(self) -> Piece:
        """Stay the same in a line that changes direction."""
        return self

    @property
    def title(self) -> str:
        """The name it gives to the thing beside it."""
        return ""

    @property
    def word(self) -> str | None:
        """The word whose background colour it uses."""
        return None

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw it at its position; `fills` maps words to background colours."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Box(Piece):
    """A named block."""

    kind = "block"
    text: str
    second: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """As wide as its lines with padding."""
        return block_width(self.text, self.second, BLOCK_LEAST), BLOCK_HEIGHT

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the block."""
        return [Block(name=name, role=self.role, step=self.step, frame=frame, text=self.text, second=self.second)]


@dataclass(frozen=True, kw_only=True)
class Token(Piece):
    """A word on its background; a plain one is smaller and has none."""

    kind = "word"
    text: str
    is_plain: bool = False

    @property
    def style(self) -> Style:
        """The font, which is smaller without a background."""
        return PLAIN_WORD if self.is_plain else WORD

    @property
    def size(self) -> tuple[float, float]:
        """As wide as the word with padding."""
        if self.is_plain:
            return width(self.text, self.style), PLAIN_HEIGHT
        return word_width(self.text), WORD_HEIGHT

    @property
    def word(self) -> str | None:
        """The word itself, if it has a background."""
        return None if self.is_plain else self.text

    @property
    def overhangs(self) -> bool:
        """A plain word may be wider than its column if its neighbours leave space."""
        return self.is_plain

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the word."""
        fill = fills.get(self.word or "")
        return [
            Word(name=name, role=self.role, step=self.step, text=self.text, frame=frame, fill=fill, style=self.style)
        ]


@dataclass(frozen=True, kw_only=True)
class Note(Piece):
    """A line of text."""

    kind = "label"
    is_note = True
    text: str
    style: Style = NAME

    @property
    def title(self) -> str:
        """Its text."""
        return self.text

    @property
    def size(self) -> tuple[float, float]:
        """The size of a line."""
        return width(self.text, self.style), LINE_HEIGHT * self.style.size

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the text."""
        return [Label(name=name, role=self.role, step=self.step, text=self.text, at=frame.midpoint, style=self.style)]


@dataclass(frozen=True, kw_only=True)
class Glyph(Piece):
    """An operator: × and + in a circle, as in cells, for element-wise operations; any other sign without one."""

    kind = "operator"
    sign: str

    @property
    def size(self) -> tuple[float, float]:
        """The size of the circle, or of the sign."""
        return OPERATOR_SIZE if self._is_round else width(self.sign, SIGN), OPERATOR_SIZE

    @property
    def _is_round(self) -> bool:
        return self.sign in (TIMES, PLUS)

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the sign."""
        if self._is_round:
            return [Operator(name=name, role=self.role, step=self.step, sign=self.sign, at=frame.midpoint)]
        return [Label(name=name, role=self.role, step=self.step, text=self.sign, at=frame.midpoint, style=SIGN)]


@dataclass(frozen=True, kw_only=True)
class Pointer(Piece):
    """An arrow that is placed like any other thing."""

    kind = "arrow"
    is_arrow = True
    towards: Literal["right", "left", "up", "down"]
    text: str = ""

    @property
    def size(self) -> tuple[float, float]:
        """Its length plus clearance; the text is above it, or beside a vertical one."""
        length, said = ARROW_LENGTH + 2 * CLEAR, width(self.text, NAME)
        if self.towards in ("left", "right"):
            return max(length, said + 6 * CLEAR), 2 * (OVER_ARROW + NAME.size / 2) if self.text else 2 * CLEAR
        return 2 * (said + BESIDE_ARROW) if self.text else 2 * CLEAR, length

    def turned(self) -> Pointer:
        """Follow the direction of the line: an arrow to the right then points down."""
        other: dict[str, Literal["right", "left", "up", "down"]] = {
            "right": "down", "down": "right", "left": "up", "up": "left",
        }  # fmt: skip
        return replace(self, towards=other[self.towards])

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the arrow and its text."""
        points = through(frame, self.towards)
        shapes: list[Shape] = [Arrow(name=name, role=self.role, step=self.step, points=points)]
        if self.text:
            at, anchor = next(text_places(points))
            shapes.append(
                Label(name=f"{name}-label", role="muted", step=self.step, text=self.text, at=at, anchor=anchor)
            )
        return shapes


@dataclass(frozen=True, kw_only=True)
class Cells(Piece):
    """Numbers in one or more rows of cells."""

    kind = "cells"
    rows: tuple[tuple[str, ...], ...]
    printed: PrintedNumbers
    """All numbers for the description, including those without a cell."""
    called: str = ""
    of: str | None = None
    marked: frozenset[Place] = frozenset()
    levels: tuple[tuple[float, ...], ...] = ()
    heat: tuple[tuple[float, ...], ...] = ()
    least: tuple[float, float] = (CELL, CELL)
    """The minimum size of a cell."""
    illustrative: bool = False

    @property
    def style(self) -> Style:
        """The font, which is larger in the cells of a table."""
        is_table = self.least[1] > CELL and not (self.heat and self.least[1] < TABLE_CELL[1])
        return NUMBER_IN_TABLE if is_table else NUMBER_IN_CELL

    @cached_property
    def cell(self) -> tuple[float, float]:
        """The size of a cell: the grid's unit, or wider for longer numbers."""
        texts = [text for row in self.rows for text in row]
        widest = max(width(text, self.style.bold()) for text in texts)
        has_decimals = any(len(text.partition(".")[2]) > 1 for text in texts)
        across = DECIMALS_WIDTH if has_decimals or widest + CELL_PADDING > MOST_WIDTH else CELL
        return max(self.least[0], across, widest + CELL_PADDING), self.least[1]

    @property
    def size(self) -> tuple[float, float]:
        """The total size of the cells."""
        across, down = self.cell
        return across * len(self.rows[0]), down * len(self.rows)

    def with_cells(self, across: float | None, down: float | None) -> Self:
        """Enlarge the cells for headings above the columns and before the rows, if necessary."""
        least = max(self.least[0], across or 0), max(self.least[1], down or 0)
        return replace(self, least=least)

    @property
    def word(self) -> str | None:
        """The word whose vector it is."""
        return self.of

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw a vector or a grid."""
        fill = fills.get(self.of or "")
        if len(self.rows) == 1 and not self.marked and not self.levels:
            fill = fill or ("block" if ink(self.role).fill == self.role else None)
            (texts,) = self.rows
            vector = Vector(
                name=name,
                role=self.role,
                step=self.step,
                frame=frame,
                cells=texts,
                fill=fill,
                style=self.style,
                heat=self.heat[0] if self.heat else (),
            )
            return [vector]
        grid = Grid(
            name=name,
            role=self.role,
            step=self.step,
            frame=frame,
            rows=self.rows,
            fill=fill,
            marked=self.marked,
            levels=self.levels,
            style=self.style,
            heat=self.heat,
        )
        return [grid]


@dataclass(frozen=True, kw_only=True)
class Legend(Piece):
    """The colour key of a heat map."""

    kind = "key"
    is_note = True
    low: str
    high: str

    @property
    def size(self) -> tuple[float, float]:
        """The size including labels. The 0 is centred, so the longer label counts on both sides."""
        beside = KEY_GAP + max(width(self.low, NAME), width(self.high, NAME))
        return KEY_WIDTH + 2 * beside, KEY_HEIGHT + 2 * KEY_FALL

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the key, centred."""
        own = Frame.about(frame.middle, frame.centre, KEY_WIDTH, KEY_HEIGHT)
        return [Key(name=name, role=self.role, step=self.step, frame=own, low=self.low, high=self.high)]


@dataclass(frozen=True, kw_only=True)
class Drawn(Piece):
    """A complete picture."""

    kind = "picture"
    picture: Picture

    @property
    def _around(self) -> Frame:
        return Frame.around(shape.bounds for shape in self.picture.shapes)

    @property
    def size(self) -> tuple[float, float]:
        """The size without its margin."""
        return self._around.width, self._around.height

    def turned(self) -> Self:
        """Use its own narrow layout, if it has one."""
        return self if self.picture.turned is None else replace(self, picture=self.picture.turned)

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw its shapes, moved to its position."""
        by = self._around.way_to(frame)
        return [replace(moved(shape, by), name=f"{name}-{shape.name}", argument=None) for shape in self.picture.shapes]
