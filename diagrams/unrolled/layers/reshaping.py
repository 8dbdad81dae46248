"""Layers that reshape or repeat their input, or add or remove steps at its ends."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..arrays import Array, OpenShape, Weights, worked_out
from ..errors import NumbersError
from .layer import Layer, ShapeError, ShapeOnly, check_axes, check_choice, check_count, spread

DATA_FORMATS = (None, "channels_last", "channels_first")
SEQUENCES, IMAGES = "reads sequences (time_steps, features)", "reads images (height, width, channels)"
READS = {1: SEQUENCES, 2: IMAGES, 3: "reads volumes (depth, height, width, channels)"}
"""Descriptions of a layer's input, by the number of axes besides the features."""


@dataclass(frozen=True)
class Flatten(Layer):
    """Flattens the steps of a sequence into one vector.

    >>> model_shapes(stack(Flatten(), Dense(1), shape=(3, 2)))
    """

    data_format: str | None = None

    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_choice("data_format", self.data_format, *DATA_FORMATS)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which has one axis."""
        return ((None,),) if None in shape else ((prod(worked_out(shape)),),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Flatten the numbers."""
        first = self.data_format == "channels_first" and inputs.ndim > 1
        return (np.moveaxis(inputs, 0, -1) if first else inputs).reshape(-1)


@dataclass(frozen=True)
class RepeatVector(Layer):
    """Repeats a vector as a sequence of n steps.

    >>> formulation(stack(GRU(4), RepeatVector(3), GRU(4, return_sequences=True), shape=(3, 2)))
    """

    n: int

    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("n", self.n)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, with a first axis of length n."""
        check_axes(self, shape, 1, "repeats one vector (features,)")
        return ((self.n, *shape),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Repeat the vector."""
        return np.tile(inputs, (self.n, 1))


@dataclass(frozen=True)
class Reshape(Layer):
    """Changes the shape of its input; one length may be -1, to be inferred from the others.

    >>> model_shapes(stack(Dense(6), Reshape((3, 2)), LSTM(4), shape=(5,)))
    """

    target_shape: tuple[int, ...]

    shown_value: ClassVar[str | None] = "target_shape"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        target = self.target_shape
        if not isinstance(target, list | tuple) or any(type(length) is not int or length < -1 for length in target):
            raise NumbersError(f"target_shape must be a tuple of whole numbers, such as (3, 2), not {target!r}")
        if list(target).count(-1) > 1:
            raise NumbersError(
                f"target_shape has more than one -1, {tuple(target)}, but only one length can follow from the others "
                "(Keras: There must be at most one unknown dimension (-1))"
            )

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, with -1 replaced by the inferred length."""
        target = tuple(self.target_shape)
        if None in shape:
            return (tuple(None if length == -1 else length for length in target),)
        count, known_count = prod(worked_out(shape)), prod(length for length in target if length != -1)
        if (-1 in target and (known_count == 0 or count % known_count)) or (-1 not in target and count != known_count):
            raise ShapeError(
                f"Reshape({target}) can't hold the {count} numbers of {shape} "
                "(Keras: The total size of the tensor must be unchanged): write a target_shape with that many numbers"
            )
        return (tuple(count // known_count if length == -1 else length for length in target),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Reshape the numbers, in row-major order."""
        (shape,) = self.output_shapes(inputs.shape)
        return inputs.reshape(worked_out(shape))


@dataclass(frozen=True)
class Permute(Layer):
    """Reorders the axes, which are counted from 1.

    >>> model_shapes(stack(Permute((2, 1)), Dense(4), shape=(3, 2)))
    """

    dims: tuple[int, ...]

    shown_value: ClassVar[str | None] = "dims"
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        dims = self.dims
        is_whole = isinstance(dims, list | tuple) and all(type(dim) is int for dim in dims)
        if not is_whole or sorted(dims) != list(range(1, len(dims) + 1)):
            raise NumbersError(
                f"dims must name each axis once, counted from 1, such as (2, 1), not {dims!r} "
                "(Keras: The set of indices in `dims` must be consecutive and start from 1)"
            )

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: the same lengths, reordered."""
        check_axes(self, shape, len(self.dims), f"of {len(self.dims)} dims reads as many axes")
        return (tuple(shape[dim - 1] for dim in self.dims),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Transpose the axes."""
        return inputs.transpose([dim - 1 for dim in self.dims])


class Spatial(Layer):
    """Base class of layers that change the temporal or spatial axes, but not the features or channels."""

    hands_masks_on: ClassVar[bool] = False
    spatial_axes: ClassVar[int] = 1

    @property
    def has_channels_first(self) -> bool:
        """Whether the channel axis comes before the spatial axes."""
        return getattr(self, "data_format", None) == "channels_first"

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, computing each temporal or spatial length."""
        check_axes(self, shape, self.spatial_axes + 1, READS[self.spatial_axes])
        lengths = shape[1:] if self.has_channels_first else shape[:-1]
        changed = tuple(
            None if length is None else self.length_after(length, axis) for axis, length in enumerate(lengths)
        )
        return ((shape[0], *changed) if self.has_channels_first else (*changed, shape[-1]),)

    def length_after(self, length: int, axis: int) -> int:
        """Compute an output length; the channel axis isn't counted."""
        raise NotImplementedError

    def channels_last(self, values: Array) -> Array:
        """Move the channels of an input to the last axis."""
        return np.moveaxis(values, 0, -1) if self.has_channels_first else values

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Change the temporal or spatial axes."""
        changed = self.changed(self.channels_last(inputs))
        return np.moveaxis(changed, -1, 0) if self.has_channels_first else changed

    def changed(self, inputs: Array) -> Array:
        """Apply the change to numbers with the channels on the last axis."""
        raise NotImplementedError


def ends_of(name: str, value: object, axes: int) -> tuple[tuple[int, int], ...]:
    """Expand an option to a pair (start, end) for each axis, as Keras's padding and cropping do."""
    if axes == 1:
        before, after = spread(name, value, 2, least=0)
        return ((before, after),)
    axis_values = [value] * axes if isinstance(value, int) else value
    if not isinstance(axis_values, list | tuple) or len(axis_values) != axes:
        raise NumbersError(f"{name} must be a whole number, or a tuple with one for each of {axes} axes, not {value!r}")
    pairs = [spread(name, axis_value, 2, least=0) for axis_value in axis_values]
    return tuple((before, after) for before, after in pairs)


@dataclass(frozen=True)
class ZeroPadding1D(Spatial):
    """Adds steps of zeros before and after a sequence.

    >>> model_shapes(stack(ZeroPadding1D((2, 0)), Conv1D(4, 3), shape=(5, 2)))
    """

    padding: int | tuple[int, int] | tuple[tuple[int, int], ...] = 1
    data_format: str | None = None

    def __post_init__(self) -> None:
        ends_of("padding", self.padding, self.spatial_axes)
        check_choice("data_format", self.data_format, *DATA_FORMATS)

    def length_after(self, length: int, axis: int) -> int:
        """Add the padding at both ends."""
        return length + sum(ends_of("padding", self.padding, self.spatial_axes)[axis])

    def changed(self, inputs: Array) -> Array:
        """Pad with zeros."""
        return np.pad(inputs, (*ends_of("padding", self.padding, self.spatial_axes), (0, 0)))


class ZeroPadding2D(ZeroPadding1D):
    """Adds zeros around an image."""

    spatial_axes: ClassVar[int] = 2


class ZeroPadding3D(ZeroPadding1D):
    """Adds zeros around a volume."""

    spatial_axes: ClassVar[int] = 3


class _Cropping(Spatial):
    """Base class of layers that remove steps at both ends of an axis."""

    shown_options: ClassVar[tuple[str, ...]] = ("cropping",)

    def ends(self) -> tuple[tuple[int, int], ...]:
        """How many steps to remove at the start and at the end of each axis."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        self.ends()
        check_choice("data_format", getattr(self, "data_format", None), *DATA_FORMATS)

    def length_after(self, length: int, axis: int) -> int:
        """Subtract what is removed at both ends."""
        remaining = length - sum(self.ends()[axis])
        if remaining <= 0:
            raise ShapeError(
                f"{self.name_in_code} cuts off {sum(self.ends()[axis])} of {length}, which would leave nothing "
                "(Keras: cropping must be smaller than the input length): crop less"
            )
        return remaining

    def changed(self, inputs: Array) -> Array:
        """Remove both ends."""
        sizes = zip(self.ends(), inputs.shape, strict=False)
        return inputs[tuple(slice(before, length - after) for (before, after), length in sizes)]


@dataclass(frozen=True)
class Cropping1D(_Cropping):
    """Removes steps at the start and end of a sequence.

    >>> model_shapes(stack(Cropping1D(1), LSTM(4), shape=(5, 2)))
    """

    cropping: int | tuple[int, int] = (1, 1)

    def ends(self) -> tuple[tuple[int, int], ...]:
        """How many steps to remove at both ends."""
        return ends_of("cropping", self.cropping, 1)


@dataclass(frozen=True)
class Cropping2D(_Cropping):
    """Removes the margins of an image."""

    cropping: int | tuple[int | tuple[int, int], ...] = ((0, 0), (0, 0))
    data_format: str | None = None

    spatial_axes: ClassVar[int] = 2

    def ends(self) -> tuple[tuple[int, int], ...]:
        """How many rows and columns to remove at both ends."""
        return ends_of("cropping", self.cropping, self.spatial_axes)


@dataclass(frozen=True)
class Cropping3D(Cropping2D):
    """Removes the margins of a volume."""

    cropping: int | tuple[int | tuple[int, int], ...] = ((1, 1), (1, 1), (1, 1))

    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class UpSampling1D(Spatial):
    """Repeats every step.

    >>> model_shapes(stack(UpSampling1D(2), LSTM(4), shape=(3, 2)))
    """

    size: int | tuple[int, ...] = 2

    shown_options: ClassVar[tuple[str, ...]] = ("size",)

    def __post_init__(self) -> None:
        if self.spatial_axes == 1:
            check_count("size", self.size)
        spread("size", self.size, self.spatial_axes)
        check_choice("data_format", getattr(self, "data_format", None), *DATA_FORMATS)

    def length_after(self, length: int, axis: int) -> int:
        """Multiply by the repetitions."""
        return length * spread("size", self.size, self.spatial_axes)[axis]

    def changed(self, inputs: Array) -> Array:
        """Repeat along each axis."""
        for axis, size in enumerate(spread("size", self.size, self.spatial_axes)):
            inputs = np.repeat(inputs, size, axis=axis)
        return inputs


@dataclass(frozen=True)
class UpSampling2D(UpSampling1D, ShapeOnly):
    """Enlarges an image; only `interpolation="nearest"` is computed."""

    data_format: str | None = None
    interpolation: str = "nearest"

    spatial_axes: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("interpolation", self.interpolation, "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")

    def compute(self, weights: Weights, inputs: Array, *more: Array) -> Array:
        """Repeat along each axis. Raises NumbersError for other interpolations."""
        if self.interpolation != "nearest":
            raise self.uncomputed()
        return super().compute(weights, inputs)


@dataclass(frozen=True)
class UpSampling3D(UpSampling1D):
    """Enlarges a volume."""

    data_format: str | None = None

    spatial_axes: ClassVar[int] = 3
