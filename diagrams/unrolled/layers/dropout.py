"""Dropout: nothing, once a layer has been trained."""

from dataclasses import dataclass
from typing import ClassVar

from ..arrays import Array, Shape, Weights
from ..errors import NumbersError
from .layer import Layer


@dataclass(frozen=True)
class Dropout(Layer):
    """The layer that drops numbers while it is trained, and only then.

    >>> model_shapes(stack(GRU(4), Dropout(0.5), Dense(1), shape=(3, 2)))
    """

    rate: float

    name_in_code: ClassVar[str] = "Dropout"

    def __post_init__(self) -> None:
        if isinstance(self.rate, bool) or not isinstance(self.rate, int | float) or not 0 <= self.rate <= 1:
            raise NumbersError(f"rate must be a number between 0 and 1, not {self.rate!r}")

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the output's shape: that of the input."""
        return (shape,)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Answer what goes in."""
        return inputs
