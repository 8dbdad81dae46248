"""Embedding: a row of numbers for each index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights
from ..errors import NumbersError
from .layer import Layer, check_count, check_flags

if TYPE_CHECKING:
    from .initializers import Initializer
    from .layer import Mask


@dataclass(frozen=True)
class Embedding(Layer):
    """The table that whole numbers from 0 are looked up in; row 0 is a row like any other, also with `mask_zero`.

    >>> model_shapes(stack(Embedding(10, 2), shape=(3,)))
    """

    input_dim: int
    output_dim: int
    mask_zero: bool = False
    embeddings_initializer: str | Initializer = field(default="uniform", kw_only=True)

    name_in_code: ClassVar[str] = "Embedding"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("input_dim", self.input_dim)
        check_count("output_dim", self.output_dim)
        check_flags(self, "mask_zero")

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Name the table and its shape."""
        return {"embeddings": (self.input_dim, self.output_dim)}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape: each index becomes a vector."""
        return ((*shape, self.output_dim),)

    def mask_after(self, inputs: Sequence[Array], masks: Sequence[Mask]) -> Mask:
        """With `mask_zero`, skip the index 0 in what follows."""
        return np.asarray(inputs[0]) != 0 if self.mask_zero else None

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Take the rows."""
        indices = np.asarray(inputs)
        whole = indices.astype(np.int64)
        if (whole != indices).any() or (whole < 0).any() or (whole >= self.input_dim).any():
            raise NumbersError(
                f"Embedding({self.input_dim}, {self.output_dim}) looks up whole numbers from 0 to "
                f"{self.input_dim - 1}, not {indices.tolist()}"
            )
        rows: Array = weights["embeddings"][whole]
        return rows
