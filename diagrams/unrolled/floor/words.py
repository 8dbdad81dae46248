"""The words of scripts: for things (cells, blocks, words, labels), and for how they stand and what joins them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array
from ..errors import PictureError
from ..flow.nesting import Alignment, Connector, Heads, InLine, Nested
from ..fonts import NAME
from ..i18n import PrintedNumbers
from ..numbers import Illustrative, counted, opened, text_of
from ..picture import Picture
from ..shapes.cells import CELL
from ..shapes.cells import cells as printed_cells
from ..shapes.shape import Shape
from .charts import LINES, Curve, Curves, Dots
from .picture import Thing
from .things import HEATED_CELL, TABLE_CELL, Box, Cells, Drawn, Glyph, Legend, Note, Piece, Pointer, Token

MOST_IN_A_ROW, MOST_IN_A_GRID = 12, 12

Placeable: TypeAlias = Thing | Picture
Across = Literal["middle", "top", "bottom"]
Down = Literal["middle", "left", "right"]
Towards = Literal["right", "down", "up"]


def cells(
    values: ArrayLike | Illustrative,
    role: str = "flow",
    *,
    name: str = "",
    of: str | None = None,
    decimals: int = 1,
    marked: Any = None,
    levels: bool = False,
    heat: bool | float = False,
    large: bool = False,
    least_width: float = 0,
    columns: Iterable[Thing] = (),
    rows: Iterable[Thing] = (),
    step: int | None = None,
) -> Thing:
    """Set numbers in cells: one row of them, or a grid (rows, columns).

    `of` gives them the ground of a word, `marked` picks some out as an index of the array does, `levels` shows each
    number's share of 1 by a gauge too, `large` gives them the room of a table. `heat` also fills each cell by its
    value, blue above nought and orange below it, as strongly as it is near the largest, or near the number that
    `heat` is; `key` explains the fills. `least_width` (px), instead of the usual, makes the columns of two grids
    equally wide. Things in `columns` and `rows` stand over the columns and before the rows. `name` is what the
    description calls the cells, else a label beside them.

    >>> cells(weights, "output", levels=True, columns=map(word, WORDS), rows=map(word, WORDS))
    >>> cells([0.5, 0.4], "embedding", of="I")
    >>> cells(image, marked=np.s_[0:3, 0:3])
    >>> cells([[0.7, -0.3], [1.3, -0.7]], "memory", heat=1.8, large=True)
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
    least = TABLE_CELL if large or levels else HEATED_CELL if heat is not False else (CELL, CELL)
    piece = Cells(
        role=role,
        step=step,
        rows=_texts(numbers, decimals),
        printed=PrintedNumbers(*(tuple(text_of(value, decimals) for value in line) for line in numbers.tolist())),
        called=name,
        of=of,
        marked=_marked(opened(marked), numbers.shape, np.ndim(opened(values))),
        levels=tuple(map(tuple, numbers.tolist())) if levels else (),
        heat=_heat(numbers, heat),
        least=(least_width or least[0], least[1]),
        illustrative=isinstance(values, Illustrative),
    )
    grid = _leaf(piece)
    if not any(heads):
        return grid
    return Thing(inside=(grid, *heads[0], *heads[1]), order=Heads(piece, len(heads[0])))


def block(name: str, second: str = "", *, role: str = "ink", step: int | None = None) -> Thing:
    """Make a block with a name, and under it a smaller second line.

    >>> block("forget", "sigmoid")
    """
    return _leaf(Box(role=role, step=step, text=name, second=second))


def word(text: str, *, plain: bool = False, step: int | None = None) -> Thing:
    """Set a word on its ground: distinct words get different ones, in their order in the picture.

    A `plain` word is smaller and has no ground, as where there are many, and nothing else belongs to one of them.

    >>> word("groot")
    """
    if not text.strip():
        raise PictureError("a word is empty: give it letters, as in word('groot')")
    return _leaf(Token(text=text, is_plain=plain, step=step))


def label(text: str, role: str = "muted", *, strong: bool = False, step: int | None = None) -> Thing:
    """Say what a thing is, in a line over, under or beside it.

    >>> above(label("kernel"), cells(kernel))
    """
    return _leaf(Note(text=text, role=role, step=step, style=NAME.bold() if strong else NAME))


def key(low: str, high: str, *, step: int | None = None) -> Thing:
    """Explain cells that are filled by their values: all fills, and what the two ends stand for.

    >>> above(cells([[-0.8, 0.3], [0.1, 0.9]], "state", heat=1), key("−1", "1"))
    """
    return _leaf(Legend(role="muted", low=low, high=high, step=step))


def curves(
    runs: Mapping[str, ArrayLike],
    ticks: Sequence[float],
    *,
    faint: Mapping[str, ArrayLike] | None = None,
    axis: str = "",
    first: int = 1,
    wide: float = 210,
    decimals: int = 2,
) -> Thing:
    """Draw lines over one axis, such as losses over epochs, each with its name at its end.

    A line is a row of numbers, or a row for each time that it was measured (runs, points): then it is their mean, on
    the ground from the lowest to the highest. `ticks` are the numbers of the scale, from its lower end to its upper
    one; `first` is the number of the first point. The chart is so many pixels `wide`, without what is beside it.
    `faint` lines, thin and grey, are those that the others are to be compared with, in the same order.

    >>> curves({"train": [[0.7, 0.4, 0.2], [0.7, 0.5, 0.3]], "kept out": [0.7, 0.5, 0.6]}, (0, 0.5, 1), axis="epoch")
    """
    found = tuple(Curve(name, _runs(name, values)) for name, values in runs.items())
    pale = tuple(Curve(name, _runs(name, values)) for name, values in (faint or {}).items())
    if not 1 <= len(found) <= len(LINES):
        raise PictureError(f"curves draws 1 to {len(LINES)} lines, not {len(found)}")
    if len(pale) > len(found):
        raise PictureError(f"{counted(len(pale), 'faint line')} want as many others, and there is {len(found)}")
    if len({run.values.shape[1] for run in (*found, *pale)}) > 1:
        raise PictureError("the lines of one chart have as many points each")
    _check_ticks(ticks, (*found, *pale))
    chart = Curves(runs=found, faint=pale, ticks=tuple(ticks), first=first, axis=axis, wide=wide, decimals=decimals)
    return _leaf(chart)


def dots(
    runs: Mapping[str, Sequence[float]],
    ticks: Sequence[float],
    *,
    compared: str = "",
    axis: str = "",
    wide: float = 320,
    decimals: int = 1,
) -> Thing:
    """Draw numbers that were measured several times: a row for each name, a dot for each run, a stroke for their mean.

    `ticks` are the numbers of the scale. The mean of the row `compared` is drawn through all the others.

    >>> dots({"words alone": [77, 78], "LSTM": [77, 79]}, (75, 80), compared="words alone", axis="% right", wide=150)
    """
    found = tuple(Curve(name, _runs(name, np.reshape(values, (-1, 1)))) for name, values in runs.items())
    if not found:
        raise PictureError("dots is given nothing to draw: give it a name and its numbers")
    if compared and compared not in runs:
        raise PictureError(f"no row is named {compared!r}; there are {', '.join(runs)}")
    _check_ticks(ticks, found)
    return _leaf(Dots(runs=found, ticks=tuple(ticks), compared=compared, axis=axis, wide=wide, decimals=decimals))


def _runs(name: str, values: ArrayLike) -> Array:
    numbers = np.array(values, dtype=np.float64)
    if numbers.ndim not in (1, 2) or numbers.size == 0 or not np.isfinite(numbers).all():
        raise PictureError(f"{name!r} wants a row of numbers, or several equally long ones")
    return numbers.reshape(-1, numbers.shape[-1])


def _check_ticks(ticks: Sequence[float], runs: Sequence[Curve]) -> None:
    low, high = min(float(run.values.min()) for run in runs), max(float(run.values.max()) for run in runs)
    if len(ticks) < 2 or list(ticks) != sorted(set(ticks)) or low < ticks[0] or high > ticks[-1]:
        raise PictureError(
            f"ticks are the numbers of the scale, rising; what is drawn lies between {text_of(low, 2)} and "
            f"{text_of(high, 2)}, and given are {', '.join(f'{tick:g}' for tick in ticks) or 'none'}"
        )


def operator(sign: str, *, step: int | None = None) -> Thing:
    """Set a sign between things: × and + in a circle, for numbers that meet one by one; any other, such as =, alone.

    >>> beside(cells(patch), operator("×"), cells(kernel), operator("="), cells(patch * kernel))
    """
    return _leaf(Glyph(sign=sign, step=step))


def arrow(
    text: str = "", towards: Literal["right", "left", "up", "down"] = "right", *, step: int | None = None
) -> Thing:
    """Make an arrow that is placed like a thing; what has places already is joined by `link`.

    >>> beside(block("Dense"), arrow("softmax"), cells(scores, "output"))
    """
    if towards not in ("right", "left", "up", "down"):
        raise PictureError(f"an arrow points right, left, up or down, not {towards!r}")
    return _leaf(Pointer(role="flow", towards=towards, text=text, step=step))


def beside(*things: Placeable | Connector, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Set things beside one another, from left to right, with links between any that stand in them.

    Neighbours line up with all of it but its labels, and arrows meet that; or only with its `core`, one of the things.
    On a page too narrow for it, the things stand above one another.

    >>> beside(cells([0.5, 0.4], "embedding", of="I"), label("the vector of “I”"))
    """
    return _placed(things, "beside", align, core)


def row(*things: Placeable | Connector, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Set things of a kind in a row: each has equally much room, so that equal steps are equally wide.

    On a page too narrow for it, the row runs down.

    >>> row(word("I"), word("am"), word("groot"))
    """
    return _placed(things, "row", align, core)


def above(*things: Placeable | Connector, align: Down = "middle", core: Thing | None = None) -> Thing:
    """Set things above one another, from the top down, with links between any that stand in them.

    Rows of equally many things stand in columns; on a page too narrow for them, each row becomes a column.

    >>> above(label("embedding"), cells([0.5, 0.4], "embedding", of="I"), word("I"))
    """
    return _placed(things, "above", align, core)


def chain(*things: Placeable, towards: Towards = "right") -> Thing:
    """Set things one after the other, with an arrow from each to the next: to the right, down or up.

    On a page too narrow for it, a chain to the right runs down. What stands under the `core` of a thing in it, as in
    `above(stage, answer, core=stage)`, then stands beside that.

    >>> chain(block("split"), block("embed"), block("RNN"))
    """
    if towards not in ("right", "down", "up"):
        raise PictureError(f"a chain goes towards right, down or up, not {towards!r}")
    placed = [_thing(one, "chain") for one in things]
    links = [Connector(one, other) for one, other in pairwise(placed)]
    if towards == "right":
        return beside(*placed, *links)
    return above(*(placed if towards == "down" else reversed(placed)), *links)


def link(one: Thing, other: Thing, text: str = "", role: str = "flow", step: int | None = None) -> Connector:
    """Join two things by an arrow, wherever they stand. It is handed to the placing word that holds them both.

    >>> query, key = block("query"), block("key")
    >>> beside(query, key, link(query, key, "dot product"))
    """
    for thing in (one, other):
        if not isinstance(thing, Thing):
            raise PictureError(f"a link joins two things, such as blocks and words, not {type(thing).__name__}")
        if thing.is_arrow:
            raise PictureError("a link is an arrow itself, and joins things; an arrow(…) stands between its neighbours")
    if one is other:
        raise PictureError("a link joins two different things; both its ends are the same")
    return Connector(one, other, text, role, step)


def _leaf(piece: Piece) -> Thing:
    """Make a thing of one piece, measured here so that a letter without a font is an error at the script's own line."""
    piece.size  # noqa: B018 - measuring it is the check
    return Thing(piece)


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


def _heat(numbers: Array, top: bool | float) -> tuple[tuple[float, ...], ...]:
    """Tell how strongly each cell is filled: its share of the largest number, or of a given one; of a long row none."""
    if top is False:
        return ()
    if numbers.shape[1] > MOST_IN_A_ROW:
        raise PictureError(f"heat fills each cell, and a row of {numbers.shape[1]} is not drawn whole: show fewer")
    largest = float(np.abs(numbers).max()) if top is True else float(top)
    if largest < float(np.abs(numbers).max()):
        raise PictureError(f"heat={largest:g} is less than the largest of these numbers: give at least that")
    return tuple(tuple(value / largest if largest else 0.0 for value in line) for line in numbers.tolist())


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


SIDES: Mapping[str, Mapping[str, Alignment]] = {
    "beside": {"middle": "middle", "top": "start", "bottom": "end"},
    "row": {"middle": "middle", "top": "start", "bottom": "end"},
    "above": {"middle": "middle", "left": "start", "right": "end"},
}


def _placed(given: Sequence[Placeable | Connector], called: str, align: str, core: Thing | None) -> Thing:
    """Check what a placing word is given, and describe it."""
    links = tuple(one for one in given if isinstance(one, Connector))
    things = tuple(_thing(one, called) for one in given if not isinstance(one, Connector))
    if not things:
        raise PictureError(
            f"{called} is given nothing to place: hand it things, as in {called}(block('one'), word('two'))"
        )
    if align not in SIDES[called]:
        raise PictureError(f"{called} aligns things by {', '.join(SIDES[called])}, not {align!r}")
    if core is not None and core not in things:
        raise PictureError(f"the core of this {called} is not among the things that stand in it")
    _check(links, things, called)
    line = InLine("down" if called == "above" else "across", SIDES[called][align], is_even=called == "row")
    return Thing(inside=things, order=line, connectors=links, core=core)


def _check(links: Sequence[Connector], things: Sequence[Thing], called: str) -> None:
    """Every end of a link stands in one of the things, and in no other, and no link is given twice."""
    held = [set(thing.everything()) for thing in things] if links else []
    joined = set[tuple[Nested, Nested]]()
    for link in links:
        for end in (link.one, link.other):
            standing = sum(end in each for each in held)
            if standing != 1:
                where = "does not stand" if standing == 0 else "stands more than once"
                raise PictureError(
                    f"a link joins a thing that {where} in this {called}: place it once, and hand the link to "
                    f"the placing word around both its ends"
                )
        if (link.one, link.other) in joined:
            raise PictureError(f"two links of this {called} lead from one thing to the same other: one is enough")
        joined.add((link.one, link.other))


def _thing(one: object, called: str) -> Thing:
    if isinstance(one, Thing):
        return one
    if isinstance(one, Picture):
        return Thing(Drawn(picture=one))
    if isinstance(one, Shape):
        kind = type(one).__name__
        raise PictureError(
            f"{called} places things and pictures, not shapes such as {kind}: make a picture of it, "
            f'Picture(({kind.lower()},), snug_box([{kind.lower()}]), Description("…")), '
            f"with snug_box from unrolled.layout and Description from unrolled.description"
        )
    said = f"{type(one).__name__} {one!r}" if isinstance(one, str) else type(one).__name__
    raise PictureError(f"{called} places things and pictures, not {said}: words are word(…) or label(…)")
