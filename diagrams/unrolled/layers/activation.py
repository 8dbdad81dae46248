"""Activation: a function by itself, as a layer."""

from dataclasses import dataclass
from typing import ClassVar

from ..arrays import Array, Shape, Weights
from .activations import activation_of
from .layer import Layer


@dataclass(frozen=True)
class Activation(Layer):
    """The layer that applies an activation to what goes in.

    >>> model_shapes(stack(Dense(2), Activation("softmax"), shape=(3,)))
    """

    activation: str

    name_in_code: ClassVar[str] = "Activation"

    def __post_init__(self) -> None:
        activation_of(self.activation)

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the output's shape: that of the input."""
        return (shape,)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Apply the activation."""
        return activation_of(self.activation)(inputs)
