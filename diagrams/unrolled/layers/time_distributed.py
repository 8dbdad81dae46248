"""TimeDistributed: a layer for vectors, applied to each step of a sequence."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Array, Shape, Weights
from ..errors import NumbersError
from .activation import Activation
from .dense import Dense
from .dropout import Dropout
from .layer import Layer, ShapeError


@dataclass(frozen=True)
class TimeDistributed(Layer):
    """The same layer at every step; around Dense it changes nothing, since Dense does so by itself.

    >>> formulation(stack(GRU(4, return_sequences=True), TimeDistributed(Dense(2)), shape=(3, 2)))
    """

    layer: Layer

    name_in_code: ClassVar[str] = "TimeDistributed"

    def __post_init__(self) -> None:
        if not isinstance(self.layer, Dense | Dropout | Activation):
            raise NumbersError("TimeDistributed is computed around Dense, Dropout or Activation only: take one of them")

    def weight_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Name the weights of the layer inside and their shapes."""
        return self.layer.weight_shapes(self._step(shape))

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the output's shape: that of the layer inside, for each step."""
        (inner,) = self.layer.output_shapes(self._step(shape))
        return ((shape[0], *inner),)

    def _step(self, shape: Shape) -> Shape:
        if len(shape) < 2:
            raise ShapeError(f"TimeDistributed reads sequences (time_steps, features), not {shape}", ndim=3)
        return shape[1:]

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Answer step by step."""
        return np.stack([self.layer.compute(weights, vector) for vector in inputs])
