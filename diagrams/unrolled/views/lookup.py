"""Embedding tables, and looking words up in them with one-hot vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Illustrative, input_vectors, opened, read_only
from ..description import Description, TextColumn
from ..errors import PictureError
from ..flow.axis import ACROSS, DENSE_CELL, DOWN
from ..flow.description import Draw, Flow
from ..flow.drawing import laid
from ..flow.table import Row, Table
from ..fonts import NAME, NUMBER, WORD, width
from ..geometry import Point
from ..i18n import LEFT_OUT, Clauses, Fields, Series, counted, gettext, known, ngettext, numbers, pgettext, quoted
from ..layout import COLUMN, MARGIN, PHONE
from ..measures import Measures, measures
from ..numbers.embedding import embed
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import call_numbers, named, record
from ..sample import Sample
from ..shapes.arrows import INSET, Bracket
from ..shapes.cells import cells
from ..shapes.shape import Shape, Shapes
from ..shapes.text import Run
from .given import of_word
from .pieces import BOLD, TABLE_CELL, column_width, heading, over, phrase, spread, text, vector, word

ROWS_APART = 9
AROUND_SIGN = 8
"""The extra distance between operands and the sign."""
SIGN = BOLD.sized(20)
MOST_WORDS = 6
MOST_IN_TABLE = 4
"""The most numbers of a vector shown in a table."""
LEAST_IN_TABLE, PADDING_IN_TABLE, TO_WORD, TO_VECTOR, HEAD_OVER_BRACKET = 76, 10, 6, 14, 17
WORD_OVER_VECTOR, HEADS_APART = 3, 8
TABLES = measures(letters=WORD.size, cell=TABLE_CELL, apart=TO_VECTOR)
NARROW_TABLES = measures(cell=[(34, 28), DENSE_CELL, (34, 28), DENSE_CELL], is_full=[True, True, False])
WIDE = measures(cell=[(34, 28), DENSE_CELL], numbers=6, most=8)
NARROW = measures(cell=[(34, 28), DENSE_CELL], numbers=4, most=6, is_full=False)
"""Where there is no space for everything, words are above their vectors, and factors below one another."""


@laid_anew
def table(words: Sequence[str], embeddings: ArrayLike | Illustrative | None = None) -> Picture:
    """Draw each word next to its vector (words, features); by default, the kit's own, with two numbers.

    >>> table(["I", "am", "groot"])
    >>> table(["cat", "dog"], illustrative([[0.9, 0.1], [0.8, 0.2]]))
    """
    vectors = input_vectors(embed(words) if embeddings is None else opened(embeddings)).tolist()
    if len(vectors) != len(words):
        counts = f"{counted(len(words), 'word')} and {counted(len(vectors), 'embedding')}"
        raise PictureError(f"the table got {counts}: give one for each word")
    wide, narrow = (
        (laid(_table(words, vectors, sizes).flow(), DOWN).shapes for sizes in tried)
        for tried in (TABLES, NARROW_TABLES)
    )
    is_invented = isinstance(embeddings, Illustrative)
    picture = in_two_forms(wide, narrow, _described(words, vectors), margin=MARGIN, illustrative=is_invented)
    return replace(picture, narrow=None) if picture.box.width <= PHONE else picture


def _table(words: Sequence[str], vectors: Sequence[Sequence[float]], sizes: Measures) -> Table:
    """Put a row for each word below the names of its index, itself and its vector."""
    fills, printed = word_fills(words), [cells(row, MOST_IN_TABLE, ahead=1) for row in vectors]
    wide = column_width(words, sizes.style, PADDING_IN_TABLE, LEAST_IN_TABLE)
    names = ("index", "word", "embedding") if sizes.is_full else ("index", "both")
    table = Table(Sample.all(len(words)), ROWS_APART, names, is_even=True)
    half, y = sizes.cell[0] * len(printed[0]) / 2 - INSET, HEAD_OVER_BRACKET
    bracket = Bracket(name="bracket", role="embedding", start=Point(-half, y), to=Point(half, y))
    called: str = gettext("embedding")
    if len(vectors[0]) > MOST_IN_TABLE:
        called = Series(called, len(vectors[0]))
    heads = text(gettext("word"), name="head-word"), [*heading(called, "embedding", name="head-embedding"), bracket]

    @table.column(text(gettext("index"), name="head-index"))
    def index(row: int) -> Shapes:
        return text(str(row))

    @table.column(heads[0], TO_WORD, name="word")
    def said(row: int) -> Shapes:
        fill, high = fills[words[row]], sizes.cell[1]
        return word(words[row], wide, fill, sizes.style, name=f"word-{row + 1}", high=high)

    @table.column(heads[1], sizes.apart)
    def embedding(row: int) -> Shapes:
        return vector(printed[row], sizes.cell, fills[words[row]], name=f"embedding-{row + 1}")

    @table.column(over(*heads, HEADS_APART), TO_WORD)
    def both(row: int) -> Shapes:
        return over(said(row), embedding(row), WORD_OVER_VECTOR)

    return table


def _described(words: Sequence[str], vectors: Sequence[Sequence[float]]) -> Description:
    printed = [numbers(row, most=len(row)) for row in vectors]
    listed = [
        Fields(word=quoted(word), numbers=known(row, role="embedding"))
        for word, row in zip(words, printed, strict=True)
    ]
    count = ngettext("%(num)s number", "%(num)s numbers", len(vectors[0]))
    clauses = Clauses(*(fields.gettext("%(word)s is %(numbers)s") for fields in listed))
    return Description.of(
        gettext("A table that gives each word %(numbers)s: %(vectors)s.", numbers=count, vectors=clauses),
        gettext("Each row of the table is a word’s embedding: the vector that stands for it wherever it occurs."),
        table=[
            TextColumn(pgettext("in a table", "index"), map(str, range(len(words)))),
            TextColumn(pgettext("in a table", "word"), words),
            TextColumn(pgettext("in a table", "embedding"), printed, role="embedding"),
        ],
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
    return in_two_forms(
        map(product.laid, WIDE),
        map(product.laid, NARROW),
        product.description,
        room=COLUMN,
        margin=MARGIN,
        illustrative=isinstance(embeddings, Illustrative),
    )


def product_of(
    words: str | Sequence[str], vocabulary: Sequence[str] | None, embeddings: ArrayLike | None
) -> OneHotProduct:
    """Check that the vocabulary contains the words, and has a vector for each of its own."""
    chosen = (words,) if isinstance(words, str) else tuple(words)
    if not chosen or len(chosen) > MOST_WORDS:
        raise PictureError(f"lookup draws 1 to {MOST_WORDS} words, not {len(chosen)}")
    entries = tuple(dict.fromkeys(chosen)) if vocabulary is None else tuple(vocabulary)
    if isinstance(vocabulary, str) or len(set(entries)) < len(entries):
        raise PictureError(f"a vocabulary must be a list of different words, not {vocabulary!r}")
    for choice in chosen:
        if choice not in entries:
            raise PictureError(f"the vocabulary has no word {choice!r}; it has {', '.join(entries)}")
    matrix = record(
        input_vectors(embed(entries) if embeddings is None else embeddings), "matrix", gettext("embeddings")
    )
    call_numbers(matrix, partial(of_word, entries))
    if len(matrix) != len(entries):
        counts = f"{counted(len(entries), 'word')} and {counted(len(matrix), 'vector')}"
        raise PictureError(f"the vocabulary got {counts}: give one for each word")
    return OneHotProduct(chosen, entries, matrix)


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
        one_hot = record(self.one_hot, "one-hot", gettext("one-hot"))
        call_numbers(one_hot, partial(of_word, self.words))
        rows: Array = named("row", one_hot @ self.matrix, pgettext("in a table", "row"))
        call_numbers(rows, partial(of_word, self.words))
        return rows

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colour of each word, the same as in other figures with this vocabulary."""
        return word_fills(self.vocabulary)

    def shown(self, most: int) -> Sample:
        """Choose the rows to show: all, or the first, the last and those of the words."""
        size = len(self.vocabulary)
        return Sample.all(size) if size <= most else Sample.around(size, {0, *self.picked, size - 1}, least=2)

    def laid(self, sizes: Measures) -> tuple[Shape, ...]:
        """Lay out the one-hot vectors, ×, the matrix, =, and the product, side by side or below one another."""
        sample, are_beside = self.shown(sizes.most), sizes.is_full
        vocabulary_width = column_width(sample.of(self.vocabulary))
        wide = column_width(self.words) if are_beside else vocabulary_width
        features = len(cells(self.matrix[0].tolist(), sizes.numbers, ahead=1))
        aside = 0 if are_beside else (wide + DOWN.track_gap + features * sizes.cell[0]) / 2
        core = [row for row in sample.places if row in self.picked or not are_beside or len(self.words) > 1]
        parts: list[Draw | Shapes] = [
            self._one_hot(sample, wide, sizes).draw("word"),
            text("×", style=SIGN, name="times", x=aside),
            self._matrix(sample, vocabulary_width, sizes).draw("known", rows=core),
            text("=", style=SIGN, name="equals", x=aside),
            self._result(wide, sizes).draw("result" if are_beside else "result-word", rows=range(len(self.words))),
        ]
        flow, axis = Flow(slot_room=AROUND_SIGN), ACROSS if are_beside else DOWN
        for slot, part in enumerate(parts):
            flow.put(slot, flow.track("product"), part, loose=True)
        return laid(flow, axis).shapes

    def _one_hot(self, sample: Sample, wide: float, sizes: Measures) -> Table:
        """Put a vector of zeros next to each word, except for a 1 at its index, below the indices."""
        table = Table(Sample.all(len(self.words)), ROWS_APART, is_even=True)
        places = [() if row is None else text(str(row), style=NUMBER, name=f"place-{row}") for row in sample.shown]

        @table.column()
        def word(row: int) -> Shapes:
            return self._word(self.words[row], wide, sizes)

        @table.column(spread(places, sizes.cell[0]), name="one-hot")
        def one_hot(row: int) -> Shapes:
            printed = sample.filled([f"{value:.0f}" for value in self.one_hot[row]], LEFT_OUT)
            return vector(printed, sizes.cell, "block", "ink", winner=sample.shown.index(self.picked[row]))

        table.above = [{"one-hot": heading(gettext("one-hot"), name="one-hot-head")}]
        table.below = _size("one-hot", "one-hot", self.one_hot, "ink")
        return table

    def _matrix(self, sample: Sample, wide: float, sizes: Measures) -> Table:
        """Put the vector of each word in the vocabulary in a row; only those being looked up have their colours."""
        table = Table(sample, ROWS_APART, first=0, is_even=True)

        @table.column(align="left", width=width(str(len(self.vocabulary) - 1), NAME))
        def index(row: int) -> Shapes:
            return text(str(row))

        @table.column(align="left")
        def known(row: int) -> Shapes:
            return self._word(self.vocabulary[row], wide, sizes, is_picked=row in self.picked)

        @table.column(heading(gettext("embeddings"), "embedding", name="matrix-head"))
        def row(row: int) -> Shapes:
            fill = self.fills[self.vocabulary[row]] if row in self.picked else "block"
            return self._vector(self.matrix[row], sizes, fill)

        def more(at: int) -> Row:
            left_out = ngettext("%(num)s more word", "%(num)s more words", sample.hidden(at))
            return {"known": text(left_out, style=BOLD, name=f"more-{at}")}

        table.more, table.below = more, _size("row", "matrix", self.matrix, "embedding")
        return table

    def _result(self, wide: float, sizes: Measures) -> Table:
        """Put the vector of each word in a row, next to the word if the factors are below one another."""
        names = ["result"] if sizes.is_full else ["result-word", "result"]
        table = Table(Sample.all(len(self.words)), ROWS_APART, names, is_even=True)

        @table.column(name="result-word")
        def word(row: int) -> Shapes:
            return self._word(self.words[row], wide, sizes)

        @table.column(heading(ngettext("row", "rows", len(self.words)), "embedding", name="result-head"))
        def result(row: int) -> Shapes:
            return self._vector(self.rows[row], sizes, self.fills[self.words[row]])

        table.below = _size("result", "result", self.rows, "embedding")
        return table

    def _word(self, entry: str, wide: float, sizes: Measures, *, is_picked: bool = True) -> Shapes:
        return word(entry, wide, self.fills[entry] if is_picked else None, high=sizes.cell[1])

    def _vector(self, values: Array, sizes: Measures, fill: str) -> Shapes:
        return vector(cells(values.tolist(), sizes.numbers, ahead=1), sizes.cell, fill)

    @property
    def description(self) -> Description:
        """Describe what is looked up; the table also has the rows multiplied by 0, as far as they are shown."""
        size = len(self.vocabulary)
        other_rows = [row for row in self.shown(WIDE[0].most).places if row not in self.picked]
        picked = [
            Fields(word=quoted(word), index=index, numbers=known(numbers(row), role="embedding"))
            for word, index, row in zip(self.words, self.picked, self.rows.tolist(), strict=True)
        ]
        products = Clauses(
            *(fields.gettext("%(word)s has the index %(index)s, and its product is %(numbers)s") for fields in picked)
        )
        return Description.of(
            ngettext(
                "A one-hot vector times a matrix is a row: in a vocabulary of %(num)s word, %(products)s.",
                "A one-hot vector times a matrix is a row: in a vocabulary of %(num)s words, %(products)s.",
                size,
                products=products,
            ),
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
            table=[
                TextColumn(
                    pgettext("in a table", "word"), [*self.words, *(self.vocabulary[row] for row in other_rows)]
                ),
                TextColumn(pgettext("in a table", "index"), map(str, [*self.picked, *other_rows])),
                TextColumn(
                    pgettext("in a table", "one-hot"), [*map(numbers, self.one_hot.tolist()), *[""] * len(other_rows)]
                ),
                TextColumn(
                    pgettext("in a table", "row"),
                    map(numbers, self.matrix[[*self.picked, *other_rows]].tolist()),
                    role="embedding",
                ),
            ],
        )


def _size(column: str, name: str, values: Array, token: str) -> list[Row]:
    """Write the shape of a factor below its last row."""
    first, last = values.shape
    runs = Run(f"({first}, "), Run(str(last), token), Run(")")
    return [{column: ()}, {column: phrase(runs, token, name=f"{name}-shape")}]
