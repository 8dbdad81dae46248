"""The product: words as one-hot vectors, times the matrix of all embeddings, is a row for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ...arrays import Array, input_vectors, read_only
from ...errors import PictureError
from ...numbers import counted
from ...numbers.embedding import embed
from ...palette import word_fills

MOST_WORDS = 6


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Product:
    """Words, the vocabulary that they stand in, and its matrix (words, features)."""

    words: tuple[str, ...]
    vocabulary: tuple[str, ...]
    matrix: Array

    @cached_property
    def picked(self) -> tuple[int, ...]:
        """The row of each word, from 0."""
        return tuple(map(self.vocabulary.index, self.words))

    @cached_property
    def one_hot(self) -> Array:
        """All zeros but a 1 at the word's place, for each word."""
        return read_only(np.eye(len(self.vocabulary))[list(self.picked)])

    @cached_property
    def rows(self) -> Array:
        """The product, multiplied out; adding zeros changes nothing."""
        return read_only(self.one_hot @ self.matrix)

    @cached_property
    def fills(self) -> dict[str, str]:
        """The fill of each word: what it has in the other figures of a vocabulary."""
        return word_fills(self.vocabulary)

    def shown(self, most: int) -> tuple[int | None, ...]:
        """Choose the rows to show: all of so many, else some; None stands for those left out between two of them."""
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


def product_of(words: str | Sequence[str], vocabulary: Sequence[str] | None, embeddings: ArrayLike | None) -> Product:
    """Check that the words stand in the vocabulary, and that it has a vector for each."""
    said = (words,) if isinstance(words, str) else tuple(words)
    if not said or len(said) > MOST_WORDS:
        raise PictureError(f"lookup draws 1 to {MOST_WORDS} words, not {len(said)}")
    known = tuple(dict.fromkeys(said)) if vocabulary is None else tuple(vocabulary)
    if isinstance(vocabulary, str) or len(set(known)) < len(known):
        raise PictureError(f"a vocabulary is a list of words, each of them once, not {vocabulary!r}")
    for word in said:
        if word not in known:
            raise PictureError(f"the vocabulary has no word {word!r}; it has {', '.join(known)}")
    matrix = input_vectors(embed(known) if embeddings is None else embeddings)
    if len(matrix) != len(known):
        given = f"{counted(len(known), 'word')} and {counted(len(matrix), 'vector')}"
        raise PictureError(f"the vocabulary is given {given}: give one for each word")
    return Product(said, known, matrix)
