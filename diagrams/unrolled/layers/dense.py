"""Dense: a weighted sum for each unit; and EinsumDense, the same along any axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights
from ..errors import NumbersError
from .activations import activation_of
from .layer import Layer, ShapeError, check_count, check_flags, length_of

if TYPE_CHECKING:
    from .initializers import Initializer


@dataclass(frozen=True)
class Dense(Layer):
    """The fully connected layer; it answers each vector of a sequence by itself.

    >>> formulation(stack(GRU(4), Dense(1), shape=(3, 2)))
    """

    units: int
    activation: str = "linear"
    use_bias: bool = True
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    name_in_code: ClassVar[str] = "Dense"

    def __post_init__(self) -> None:
        check_count("units", self.units)
        check_flags(self, "use_bias")
        activation_of(self.activation)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Name each weight and its shape: kernel, and bias where there is one."""
        if not shape:
            raise ShapeError("Dense needs a vector, and what goes in is a single number", ndim=2)
        shapes: dict[str, Shape] = {"kernel": (length_of(self, shape), self.units), "bias": (self.units,)}
        return shapes if self.use_bias else {"kernel": shapes["kernel"]}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape: the last axis becomes the units."""
        self.weight_shapes(shape)
        return ((*shape[:-1], self.units),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute activation(x·kernel + bias), as `keras.layers.Dense.call` does."""
        total: Array = inputs @ weights["kernel"]
        bias = weights.get("bias")
        return activation_of(self.activation)(total if bias is None else total + bias)


@dataclass(frozen=True)
class EinsumDense(Layer):
    """A Dense along any axes, which an equation names: `"abc,cd->abd"`; the first letter is the batch axis."""

    equation: str
    output_shape: int | tuple[int | None, ...]
    activation: str = "linear"
    bias_axes: str | None = None
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    name_in_code: ClassVar[str] = "EinsumDense"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        activation_of(self.activation)
        given, _, returned = self.equation.partition("->")
        read, _, kernel = given.partition(",")
        letters = [read.replace("...", ""), kernel, returned.replace("...", "")]
        if not all(each.isalpha() for each in letters) or ("..." in read) != ("..." in returned):
            raise NumbersError(
                f'the equation {self.equation!r} can\'t be read: write it as "abc,cd->abd" or "...x,xy->...y" '
                "(Keras: Invalid einsum equation)"
            )

    def _sizes(self, shape: OpenShape) -> tuple[dict[str, int | None], list[int | None]]:
        """Find the length of every letter, and the lengths of the output, the batch axis first."""
        given, _, returned = self.equation.partition("->")
        read, _, kernel = given.partition(",")
        whole: list[int | None] = [None, *shape]
        letters = read.replace("...", "")
        elided = len(whole) - len(letters)
        if elided < 0 or (elided and "..." not in read):
            raise ShapeError(f"{self.equation!r} reads {len(letters)} axes with the batch, and gets {len(whole)}")
        said = [self.output_shape] if isinstance(self.output_shape, int) else list(self.output_shape)
        first = read.startswith("...")
        sizes = dict(zip(letters, whole[elided:] if first else whole[: len(letters)], strict=True))
        middle = whole[1:elided] if elided and first else []
        output = [whole[0], *middle, *said, *([] if first or not elided else whole[len(letters) :])]
        named = output[elided:] if first else output[: len(output) - elided]
        for letter, length in zip(returned.replace("...", ""), named, strict=False):
            if letter not in sizes:
                sizes[letter] = length
            elif length not in (None, sizes[letter]):
                raise ShapeError(
                    f"{self.equation!r} keeps the axis {letter!r} of {sizes[letter]} numbers, and output_shape says "
                    f"{length} (Keras: Input shape and output shape do not match at shared dimension '{letter}')"
                )
        if missing := [letter for letter in kernel if sizes.get(letter) is None]:
            raise ShapeError(
                f"{self.equation!r} needs the length of the axis {missing[0]!r}, and neither {shape} nor output_shape "
                "says it"
            )
        return sizes, output

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Name each weight and its shape: kernel, and bias along its axes where there is one."""
        sizes, output = self._sizes(shape)
        kernel, returned = self.equation.partition(",")[2].split("->")
        letters = returned.replace("...", "")
        shapes: dict[str, Shape] = {"kernel": tuple(sizes[letter] or 1 for letter in kernel)}
        if self.bias_axes is None:
            return shapes
        if not self.bias_axes or set(self.bias_axes) - set(letters):
            raise ShapeError(f"bias_axes={self.bias_axes!r} must be letters of the output, {letters!r}")
        lengths = dict(
            zip(letters, output[len(output) - len(letters) :] if returned.startswith("...") else output, strict=False)
        )
        start = min(letters.index(letter) for letter in self.bias_axes)
        found = [lengths[letter] if letter in self.bias_axes else 1 for letter in letters[start:]]
        if None in found:
            raise ShapeError(
                f"{self.equation!r} needs output_shape to say the lengths of {self.bias_axes!r} for its bias"
            )
        trailing = len(output) - len(letters) if returned.endswith("...") else 0
        return {**shapes, "bias": (*(length or 1 for length in found), *(1,) * trailing)}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape, with the lengths that `output_shape` leaves open, as far as they follow."""
        self.weight_shapes(shape)
        sizes, output = self._sizes(shape)
        returned = self.equation.partition("->")[2]
        letters = returned.replace("...", "")
        elided = len(output) - len(letters)
        places = range(elided, len(output)) if returned.startswith("...") else range(len(letters))
        for place, letter in zip(places, letters, strict=True):
            output[place] = sizes[letter] if output[place] is None else output[place]
        return (tuple(output[1:]),)

    def matrix_shape(self, weight: str, shape: Shape) -> Shape:
        """See the kernel as a matrix (inputs, outputs), whatever axes these have."""
        kernel, returned = self.equation.partition(",")[2].split("->")
        if weight != "kernel":
            return shape
        lengths = list(zip(kernel, shape, strict=True))
        outputs = prod(length for letter, length in lengths if letter in returned)
        return prod(shape) // max(1, outputs), outputs

    def declared_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the shapes that Keras expects: a length that `output_shape` leaves open stays open."""
        self.weight_shapes(shape)
        return (tuple(self._sizes(shape)[1][1:]),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute activation(einsum(x, kernel) + bias), as `keras.layers.EinsumDense.call` does."""
        total: Array = np.einsum(self.equation, inputs[None], weights["kernel"])
        bias = weights.get("bias")
        return activation_of(self.activation)((total if bias is None else total + bias)[0])
