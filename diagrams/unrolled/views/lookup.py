"""Embedding tables, and looking words up in them with one-hot vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, input_vectors, opened, read_only
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Draw, Flow
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, NUMBER, WORD, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import Clauses, Paragraph, Series, counted, gettext, known, ngettext, numbers, pgettext, quoted
from ..layout import COLUMN, LEAST_MARGIN, MARGIN, PHONE, first_that_fits, snug_box
from ..numbers.embedding import embed
from ..palette import word_fills
from ..picture import Picture, laid_anew
from ..shapes.arrows import INSET, Bracket
from ..shapes.cells import cells
from ..shapes.shape import Shape
from ..shapes.text import Label, Run
from .things import TABLE_CELL, column_width, label, room, shape_of, vector, word

ROWS_CLOSER = -9
"""How much closer the rows of a table are than steps."""
AROUND_SIGN = 8
"""The extra distance between operands and the sign."""
SIGN = NAME.bold().sized(20)
GAP_TEXT = "…"
MOST_WORDS = 6
MOST_FEATURES, MOST_NARROW = 6, 4
MOST_ROWS, MOST_ROWS_NARROW = 8, 6
MOST_IN_TABLE = 4
"""The most numbers of a vector shown in a table."""
LEAST_IN_TABLE, PADDING_IN_TABLE, TO_WORD, TO_VECTOR, HEAD_OVER_BRACKET = 76, 10, 6, 14, 17
WORD_OVER_VECTOR, HEADS_APART = 3, 8


@laid_anew
def table(words: Sequence[str], embeddings: ArrayLike | Illustrative | None = None) -> Picture:
    """Draw each word next to its vector (words, features); by default, the kit's own, with two numbers.

    >>> table(["I", "am", "groot"])
    >>> table(["cat", "dog"], illustrative([[0.9, 0.1], [0.8, 0.2]]))
    """
    vectors = input_vectors(embed(words) if embeddings is None else opened(embeddings)).tolist()
    if len(vectors) != len(words):
        given = f"{counted(len(words), 'word')} and {counted(len(vectors), 'embedding')}"
        raise PictureError(f"the table got {given}: give one for each word")
    description, is_invented = _table_described(words, vectors), isinstance(embeddings, Illustrative)
    shapes = laid(_table(words, vectors, WORD), replace(DOWN, cell=TABLE_CELL)).shapes
    picture = Picture(shapes, snug_box(shapes), description, illustrative=is_invented)
    if picture.box.width <= PHONE:
        return picture
    tried = (
        laid(_table(words, vectors, WORD_NARROW, stacked=stacked), axis).shapes
        for stacked in (False, True)
        for axis in (DOWN, DOWN.dense())
    )
    narrow = first_that_fits(tried, PHONE)
    return replace(picture, narrow=Picture(narrow, snug_box(narrow), description))


def _table(words: Sequence[str], vectors: Sequence[Sequence[float]], style: Style, *, stacked: bool = False) -> Flow:
    """Put a row for each word on the tracks for indices, words and vectors, below a header.

    In the stacked layout, a word is above its vector.
    """
    flow, fills = Flow(slot_room=ROWS_CLOSER), word_fills(words)
    wide = column_width(words, style, PADDING_IN_TABLE, LEAST_IN_TABLE)
    index, said = flow.track("index"), flow.track("word", TO_WORD)
    values_of = said if stacked else flow.track("embedding", TO_VECTOR if style == WORD else 0)
    flow.put(0, index, label("head-index", gettext("index")), loose=True)
    heads = label("head-word", gettext("word")), _vectors_head(vectors[0])
    for track, head in _columns((said, values_of), heads, HEADS_APART):
        flow.put(0, track, head, loose=True)
    for row, (text, values) in enumerate(zip(words, vectors, strict=True), start=1):
        flow.put(row, index, label(f"index-{row}", str(row - 1)))
        shown = cells(values, MOST_IN_TABLE, ahead=1)
        both = word(f"word-{row}", text, wide, fills[text], style=style), vector(f"embedding-{row}", shown, fills[text])
        for track, thing in _columns((said, values_of), both, WORD_OVER_VECTOR):
            flow.put(row, track, thing)
    return flow


def _columns(tracks: tuple[str, str], things: tuple[Draw, Draw], gap: float) -> list[tuple[str, Draw]]:
    """Put two items on their tracks; if there is only one track, the first above the second, with this gap."""
    if tracks[0] != tracks[1]:
        return list(zip(tracks, things, strict=True))

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        one, other = (thing(axis, at, length) for thing in things)
        apart = Frame.around(each.bounds for each in one).bottom - Frame.around(each.bounds for each in other).top + gap
        upper, lower = Point(at.x, at.y - apart / 2), Point(at.x, at.y + apart / 2)
        return [*things[0](axis, upper, length), *things[1](axis, lower, length)]

    return [(tracks[0], draw)]


def _vectors_head(values: Sequence[float]) -> Draw:
    """Draw a bracket above the cells, with a label and, if not all numbers are shown, their count."""
    text: str = gettext("embedding")
    if len(values) > MOST_IN_TABLE:
        text = Series(text, len(values))
    count = len(cells(values, MOST_IN_TABLE, ahead=1))

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        half, y = axis.cell[0] * count / 2 - INSET, at.y + HEAD_OVER_BRACKET
        start, to = Point(at.x - half, y), Point(at.x + half, y)
        return [
            Label(name="head-embedding", role="embedding", text=text, at=at, style=NAME.bold()),
            Bracket(name="bracket", role="embedding", start=start, to=to),
        ]

    return draw


def _table_described(words: Sequence[str], vectors: Sequence[Sequence[float]]) -> Description:
    rows = list(zip(words, [numbers(values, most=len(values)) for values in vectors], strict=True))
    alt = gettext(
        "A table that gives each word %(numbers)s: %(vectors)s.",
        numbers=ngettext("%(num)s number", "%(num)s numbers", len(vectors[0])),
        vectors=Clauses(
            *(
                gettext("%(word)s is %(numbers)s", word=quoted(word), numbers=known(values, role="embedding"))
                for word, values in rows
            )
        ),
    )
    return Description(
        alt=alt,
        text=gettext("Each row of the table is a word’s embedding: the vector that stands for it wherever it occurs."),
        columns=(
            TableColumn(pgettext("in a table", "index")),
            TableColumn(pgettext("in a table", "word")),
            TableColumn(pgettext("in a table", "embedding"), "embedding"),
        ),
        rows=tuple(TableRow.of(str(index), *row) for index, row in enumerate(rows)),
    )


@laid_anew
def lookup(
    words: str | Sequence[str],
    vocabulary: Sequence[str] | None = None,
    embeddings: ArrayLike | Illustrative | None = None,
) -> Picture:
    """Draw words as one-hot vectors, multiplied by the embedding matrix (words, features) of a vocabulary.

    By default, the vocabulary consists of the words themselves, and the embeddings are the kit's own.

    >>> lookup("am", ["I", "am", "groot"])
    >>> lookup(["I", "am"], ["I", "am", "groot"], [[0.5, 0.4], [0.2, -0.6], [-0.7, 0.3]])
    """
    product = product_of(words, vocabulary, opened(embeddings))
    is_invented = isinstance(embeddings, Illustrative)
    return _picture(product, ACROSS, is_invented, narrow=_picture(product, DOWN, is_invented))


def _picture(product: OneHotProduct, axis: Axis, is_invented: bool, narrow: Picture | None = None) -> Picture:
    """Lay out the factors and the product side by side or stacked, with small cells if necessary."""
    most = COLUMN if axis.across else PHONE
    for tried in (axis, axis.dense()):
        factors = Factors(product, tried)
        shapes = laid(factors.flow(), tried).shapes
        box = snug_box(shapes)
        if box.width <= most:
            break
    box = snug_box(shapes, min(MARGIN, max(LEAST_MARGIN, MARGIN - (box.width - most) / 2)))
    description = _description(product, factors.shown)
    return Picture(shapes, box, description, narrow=narrow, illustrative=is_invented)


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class OneHotProduct:
    """Words, the vocabulary that contains them, and its embedding matrix (words, features)."""

    words: tuple[str, ...]
    vocabulary: tuple[str, ...]
    matrix: Array

    @cached_property
    def picked(self) -> tuple[int, ...]:
        """The row index of each word."""
        return tuple(map(self.vocabulary.index, self.words))

    @cached_property
    def one_hot(self) -> Array:
        """A vector of zeros for each word, except for a 1 at its index."""
        return read_only(np.eye(len(self.vocabulary))[list(self.picked)])

    @cached_property
    def rows(self) -> Array:
        """The product. It only selects rows, since adding zeros changes nothing."""
        return read_only(self.one_hot @ self.matrix)

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colour of each word, the same as in other figures with this vocabulary."""
        return word_fills(self.vocabulary)

    def shown(self, most: int) -> tuple[int | None, ...]:
        """Choose the row indices to show: all, or some of them with None in the gaps."""
        size = len(self.vocabulary)
        if size <= most:
            return tuple(range(size))
        chosen = sorted({0, *self.picked, size - 1})
        shown: list[int | None] = []
        for row in chosen:
            before = shown[-1] if shown else None
            if before is not None and row > before + 1:
                shown += [row - 1] if row == before + 2 else [None]
            shown.append(row)
        return tuple(shown)


def product_of(
    words: str | Sequence[str], vocabulary: Sequence[str] | None, embeddings: ArrayLike | None
) -> OneHotProduct:
    """Check that the vocabulary contains the words, and has a vector for each of its own."""
    said = (words,) if isinstance(words, str) else tuple(words)
    if not said or len(said) > MOST_WORDS:
        raise PictureError(f"lookup draws 1 to {MOST_WORDS} words, not {len(said)}")
    known = tuple(dict.fromkeys(said)) if vocabulary is None else tuple(vocabulary)
    if isinstance(vocabulary, str) or len(set(known)) < len(known):
        raise PictureError(f"a vocabulary must be a list of different words, not {vocabulary!r}")
    for text in said:
        if text not in known:
            raise PictureError(f"the vocabulary has no word {text!r}; it has {', '.join(known)}")
    matrix = input_vectors(embed(known) if embeddings is None else embeddings)
    if len(matrix) != len(known):
        given = f"{counted(len(known), 'word')} and {counted(len(matrix), 'vector')}"
        raise PictureError(f"the vocabulary got {given}: give one for each word")
    return OneHotProduct(said, known, matrix)


@dataclass(frozen=True)
class Factors:
    """The factors and the product as tables, side by side or, in the narrow layout, stacked."""

    product: OneHotProduct
    axis: Axis

    @property
    def stacked(self) -> bool:
        """Whether the tables are stacked."""
        return not self.axis.across

    @cached_property
    def shown(self) -> tuple[int | None, ...]:
        """The rows of the matrix that are shown."""
        return self.product.shown(MOST_ROWS_NARROW if self.stacked else MOST_ROWS)

    @property
    def rows_axis(self) -> Axis:
        """The rows of a table run down in both layouts."""
        return replace(DOWN, cell=self.axis.cell)

    @property
    def count(self) -> int:
        """The number of words being looked up."""
        return len(self.product.words)

    def flow(self) -> Flow:
        """Add the one-hot vectors, ×, the matrix, =, and the product."""
        flow = Flow(slot_room=AROUND_SIGN)
        track = flow.track("product")
        aside = (self.words_width + self.rows_axis.track_gap + self.vector_width) / 2 if self.stacked else 0
        things = self._one_hot(), _sign("times", "×", aside), self._matrix(), _sign("equals", "=", aside), self._rows()
        for slot, thing in enumerate(things):
            flow.put(slot, track, thing, loose=True)
        return flow

    def cells(self, values: Sequence[float]) -> tuple[str, ...]:
        """Format an embedding."""
        return cells(values, MOST_NARROW if self.stacked else MOST_FEATURES, ahead=1)

    @property
    def vector_width(self) -> float:
        """The width of an embedding."""
        return self.axis.cell[0] * len(self.cells(self.product.matrix[0].tolist()))

    @cached_property
    def words_width(self) -> float:
        """The width of the column of words being looked up; if stacked, all columns of words are equally wide."""
        return column_width(self.known if self.stacked else self.product.words)

    @cached_property
    def known(self) -> list[str]:
        """The words of the vocabulary that are shown."""
        return [self.product.vocabulary[row] for row in self.shown if row is not None]

    def _one_hot(self) -> Draw:
        product, flow = self.product, Flow(slot_room=ROWS_CLOSER)
        words, places = flow.track("words"), flow.track("cells")
        flow.put(-1, places, label("one-hot-head", gettext("one-hot"), "ink", NAME.bold()), loose=True)
        flow.put(0, places, _places(self.shown), loose=True)
        said = []
        for number, (text, picked) in enumerate(zip(product.words, product.picked, strict=True), start=1):
            said.append(flow.put(number, words, self._word(f"word-{number}", text)))
            texts = tuple(GAP_TEXT if row is None else f"{product.one_hot[number - 1, row]:.0f}" for row in self.shown)
            winner = self.shown.index(picked)
            flow.put(number, places, vector(f"one-hot-{number}", texts, "block", role="ink", winner=winner))
        self._shape(flow, places, "one-hot", product.one_hot, "ink", self.count)
        return grouped(flow, self.rows_axis, said)

    def _matrix(self) -> Draw:
        """Add the rows of the vocabulary; only those being looked up have their words' colours."""
        product, flow = self.product, Flow(slot_room=ROWS_CLOSER)
        index, words, rows = flow.track("index"), flow.track("words"), flow.track("rows")
        flow.put(0, rows, label("matrix-head", gettext("embeddings"), "embedding", NAME.bold()), loose=True)
        digits = width(str(len(product.vocabulary) - 1), NAME)
        wide, core = column_width(self.known), []
        for slot, row in enumerate(self.shown, start=1):
            if row is None:
                left_out = label(f"more-{slot - 1}", self._left_out(slot - 1), style=NAME.bold(), begin=-wide / 2)
                flow.put(slot, words, left_out)
                continue
            text = product.vocabulary[row]
            fill = product.fills[text] if row in product.picked else None
            flow.put(slot, index, label(f"index-{row}", str(row), begin=-digits / 2))
            item = flow.put(slot, words, word(f"known-{row}", text, wide, fill))
            flow.put(slot, rows, vector(f"row-{row}", self.cells(product.matrix[row].tolist()), fill or "block"))
            if self.stacked or self.count > 1 or row in product.picked:
                core.append(item)
        self._shape(flow, rows, "matrix", product.matrix, "embedding", len(self.shown))
        return grouped(flow, self.rows_axis, core)

    def _rows(self) -> Draw:
        product, flow = self.product, Flow(slot_room=ROWS_CLOSER)
        words, rows = flow.track("words"), flow.track("rows")
        text = ngettext("row", "rows", self.count)
        flow.put(0, rows, label("result-head", text, "embedding", NAME.bold()), loose=True)
        core = []
        for number, (said, values) in enumerate(zip(product.words, product.rows.tolist(), strict=True), start=1):
            row = flow.put(number, rows, vector(f"result-{number}", self.cells(values), product.fills[said]))
            if self.stacked:
                row = flow.put(number, words, self._word(f"result-word-{number}", said))
            core.append(row)
        self._shape(flow, rows, "result", product.rows, "embedding", self.count)
        return grouped(flow, self.rows_axis, core)

    def _word(self, name: str, text: str) -> Draw:
        return word(name, text, self.words_width, self.product.fills[text])

    def _left_out(self, place: int) -> str:
        before, after = self.shown[place - 1], self.shown[place + 1]
        assert before is not None
        assert after is not None
        return ngettext("%(num)s more word", "%(num)s more words", after - before - 1)

    def _shape(self, flow: Flow, track: str, name: str, values: Array, token: str, rows: int) -> None:
        """Show the shape of a factor below its last row."""
        first, last = values.shape
        runs = Run(f"({first}, "), Run(str(last), token), Run(")")
        flow.put(rows + 0.5, track, room)
        flow.put(rows + 1, track, shape_of(f"{name}-shape", runs, token), loose=True)


def _sign(name: str, text: str, aside: float) -> Draw:
    """Draw a sign, this far to the right of the words' axis."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return [Label(name=name, role="muted", text=text, at=Point(at.x + aside, at.y), style=SIGN)]

    return draw


def _places(shown: Sequence[int | None]) -> Draw:
    """Number the cells of the one-hot vectors."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        left = at.x - axis.cell[0] * len(shown) / 2
        return [
            Label(
                name=f"place-{row}",
                role="muted",
                text=str(row),
                at=Point(left + (place + 0.5) * axis.cell[0], at.y),
                style=NUMBER,
            )
            for place, row in enumerate(shown)
            if row is not None
        ]

    return draw


def _description(product: OneHotProduct, shown: Sequence[int | None]) -> Description:
    """Describe what is looked up; the table also has the rows multiplied by 0, as far as they are shown."""
    size = len(product.vocabulary)
    picked = list(zip(product.words, product.picked, product.rows.tolist(), strict=True))
    products = Clauses(
        *(
            gettext(
                "%(word)s has the index %(index)s, and its product is %(numbers)s",
                word=quoted(word),
                index=index,
                numbers=known(numbers(row), role="embedding"),
            )
            for word, index, row in picked
        )
    )
    alt = ngettext(
        "A one-hot vector times a matrix is a row: in a vocabulary of %(num)s word, %(products)s.",
        "A one-hot vector times a matrix is a row: in a vocabulary of %(num)s words, %(products)s.",
        size,
        products=products,
    )
    text = [
        ngettext(
            "A one-hot vector has a place for the %(num)s word in the vocabulary: 1 at the word’s own place, 0 "
            "everywhere else.",
            "A one-hot vector has a place for each of the %(num)s words in the vocabulary: 1 at the word’s own "
            "place, 0 everywhere else.",
            size,
        ),
        gettext(
            "Multiplied by the matrix, which has a row for each word, it takes the word’s row once and every "
            "other row 0 times."
        ),
        gettext("So a layer just looks the row up, without multiplying."),
    ]
    rows = [
        TableRow.of(word, str(index), numbers(one_hot), numbers(row))
        for (word, index, row), one_hot in zip(picked, product.one_hot.tolist(), strict=True)
    ]
    others = [row for row in shown if row is not None and row not in product.picked]
    rows += [
        TableRow.of(product.vocabulary[row], str(row), "", numbers(product.matrix[row].tolist())) for row in others
    ]
    heads = (
        pgettext("in a table", "word"),
        pgettext("in a table", "index"),
        pgettext("in a table", "one-hot"),
        pgettext("in a table", "row"),
    )
    return Description(
        alt=alt,
        text=Paragraph(*text),
        columns=tuple(map(TableColumn, heads, (None, None, None, "embedding"))),
        rows=tuple(rows),
    )
