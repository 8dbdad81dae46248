"""Masking: steps that hold nothing but one value are skipped by what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Weights
from ..errors import NumbersError
from .layer import Layer, ShapeError

if TYPE_CHECKING:
    from .layer import Mask


@dataclass(frozen=True)
class Masking(Layer):
    """The layer that marks steps as skipped.

    >>> unroll(stack(Masking(), SimpleRNN(2), shape=(2, 2)), ["I", "[PAD]"], [[0.5, 0.4], [0.0, 0.0]])
    """

    mask_value: float = 0.0

    name_in_code: ClassVar[str] = "Masking"

    def __post_init__(self) -> None:
        if isinstance(self.mask_value, bool) or not isinstance(self.mask_value, int | float):
            raise NumbersError(f"mask_value must be a number, not {self.mask_value!r}")

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape: that of the input."""
        if len(shape) != 2:
            raise ShapeError(f"Masking reads sequences (time_steps, features), not {shape}", ndim=3)
        return (shape,)

    def mask_after(self, inputs: Sequence[Array], masks: Sequence[Mask]) -> Mask:
        """Mark the steps."""
        return self._kept(inputs[0])

    def _kept(self, inputs: Array) -> Mask:
        # Keras compares in 32 bits, where 0.1 is another number than in 64.
        different = np.asarray(inputs, dtype=np.float32) != np.float32(self.mask_value)
        kept: Mask = different.any(axis=-1)
        return kept

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Put zeros in the place of skipped steps."""
        kept = self._kept(inputs)
        assert kept is not None
        zeroed: Array = np.where(kept[..., None], inputs, 0.0)
        return zeroed
