"""Things of diagrams: cells, blocks, words, labels, operators and arrows, each with the function that scripts call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, opened, read_only
from ..description import TableRow
from ..errors import PictureError
from ..flow.nesting import ARROW_LENGTH, Heads
from ..flow.pathfinding import BESIDE_ARROW, OVER_ARROW, text_places, through
from ..fonts import BLOCK, NAME, NUMBER, NUMBER_IN_TABLE, WORD, Style, width
from ..geometry import Frame
from ..i18n import PrintedNumbers, Series, gettext, quoted, text_of
from ..palette import ink
from ..shapes.arrows import CLEAR, Arrow
from ..shapes.blocks import BLOCK_HEIGHT, OPERATOR_SIZE, PLUS, TIMES, Block, Operator, block_width
from ..shapes.cells import CELL, KEY_FALL, KEY_GAP, KEY_HEIGHT, KEY_WIDTH, Grid, Key, Place, Vector
from ..shapes.cells import cells as printed_cells
from ..shapes.shape import Shape
from ..shapes.text import WORD_HEIGHT, Label, Word, word_width
from .diagram import Piece, Thing

MOST_IN_A_ROW, MOST_IN_A_GRID = 12, 12
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
        length, text_width = ARROW_LENGTH + 2 * CLEAR, width(self.text, NAME)
        if self.towards in ("left", "right"):
            return max(length, text_width + 6 * CLEAR), 2 * (OVER_ARROW + NAME.size / 2) if self.text else 2 * CLEAR
        return 2 * (text_width + BESIDE_ARROW) if self.text else 2 * CLEAR, length

    def turned(self) -> Pointer:
        """Follow the direction of the line: an arrow to the right then points down."""
        directions: dict[str, Literal["right", "left", "up", "down"]] = {
            "right": "down", "down": "right", "left": "up", "up": "left",
        }  # fmt: skip
        return replace(self, towards=directions[self.towards])

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
    texts: tuple[tuple[str, ...], ...]
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
        texts = [text for row in self.texts for text in row]
        widest = max(width(text, self.style.bold()) for text in texts)
        has_decimals = any(len(text.partition(".")[2]) > 1 for text in texts)
        across = DECIMALS_WIDTH if has_decimals or widest + CELL_PADDING > MOST_WIDTH else CELL
        return max(self.least[0], across, widest + CELL_PADDING), self.least[1]

    @property
    def size(self) -> tuple[float, float]:
        """The total size of the cells."""
        across, down = self.cell
        return across * len(self.texts[0]), down * len(self.texts)

    def rows(self, title: str, number: int) -> Sequence[TableRow]:
        """Name its numbers by their own name, or by the label beside them and the word they belong to."""
        named = [title_part for title_part in (title, quoted(self.of) if self.of else "") if title_part]
        called = self.called or (Series(*named) if named else gettext("numbers %(number)s", number=number))
        return [TableRow.of(called, self.printed, step=self.step, role=self.role)]

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
        if len(self.texts) == 1 and not self.marked and not self.levels:
            fill = fill or ("block" if ink(self.role).fill == self.role else None)
            (texts,) = self.texts
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
            rows=self.texts,
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
        key_frame = Frame.about(frame.middle, frame.centre, KEY_WIDTH, KEY_HEIGHT)
        return [Key(name=name, role=self.role, step=self.step, frame=key_frame, low=self.low, high=self.high)]


def cells(
    values: ArrayLike | Illustrative,
    role: str = "flow",
    *,
    name: str = "",
    of: str | None = None,
    decimals: int = 1,
    marked: Any = None,
    printed: Any = None,
    levels: bool = False,
    heat: bool | float | tuple[float, float] = False,
    large: bool = False,
    least_width: float = 0,
    columns: Iterable[Thing] = (),
    rows: Iterable[Thing] = (),
    step: int | None = None,
) -> Thing:
    """Draw numbers in cells, as a single row or a grid (rows, columns).

    `of` gives them the background colour of a word. `marked` highlights some cells, by any index of the array. `levels`
    adds a gauge that shows each number as a share of 1. `large` enlarges the cells as in a table. `heat` fills each
    cell by its value, blue if positive and orange if negative, relative to the largest number or to the value of
    `heat`; `key` explains the colours. With `heat=(blank, full)`, the scale starts at another number than 0: the one of
    a blank cell. With `printed`, an index like
    `marked`, only those numbers are printed, next to the fills of all; the description has every number.
    `least_width` sets the minimum column width in px, so that two grids can match.
    `columns` and `rows` are headings above the columns and before the rows. `name` is the cells' name in the
    description, by default the label beside them.

    >>> cells(weights, "output", levels=True, columns=map(word, WORDS), rows=map(word, WORDS))
    >>> cells([0.5, 0.4], "embedding", of="I")
    >>> cells(image, marked=np.s_[0:3, 0:3])
    >>> cells([[0.7, -0.3], [1.3, -0.7]], "memory", heat=1.8, large=True)
    """
    numbers = _grid(values)
    heads = list(columns), list(rows)
    for things, size, kind in zip(heads, reversed(numbers.shape), ("column", "row"), strict=True):
        if things and len(things) != size:
            raise PictureError(f"the cells have {size} {kind}s, but {len(things)} things for them: give one for each")
    if levels and ((numbers < 0) | (numbers > 1)).any():
        raise PictureError("levels show shares of 1, but some of these numbers are below 0 or above 1")
    if printed is not None and heat is False:
        raise PictureError("printed leaves out numbers, so that only fills show the others: give heat as well")
    least = TABLE_CELL if large or levels else HEATED_CELL if heat is not False else (CELL, CELL)
    piece = Cells(
        role=role,
        step=step,
        texts=_texts(numbers, decimals)
        if printed is None
        else _only(numbers, decimals, printed, np.ndim(opened(values))),
        printed=PrintedNumbers(*(tuple(text_of(value, decimals) for value in line) for line in numbers.tolist())),
        called=name,
        of=of,
        marked=_marked(opened(marked), numbers.shape, np.ndim(opened(values))),
        levels=tuple(map(tuple, numbers.tolist())) if levels else (),
        heat=_heat(numbers, heat),
        least=(least_width or least[0], least[1]),
        illustrative=isinstance(values, Illustrative),
    )
    grid = Thing.of(piece)
    if not any(heads):
        return grid
    return Thing(inside=(grid, *heads[0], *heads[1]), order=Heads(piece, len(heads[0])))


def block(name: str, second: str = "", *, role: str = "ink", step: int | None = None) -> Thing:
    """Draw a block with a name, and optionally a smaller second line.

    >>> block("forget", "sigmoid")
    """
    return Thing.of(Box(role=role, step=step, text=name, second=second))


def word(text: str, *, plain: bool = False, step: int | None = None) -> Thing:
    """Draw a word on a background; distinct words get different colours, in the order they appear in the picture.

    A `plain` word is smaller and has no background, for diagrams with many words that belong to nothing else.

    >>> word("groot")
    """
    if not text.strip():
        raise PictureError("a word is empty: give it letters, as in word('groot')")
    return Thing.of(Token(text=text, is_plain=plain, step=step))


def label(text: str, role: str = "muted", *, strong: bool = False, step: int | None = None) -> Thing:
    """Label a thing with a line of text above, below or beside it.

    >>> above(label("kernel"), cells(kernel))
    """
    return Thing.of(Note(text=text, role=role, step=step, style=NAME.bold() if strong else NAME))


def key(low: str, high: str, *, step: int | None = None) -> Thing:
    """Draw the colour key of a heat map, with labels for its two ends.

    >>> above(cells([[-0.8, 0.3], [0.1, 0.9]], "state", heat=1), key("−1", "1"))
    """
    return Thing.of(Legend(role="muted", low=low, high=high, step=step))


def operator(sign: str, *, step: int | None = None) -> Thing:
    """Draw an operator: × and + in a circle, for element-wise operations; any other sign, such as =, without one.

    >>> beside(cells(patch), operator("×"), cells(kernel), operator("="), cells(patch * kernel))
    """
    return Thing.of(Glyph(sign=sign, step=step))


def arrow(
    text: str = "", towards: Literal["right", "left", "up", "down"] = "right", *, step: int | None = None
) -> Thing:
    """Draw an arrow that is placed like any other thing; to connect things that are already placed, use `link`.

    >>> beside(block("Dense"), arrow("softmax"), cells(scores, "output"))
    """
    if towards not in ("right", "left", "up", "down"):
        raise PictureError(f"an arrow can point right, left, up or down, not {towards!r}")
    return Thing.of(Pointer(role="flow", towards=towards, text=text, step=step))


def _grid(values: ArrayLike | Illustrative) -> Array:
    try:
        numbers = read_only(opened(values))
    except (TypeError, ValueError):
        raise PictureError(f"cells hold numbers, not {values!r}; for words, use word(…) or label(…)") from None
    if numbers.ndim not in (1, 2) or numbers.size == 0:
        raise PictureError(
            f"cells need a row of numbers, or a grid (rows, columns), not an array of shape {numbers.shape}"
        )
    if numbers.ndim == 2 and max(numbers.shape) > MOST_IN_A_GRID:
        raise PictureError(
            f"a grid of {numbers.shape[0]} × {numbers.shape[1]} cells would be unreadable: "
            f"show at most {MOST_IN_A_GRID} × {MOST_IN_A_GRID}, such as values[:8, :8]"
        )
    return numbers.reshape(-1, numbers.shape[-1])


def _texts(numbers: Array, decimals: int) -> tuple[tuple[str, ...], ...]:
    """Format the numbers; of a long row, the first two and the last."""
    return tuple(printed_cells(line, MOST_IN_A_ROW, decimals=decimals) for line in numbers.tolist())


def _only(numbers: Array, decimals: int, printed: Any, dimensions: int) -> tuple[tuple[str, ...], ...]:
    """Format only some of the numbers, and leave the other cells empty."""
    places = _marked(opened(printed), numbers.shape, dimensions)
    return tuple(
        tuple(text if (row, column) in places else "" for column, text in enumerate(line))
        for row, line in enumerate(_texts(numbers, decimals))
    )


def _heat(numbers: Array, scale: bool | float | tuple[float, float]) -> tuple[tuple[float, ...], ...]:
    """Compute each cell's fill, relative to the largest number or on a given scale; none for a long row."""
    if scale is False:
        return ()
    if numbers.shape[1] > MOST_IN_A_ROW:
        raise PictureError(f"heat fills each cell, but a row of {numbers.shape[1]} isn't drawn in full: show fewer")
    blank, full = scale if isinstance(scale, tuple) else (0.0, None if scale is True else float(scale))
    farthest = float(np.abs(numbers - blank).max())
    reach = farthest if full is None else full - blank
    if reach < farthest:
        scale_text = f"({blank:g}, {full:g})" if isinstance(scale, tuple) else f"{reach:g}"
        raise PictureError(f"heat={scale_text} is less than the largest of these numbers: use that number or more")
    return tuple(tuple((value - blank) / reach if reach else 0.0 for value in line) for line in numbers.tolist())


def _marked(index: Any, shape: tuple[int, int], dimensions: int) -> frozenset[tuple[int, int]]:
    if index is None:
        return frozenset()
    mask = np.zeros(shape, dtype=np.bool_)
    try:
        if dimensions == 1:
            mask[0][index] = True
        else:
            mask[index] = True
    except (IndexError, TypeError):
        raise PictureError(
            f"marked={index!r} doesn't fit cells of shape {shape}: write an index such as np.s_[0:3, 0:3]"
        ) from None
    return frozenset((row, column) for row, column in product(*map(range, shape)) if mask[row, column])
