"""What a plane shows: words with their vectors, neighbours, and differences that are carried over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ...arrays import Array
from ...errors import PictureError
from ...numbers import MINUS, counted
from .projection import Projection, projection_of

NEAREST = 3


class Near(NamedTuple):
    """A word whose nearest neighbours are shown."""

    word: str
    many: int


class Difference(NamedTuple):
    """The way from one word to another, and from where it is gone again."""

    start: str
    to: str
    again: str | None = None

    @property
    def name(self) -> str:
        """Write where it leads: `king − man + woman`."""
        return f"{self.to} {MINUS} {self.start} + {self.again}"


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class WordVectors:
    """Words and vectors (words, features), and what was asked of them."""

    words: tuple[str, ...]
    vectors: Array
    near: tuple[Near, ...] = ()
    differences: tuple[Difference, ...] = ()

    @cached_property
    def projection(self) -> Projection:
        """How vectors become points."""
        return projection_of(self.vectors)

    @cached_property
    def places(self) -> Array:
        """Each word's place in the plane (words, 2)."""
        return self.projection.points(self.vectors)

    def vector(self, word: str) -> Array:
        """Find a word's vector."""
        if word not in self.words:
            raise PictureError(f"the plane has no word {word!r}; it has {', '.join(self.words)}")
        found: Array = self.vectors[self.words.index(word)]
        return found

    def neighbours(self, vector: Array, but: tuple[str, ...], many: int) -> list[tuple[str, float]]:
        """Find the words nearest to a vector, by the distance in all its numbers, with that distance."""
        distances = np.linalg.norm(self.vectors - vector, axis=1)
        order = [number for number in np.argsort(distances, kind="stable") if self.words[number] not in but]
        return [(self.words[number], float(distances[number])) for number in order[:many]]

    def neighbours_of(self, near: Near) -> list[tuple[str, float]]:
        """Find the neighbours that are shown."""
        return self.neighbours(self.vector(near.word), (near.word,), near.many)

    def end(self, difference: Difference) -> Array:
        """Compute where a difference leads that is gone again from another word."""
        assert difference.again is not None
        ended: Array = self.vector(difference.again) + self.vector(difference.to) - self.vector(difference.start)
        return ended

    def answer(self, difference: Difference) -> str | None:
        """Find the word nearest to where a difference leads, but for the three that were given."""
        given = (difference.start, difference.to, difference.again or "")
        found = self.neighbours(self.end(difference), given, 1)
        return found[0][0] if found else None

    @cached_property
    def involved(self) -> frozenset[str]:
        """The words that something was asked of, or that answer; where nothing was asked, all."""
        if not self.near and not self.differences:
            return frozenset(self.words)
        found = {each.word for each in self.near} | {word for each in self.near for word, _ in self.neighbours_of(each)}
        for each in self.differences:
            found |= {each.start, each.to}
            if each.again is not None:
                found |= {each.again, self.answer(each) or each.again}
        return frozenset(found)

    def with_near(self, word: str, count: int) -> WordVectors:
        """Show a word's nearest neighbours, too."""
        self.vector(word)
        if not 1 <= count < len(self.words):
            raise PictureError(
                f"{word!r} has {counted(len(self.words) - 1, 'neighbour')} here: ask for 1 or more, not {count}"
            )
        return replace(self, near=(*self.near, Near(word, count)))

    def with_difference(self, start: str, to: str, again: str | None) -> WordVectors:
        """Show a difference, too."""
        for word in (start, to, again or to):
            self.vector(word)
        if start == to:
            raise PictureError(f"a difference leads from one word to another, not from {start!r} to itself")
        return replace(self, differences=(*self.differences, Difference(start, to, again)))
