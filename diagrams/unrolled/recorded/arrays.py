"""Recorded arrays: they go through ordinary NumPy code, and remember what operation made them from which arrays.

A layer's code is written once. With plain arrays it computes as ever; with recorded ones it returns the same numbers,
to the last bit, as recorded arrays. Whatever isn't an operation on numbers (comparisons, the place of the largest
number, a conversion) returns plain arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .operations import (
    CONTRACTIONS,
    MOVES,
    POINTWISE,
    REDUCTIONS,
    Computed,
    Contract,
    Made,
    Move,
    Name,
    Normalize,
    Pointwise,
    Reduce,
    Values,
    matmul_subscripts,
    plain,
)

_made = count()
_steps: list[int | None] = [None]


class Traced(float):
    """A number of a recorded array, which remembers its place; results of arithmetic are plain numbers again."""

    source: tuple[Made, int]


class Recorded(NDArrayOperatorsMixin, Made):
    """An array that remembers how it was computed; everything that isn't recorded is that of a plain array."""

    __slots__ = ()

    def __init__(self, value: Any, operation: Computed | None = None, of: tuple[Any, ...] = ()) -> None:
        self.value = np.asarray(value)
        self.operation, self.of = operation, of
        self.name: Name | None = None
        self.called = None
        self.places = None
        self.number = next(_made)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.value, name)

    def __repr__(self) -> str:
        return f"recorded({self.name.symbol if self.name else self.value.shape})"

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Recorded]:
        return (self[place] for place in range(len(self)))

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Values:
        return np.array(self.value, dtype) if copy else np.asarray(self.value, dtype)

    @property
    def source(self) -> tuple[Made, int] | None:
        """The array and place of a single number; None if it has several."""
        return (self, 0) if self.size == 1 else None

    @property
    def T(self) -> Recorded:  # noqa: N802, as NumPy calls it
        """The array with its axes reversed."""
        return _moved(np.transpose, self)

    def __getitem__(self, index: Any) -> Recorded:
        return _moved(lambda values: values[index], self)

    def reshape(self, *shape: Any) -> Recorded:
        """Give it another shape."""
        return _moved(lambda values: values.reshape(*shape), self)

    def swapaxes(self, first: int, second: int) -> Recorded:
        """Exchange two axes."""
        return _moved(lambda values: values.swapaxes(first, second), self)

    def transpose(self, *axes: Any) -> Recorded:
        """Reorder the axes."""
        return _moved(lambda values: values.transpose(*axes), self)

    def repeat(self, count: Any, axis: int | None = None) -> Recorded:
        """Repeat each number or part."""
        return _moved(lambda values: values.repeat(count, axis), self)

    def ravel(self) -> Recorded:
        """Put the numbers in one row."""
        return _moved(np.ravel, self)

    def copy(self) -> Recorded:
        """Copy it."""
        return _moved(np.copy, self)

    def astype(self, dtype: Any) -> Recorded | Values:
        """Convert the numbers; integers are no longer recorded."""
        values = self.value.astype(dtype)
        return Recorded(values, Move(lambda numbers: numbers), (self,)) if values.dtype.kind == "f" else values

    def tolist(self) -> Any:
        """Return the numbers as nested lists of floats that remember their places."""
        numbers: list[Any] = []
        for place, value in enumerate(self.value.flat):
            number = Traced(value)
            number.source = (self, place)
            numbers.append(number)
        for length in reversed(self.shape[1:]):
            numbers = [numbers[at : at + length] for at in range(0, len(numbers), length)]
        return numbers if self.shape else numbers[0]

    def sum(self, axis: Any = None, keepdims: bool = False, **more: Any) -> Any:
        """Add up the numbers along axes."""
        return _reduced("sum", self, axis, keepdims, **more)

    def mean(self, axis: Any = None, keepdims: bool = False, **more: Any) -> Any:
        """Compute the mean along axes."""
        return _reduced("mean", self, axis, keepdims, **more)

    def max(self, axis: Any = None, keepdims: bool = False, **more: Any) -> Any:
        """Find the largest number along axes."""
        return _reduced("max", self, axis, keepdims, **more)

    def min(self, axis: Any = None, keepdims: bool = False, **more: Any) -> Any:
        """Find the smallest number along axes."""
        return _reduced("min", self, axis, keepdims, **more)

    def var(self, axis: Any = None, keepdims: bool = False) -> Recorded:
        """Compute the variance along axes."""
        variance: Recorded = ((self - self.mean(axis, True)) ** 2).mean(axis, keepdims)
        variance.value = self.value.var(axis, keepdims=keepdims)  # to the last bit
        return variance

    def activated(
        self, name: str, function: Callable[[Values], Values], slope: Callable[[Values], Values] | None
    ) -> Recorded:
        """Apply an activation as one operation, with the derivative of an element-wise one."""
        if name == "linear":
            return self
        if name == "log_softmax":
            logs: Any = np.log(Recorded(np.exp(function(self.value)), Normalize(), (self,)))
            logs.value = function(self.value)  # to the last bit
            return cast("Recorded", logs)
        by = Normalize() if slope is None else Pointwise(name, function, lambda result, values: (slope(values),))
        return Recorded(function(self.value), by, (self,))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        options = {name: value for name, value in options.items() if name != "out" or id(self) not in _all(value)}
        values = [plain(operand) for operand in inputs]
        result = getattr(ufunc, method)(*values, **options)
        is_number = isinstance(result, np.ndarray | np.floating) and result.dtype.kind == "f"
        if method != "__call__" or not is_number or "out" in options:
            return result
        if ufunc is np.matmul:
            return Recorded(result, Contract(matmul_subscripts), inputs)
        if ufunc.__name__ not in POINTWISE:
            return result
        symbol, slopes = POINTWISE[ufunc.__name__]
        return Recorded(result, Pointwise(symbol, ufunc, slopes), inputs)

    def __array_function__(self, function: Callable[..., Any], types: Any, inputs: Any, options: Any) -> Any:
        name = function.__name__.removeprefix("a")
        if name in (*REDUCTIONS, "var") and isinstance(inputs[0], Recorded):
            return getattr(inputs[0], name)(*inputs[1:], **options)
        if function.__name__ == "clip":
            return np.minimum(np.maximum(inputs[0], inputs[1]), inputs[2])
        if function.__name__ in CONTRACTIONS:
            return _contracted(function, inputs, options)
        if function.__name__ in MOVES:
            return _moved_by(function, inputs, options)
        return function(*deeply(plain, inputs), **{key: deeply(plain, value) for key, value in options.items()})


def record(values: Any, key: str = "x", symbol: str | None = None, *, step: int | None = None) -> Any:
    """Begin to record numbers, such as a model's inputs: whatever is computed from them can say how.

    >>> cells(run_model(read_keras(code), record(embed(WORDS))).output)
    """
    recorded = values if isinstance(values, Recorded) else Recorded(np.asarray(values, dtype=np.float64))
    return named(key, recorded, symbol, step=step)


def named(key: str, values: Any, symbol: str | None = None, *, step: int | None = None) -> Any:
    """Name a result. Plain arrays are returned as they are, so that a layer's code calls this at no cost.

    A result that has a name already is given another one.
    """
    if not isinstance(values, Recorded):
        return values
    if values.name is not None:
        values = Recorded(values.value, Move(lambda numbers: numbers), (values,))
    values.name = Name(key, symbol or key, _steps[-1] if step is None else step)
    return values


def recorded_weight(name: str, values: Any) -> Any:
    """Begin to record a weight, which ends what can be asked."""
    weight = Recorded(values)
    weight.name = Name(name, name, is_weight=True)
    return weight


def call_numbers(values: Any, called: Callable[[str, tuple[int, ...]], str]) -> None:
    """Say what the numbers of a recorded array are called, by its symbol and their index."""
    if not isinstance(values, Recorded):
        return
    values.called = called
    before = values.of[0] if values.name is None and isinstance(values.operation, Move) else None
    if isinstance(before, Recorded) and before.size == values.size:  # the same numbers with another axis
        shapes = before.shape, values.shape
        before.called = lambda symbol, at: called(symbol, _index_in(at, *shapes))


@dataclass(frozen=True, slots=True)
class AtStep:
    """Let what is named inside belong to a time step, counted from 1.

    Layers enter it at each step, recorded or not: a class costs half of what a generator would.
    """

    step: int

    def __enter__(self) -> None:
        _steps.append(self.step)

    def __exit__(self, *error: object) -> None:
        _steps.pop()


def _index_in(at: tuple[int, ...], shape: tuple[int, ...], other_shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index in another shape of the number at an index."""
    return tuple(int(place) for place in np.unravel_index(int(np.ravel_multi_index(at, shape)), other_shape))


def _all(value: Any) -> tuple[Any, ...]:
    return tuple(map(id, value)) if isinstance(value, tuple) else (id(value),)


def _reduced(symbol: str, array: Recorded, axis: Any, keepdims: bool, **more: Any) -> Any:
    if more:  # such as an initial value, which asks about numbers
        return getattr(array.value, symbol)(axis=axis, keepdims=keepdims, **more)
    axes = range(array.ndim) if axis is None else np.atleast_1d(axis)
    places = tuple(int(number) % array.ndim for number in axes)
    return Recorded(getattr(array.value, symbol)(axis=axis, keepdims=keepdims), Reduce(symbol, places), (array,))


def _moved(function: Callable[..., Any], *of: Any) -> Recorded:
    return Recorded(function(*map(plain, of)), Move(function), of)


def _contracted(function: Callable[..., Any], inputs: Any, options: Any) -> Recorded:
    is_einsum = function.__name__ == "einsum"
    before, arrays = inputs[:is_einsum], inputs[is_einsum:][: 2 if not is_einsum else None]
    more = inputs[len(before) + len(arrays) :]
    lowered = partial(CONTRACTIONS[function.__name__], *before, more=more, **options)
    return Recorded(function(*before, *map(plain, arrays), *more, **options), Contract(lowered), tuple(arrays))


def _moved_by(function: Callable[..., Any], inputs: Any, options: Any) -> Any:
    """Move recorded arrays, and whatever else is moved with them, by one of NumPy's functions."""
    result = function(*deeply(plain, inputs), **options)
    arrays: list[Any] = []
    if function.__name__ == "where":  # a number that is chosen is moved, too
        condition, *values = inputs
        inputs = (
            plain(condition),
            *(value if isinstance(value, Recorded) else np.asarray(value, float) for value in values),
        )
    marked = _marked(inputs, arrays)

    def moving(place: int | None) -> Callable[..., Any]:
        def move(*values: Any) -> Any:
            moved = function(*_filled(marked, iter(values)), **{**options, **padding})
            return moved if place is None else moved[place]

        return move

    padding = {"constant_values": 0} if "constant_values" in options else {}  # a constant comes from no place
    if function.__name__ not in ("split", "array_split"):
        return Recorded(result, Move(moving(None)), tuple(arrays))
    return [Recorded(array, Move(moving(place)), tuple(arrays)) for place, array in enumerate(result)]


_MARK = object()


def _marked(inputs: Any, arrays: list[Any]) -> Any:
    """Replace the arrays in the arguments of a function by marks, and list them."""
    if isinstance(inputs, list | tuple):
        return type(inputs)(_marked(argument, arrays) for argument in inputs)
    is_array = isinstance(inputs, Recorded) or (isinstance(inputs, np.ndarray) and inputs.dtype.kind == "f")
    if is_array:
        arrays.append(inputs)
    return _MARK if is_array else inputs


def _filled(marked: Any, values: Iterator[Any]) -> Any:
    if isinstance(marked, list | tuple):
        return type(marked)(_filled(argument, values) for argument in marked)
    return next(values) if marked is _MARK else marked


def deeply(change: Callable[[Any], Any], inputs: Any) -> Any:
    """Change the arguments of a function, and what is in lists and tuples of them."""
    if isinstance(inputs, list | tuple):
        return type(inputs)(deeply(change, argument) for argument in inputs)
    return change(inputs)
