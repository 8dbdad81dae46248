"""Vectors as they are shown, and rows of them, before anything has a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...i18n import Series
from ...numbers import text_of
from ...shapes.cells import CELL


@dataclass(frozen=True)
class Shown:
    """A vector as it is shown, wherever it stands."""

    name: str
    """Its name in the SVG."""
    role: str
    values: tuple[float, ...]
    says: str = ""
    """What it is called beside its cells: `h₁`."""
    step: int | None = None
    argument: str | None = None
    fill: str | None = None
    dashed: bool = False
    returned: bool = False
    """Whether it is what the model answers: it has a second rim and a bold name."""
    winner: int | None = None
    """The largest of the values, where a class is chosen by it; found before any rounding."""
    chosen: str = ""
    """The name of that class, where classes have names."""
    half: int | None = None
    """How many values are the first of two halves that were put side by side."""

    def places(self, most: int) -> list[int | None]:
        """Choose the values that are shown in so many cells; None stands for those left out."""
        count = len(self.values)
        if self.half is not None and count > most:
            second = _ends(count - self.half, most // 2, 1)
            return [*_ends(self.half, most // 2, 1), *(None if at is None else at + self.half for at in second)]
        found = _ends(count, most, 1 if self.role == "embedding" else 2)
        if self.winner is None or self.winner in found:
            return found
        before: list[int | None] = [] if self.winner == 1 else [None]
        after: list[int | None] = [] if self.winner == count - 2 else [None]
        return [0, *before, self.winner, *after, count - 1]

    def cells(self, most: int) -> tuple[str, ...]:
        """Print what is shown of the values."""
        return tuple("…" if at is None else text_of(self.values[at]) for at in self.places(most))

    def width(self, most: int) -> float:
        """Measure the cells."""
        return CELL * len(self.places(most))

    def is_cut(self, most: int) -> bool:
        """Tell whether some values are left out."""
        return None in self.places(most)

    def called(self, most: int) -> str:
        """Say its name, with its size where not all of it is shown."""
        return Series(self.says, len(self.values)) if self.says and self.is_cut(most) else self.says


def _ends(count: int, most: int, ahead: int) -> list[int | None]:
    """List the places of all values, or of the first ones and the last."""
    return list(range(count)) if count <= most else [*range(ahead), None, count - 1]


@dataclass(frozen=True)
class Line:
    """A line of a label beside a row."""

    text: str
    role: str = "ink"
    argument: str | None = None


@dataclass(frozen=True)
class Row:
    """Vectors side by side, each at its position in the sequence; or the one vector that is left of it."""

    at: tuple[int, ...]
    vectors: tuple[Shown, ...]
    label: tuple[Line, ...] = ()
    whole: bool = True
    """Whether it is a sequence."""

    def vector(self, position: int) -> Shown:
        """Find the vector at a position."""
        return self.vectors[self.at.index(position)]


def floats(values: Iterable[float]) -> tuple[float, ...]:
    """Take numbers out of an array."""
    return tuple(float(value) for value in values)
