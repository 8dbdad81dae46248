"""TimeDistributed: a layer for vectors, applied to each step of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, OpenShape, Shape, Weights
from ..errors import NumbersError
from .layer import Layer, ShapeError, Trace

if TYPE_CHECKING:
    from .layer import Mask

READ_MASKS = ("SimpleRNN", "GRU", "LSTM", "Bidirectional", "Softmax", "GlobalAveragePooling1D", "TimeDistributed")
"""Layers that Keras would give the mask of one step, which none of them can read."""


@dataclass(frozen=True)
class TimeDistributed(Layer):
    """The same layer at every step; around Dense it changes nothing, since Dense does so by itself.

    >>> formulation(stack(GRU(4, return_sequences=True), TimeDistributed(Dense(2)), shape=(3, 2)))
    """

    layer: Layer

    name_in_code: ClassVar[str] = "TimeDistributed"

    def __post_init__(self) -> None:
        if not isinstance(self.layer, Layer) or self.layer.fewest_inputs > 1:
            raise NumbersError(
                f"TimeDistributed wraps a layer with one input, such as TimeDistributed(Dense(2)), not {self.layer!r}"
            )

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Name the weights of the layer inside and their shapes."""
        return self.layer.weight_shapes(self._step(shape))

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape: that of the layer inside, for each step."""
        returned = self.layer.output_shapes(self._step(shape))
        if len(returned) > 1:
            raise ShapeError(
                f"{self.layer.name_in_code} returns {len(returned)} things a step, and TimeDistributed takes one: "
                "leave return_state=True out"
            )
        return ((shape[0], *returned[0]),)

    def _step(self, shape: OpenShape) -> OpenShape:
        if len(shape) < 2:
            raise ShapeError(f"TimeDistributed reads sequences (time_steps, features), not {shape}", ndim=3)
        return shape[1:]

    def run(
        self,
        weights: Weights,
        *inputs: Array,
        masks: Sequence[Mask] = (),
        initial_state: Sequence[ArrayLike] | None = None,
    ) -> Trace:
        """Answer step by step. Raises NumbersError where the layer inside would read a mask of a single step."""
        if masks and masks[0] is not None and self.layer.name_in_code in READ_MASKS:
            raise NumbersError(
                f"TimeDistributed({self.layer.name_in_code}) would hand each step its part of a mask, and "
                f"{self.layer.name_in_code} can't read that: let no Masking or mask_zero=True come before it"
            )
        return super().run(weights, *inputs, masks=masks, initial_state=initial_state)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Answer step by step."""
        return np.stack([self.layer.run(weights, each).output for each in inputs])
