"""A figure's numbers: read-only arrays that are validated on input, weights by name, and invented numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import ArrayLike, NDArray

from .errors import NumbersError
from .recorded.arrays import Recorded, deeply, recorded_weight

Array: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = tuple[int, ...]
"""The shape of one sample, without the batch axis that Keras puts first."""
OpenShape: TypeAlias = tuple[int | None, ...]
"""A shape whose lengths may be None, as Keras prints them: (None, 2) stands for any number of time steps."""
GivenStates: TypeAlias = ArrayLike | Sequence[ArrayLike]
"""A state of shape (units,), or a list of all states for a layer that has several."""
LARGEST = float(np.finfo(np.float32).max)
"""The largest number that Keras can represent, since it computes in float32."""
MOST_NUMBERS = 5_000_000
"""The limit on a layer's weights and on the values in one tensor. More would take minutes or run out of memory, and no
figure could show them.
"""


def worked_out(shape: OpenShape) -> Shape:
    """Check that every length is known. Raises NumbersError otherwise."""
    known = tuple(each for each in shape if each is not None)
    if len(known) != len(shape):
        raise NumbersError(
            f"the shape {shape} has an unknown length, but numbers need all lengths: write it into Input, such as "
            "Input((3, 2)), or give the words"
        )
    return known


def read_only(values: ArrayLike | Sequence[Array]) -> Array:
    """Copy numbers of any shape into a read-only array. Recorded ones stay as they are."""
    if isinstance(values, Recorded):
        return cast("Array", values)
    own = np.array(values, dtype=np.float64)
    own.flags.writeable = False
    return own


def frozen(values: ArrayLike | Sequence[Array]) -> Array:
    """Copy numbers as `read_only` does, but keep their dtype."""
    if isinstance(values, Recorded):
        return cast("Array", values)
    if isinstance(values, list) and any(isinstance(each, Recorded) for each in values):
        return np.stack(values)
    own: Array = np.array(values)
    if own.dtype.kind != "f":
        own = own.astype(np.float64)
    own.flags.writeable = False
    return own


def input_vectors(inputs: ArrayLike) -> Array:
    """Check that inputs are finite, non-empty and of shape (time_steps, features); return a read-only copy."""
    vectors = read_only(inputs)
    if vectors.ndim != 2 or vectors.size == 0:
        raise NumbersError(
            f"inputs must have the shape (time_steps, features), one vector per step, not {vectors.shape}"
        )
    for step, vector in enumerate(vectors, start=1):
        if not np.isfinite(vector).all():
            raise NumbersError(f"inputs must be finite numbers, but those of step {step} aren't: {vector.tolist()}")
    return vectors


def listed(shapes: dict[str, Shape]) -> str:
    """List names and shapes, for example `kernel (2, 4), bias (4,)`."""
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "none"


def mask_of(given: Sequence[bool] | None, shape: Shape) -> NDArray[np.bool_] | None:
    """Check that a mask has one boolean for each step."""
    if given is None:
        return None
    mask = np.asarray(given, dtype=np.bool_)
    if mask.shape != shape[:1]:
        raise NumbersError(
            f"a mask needs True or False for each of the {shape[0]} steps, but its shape is {mask.shape}"
        )
    return mask


def states_of(given: GivenStates | None) -> Sequence[ArrayLike] | None:
    """Wrap a single state in a list."""
    if given is None:
        return None
    states: Sequence[Any] = given if isinstance(given, list | tuple) else [given]
    return [states] if np.ndim(states[0]) == 0 else states


class Weights(Mapping[str, Array]):
    """A layer's weights by name, in the order of Keras's `get_weights()`, read-only: `weights.kernel`.

    >>> cells(Weights(kernel=[[0.5, 0.1], [0.2, 0.4]]).kernel)
    """

    def __init__(self, **arrays: ArrayLike | None) -> None:
        self._arrays = {name: read_only(values) for name, values in arrays.items() if values is not None}
        self._are_plain = False

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __getattr__(self, name: str) -> Array:
        # copy and pickle look up attributes before `_arrays` exists.
        if name.startswith("_") or name not in self._arrays:
            raise AttributeError(f"there is no weight {name!r}; the weights are {', '.join(self._arrays) or 'none'}")
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each weight."""
        return {name: values.shape for name, values in self.items()}

    @property
    def are_plain(self) -> bool:
        """Whether the kit chose them without finding any that make the states easy to read."""
        return self._are_plain

    def plain(self) -> "Weights":
        """Mark the weights as plain."""
        other = self._with(self._arrays)
        other._are_plain = True
        return other

    def part(self, prefix: str) -> "Weights":
        """Select the weights whose names start with this prefix, and strip it."""
        return self._with({name[len(prefix) :]: values for name, values in self.items() if name.startswith(prefix)})

    def renamed(self, names: Mapping[str, str]) -> "Weights":
        """Select weights by new names, each with its name here."""
        return self._with({name: self[own] for name, own in names.items()})

    def recorded(self) -> "Weights":
        """Begin to record the weights, under their names."""
        return self._with({name: recorded_weight(name, values) for name, values in self.items()})

    def in_single_precision(self) -> "Weights":
        """Round the weights to float32, the precision Keras computes in; values beyond its range become infinite."""
        return self._with({name: frozen(values.astype(np.float32)) for name, values in self.items()})

    def _with(self, arrays: dict[str, Array]) -> "Weights":
        other = Weights()
        other._arrays, other._are_plain = arrays, self._are_plain
        return other


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

    def __iter__(self) -> Iterator["Illustrative"]:
        return (Illustrative(part) for part in self._values)

    def __getitem__(self, index: Any) -> "Illustrative":
        return Illustrative(self._values[index])

    def __repr__(self) -> str:
        return f"illustrative({self._values.tolist()})"

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        result = getattr(ufunc, method)(*map(opened, inputs), **options)
        return tuple(map(_again, result)) if isinstance(result, tuple) else _again(result)

    def __array_function__(self, function: Callable[..., Any], types: Any, inputs: Any, options: Any) -> Any:
        changed = {name: deeply(opened, value) for name, value in options.items()}
        return _again(function(*deeply(opened, inputs), **changed))

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


def _again(result: Any) -> Any:
    return Illustrative(result) if np.asarray(result).dtype.kind in "fiu" else result
