"""RepeatVector: one vector, given to each step of what follows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, Shape, Weights
from .layer import Layer, ShapeError, check_count


@dataclass(frozen=True)
class RepeatVector(Layer):
    """The layer that makes a sequence of n equal steps.

    >>> formulation(stack(GRU(4), RepeatVector(3), GRU(4, return_sequences=True), shape=(3, 2)))
    """

    n: int

    name_in_code: ClassVar[str] = "RepeatVector"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("n", self.n)

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the output's shape: a first axis of n."""
        if len(shape) != 1:
            raise ShapeError(f"RepeatVector repeats one vector (features,), not {shape}", ndim=2)
        return ((self.n, *shape),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Repeat the vector."""
        return np.tile(inputs, (self.n, 1))
