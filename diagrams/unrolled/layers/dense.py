"""Dense: a weighted sum for each unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ..arrays import Array, Shape, Weights
from .activations import activation_of
from .layer import Layer, ShapeError, check_count, check_flags

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

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Name each weight and its shape: kernel, and bias where there is one."""
        if not shape:
            raise ShapeError("Dense needs a vector, and what goes in is a single number", ndim=2)
        shapes: dict[str, Shape] = {"kernel": (shape[-1], self.units), "bias": (self.units,)}
        return shapes if self.use_bias else {"kernel": shapes["kernel"]}

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the output's shape: the last axis becomes the units."""
        self.weight_shapes(shape)
        return ((*shape[:-1], self.units),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute activation(x·kernel + bias), as `keras.layers.Dense.call` does."""
        total: Array = inputs @ weights["kernel"]
        bias = weights.get("bias")
        return activation_of(self.activation)(total if bias is None else total + bias)
