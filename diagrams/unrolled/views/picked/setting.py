"""Where the three factors stand: side by side, or under one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...fonts import NAME, WORD_TURNED, width
from ...geometry import Frame
from ...shapes.cells import CELL, cells
from ...shapes.text import word_width
from .product import Product

PITCH = 34
"""From one row to the next."""
TO_CELLS, INDEX_ROOM = 10, 8
SIGN_ROOM = 56
"""Between two factors, for the sign."""
STACKED_ROOM = 112
"""Between two factors that stand under one another: a shape, a sign, and two heads."""
MOST_FEATURES, MOST_NARROW = 6, 4
LEAST_WORD = 48
MOST_ROWS, MOST_ROWS_STACKED = 8, 6


@dataclass(frozen=True)
class Setting:
    """A product with its places."""

    product: Product
    stacked: bool = False

    @property
    def most(self) -> int:
        """How many numbers of a vector there is room for."""
        return MOST_NARROW if self.stacked else MOST_FEATURES

    @cached_property
    def shown(self) -> tuple[int | None, ...]:
        """The rows of the matrix that are shown."""
        return self.product.shown(MOST_ROWS_STACKED if self.stacked else MOST_ROWS)

    def row_cells(self, row: int) -> tuple[str, ...]:
        """Print a row of the matrix."""
        return cells(self.product.matrix[row].tolist(), self.most, ahead=1)

    def result_cells(self, word: int) -> tuple[str, ...]:
        """Print what a word's product yields."""
        return cells(self.product.rows[word].tolist(), self.most, ahead=1)

    @cached_property
    def vector_width(self) -> float:
        """The width of an embedding."""
        return CELL * len(self.row_cells(0))

    @cached_property
    def words_width(self) -> float:
        """The column of the words that are looked up."""
        return self._column(self.product.vocabulary if self.stacked else self.product.words)

    @cached_property
    def known_width(self) -> float:
        """The column of the words of the vocabulary."""
        return self._column(self.product.vocabulary)

    def _column(self, words: Iterable[str]) -> float:
        """Measure the widest of these words that are shown; under one another all have one width."""
        shown = {self.product.vocabulary[row] for row in self.shown if row is not None}
        return max(word_width(word, WORD_TURNED, least=LEAST_WORD) for word in shown.intersection(words))

    @property
    def left(self) -> float:
        """Where the words that are looked up begin; under one another they are flush with those of the vocabulary."""
        return self.index_width if self.stacked else 0

    @cached_property
    def index_width(self) -> float:
        """The column of the rows' numbers."""
        return width(str(len(self.product.vocabulary) - 1), NAME) + INDEX_ROOM

    @cached_property
    def one_hot_width(self) -> float:
        """The width of a one-hot vector, as far as it is shown."""
        return CELL * len(self.shown)

    @cached_property
    def matrix_height(self) -> float:
        """From the first row of the matrix to the end of the last."""
        return PITCH * (len(self.shown) - 1) + CELL

    @cached_property
    def words_height(self) -> float:
        """The same of the words."""
        return PITCH * (len(self.product.words) - 1) + CELL

    @cached_property
    def words_top(self) -> float:
        """One word stands at the height of its row, several in the middle of the matrix's height."""
        if self.stacked:
            return 0
        if len(self.product.words) == 1:
            return self.shown.index(self.product.picked[0]) * PITCH
        return (self.matrix_height - self.words_height) / 2

    @cached_property
    def matrix_top(self) -> float:
        """The upper edge of the matrix."""
        return self.words_height + STACKED_ROOM if self.stacked else 0

    def word(self, number: int) -> Frame:
        """A word that is looked up."""
        return Frame(self.left, self.words_top + number * PITCH, self.words_width, CELL)

    def one_hot(self, number: int) -> Frame:
        """Its one-hot vector."""
        return Frame(self.word(number).right + TO_CELLS, self.word(number).top, self.one_hot_width, CELL)

    @property
    def matrix_left(self) -> float:
        """Where the numbers of the matrix's rows begin."""
        return 0 if self.stacked else self.one_hot(0).right + SIGN_ROOM

    def known(self, place: int) -> Frame:
        """A word of the vocabulary, by its place among the rows that are shown."""
        return Frame(self.matrix_left + self.index_width, self.matrix_top + place * PITCH, self.known_width, CELL)

    def row(self, place: int) -> Frame:
        """Its vector."""
        return Frame(self.known(place).right + TO_CELLS, self.known(place).top, self.vector_width, CELL)

    def result(self, number: int) -> Frame:
        """What a word's product yields."""
        if self.stacked:
            top = self.matrix_top + self.matrix_height + STACKED_ROOM + number * PITCH
            return Frame(self.word(0).right + TO_CELLS, top, self.vector_width, CELL)
        return Frame(self.row(0).right + SIGN_ROOM, self.word(number).top, self.vector_width, CELL)
