"""How figures print numbers, and numbers that are only illustrative."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import ArrayLike

from ..arrays import read_only
from ..errors import NumbersError

MINUS = "\N{MINUS SIGN}"
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Number(str):
    """A printed number; the decimal separator depends on the language."""


def text_of(value: float, decimals: int = 1) -> Number:
    """Format a number: an exact integer without decimals, anything else with all of them, and never `−0.0`."""
    if not math.isfinite(value):
        raise NumbersError(f"a figure can't show {value}: some weight or input isn't a finite number")
    text = f"{value:.0f}" if value == int(value) else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return Number(text.replace("-", MINUS))


def number_in(text: str) -> float:
    """Parse a printed number."""
    return float(text.replace(MINUS, "-"))


def subscripted(number: int, letter: str = "h") -> str:
    """Format a letter with a subscript, as in the name of a state: `h₁`."""
    return letter + str(number).translate(SUBSCRIPTS)


def counted(number: int, noun: str) -> str:
    """Format a count with its noun: `1 unit`, `5 units`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Illustrative(NDArrayOperatorsMixin):
    """Made-up numbers; anything computed from them is illustrative too.

    They never convert to an array, because that would lose track of their origin.
    """

    def __init__(self, values: ArrayLike) -> None:
        self._values = read_only(values)
        if not np.isfinite(self._values).all():
            raise NumbersError("illustrative numbers must be finite")

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the numbers."""
        return self._values.shape

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Illustrative]:
        return (Illustrative(part) for part in self._values)

    def __getitem__(self, index: Any) -> Illustrative:
        return Illustrative(self._values[index])

    def __repr__(self) -> str:
        return f"illustrative({self._values.tolist()})"

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        result = getattr(ufunc, method)(*map(opened, inputs), **options)
        return tuple(map(_again, result)) if isinstance(result, tuple) else _again(result)

    def __array_function__(self, function: Callable[..., Any], types: Any, inputs: Any, options: Any) -> Any:
        return _again(function(*map(_deeply, inputs), **{name: _deeply(value) for name, value in options.items()}))

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise NumbersError(
            "these numbers are illustrative, which means invented, but this picture shows only computed ones: "
            "draw them with cells or table, or remove illustrative(…) if they are real"
        )

    def __float__(self) -> NoReturn:
        self.__array__()


def illustrative(values: ArrayLike) -> Illustrative:
    """Mark numbers as made up: `cells` and `table` can draw them, and the alt text and description say so.

    >>> cells(illustrative([0.1, 0.7, 0.2]), name="what attention might look at")
    """
    return Illustrative(values)


def opened(values: Any) -> Any:
    """Extract the numbers, for callers that say themselves that they are made up."""
    return values._values if isinstance(values, Illustrative) else values


def _deeply(values: Any) -> Any:
    if isinstance(values, list | tuple):
        return type(values)(map(_deeply, values))
    return opened(values)


def _again(result: Any) -> Any:
    return Illustrative(result) if np.asarray(result).dtype.kind in "fiu" else result
