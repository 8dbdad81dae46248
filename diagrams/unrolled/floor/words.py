"""The functions scripts build diagrams with: cells, blocks, words and labels; rows, columns and arrows; the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, opened
from ..description import Description, TableCell, TableColumn, TableRow, sentences
from ..errors import PictureError
from ..flow.nesting import Alignment, Connector, Content, Heads, InLine, Layout, Nested, lay, lay_narrow
from ..fonts import NAME
from ..i18n import PrintedNumbers, Series, counted, gettext, pgettext, quoted, text_of
from ..layout import MARGIN, fitted_box, snug_box
from ..palette import word_fills
from ..picture import Picture, laid_anew
from ..shapes.arrows import BRANCH_RADIUS, Arrow
from ..shapes.cells import CELL
from ..shapes.cells import cells as printed_cells
from ..shapes.shape import Shape
from ..shapes.text import Label
from .charts import LINES, Curve, Curves, Dots
from .things import HEATED_CELL, TABLE_CELL, Box, Cells, Drawn, Glyph, Legend, Note, Piece, Pointer, Token

MOST_IN_A_ROW, MOST_IN_A_GRID = 12, 12
NARROW = 288
"""The maximum width of a figure on a phone, in pixels."""


@dataclass(frozen=True, eq=False)
class Thing(Nested):
    """A part of a diagram. Arranging it returns a new thing and leaves the original unchanged.

    >>> layer: Thing = block("LSTM")
    >>> chain(word("groot"), layer)
    """

    @laid_anew
    def picture(
        self,
        alt: str = "",
        description: str = "",
        steps: Sequence[str] = (),
        narrow: Thing | None = None,
        *,
        turned: Thing | None = None,
    ) -> Picture:
        """Convert it to a picture.

        The alt text says in a sentence or two what the picture shows; the description says more, and is followed by a
        generated table of the numbers. A picture wider than 288 px gets a narrow layout automatically: things side by
        side are stacked, starting with the outermost, until they fit. `narrow` replaces that with a layout of your own;
        its former name is `turned`.

        >>> chain(word("groot"), block("RNN")).picture(alt="The word “groot” goes into an RNN.")
        """
        if not alt.strip():
            raise PictureError(
                "the picture has no alt text for readers who can't see it: "
                'describe what it shows, as in .picture(alt="Two blocks, joined by an arrow.")'
            )
        wide = _picture(lay(self), _description(self, alt, description, tuple(steps)))
        own, form = narrow or turned, None
        if own is not None:
            form = _picture(lay(own), _description(own, alt, description, tuple(steps)), NARROW)
        elif wide.box.width > NARROW and (layout := lay_narrow(self, NARROW - 2 * MARGIN)):
            form = _picture(layout, wide.description, NARROW)
            if form.box.width >= wide.box.width:  # arrows made a detour around it
                form = None
        return wide if form is None else replace(wide, narrow=form)


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
    for things, size, said in zip(heads, reversed(numbers.shape), ("column", "row"), strict=True):
        if things and len(things) != size:
            raise PictureError(f"the cells have {size} {said}s, but {len(things)} things for them: give one for each")
    if levels and ((numbers < 0) | (numbers > 1)).any():
        raise PictureError("levels show shares of 1, but some of these numbers are below 0 or above 1")
    if printed is not None and heat is False:
        raise PictureError("printed leaves out numbers, so that only fills show the others: give heat as well")
    least = TABLE_CELL if large or levels else HEATED_CELL if heat is not False else (CELL, CELL)
    piece = Cells(
        role=role,
        step=step,
        rows=_texts(numbers, decimals)
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
    grid = _leaf(piece)
    if not any(heads):
        return grid
    return Thing(inside=(grid, *heads[0], *heads[1]), order=Heads(piece, len(heads[0])))


def block(name: str, second: str = "", *, role: str = "ink", step: int | None = None) -> Thing:
    """Draw a block with a name, and optionally a smaller second line.

    >>> block("forget", "sigmoid")
    """
    return _leaf(Box(role=role, step=step, text=name, second=second))


def word(text: str, *, plain: bool = False, step: int | None = None) -> Thing:
    """Draw a word on a background; distinct words get different colours, in the order they appear in the picture.

    A `plain` word is smaller and has no background, for diagrams with many words that belong to nothing else.

    >>> word("groot")
    """
    if not text.strip():
        raise PictureError("a word is empty: give it letters, as in word('groot')")
    return _leaf(Token(text=text, is_plain=plain, step=step))


def label(text: str, role: str = "muted", *, strong: bool = False, step: int | None = None) -> Thing:
    """Label a thing with a line of text above, below or beside it.

    >>> above(label("kernel"), cells(kernel))
    """
    return _leaf(Note(text=text, role=role, step=step, style=NAME.bold() if strong else NAME))


def key(low: str, high: str, *, step: int | None = None) -> Thing:
    """Draw the colour key of a heat map, with labels for its two ends.

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
    """Draw a line chart, for example of losses over epochs, with each line's name at its end.

    A line is a row of numbers, or an array (runs, points), which is drawn as its mean with an area from the lowest to
    the highest run. `ticks` are the tick values in ascending order, `first` is the number of the first point, and
    `wide` is the width in px without what is beside the chart. `faint` lines, thin and grey, are baselines to compare
    the others with, in the same order.

    >>> curves({"train": [[0.7, 0.4, 0.2], [0.7, 0.5, 0.3]], "kept out": [0.7, 0.5, 0.6]}, (0, 0.5, 1), axis="epoch")
    """
    found = tuple(Curve(name, _runs(name, values)) for name, values in runs.items())
    pale = tuple(Curve(name, _runs(name, values)) for name, values in (faint or {}).items())
    if not 1 <= len(found) <= len(LINES):
        raise PictureError(f"curves draws 1 to {len(LINES)} lines, not {len(found)}")
    if len(pale) > len(found):
        raise PictureError(f"{counted(len(pale), 'faint line')} need as many others, but there are {len(found)}")
    if len({run.values.shape[1] for run in (*found, *pale)}) > 1:
        raise PictureError("all lines of a chart must have the same number of points")
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
    """Draw repeated measurements: a row for each name, with a dot for each run and a stroke for the mean.

    `ticks` are the tick values. The mean of the row `compared` is drawn through all the others.

    >>> dots({"words alone": [77, 78], "LSTM": [77, 79]}, (75, 80), compared="words alone", axis="% right", wide=150)
    """
    found = tuple(Curve(name, _runs(name, np.reshape(values, (-1, 1)))) for name, values in runs.items())
    if not found:
        raise PictureError("dots has nothing to draw: give it a name and its numbers")
    if compared and compared not in runs:
        raise PictureError(f"there is no row {compared!r}; the rows are {', '.join(runs)}")
    _check_ticks(ticks, found)
    return _leaf(Dots(runs=found, ticks=tuple(ticks), compared=compared, axis=axis, wide=wide, decimals=decimals))


def _runs(name: str, values: ArrayLike) -> Array:
    numbers = np.array(values, dtype=np.float64)
    if numbers.ndim not in (1, 2) or numbers.size == 0 or not np.isfinite(numbers).all():
        raise PictureError(f"{name!r} needs a row of numbers, or several rows of the same length")
    return numbers.reshape(-1, numbers.shape[-1])


def _check_ticks(ticks: Sequence[float], runs: Sequence[Curve]) -> None:
    low, high = min(float(run.values.min()) for run in runs), max(float(run.values.max()) for run in runs)
    if len(ticks) < 2 or list(ticks) != sorted(set(ticks)) or low < ticks[0] or high > ticks[-1]:
        raise PictureError(
            f"ticks must be rising numbers that cover what is drawn, from {text_of(low, 2)} to "
            f"{text_of(high, 2)}, not {', '.join(f'{tick:g}' for tick in ticks) or 'none'}"
        )


def operator(sign: str, *, step: int | None = None) -> Thing:
    """Draw an operator: × and + in a circle, for element-wise operations; any other sign, such as =, without one.

    >>> beside(cells(patch), operator("×"), cells(kernel), operator("="), cells(patch * kernel))
    """
    return _leaf(Glyph(sign=sign, step=step))


def arrow(
    text: str = "", towards: Literal["right", "left", "up", "down"] = "right", *, step: int | None = None
) -> Thing:
    """Draw an arrow that is placed like any other thing; to connect things that are already placed, use `link`.

    >>> beside(block("Dense"), arrow("softmax"), cells(scores, "output"))
    """
    if towards not in ("right", "left", "up", "down"):
        raise PictureError(f"an arrow can point right, left, up or down, not {towards!r}")
    return _leaf(Pointer(role="flow", towards=towards, text=text, step=step))


def beside(*things: Placeable | Connector, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Place things side by side, from left to right, with links between any of them.

    Neighbours and arrows align with everything but the labels, or only with the `core`, which is one of the things. On
    narrow screens, the things are stacked if they don't fit.

    >>> beside(cells([0.5, 0.4], "embedding", of="I"), label("the vector of “I”"))
    """
    return _placed(things, "beside", align, core)


def row(*things: Placeable | Connector, align: Across = "middle", core: Thing | None = None) -> Thing:
    """Place things of a kind in an evenly spaced row.

    On narrow screens, the row runs down if it doesn't fit.

    >>> row(word("I"), word("am"), word("groot"))
    """
    return _placed(things, "row", align, core)


def above(*things: Placeable | Connector, align: Down = "middle", core: Thing | None = None) -> Thing:
    """Stack things from top to bottom, with links between any of them.

    Rows with equally many things are aligned in columns; on narrow screens, each row becomes a column if they don't
    fit.

    >>> above(label("embedding"), cells([0.5, 0.4], "embedding", of="I"), word("I"))
    """
    return _placed(things, "above", align, core)


def chain(*things: Placeable, towards: Towards = "right") -> Thing:
    """Place things one after another, with an arrow from each to the next: to the right, down or up.

    On narrow screens, a chain to the right runs down if it doesn't fit. Anything below the `core` of one of its things,
    as in `above(stage, answer, core=stage)`, is then beside it.

    >>> chain(block("split"), block("embed"), block("RNN"))
    """
    if towards not in ("right", "down", "up"):
        raise PictureError(f"a chain can go towards right, down or up, not {towards!r}")
    placed = [_thing(one, "chain") for one in things]
    links = [Connector(one, other) for one, other in pairwise(placed)]
    if towards == "right":
        return beside(*placed, *links)
    return above(*(placed if towards == "down" else reversed(placed)), *links)


def link(one: Thing, other: Thing, text: str = "", role: str = "flow", step: int | None = None) -> Connector:
    """Connect two things with an arrow, wherever they are. Pass the link to the function that arranges them both.

    >>> query, key = block("query"), block("key")
    >>> beside(query, key, link(query, key, "dot product"))
    """
    for thing in (one, other):
        if not isinstance(thing, Thing):
            raise PictureError(f"a link joins two things, such as blocks and words, not {type(thing).__name__}")
        if thing.is_arrow:
            raise PictureError(
                "a link is an arrow already, and joins two things; an arrow(…) goes between its neighbours"
            )
    if one is other:
        raise PictureError("a link must join two different things, but both its ends are the same")
    return Connector(one, other, text, role, step)


def _leaf(piece: Piece) -> Thing:
    """Create a thing with a single part; measuring it here reports a missing glyph at the script's own line."""
    piece.size  # noqa: B018 - measuring it is the check
    return Thing(piece)


def _grid(values: ArrayLike | Illustrative) -> Array:
    try:
        numbers = np.array(opened(values), dtype=np.float64)
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


def _only(numbers: Array, decimals: int, printed: Any, given: int) -> tuple[tuple[str, ...], ...]:
    """Format only some of the numbers, and leave the other cells empty."""
    shown = _marked(opened(printed), numbers.shape, given)
    return tuple(
        tuple(text if (row, column) in shown else "" for column, text in enumerate(line))
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
        said = f"({blank:g}, {full:g})" if isinstance(scale, tuple) else f"{reach:g}"
        raise PictureError(f"heat={said} is less than the largest of these numbers: use that number or more")
    return tuple(tuple((value - blank) / reach if reach else 0.0 for value in line) for line in numbers.tolist())


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
            f"marked={index!r} doesn't fit cells of shape {shape}: write an index such as np.s_[0:3, 0:3]"
        ) from None
    return frozenset((row, column) for row, column in product(*map(range, shape)) if mask[row, column])


SIDES: Mapping[str, Mapping[str, Alignment]] = {
    "beside": {"middle": "middle", "top": "start", "bottom": "end"},
    "row": {"middle": "middle", "top": "start", "bottom": "end"},
    "above": {"middle": "middle", "left": "start", "right": "end"},
}


def _placed(given: Sequence[Placeable | Connector], called: str, align: str, core: Thing | None) -> Thing:
    """Check the arguments of an arranging function, and describe the result."""
    links = tuple(one for one in given if isinstance(one, Connector))
    things = tuple(_thing(one, called) for one in given if not isinstance(one, Connector))
    if not things:
        raise PictureError(f"{called} has nothing to place: give it things, as in {called}(block('one'), word('two'))")
    if align not in SIDES[called]:
        raise PictureError(f"{called} can align things by {', '.join(SIDES[called])}, not {align!r}")
    if core is not None and core not in things:
        raise PictureError(f"the core of this {called} isn't one of the things in it")
    _check(links, things, called)
    line = InLine("down" if called == "above" else "across", SIDES[called][align], is_even=called == "row")
    return Thing(inside=things, order=line, connectors=links, core=core)


def _check(links: Sequence[Connector], things: Sequence[Thing], called: str) -> None:
    """Check that both ends of every link are inside one of the things, exactly once, and that no link is duplicated."""
    held = [set(thing.everything()) for thing in things] if links else []
    joined = set[tuple[Nested, Nested]]()
    for link in links:
        for end in (link.one, link.other):
            standing = sum(end in each for each in held)
            if standing != 1:
                where = "isn't" if standing == 0 else "is more than once"
                raise PictureError(
                    f"a link joins a thing that {where} in this {called}: place it once, and give the link to "
                    f"the placing function around both its ends"
                )
        if (link.one, link.other) in joined:
            raise PictureError(f"two links of this {called} join the same two things: remove one")
        joined.add((link.one, link.other))


def _thing(one: object, called: str) -> Thing:
    if isinstance(one, Thing):
        return one
    if isinstance(one, Picture):
        return Thing(Drawn(picture=one))
    if isinstance(one, Shape):
        kind = type(one).__name__
        raise PictureError(
            f"{called} places things and pictures, not shapes such as {kind}: put it in a picture, "
            f'Picture(({kind.lower()},), snug_box([{kind.lower()}]), Description("…")), '
            f"with snug_box from unrolled.layout and Description from unrolled.description"
        )
    said = f"{type(one).__name__} {one!r}" if isinstance(one, str) else type(one).__name__
    raise PictureError(f"{called} places things and pictures, not {said}: for words, use word(…) or label(…)")


def _picture(layout: Layout, description: Description, room: float | None = None) -> Picture:
    """Draw the things, then the arrows, with less margin if they are too wide with the usual one."""
    shapes = tuple(_shapes(layout))
    is_illustrative = any(_is_illustrative(content) for content, _ in layout.leaves)
    box = snug_box(shapes) if room is None else fitted_box(shapes, room)
    return Picture(shapes, box, description, illustrative=is_illustrative)


def _shapes(layout: Layout) -> Iterator[Shape]:
    """Draw the things, named by kind and number, then the arrows of the links, then their texts."""
    fills = word_fills([content.word for content, _ in layout.leaves if content.word is not None])
    counted = Counter[str]()
    for content, frame in layout.leaves:
        counted[content.kind] += 1
        yield from content.shapes(f"{content.kind}-{counted[content.kind]}", frame, fills)
    for number, (link, path) in enumerate(layout.paths, start=1):
        yield Arrow(
            name=f"link-{number}",
            role=link.role,
            step=link.step,
            points=path.points,
            breaks=path.breaks,
            radius=BRANCH_RADIUS,
        )
    for number, (link, path) in enumerate(layout.paths, start=1):
        if path.text is not None:
            at, anchor = path.text
            yield Label(name=f"link-{number}-label", role="muted", step=link.step, text=link.text, at=at, anchor=anchor)


def _leaves(thing: Nested, called: str = "") -> Iterator[tuple[Content, str]]:
    """Iterate over all contents, each with its name from a label beside it."""
    if thing.content is not None:
        yield thing.content, called
    notes = [one.content.text for one in thing.inside if isinstance(one.content, Note)]
    if notes and len(thing.inside) - len(notes) == 1:
        called = " ".join(notes)
    for one in thing.inside:
        yield from _leaves(one, called)


def _description(thing: Nested, alt: str, text: str, steps: tuple[str, ...]) -> Description:
    """Build the description from the author's text and all numbers by name."""
    rows: list[tuple[int | None, TableRow]] = []
    texts = [text] if text else []
    for content, note in _leaves(thing):
        if isinstance(content, Cells):
            called = _called(content, note, len(rows) + 1)
            rows.append((content.step, TableRow.of(called, content.printed, step=content.step, role=content.role)))
        elif isinstance(content, Curves | Dots):
            for called, printed in content.printed:
                rows.append((content.step, TableRow.of(Series(note, called) if note else called, printed)))
        elif isinstance(content, Drawn):
            inner = content.picture.description
            texts.append(inner.text)
            rows += [(None, _joined(row)) for row in inner.rows]
    columns: tuple[TableColumn, ...] = (
        TableColumn(pgettext("in a table", "what")),
        TableColumn(pgettext("in a table", "numbers")),
    )
    if any(step is not None for step, _ in rows):
        columns = (TableColumn(pgettext("in a table", "time step")), *columns)
        stepped = [(TableCell("" if step is None else str(step)), row) for step, row in rows]
        rows = [(None, TableRow((cell, *row.cells), row.role)) for cell, row in stepped]
    return Description(alt, sentences(*texts), steps, columns if rows else (), tuple(row for _, row in rows))


def _joined(row: TableRow) -> TableRow:
    """Name the cells of another picture's row after its last cell."""
    *names, last = row.cells
    return TableRow((TableCell(Series(*(name.text for name in names))), last), row.role)


def _called(cells: Cells, note: str, number: int) -> str:
    """Name numbers by their own name, or by the label beside them and the word they belong to."""
    of = quoted(cells.of) if cells.of else ""
    named = [part for part in (note, of) if part]
    return cells.called or (Series(*named) if named else gettext("numbers %(number)s", number=number))


def _is_illustrative(content: Content) -> bool:
    if isinstance(content, Drawn):
        return content.picture.illustrative
    return isinstance(content, Cells) and content.illustrative
