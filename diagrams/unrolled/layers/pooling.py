"""Pooling: the largest number or the mean of each window, or of a whole sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from .convolution import Sizes, Windowed
from .layer import Layer, Trace, check_axes, check_choice, check_flags, spread
from .reshaping import DATA_FORMATS, READS

if TYPE_CHECKING:
    from .layer import Mask


@dataclass(frozen=True)
class Pooling(Windowed):
    """What the layers share that make one number of each window."""

    pool_size: Sizes
    strides: Sizes | None = None
    padding: str = "valid"
    data_format: str | None = None

    def __post_init__(self) -> None:
        check_choice("padding", self.padding, "valid", "same")
        check_choice("data_format", self.data_format, *DATA_FORMATS)
        self.window()

    def window(self) -> tuple[Shape, Shape, Shape, str]:
        """The window's sizes and strides; without strides, windows stand side by side."""
        sizes = spread("pool_size", self.pool_size, self.spatial_axes)
        strides = sizes if self.strides is None else spread("strides", self.strides, self.spatial_axes)
        return sizes, strides, (1,) * self.spatial_axes, self.padding

    @property
    def _inside(self) -> tuple[int, ...]:
        """The axes of `windows` that lie within a window."""
        return tuple(range(self.spatial_axes + 1, 2 * self.spatial_axes + 1))


@dataclass(frozen=True)
class MaxPooling1D(Pooling):
    """The largest number of each window of steps.

    >>> model_shapes(stack(MaxPooling1D(2), LSTM(4), shape=(6, 2)))
    """

    pool_size: Sizes = 2

    name_in_code: ClassVar[str] = "MaxPooling1D"

    def changed(self, inputs: Array) -> Array:
        """Take the largest."""
        largest: Array = self.windows(inputs, fill=-np.inf).max(axis=self._inside)
        return largest


class MaxPooling2D(MaxPooling1D):
    """The largest number of each window of an image."""

    name_in_code: ClassVar[str] = "MaxPooling2D"
    spatial_axes: ClassVar[int] = 2


class MaxPooling3D(MaxPooling1D):
    """The largest number of each window of a volume."""

    name_in_code: ClassVar[str] = "MaxPooling3D"
    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class AveragePooling1D(Pooling):
    """The mean of each window of steps; padding counts for nothing.

    >>> model_shapes(stack(AveragePooling1D(2), LSTM(4), shape=(6, 2)))
    """

    name_in_code: ClassVar[str] = "AveragePooling1D"

    def changed(self, inputs: Array) -> Array:
        """Take the mean."""
        counts = self.windows(np.ones_like(inputs)).sum(axis=self._inside)
        mean: Array = self.windows(inputs).sum(axis=self._inside) / counts
        return mean


class AveragePooling2D(AveragePooling1D):
    """The mean of each window of an image."""

    name_in_code: ClassVar[str] = "AveragePooling2D"
    spatial_axes: ClassVar[int] = 2


class AveragePooling3D(AveragePooling1D):
    """The mean of each window of a volume."""

    name_in_code: ClassVar[str] = "AveragePooling3D"
    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class GlobalPooling(Layer):
    """What the layers share that make one number of all steps."""

    data_format: str | None = None
    keepdims: bool = False

    hands_masks_on: ClassVar[bool] = False
    spatial_axes: ClassVar[int] = 1

    def __post_init__(self) -> None:
        check_choice("data_format", self.data_format, *DATA_FORMATS)
        check_flags(self, "keepdims")

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of time or space."""
        first = 1 if self.data_format == "channels_first" else 0
        return tuple(range(first, first + self.spatial_axes))

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Tell the output's shape: a number for each feature."""
        check_axes(self, shape, self.spatial_axes + 1, READS[self.spatial_axes])
        if self.keepdims:
            return (tuple(1 if axis in self.axes else length for axis, length in enumerate(shape)),)
        return (tuple(length for axis, length in enumerate(shape) if axis not in self.axes),)


class GlobalMaxPooling1D(GlobalPooling):
    """The largest number of each feature, over all steps; it reads masked steps, too.

    >>> model_shapes(stack(LSTM(4, return_sequences=True), GlobalMaxPooling1D(), shape=(3, 2)))
    """

    name_in_code: ClassVar[str] = "GlobalMaxPooling1D"

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Take the largest."""
        largest: Array = inputs.max(axis=self.axes, keepdims=self.keepdims)
        return largest


class GlobalMaxPooling2D(GlobalMaxPooling1D):
    """The largest number of each channel of an image."""

    name_in_code: ClassVar[str] = "GlobalMaxPooling2D"
    spatial_axes: ClassVar[int] = 2


class GlobalMaxPooling3D(GlobalMaxPooling1D):
    """The largest number of each channel of a volume."""

    name_in_code: ClassVar[str] = "GlobalMaxPooling3D"
    spatial_axes: ClassVar[int] = 3


class GlobalAveragePooling1D(GlobalPooling):
    """The mean of each feature over all steps, without those that a mask skips.

    >>> model_shapes(stack(Embedding(10, 4), GlobalAveragePooling1D(), Dense(1), shape=(5,)))
    """

    name_in_code: ClassVar[str] = "GlobalAveragePooling1D"

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Take the mean."""
        mean: Array = inputs.mean(axis=self.axes, keepdims=self.keepdims)
        return mean

    def run(
        self,
        weights: Weights,
        *inputs: Array,
        masks: Sequence[Mask] = (),
        initial_state: Sequence[ArrayLike] | None = None,
    ) -> Trace:
        """Take the mean of the steps that the mask keeps."""
        trace = super().run(weights, *inputs, masks=masks, initial_state=initial_state)
        if trace.mask is None or self.spatial_axes > 1:
            return trace
        if len(trace.mask) != inputs[0].shape[self.axes[0]]:
            raise NumbersError(
                f"{self.name_in_code} with data_format={self.data_format!r} takes the mean along an axis of "
                f"{inputs[0].shape[self.axes[0]]}, and the mask has {len(trace.mask)} steps: leave data_format out"
            )
        if not trace.mask.any():
            raise NumbersError(
                f"the mask skips every step, and {self.name_in_code} would have nothing to take the mean of: keep one "
                "at least"
            )
        kept = np.compress(trace.mask, inputs[0], axis=self.axes[0])
        return replace(trace, returned=(frozen(self.compute(weights, kept)),))


class GlobalAveragePooling2D(GlobalAveragePooling1D):
    """The mean of each channel of an image."""

    name_in_code: ClassVar[str] = "GlobalAveragePooling2D"
    spatial_axes: ClassVar[int] = 2


class GlobalAveragePooling3D(GlobalAveragePooling1D):
    """The mean of each channel of a volume."""

    name_in_code: ClassVar[str] = "GlobalAveragePooling3D"
    spatial_axes: ClassVar[int] = 3
