"""Flatten: all numbers of a sample in one row."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from ..arrays import Array, Shape, Weights
from .layer import Layer


@dataclass(frozen=True)
class Flatten(Layer):
    """The layer that puts the steps of a sequence one after another into one vector.

    >>> model_shapes(stack(Flatten(), Dense(1), shape=(3, 2)))
    """

    name_in_code: ClassVar[str] = "Flatten"
    hands_masks_on: ClassVar[bool] = False

    def output_shapes(self, shape: Shape) -> tuple[Shape, ...]:
        """Tell the output's shape: one axis."""
        return ((prod(shape),),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Put the numbers in a row."""
        return inputs.reshape(-1)
