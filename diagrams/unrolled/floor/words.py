"""Words for things: cells, blocks, words, labels, operators, arrows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array
from ..errors import PictureError
from ..fonts import NAME
from ..geometry import Frame, Point
from ..i18n import PrintedNumbers
from ..numbers import Illustrative, opened, text_of
from ..shapes.blocks import BLOCK_HEIGHT, Block, block_width
from ..shapes.cells import CELL
from ..shapes.cells import cells as printed_cells
from .numbers_in_cells import Cells
from .pieces import Box, Note, Operation, Pointer, Token
from .thing import Thing, group, leaf

MOST_IN_A_ROW, MOST_IN_A_GRID = 12, 12
BLOCK_WIDTH = 76
"""Room for most names, so that blocks are alike."""
CELL_WIDTH, ROW_HEIGHT = 40, 34
"""A cell with the room of a table."""
HEAD_GAP, ROW_GAP = 8, 4
"""Between the things over the columns, and between those before the rows."""


def cells(
    values: ArrayLike | Illustrative,
    role: str = "flow",
    *,
    name: str = "",
    of: str | None = None,
    decimals: int = 1,
    marked: Any = None,
    levels: bool = False,
    large: bool = False,
    columns: Iterable[Thing] = (),
    rows: Iterable[Thing] = (),
    step: int | None = None,
) -> Thing:
    """Set numbers in cells: one row of them, or a grid (rows, columns).

    `of` gives them the ground of a word, `marked` picks some out as an index of the array does, `levels` shows each
    number's share of 1 by a gauge too, `large` gives them the room of a table. Things in `columns` and `rows` stand
    over the columns and before the rows. `name` is what the description calls them, else a label beside them.

    >>> cells(weights, "output", levels=True, columns=map(word, WORDS), rows=map(word, WORDS))
    >>> cells([0.5, 0.4], "embedding", of="I")
    >>> cells(image, marked=np.s_[0:3, 0:3])
    """
    numbers = _grid(values)
    heads = list(columns), list(rows)
    for things, size, said in zip(heads, reversed(numbers.shape), ("column", "row"), strict=True):
        if things and len(things) != size:
            raise PictureError(
                f"the cells have {size} {said}s and are given {len(things)} things for them: give one for each"
            )
    if levels and ((numbers < 0) | (numbers > 1)).any():
        raise PictureError("levels show shares of 1, and some of these numbers are below 0 or above 1")
    is_large = large or levels
    wide = max((thing.width + HEAD_GAP for thing in heads[0]), default=CELL_WIDTH if is_large else CELL)
    tall = max((thing.height + ROW_GAP for thing in heads[1]), default=ROW_HEIGHT if is_large else CELL)
    piece = Cells(
        role=role,
        step=step,
        rows=_texts(numbers, decimals),
        printed=PrintedNumbers(*(tuple(text_of(value, decimals) for value in line) for line in numbers.tolist())),
        called=name,
        of=of,
        marked=_marked(opened(marked), numbers.shape, np.ndim(opened(values))),
        levels=tuple(map(tuple, numbers.tolist())) if levels else (),
        least=(wide, tall),
        illustrative=isinstance(values, Illustrative),
    )
    return _headed(leaf(piece), piece, *heads)


def block(name: str, second: str = "", *, role: str = "ink", step: int | None = None) -> Thing:
    """Make a block with a name, and under it a smaller second line.

    >>> block("forget", "sigmoid")
    """
    frame = Frame(0, 0, block_width(name, second, BLOCK_WIDTH), BLOCK_HEIGHT)
    return leaf(Box(role=role, step=step, block=Block(name="block", frame=frame, text=name, second=second)))


def word(text: str, *, step: int | None = None) -> Thing:
    """Set a word on its ground: distinct words get different ones, in their order in the picture.

    >>> word("groot")
    """
    if not text.strip():
        raise PictureError("a word is empty: give it letters, as in word('groot')")
    return leaf(Token(text=text, step=step))


def label(text: str, role: str = "muted", *, strong: bool = False, step: int | None = None) -> Thing:
    """Say what a thing is, in a line over, under or beside it.

    >>> above(label("kernel"), cells(kernel))
    """
    return leaf(Note(text=text, role=role, step=step, style=NAME.bold() if strong else NAME))


def operator(sign: str, *, step: int | None = None) -> Thing:
    """Set a sign between things: × and + in a circle, for numbers that meet one by one; any other, such as =, alone.

    >>> beside(cells(patch), operator("×"), cells(kernel), operator("="), cells(patch * kernel))
    """
    return leaf(Operation(sign=sign, step=step))


def arrow(
    text: str = "", towards: Literal["right", "left", "up", "down"] = "right", *, step: int | None = None
) -> Thing:
    """Make an arrow that is placed like a thing; what has places already is joined by `link`.

    >>> beside(block("Dense"), arrow("softmax"), cells(scores, "output"))
    """
    if towards not in ("right", "left", "up", "down"):
        raise PictureError(f"an arrow points right, left, up or down, not {towards!r}")
    return leaf(Pointer(role="flow", towards=towards, text=text, step=step))


def _grid(values: ArrayLike | Illustrative) -> Array:
    try:
        numbers = np.array(opened(values), dtype=np.float64)
    except (TypeError, ValueError):
        raise PictureError(f"cells hold numbers, not {values!r}; words are word(…) or label(…)") from None
    if numbers.ndim not in (1, 2) or numbers.size == 0:
        raise PictureError(
            f"cells are drawn in a row (numbers) or a grid (rows, columns); these have the shape {numbers.shape}"
        )
    if numbers.ndim == 2 and max(numbers.shape) > MOST_IN_A_GRID:
        raise PictureError(
            f"a grid of {numbers.shape[0]} × {numbers.shape[1]} cells cannot be read: "
            f"show at most {MOST_IN_A_GRID} × {MOST_IN_A_GRID}, such as values[:8, :8]"
        )
    return numbers.reshape(-1, numbers.shape[-1])


def _texts(numbers: Array, decimals: int) -> tuple[tuple[str, ...], ...]:
    """Print the numbers; of a long row the first two and the last."""
    return tuple(printed_cells(line, MOST_IN_A_ROW, decimals=decimals) for line in numbers.tolist())


def _marked(index: Any, shape: tuple[int, int], given: int) -> frozenset[tuple[int, int]]:
    if index is None:
        return frozenset()
    mask = np.zeros(shape, dtype=np.bool_)
    try:
        if given == 1:
            mask[0][index] = True
        else:
            mask[index] = True
    except (IndexError, TypeError):
        raise PictureError(
            f"marked={index!r} is no index of cells of the shape {shape}, such as np.s_[0:3, 0:3]"
        ) from None
    return frozenset((row, column) for row, column in product(*map(range, shape)) if mask[row, column])


def _headed(grid: Thing, piece: Cells, columns: Sequence[Thing], rows: Sequence[Thing]) -> Thing:
    """Stand things over the columns and before the rows."""
    if not columns and not rows:
        return grid
    across, down = piece.cell
    placed = [(grid, Point(0, 0))]
    for place, thing in enumerate(columns):
        placed.append((thing, Point((place + 0.5) * across - thing.width / 2, -HEAD_GAP - thing.height)))
    for place, thing in enumerate(rows):
        placed.append((thing, Point(-HEAD_GAP - thing.width, (place + 0.5) * down - thing.height / 2)))
    return group(placed, core=[grid])
