"""The operations by which arrays are made from others: how each number arises, and how derivatives pass through.

There are five kinds. Moving covers all that copies numbers without changing them (slices, splits, lookups, windows,
padding, masks): it finds where a number comes from by moving the places of the numbers in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from string import ascii_letters
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
SEED = "Z"
"""The letter, in subscripts, of the numbers that are differentiated."""
LARGEST_EXPONENT = 700.0
"""Powers of e with larger exponents overflow, and with smaller ones than its negative nothing is left of them."""


@dataclass(frozen=True, slots=True)
class Name:
    """What an array is called: a key in figures, a symbol in formulas, and the time step that it belongs to."""

    key: str
    symbol: str
    step: int | None = None
    is_weight: bool = False


class Made:
    """An array, the operation that made it, and the arrays and constants that this operation read."""

    __slots__ = ("called", "name", "number", "of", "operation", "places", "value")

    value: Values
    operation: Computed | None
    """None for an array that is given."""
    of: tuple[Any, ...]
    name: Name | None
    called: Callable[[str, tuple[int, ...]], str] | None
    """Says what the number at an index is called, given the symbol; None if its row and column tell."""
    number: int
    """Counts the arrays in the order in which they are made."""
    places: NDArray[np.int64] | None
    """Where its numbers come from, once that has been worked out; see `Move.places_of`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.value.shape

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.value.size


@dataclass(frozen=True, slots=True)
class Operand:
    """A number in a calculation: a place in an array, a constant, or an operation on further terms."""

    value: float
    symbol: str = ""
    of: tuple[Operand, ...] = ()
    function: Callable[..., Any] | None = None
    """Computes the value from those of the further terms."""
    array: Made | None = None
    place: int = 0

    def recomputed(self, read: Callable[[Operand], float]) -> float:
        """Compute the value again, from numbers and constants as they are read."""
        if self.function is None:
            return read(self)
        return float(self.function(*(np.float64(operand.recomputed(read)) for operand in self.of)))

    def gives(self, value: float, decimals: int, read: Callable[[Operand], float]) -> bool:
        """Return whether numbers and constants, as they are read, give a value with so many decimals."""
        with np.errstate(all="ignore"):
            return bool(abs(self.recomputed(read) - value) <= 0.5 / 10**decimals + 1e-9)


def added(*values: float) -> float:
    """Add numbers up."""
    return float(sum(values))


def multiplied(*values: float) -> float:
    """Multiply numbers."""
    return float(prod(values))


REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": added,
    "mean": lambda *values: sum(values) / len(values),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
}


class Computed:
    """How an array was computed."""

    __slots__ = ()

    def operand(self, result: Made, place: int) -> Operand:
        """Say how the number at a place was computed."""
        raise NotImplementedError

    def pull(self, result: Made, onward: Values, at: int) -> Values:
        """Pass derivatives back: of k numbers by the result, (k, …), to those by the array read at this index."""
        raise NotImplementedError

    def formula(self, *operands: str) -> str:
        """Write the operation on arrays that are written like this."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Pointwise(Computed):
    """One number from those in the same place, with broadcasting: + − × ÷, and activations."""

    symbol: str
    function: Callable[..., Any]
    slopes: Callable[..., Sequence[Any]]
    """Computes the derivatives by each operand, given the result and the operands."""

    def operand(self, result: Made, place: int) -> Operand:
        """Apply the operation to the numbers in the same place."""
        index = np.unravel_index(place, result.shape)
        operands = tuple(broadcast(operand, index) for operand in result.of)
        return Operand(float(result.value.flat[place]), self.symbol, operands, self.function)

    def pull(self, result: Made, onward: Values, at: int) -> Values:
        """Multiply by the slope, and add up what was broadcast."""
        slope = self.slopes(result.value, *map(plain, result.of))[at]
        return _summed(onward * slope, result.of[at].shape)

    def formula(self, *operands: str) -> str:
        """Write a sign between two operands, with brackets where they are needed; anything else as a function."""
        if self.symbol in ("+", "−", "×", "÷") and len(operands) == 2:
            loose = {"×": ("+", "−"), "÷": ("+", "−", "×", "÷"), "−": ("+", "−")}.get(self.symbol, ())
            first, second = (
                bracketed(operand, loose if at or self.symbol != "−" else ()) for at, operand in enumerate(operands)
            )
            if self.symbol == "+" and second.startswith("(−"):
                return f"{first} − {second[2:].replace(')', '', 1)}"
            return f"{first} {self.symbol} {second}"
        if self.symbol == "power" and operands[1] == "2":
            return f"{bracketed(operands[0], ('+', '−', '×', '÷'))}²"
        return (
            f"−{bracketed(operands[0], ('+', '−'))}" if self.symbol == "−" else f"{self.symbol}({', '.join(operands)})"
        )


@dataclass(frozen=True, slots=True)
class Contract(Computed):
    """Sums of products: matrix products, `tensordot` and `einsum`."""

    lowered: Callable[..., str]
    """Returns the subscripts of the same `einsum`, given the operands."""

    def subscripts(self, result: Made) -> str:
        """Return the subscripts for these operands."""
        return self.lowered(*map(plain, result.of))

    def operand(self, result: Made, place: int) -> Operand:
        """Add up the products over all letters that the result doesn't have."""
        reads, _, out = self.subscripts(result).partition("->")
        letters = [*zip(reads.split(","), result.of, strict=True)]
        sizes: dict[str, int] = {}
        for subscript, array in letters:
            for letter, size in zip(subscript, array.shape, strict=True):
                sizes[letter] = max(size, sizes.get(letter, 1))
        fixed = dict(zip(out, np.unravel_index(place, result.shape), strict=True)) if out else {}
        over = [letter for letter in sizes if letter not in fixed]
        terms = []
        for index in np.ndindex(*(sizes[letter] for letter in over)):
            at = {**fixed, **dict(zip(over, index, strict=True))}
            factors = tuple(
                broadcast(array, tuple(at[letter] for letter in subscript), True) for subscript, array in letters
            )
            terms.append(Operand(prod(factor.value for factor in factors), "×", factors, multiplied))
        return Operand(float(result.value.flat[place]), "+", tuple(terms), added)

    def pull(self, result: Made, onward: Values, at: int) -> Values:
        """Contract the derivatives with the other operand, by the same subscripts in another order."""
        reads, _, out = self.subscripts(result).partition("->")
        letters, array = reads.split(","), result.of[at]
        other_letters = [subscript for place, subscript in enumerate(letters) if place != at]
        values = [plain(operand) for place, operand in enumerate(result.of) if place != at]
        alone = [place for place, letter in enumerate(letters[at]) if letter not in "".join((out, *other_letters))]
        if alone:
            other_letters.append("".join(letters[at][place] for place in alone))
            values.append(np.ones([array.shape[place] for place in alone]))
        subscripts = f"{','.join((SEED + out, *other_letters))}->{SEED}{letters[at]}"
        return _summed(np.einsum(subscripts, onward, *values, optimize=onward.size > 999), array.shape)

    def formula(self, *operands: str) -> str:
        """Write a dot between the operands."""
        return " · ".join(bracketed(operand, ("+", "−", "×", "÷")) for operand in operands)


@dataclass(frozen=True, slots=True)
class Reduce(Computed):
    """The sum, mean, maximum or minimum along axes."""

    symbol: str
    axes: tuple[int, ...]

    def operand(self, result: Made, place: int) -> Operand:
        """Reduce the numbers along the axes."""
        (array,) = result.of
        places = np.arange(array.size).reshape(array.shape)
        groups = np.moveaxis(places, self.axes, range(-len(self.axes), 0)).reshape(result.size, -1)
        terms = tuple(operand_at(array, int(index), True) for index in groups[place])
        terms = tuple(term for term in terms if np.isfinite(term.value))  # what pads an array isn't counted
        symbol = "+" if self.symbol == "sum" else self.symbol
        return Operand(float(result.value.flat[place]), symbol, terms, REDUCTIONS[self.symbol])

    def pull(self, result: Made, onward: Values, at: int) -> Values:
        """Share the derivatives out along the axes; those of an extreme go to the numbers that have it."""
        (array,) = result.of
        kept = tuple(1 if axis in self.axes else length for axis, length in enumerate(array.shape))
        onward, value = onward.reshape(-1, *kept), result.value.reshape(kept)
        shares: Any = {"sum": 1.0, "mean": value.size / array.size}.get(self.symbol)
        if shares is None:
            shares = (array.value == value).astype(float)
            shares = shares / shares.sum(axis=self.axes, keepdims=True)
        return np.broadcast_to(onward * shares, (len(onward), *array.shape))

    def formula(self, *operands: str) -> str:
        """Write it as a function."""
        return f"{self.symbol}({operands[0]})"


@dataclass(frozen=True, slots=True)
class Normalize(Computed):
    """The share of each power in the sum of the powers, along the last axis."""

    def operand(self, result: Made, place: int) -> Operand:
        """Divide the power by the sum of all powers."""
        (array,), length = result.of, result.shape[-1]
        start = place - place % length
        exponents = tuple(operand_at(array, index, True) for index in range(start, start + length))
        largest = max(exponent.value for exponent in exponents)
        if abs(largest) > LARGEST_EXPONENT:  # as of a row that is masked as a whole
            shift = Operand(largest)
            exponents = tuple(
                Operand(exponent.value - largest, "−", (exponent, shift), np.subtract) for exponent in exponents
            )
        powers = tuple(Operand(float(np.exp(exponent.value)), "e^", (exponent,), np.exp) for exponent in exponents)
        counted = tuple(power for power in powers if power.value) or powers  # a mask leaves nothing of a number
        total = Operand(added(*(power.value for power in counted)), "+", counted, added)
        return Operand(float(result.value.flat[place]), "÷", (powers[place % length], total), np.divide)

    def pull(self, result: Made, onward: Values, at: int) -> Values:
        """Multiply by the derivatives of the shares."""
        pulled = onward * result.value
        total: Values = pulled - result.value * pulled.sum(axis=-1, keepdims=True)
        return total

    def formula(self, *operands: str) -> str:
        """Write it as a function."""
        return f"softmax({operands[0]})"


@dataclass(frozen=True, slots=True)
class Move(Computed):
    """Numbers moved to other places, unchanged."""

    function: Callable[..., Any]

    def places_of(self, result: Made) -> NDArray[np.int64]:
        """Work out where each number comes from.

        0 stands for a constant, other numbers for 1 + the place within all arrays, one after another.
        """
        if result.places is not None:
            return result.places
        numbers, start = [], 1
        for operand in result.of:
            if isinstance(operand, Made):
                numbers.append(np.arange(start, start + operand.size, dtype=np.float64).reshape(operand.shape))
                start += operand.size
            else:
                numbers.append(np.zeros(np.shape(operand)))
        moved = np.asarray(self.function(*numbers), dtype=np.float64).reshape(-1)
        result.places = np.nan_to_num(moved).astype(np.int64)
        return result.places

    def source(self, result: Made, place: int) -> tuple[Made, int] | None:
        """Return the array and the place that a number comes from; None for a constant."""
        index = int(self.places_of(result)[place]) - 1
        for operand in result.of if index >= 0 else ():
            if isinstance(operand, Made):
                if index < operand.size:
                    return operand, index
                index -= operand.size
        return None

    def operand(self, result: Made, place: int) -> Operand:
        """Go to where the number comes from."""
        source = self.source(result, place)
        return Operand(float(result.value.flat[place])) if source is None else operand_at(*source)

    def pull(self, result: Made, onward: Values, at: int) -> Values:
        """Move the derivatives back, and add up those that come from one place."""
        array, places = result.of[at], self.places_of(result)
        places = places - sum(operand.size for operand in result.of[:at] if isinstance(operand, Made)) - 1
        mine = (places >= 0) & (places < array.size)
        pulled, moved = np.zeros((array.size, len(onward))), onward.reshape(len(onward), -1)[:, mine].T
        if len(np.unique(places[mine])) == len(moved):
            pulled[places[mine]] = moved
        else:
            np.add.at(pulled, places[mine], moved)  # slow, but adds up what comes from one place
        return pulled.T.reshape(-1, *array.shape)

    def formula(self, *operands: str) -> str:
        """Write what is moved."""
        return operands[0]


POINTWISE: dict[str, tuple[str, Callable[..., Sequence[Any]]]] = {
    "add": ("+", lambda y, a, b: (1.0, 1.0)),
    "subtract": ("−", lambda y, a, b: (1.0, -1.0)),
    "multiply": ("×", lambda y, a, b: (b, a)),
    "divide": ("÷", lambda y, a, b: (1 / b, -y / b)),
    "negative": ("−", lambda y, a: (-1.0,)),
    "maximum": ("max", lambda y, a, b: (np.greater(a, b), np.less_equal(a, b))),
    "minimum": ("min", lambda y, a, b: (np.less(a, b), np.greater_equal(a, b))),
    "power": ("power", lambda y, a, b: (b * a ** (b - 1), 0.0)),
    "square": ("square", lambda y, a: (2 * a,)),
    "sqrt": ("√", lambda y, a: (0.5 / y,)),
    "exp": ("exp", lambda y, a: (y,)),
    "expm1": ("expm1", lambda y, a: (y + 1,)),
    "log": ("log", lambda y, a: (1 / a,)),
    "tanh": ("tanh", lambda y, a: (1 - y * y,)),
    "sin": ("sin", lambda y, a: (np.cos(a),)),
    "cos": ("cos", lambda y, a: (-np.sin(a),)),
    "absolute": ("abs", lambda y, a: (np.sign(a),)),
}
"""NumPy's functions of numbers in the same place: their sign or name, and their derivatives."""
MOVES = frozenset({
    *("split", "array_split", "concatenate", "stack", "reshape", "transpose", "swapaxes", "moveaxis", "expand_dims"),
    *("squeeze", "broadcast_to", "repeat", "tile", "flip", "roll", "pad", "take", "where", "copy", "ravel"),
    *("sliding_window_view", "diagonal", "atleast_1d", "atleast_2d", "compress"),
})  # fmt: skip
"""NumPy's functions that only move numbers."""


def matmul_subscripts(a: Values, b: Values) -> str:
    """Return the subscripts of a matrix product."""
    rows, columns = ("" if a.ndim == 1 else "I"), ("" if b.ndim == 1 else "J")
    batch = ascii_letters[: max(a.ndim, b.ndim, 2) - 2]
    of_a, of_b = batch[len(batch) - max(a.ndim - 2, 0) :], batch[len(batch) - max(b.ndim - 2, 0) :]
    return f"{of_a}{rows}K,{of_b}K{columns}->{batch}{rows}{columns}"


def _tensordot(a: Values, b: Values, axes: Any = 2, more: Sequence[Any] = ()) -> str:
    axes = more[0] if more else axes
    over: Any = (range(a.ndim - axes, a.ndim), range(axes)) if isinstance(axes, int) else axes
    axes_of_a, axes_of_b = ([int(axis) for axis in np.atleast_1d(side)] for side in over)
    of_a, of_b = list(ascii_letters[: a.ndim]), list(ascii_letters[a.ndim : a.ndim + b.ndim])
    for mine, theirs in zip(axes_of_a, axes_of_b, strict=True):
        of_b[theirs % b.ndim] = of_a[mine % a.ndim]
    shared = {of_a[mine] for mine in axes_of_a}
    out = "".join(letter for letter in (*of_a, *of_b) if letter not in shared)
    return f"{''.join(of_a)},{''.join(of_b)}->{out}"


def _spelled_out(subscripts: str, arrays: Sequence[Values]) -> str:
    """Replace the dots in subscripts by letters of their own."""
    reads, _, out = subscripts.partition("->")
    free = [letter for letter in ascii_letters if letter not in subscripts and letter != SEED]
    lengths = [
        array.ndim - len(subscript.replace("...", ""))
        for subscript, array in zip(reads.split(","), arrays, strict=True)
    ]
    dots = "".join(free[: max(lengths)])
    spelled = [
        subscript.replace("...", dots[len(dots) - length :])
        for subscript, length in zip(reads.split(","), lengths, strict=True)
    ]
    return f"{','.join(spelled)}->{out.replace('...', dots)}"


CONTRACTIONS: dict[str, Callable[..., str]] = {
    "dot": lambda a, b, more: _tensordot(a, b, ([a.ndim - 1], [max(b.ndim - 2, 0)])),
    "tensordot": _tensordot,
    "einsum": lambda subscripts, *arrays, more, **options: _spelled_out(subscripts.replace(" ", ""), arrays),
}
"""NumPy's sums of products: the subscripts of the same `einsum`."""


def plain(value: Any) -> Any:
    """Return the values of a recorded array, and anything else as it is."""
    return value.value if isinstance(value, Made) else value


def operand_of(array: Made, place: int) -> Operand:
    """Say how a number of an array was computed."""
    return array.operation.operand(array, place) if array.operation else Operand(float(array.value.flat[place]))


def leaves(term: Operand) -> Iterator[Operand]:
    """List the numbers of arrays in a calculation."""
    if term.array is not None:
        yield term
    for operand in term.of:
        yield from leaves(operand)


def of_step(results: Sequence[Made], step: int) -> list[Made]:
    """List the named arrays of a time step that lie behind its results, and those that it starts from, in order."""
    arrays: dict[int, Made] = {}
    waiting = list(results)
    while waiting:
        array = waiting.pop()
        if array.number not in arrays:
            arrays[array.number] = array
            if array.name is None or array.name.step == step:
                waiting += [operand for operand in array.of if isinstance(operand, Made)]
    return [array for _, array in sorted(arrays.items()) if array.name]


def operand_at(values: Any, place: int, is_inside: bool = False) -> Operand:
    """Go down to the next name. Inside of a sum, what was computed is one number as well, so that sums end."""
    if not isinstance(values, Made):
        return Operand(float(np.asarray(values).flat[place]))
    array, place = origin(values, place)
    operation = array.operation
    if array.name or operation is None or (is_inside and not isinstance(operation, Move)):
        return Operand(float(array.value.flat[place]), array=array, place=place)
    return operation.operand(array, place)


def origin(array: Made, place: int) -> tuple[Made, int]:
    """Follow a number back through moves, to the array that has a name or in which it was computed."""
    while array.name is None and isinstance(array.operation, Move):
        source = array.operation.source(array, place)
        if source is None:
            break
        array, place = source
    return array, place


def broadcast(array: Any, index: Sequence[Any], is_inside: bool = False) -> Operand:
    """Say the number that is broadcast to an index of the result."""
    shape = np.shape(plain(array))
    ends = index[len(index) - len(shape) :]
    at = tuple(0 if length == 1 else int(position) for position, length in zip(ends, shape, strict=True))
    return operand_at(array, int(np.ravel_multi_index(at, shape)) if shape else 0, is_inside)


def _summed(slope: Values, shape: tuple[int, ...]) -> Values:
    """Add up what was broadcast, keeping the first axis."""
    more = slope.ndim - 1 - len(shape)
    slope = slope.sum(axis=tuple(range(1, 1 + more))) if more > 0 else slope
    axes = tuple(at + 1 for at, length in enumerate(shape) if length == 1 and slope.shape[at + 1] > 1)
    slope = slope.sum(axis=axes, keepdims=True) if axes else slope
    return slope if slope.shape[1:] == shape else np.broadcast_to(slope, (len(slope), *shape))


def bracketed(formula: str, loose: Sequence[str]) -> str:
    """Put brackets around a formula that has one of these signs outside of brackets."""
    depth = 0
    for character in formula:
        depth += (character == "(") - (character == ")")
        if not depth and character in loose:
            return f"({formula})"
    return formula
