"""Convolution and pooling layers: a window that slides over a sequence, an image or a volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from .activations import activation_of
from .core import SummedTrace, Summing
from .layer import (
    Layer,
    ShapeError,
    ShapeOnly,
    Trace,
    check_axes,
    check_choice,
    check_count,
    check_flags,
    length_of,
    spread,
)
from .reshaping import DATA_FORMATS, READS, Spatial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .initializers import Initializer
    from .layer import Masks


Sizes = int | tuple[int, ...]


class Windowed(Spatial):
    """Base class of layers that slide a window over their input."""

    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")

    def window(self) -> tuple[Shape, Shape, Shape, str]:
        """The window's sizes, strides and dilations along each axis, and the padding."""
        raise NotImplementedError

    def length_after(self, length: int, axis: int) -> int:
        """Count the positions of the window. Raises ShapeError if the window is longer than the input."""
        sizes, strides, dilations, padding = self.window()
        if padding != "valid":
            return (length - 1) // strides[axis] + 1
        reach = dilations[axis] * (sizes[axis] - 1) + 1
        if length < reach:
            raise ShapeError(
                f"the window of {self.name_in_code} is {reach} long, but its input only {length} (Keras: Computed "
                'output size would be zero or negative): make the window smaller, or write padding="same"'
            )
        return (length - reach) // strides[axis] + 1

    def windows(self, inputs: Array, fill: float = 0.0) -> Array:
        """Extract the input under the window at each position: (positions …, channels, sizes …)."""
        sizes, strides, dilations, padding = self.window()
        ends = [(0, 0)] * inputs.ndim
        for axis, (size, stride, dilation) in enumerate(zip(sizes, strides, dilations, strict=True)):
            if padding == "causal":
                ends[axis] = (dilation * (size - 1), 0)
            elif padding == "same":
                length = inputs.shape[axis]
                missing = max((-(-length // stride) - 1) * stride + dilation * (size - 1) + 1 - length, 0)
                ends[axis] = (missing // 2, missing - missing // 2)
        padded = np.pad(inputs, ends, constant_values=fill)
        reach = tuple(dilation * (size - 1) + 1 for size, dilation in zip(sizes, dilations, strict=True))
        seen = np.lib.stride_tricks.sliding_window_view(padded, reach, axis=tuple(range(len(sizes))))
        places = tuple(slice(None, None, stride) for stride in strides)
        inside = tuple(slice(None, None, dilation) for dilation in dilations)
        return seen[(*places, slice(None), *inside)]


class ConvolutionTrace(SummedTrace):
    """The numbers of a convolution.

    >>> trace = run_model(stack(Conv1D(1, 2), shape=(3, 2)), embed(WORDS)).trace_of(Conv1D)
    >>> row(cells(trace.windows[0]), cells(trace.weights.kernel[..., 0]), cells(trace.product))
    """

    @cached_property
    def windows(self) -> Array:
        """The part of the input under the kernel at each position, 0 beyond its ends: (positions …, sizes …, channels).

        The axes are the same with `data_format="channels_first"`.
        """
        return _windows(cast("Kernel", self.layer), self.inputs, 0.0)


class SeparableTrace(ConvolutionTrace):
    """The numbers of a separable convolution."""

    @cached_property
    def depthwise(self) -> Array:
        """The sums of each channel before they are mixed: (positions …, channels · depth_multiplier)."""
        layer = cast("SeparableConv1D", self.layer)
        return frozen(depthwise(layer.windows(layer.channels_last(self.inputs)), self.weights["depthwise_kernel"]))


class Kernel(Summing, Windowed):
    """Base class of all convolutions: a window with weights, and the options that control how it moves."""

    shown_options: ClassVar[tuple[str, ...]] = ("kernel_size",)
    kind_of_trace: ClassVar[type[Trace]] = ConvolutionTrace

    takes_both: ClassVar[bool] = True
    """Whether strides and dilations can both be greater than 1."""

    def __post_init__(self) -> None:
        padding = getattr(self, "padding", None)
        check_flags(self, "use_bias")
        check_choice("data_format", getattr(self, "data_format", None), *DATA_FORMATS)
        check_choice("padding", padding.lower() if isinstance(padding, str) else padding, *self.paddings)
        activation_of(getattr(self, "activation", "linear"))
        _, strides, dilations, _ = self.window()
        if max(strides) > 1 and max(dilations) > 1 and not self.takes_both:
            raise NumbersError(
                f"{self.name_in_code} takes either strides or a dilation_rate above 1, not both (Keras: `strides > 1` "
                "not supported in conjunction with `dilation_rate > 1`)"
            )

    def window(self) -> tuple[Shape, Shape, Shape, str]:
        """The kernel's sizes, strides and dilations, and the padding."""
        names = ("kernel_size", "strides", "dilation_rate")
        sizes, strides, dilations = (spread(name, getattr(self, name), self.spatial_axes) for name in names)
        return sizes, strides, dilations, str(getattr(self, "padding", "")).lower()

    def product(self, weights: Weights, inputs: Array) -> Array:
        """Compute the sum of each window, times the kernel, in the layout of the output."""
        sums = self.sums(weights, self.channels_last(inputs))
        return np.moveaxis(sums, -1, 0) if self.has_channels_first else sums

    def sums(self, weights: Weights, values: Array) -> Array:
        """Compute the sum of each window, times the kernel, with the channels on the last axis."""
        raise NotImplementedError

    def biased(self, weights: Weights, product: Array) -> Array:
        """Add the bias to each channel."""
        bias = weights.get("bias")
        if bias is None:
            return product
        return product + (bias.reshape(-1, *(1,) * self.spatial_axes) if self.has_channels_first else bias)

    def channels(self, shape: OpenShape) -> int:
        """Return the number of input channels."""
        check_axes(self, shape, self.spatial_axes + 1, READS[self.spatial_axes])
        return length_of(self, shape, 0 if self.has_channels_first else -1)


@dataclass(frozen=True)
class Convolution(Kernel):
    """Base class of Conv1D, Conv2D and Conv3D."""

    filters: int
    kernel_size: Sizes
    strides: Sizes = 1
    padding: str = "valid"
    data_format: str | None = None
    dilation_rate: Sizes = 1
    groups: int = 1
    activation: str = "linear"
    use_bias: bool = True
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    takes_both: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("filters", self.filters)
        check_count("groups", self.groups)
        super().__post_init__()
        if self.filters % self.groups:
            raise NumbersError(
                f"{self.filters} filters can't be shared evenly among {self.groups} groups (Keras: The number of "
                "filters must be evenly divisible by the number of groups)"
            )

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: kernel (sizes …, channels, filters), and bias."""
        channels = self.channels(shape)
        if channels % self.groups:
            raise ShapeError(
                f"{channels} channels can't be shared evenly among {self.groups} groups (Keras: The number of input "
                "channels must be evenly divisible by the number of groups)"
            )
        sizes = self.window()[0]
        return _with_bias(self, {"kernel": (*sizes, channels // self.groups, self.filters)}, self.filters)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: the positions of the window, and a channel for each filter."""
        self.weight_shapes(shape)
        (moved,) = super().output_shapes(shape)
        return (_with_channels(self, moved, self.filters),)

    def sums(self, weights: Weights, values: Array) -> Array:
        """Compute windows · kernel, as `keras.layers.Conv1D.call` does."""
        seen, axes = self.windows(values), self.spatial_axes
        parts = zip(
            np.split(seen, self.groups, axis=axes), np.split(self.kernel_of(weights), self.groups, axis=-1), strict=True
        )
        over = [axes, *range(axes + 1, 2 * axes + 1)], [axes, *range(axes)]
        return np.concatenate([np.tensordot(part, kernel, over) for part, kernel in parts], axis=-1)


class Conv1D(Convolution):
    """Slides kernels along the steps of a sequence.

    >>> model_shapes(stack(Conv1D(4, 3), GRU(2), shape=(5, 2)))
    """

    paddings: ClassVar[tuple[str, ...]] = ("valid", "same", "causal")


class Conv2D(Convolution):
    """Slides kernels across an image."""

    spatial_axes: ClassVar[int] = 2


class Conv3D(Convolution):
    """Slides kernels through a volume."""

    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class DepthwiseConv2D(Kernel):
    """Convolves each channel of an image with its own kernel."""

    kernel_size: Sizes
    strides: Sizes = 1
    padding: str = "valid"
    depth_multiplier: int = 1
    data_format: str | None = None
    dilation_rate: Sizes = 1
    activation: str = "linear"
    use_bias: bool = True
    depthwise_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    spatial_axes: ClassVar[int] = 2

    def initializer_option(self, weight: str) -> str | None:
        """Return the name of the option that initializes a weight."""
        return "depthwise_initializer" if weight == "kernel" else super().initializer_option(weight)

    def __post_init__(self) -> None:
        check_count("depth_multiplier", self.depth_multiplier)
        super().__post_init__()

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: kernel (sizes …, channels, depth_multiplier), and bias."""
        channels = self.channels(shape)
        kernel = (*self.window()[0], channels, self.depth_multiplier)
        return _with_bias(self, {"kernel": kernel}, channels * self.depth_multiplier)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: the window's positions, and `depth_multiplier` times as many channels."""
        *_, channels, many = self.weight_shapes(shape)["kernel"]
        return (_with_channels(self, super().output_shapes(shape)[0], channels * many),)

    def sums(self, weights: Weights, values: Array) -> Array:
        """Compute windows · kernel, separately for each channel."""
        return depthwise(self.windows(values), weights["kernel"])


class DepthwiseConv1D(DepthwiseConv2D):
    """Convolves each feature of a sequence with its own kernel."""

    spatial_axes: ClassVar[int] = 1


@dataclass(frozen=True)
class SeparableConv1D(Kernel):
    """A depthwise convolution of a sequence, then a pointwise kernel that mixes the features at each step."""

    filters: int
    kernel_size: Sizes
    strides: Sizes = 1
    padding: str = "valid"
    data_format: str | None = None
    dilation_rate: Sizes = 1
    depth_multiplier: int = 1
    activation: str = "linear"
    use_bias: bool = True
    depthwise_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    pointwise_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    kind_of_trace: ClassVar[type[Trace]] = SeparableTrace

    def __post_init__(self) -> None:
        check_count("filters", self.filters)
        check_count("depth_multiplier", self.depth_multiplier)
        super().__post_init__()

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: the depthwise kernel, the pointwise kernel, and bias."""
        channels = self.channels(shape)
        kernels: dict[str, Shape] = {
            "depthwise_kernel": (*self.window()[0], channels, self.depth_multiplier),
            "pointwise_kernel": (*(1,) * self.spatial_axes, channels * self.depth_multiplier, self.filters),
        }
        return _with_bias(self, kernels, self.filters)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: the positions of the window, and a channel for each filter."""
        self.weight_shapes(shape)
        return (_with_channels(self, super().output_shapes(shape)[0], self.filters),)

    def sums(self, weights: Weights, values: Array) -> Array:
        """Compute windows · depthwise_kernel · pointwise_kernel."""
        mixed = depthwise(self.windows(values), weights["depthwise_kernel"])
        total: Array = mixed @ weights["pointwise_kernel"].reshape(-1, self.filters)
        return total


class SeparableConv2D(SeparableConv1D):
    """A depthwise convolution of an image, then a pointwise kernel that mixes the channels at each position."""

    spatial_axes: ClassVar[int] = 2


@dataclass(frozen=True)
class Conv1DTranspose(Kernel, ShapeOnly):
    """Transposed convolution: each step is spread over a window of the output."""

    filters: int
    kernel_size: Sizes
    strides: Sizes = 1
    padding: str = "valid"
    output_padding: Sizes | None = None
    data_format: str | None = None
    dilation_rate: Sizes = 1
    activation: str = "linear"
    use_bias: bool = True
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)

    takes_both: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count("filters", self.filters)
        super().__post_init__()
        _, strides, _, _ = self.window()
        if self.output_padding is not None:
            added = spread("output_padding", self.output_padding, self.spatial_axes, least=0)
            if any(more >= stride for more, stride in zip(added, strides, strict=True)):
                raise NumbersError(
                    f"output_padding={self.output_padding} must be less than strides={self.strides} along each axis"
                )

    def length_after(self, length: int, axis: int) -> int:
        """Compute an output length, as Keras's `compute_conv_transpose_output_shape` does."""
        sizes, strides, dilations, padding = self.window()
        reach, stride = (sizes[axis] - 1) * dilations[axis] + 1, strides[axis]
        added = None
        if self.output_padding is not None:
            added = spread("output_padding", self.output_padding, self.spatial_axes, least=0)[axis]
        if padding == "same":
            return length * stride if added is None else (length - 1) * stride + reach % 2 + added
        return (length - 1) * stride + (max(reach, stride) if added is None else reach + added)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: kernel (sizes …, filters, channels), and bias."""
        channels = self.channels(shape)
        return _with_bias(self, {"kernel": (*self.window()[0], self.filters, channels)}, self.filters)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: longer than the input, with a channel for each filter."""
        self.weight_shapes(shape)
        return (_with_channels(self, super().output_shapes(shape)[0], self.filters),)

    def compute(self, weights: Weights, inputs: Array, *more: Array) -> Array:
        """Raise NumbersError, since only shapes are supported."""
        raise self.uncomputed()


class Conv2DTranspose(Conv1DTranspose):
    """Transposed convolution of an image."""

    spatial_axes: ClassVar[int] = 2


class Conv3DTranspose(Conv1DTranspose):
    """Transposed convolution of a volume."""

    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class ConvLSTM1D(ShapeOnly):
    """An LSTM over a sequence of sequences, with convolutions in place of matrix products."""

    filters: int
    kernel_size: Sizes
    strides: Sizes = 1
    padding: str = "valid"
    data_format: str | None = None
    dilation_rate: Sizes = 1
    activation: str = "tanh"
    recurrent_activation: str = "sigmoid"
    use_bias: bool = True
    kernel_initializer: str | Initializer = field(default="glorot_uniform", kw_only=True)
    recurrent_initializer: str | Initializer = field(default="orthogonal", kw_only=True)
    bias_initializer: str | Initializer = field(default="zeros", kw_only=True)
    unit_forget_bias: bool = field(default=True, kw_only=True)
    return_sequences: bool = field(default=False, kw_only=True)
    return_state: bool = field(default=False, kw_only=True)
    go_backwards: bool = field(default=False, kw_only=True)
    stateful: bool = field(default=False, kw_only=True)

    shown_options: ClassVar[tuple[str, ...]] = ("kernel_size",)
    spatial_axes: ClassVar[int] = 1
    hands_masks_on: ClassVar[bool] = False

    def __post_init__(self) -> None:
        flags = ("unit_forget_bias", "return_sequences", "return_state", "go_backwards", "stateful")
        check_flags(self, "use_bias", *flags)
        activation_of(self.recurrent_activation)
        self._each_step()

    def _each_step(self) -> Convolution:
        """The convolution applied to the input of each step."""
        kind = {1: Conv1D, 2: Conv2D, 3: Conv3D}[self.spatial_axes]
        check_choice("padding", self.padding, "valid", "same")
        return kind(
            self.filters,
            self.kernel_size,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
            activation=self.activation,
        )

    def _step(self, shape: OpenShape) -> OpenShape:
        check_axes(self, shape, self.spatial_axes + 2, "reads (time_steps, places …, channels)")
        if None in shape[1:]:
            raise ShapeError(
                f"{self.name_in_code} needs all lengths except the number of time steps, but gets {shape} "
                "(Keras: only support static input shapes for the spatial dimension): write them into Input"
            )
        return shape[1:]

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: both kernels (sizes …, channels, 4 · filters), and bias."""
        channels = self._each_step().channels(self._step(shape))
        sizes, wide = self._each_step().window()[0], 4 * self.filters
        kernels: dict[str, Shape] = {
            "kernel": (*sizes, channels, wide),
            "recurrent_kernel": (*sizes, self.filters, wide),
        }
        return _with_bias(self, kernels, wide)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shape of the output, and of both states if they are returned."""
        (state,) = self._each_step().output_shapes(self._step(shape))
        output = (shape[0], *state) if self.return_sequences else state
        return (output, state, state) if self.return_state else (output,)


class ConvLSTM2D(ConvLSTM1D):
    """An LSTM over a sequence of images, with convolutions in place of matrix products."""

    spatial_axes: ClassVar[int] = 2


class ConvLSTM3D(ConvLSTM1D):
    """An LSTM over a sequence of volumes, with convolutions in place of matrix products."""

    spatial_axes: ClassVar[int] = 3


def depthwise(windows: Array, kernel: Array) -> Array:
    """Multiply each channel's windows (positions …, channels, sizes …) by its own kernel (sizes …, channels, many)."""
    *sizes, channels, many = kernel.shape
    flat = windows.reshape(*windows.shape[: windows.ndim - len(sizes)], -1)
    product: Array = np.einsum("...cs,scm->...cm", flat, kernel.reshape(-1, channels, many))
    return product.reshape(*product.shape[:-2], channels * many)


def _with_bias(layer: Layer, kernels: dict[str, Shape], length: int) -> dict[str, Shape]:
    return {**kernels, "bias": (length,)} if getattr(layer, "use_bias", False) else kernels


def _with_channels(layer: Spatial, shape: OpenShape, channels: int) -> OpenShape:
    return (channels, *shape[1:]) if layer.has_channels_first else (*shape[:-1], channels)


def _windows(layer: Windowed, inputs: Array, fill: float) -> Array:
    """Extract the windows, with the channels on the last axis: (positions …, sizes …, channels)."""
    return frozen(np.moveaxis(layer.windows(layer.channels_last(inputs), fill), layer.spatial_axes, -1))


class PoolingTrace(Trace):
    """The numbers of a layer that reduces windows.

    >>> trace = run_model(stack(MaxPooling1D(2), shape=(3, 2)), embed(WORDS)).trace_of(MaxPooling1D)
    >>> row(cells(trace.windows[0]), cells(trace.output))
    """

    @cached_property
    def windows(self) -> Array:
        """The part of the input in the window at each position: (positions …, sizes …, channels); NaN beyond its ends.

        The axes are the same with `data_format="channels_first"`.
        """
        return _windows(cast("Pooling", self.layer), self.inputs, np.nan)

    @cached_property
    def winners(self) -> NDArray[np.int64]:
        """The place of the largest number in each window, counted from 0 row by row: (positions …, channels)."""
        axes = cast("Pooling", self.layer).spatial_axes
        flat = self.windows.reshape(*self.windows.shape[:axes], -1, self.windows.shape[-1])
        winners: NDArray[np.int64] = np.nanargmax(flat, axis=axes)
        return winners

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many numbers each window has, without those beyond the ends: (positions …, channels)."""
        axes = cast("Pooling", self.layer).spatial_axes
        counts: NDArray[np.int64] = (~np.isnan(self.windows)).sum(axis=tuple(range(axes, 2 * axes)))
        return counts


@dataclass(frozen=True)
class Pooling(Windowed):
    """Base class of layers that reduce each window to one number."""

    shown_options: ClassVar[tuple[str, ...]] = ("pool_size",)
    kind_of_trace: ClassVar[type[Trace]] = PoolingTrace

    pool_size: Sizes
    strides: Sizes | None = None
    padding: str = "valid"
    data_format: str | None = None

    def __post_init__(self) -> None:
        check_choice("padding", self.padding, "valid", "same")
        check_choice("data_format", self.data_format, *DATA_FORMATS)
        self.window()

    def window(self) -> tuple[Shape, Shape, Shape, str]:
        """The window's sizes and strides. By default, strides equal the sizes, so that windows don't overlap."""
        sizes = spread("pool_size", self.pool_size, self.spatial_axes)
        strides = sizes if self.strides is None else spread("strides", self.strides, self.spatial_axes)
        return sizes, strides, (1,) * self.spatial_axes, self.padding

    @property
    def _inside(self) -> tuple[int, ...]:
        """The axes of `windows` that lie within a window."""
        return tuple(range(self.spatial_axes + 1, 2 * self.spatial_axes + 1))


@dataclass(frozen=True)
class MaxPooling1D(Pooling):
    """The maximum of each window of steps.

    >>> model_shapes(stack(MaxPooling1D(2), LSTM(4), shape=(6, 2)))
    """

    pool_size: Sizes = 2

    def changed(self, inputs: Array) -> Array:
        """Compute the maximum."""
        largest: Array = self.windows(inputs, fill=-np.inf).max(axis=self._inside)
        return largest


class MaxPooling2D(MaxPooling1D):
    """The maximum of each window of an image."""

    spatial_axes: ClassVar[int] = 2


class MaxPooling3D(MaxPooling1D):
    """The maximum of each window of a volume."""

    spatial_axes: ClassVar[int] = 3


class AveragePooling1D(Pooling):
    """The mean of each window of steps, ignoring padding.

    >>> model_shapes(stack(AveragePooling1D(2), LSTM(4), shape=(6, 2)))
    """

    def changed(self, inputs: Array) -> Array:
        """Compute the mean."""
        counts = self.windows(np.ones_like(inputs)).sum(axis=self._inside)
        mean: Array = self.windows(inputs).sum(axis=self._inside) / counts
        return mean


class AveragePooling2D(AveragePooling1D):
    """The mean of each window of an image."""

    spatial_axes: ClassVar[int] = 2


class AveragePooling3D(AveragePooling1D):
    """The mean of each window of a volume."""

    spatial_axes: ClassVar[int] = 3


@dataclass(frozen=True)
class AdaptivePooling(Spatial):
    """Base class of layers that reduce any input to the same number of windows, which are as equal as they can be."""

    output_size: Sizes
    data_format: str | None = None

    shown_options: ClassVar[tuple[str, ...]] = ("output_size",)

    def __post_init__(self) -> None:
        check_choice("data_format", self.data_format, *DATA_FORMATS)
        self.sizes()

    def sizes(self) -> Shape:
        """Return the number of windows along each axis."""
        return spread("output_size", self.output_size, self.spatial_axes)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, whose lengths don't depend on those of the input."""
        check_axes(self, shape, self.spatial_axes + 1, READS[self.spatial_axes])
        return ((shape[0], *self.sizes()) if self.has_channels_first else (*self.sizes(), shape[-1]),)

    def changed(self, inputs: Array) -> Array:
        """Reduce one axis after the other. Neighbouring windows share a step where they don't come out even."""
        for axis, size in enumerate(self.sizes()):
            length = inputs.shape[axis]
            spans = [range(at * length // size, -(-(at + 1) * length // size)) for at in range(size)]
            inputs = np.stack([self.reduced(np.take(inputs, span, axis), axis) for span in spans], axis)
        return inputs

    def reduced(self, window: Array, axis: int) -> Array:
        """Reduce a window to one number along an axis."""
        raise NotImplementedError


class AdaptiveMaxPooling1D(AdaptivePooling):
    """The maximum of each of as many windows of steps as the output has.

    >>> model_shapes(stack(AdaptiveMaxPooling1D(2), LSTM(4), shape=(6, 2)))
    """

    def reduced(self, window: Array, axis: int) -> Array:
        """Compute the maximum."""
        largest: Array = window.max(axis=axis)
        return largest


class AdaptiveMaxPooling2D(AdaptiveMaxPooling1D):
    """The maximum of each window of an image."""

    spatial_axes: ClassVar[int] = 2


class AdaptiveMaxPooling3D(AdaptiveMaxPooling1D):
    """The maximum of each window of a volume."""

    spatial_axes: ClassVar[int] = 3


class AdaptiveAveragePooling1D(AdaptivePooling):
    """The mean of each of as many windows of steps as the output has.

    >>> model_shapes(stack(AdaptiveAveragePooling1D(2), LSTM(4), shape=(6, 2)))
    """

    def reduced(self, window: Array, axis: int) -> Array:
        """Compute the mean."""
        mean: Array = window.mean(axis=axis)
        return mean


class AdaptiveAveragePooling2D(AdaptiveAveragePooling1D):
    """The mean of each window of an image."""

    spatial_axes: ClassVar[int] = 2


class AdaptiveAveragePooling3D(AdaptiveAveragePooling1D):
    """The mean of each window of a volume."""

    spatial_axes: ClassVar[int] = 3


class GlobalPoolingTrace(Trace):
    """The numbers of a layer that reduces all steps."""

    @cached_property
    def winners(self) -> NDArray[np.int64]:
        """The step with the largest number of each feature, from 0; in an image, its place row by row: (features,)."""
        axes = cast("GlobalPooling", self.layer).axes
        features = np.moveaxis(self.inputs, axes, range(len(axes)))
        winners: NDArray[np.int64] = features.reshape(-1, features.shape[-1]).argmax(axis=0)
        return winners


@dataclass(frozen=True)
class GlobalPooling(Layer):
    """Base class of layers that reduce all steps to one number for each feature."""

    kind_of_trace: ClassVar[type[Trace]] = GlobalPoolingTrace

    data_format: str | None = None
    keepdims: bool = False

    hands_masks_on: ClassVar[bool] = False
    spatial_axes: ClassVar[int] = 1

    def __post_init__(self) -> None:
        check_choice("data_format", self.data_format, *DATA_FORMATS)
        check_flags(self, "keepdims")

    @property
    def axes(self) -> tuple[int, ...]:
        """The temporal or spatial axes."""
        first = 1 if self.data_format == "channels_first" else 0
        return tuple(range(first, first + self.spatial_axes))

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape: one number for each feature."""
        check_axes(self, shape, self.spatial_axes + 1, READS[self.spatial_axes])
        if self.keepdims:
            return (tuple(1 if axis in self.axes else length for axis, length in enumerate(shape)),)
        return (tuple(length for axis, length in enumerate(shape) if axis not in self.axes),)


class GlobalMaxPooling1D(GlobalPooling):
    """The maximum of each feature over all steps, including masked ones.

    >>> model_shapes(stack(LSTM(4, return_sequences=True), GlobalMaxPooling1D(), shape=(3, 2)))
    """

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute the maximum."""
        largest: Array = inputs.max(axis=self.axes, keepdims=self.keepdims)
        return largest


class GlobalMaxPooling2D(GlobalMaxPooling1D):
    """The maximum of each channel of an image."""

    spatial_axes: ClassVar[int] = 2


class GlobalMaxPooling3D(GlobalMaxPooling1D):
    """The maximum of each channel of a volume."""

    spatial_axes: ClassVar[int] = 3


class GlobalAveragePooling1D(GlobalPooling):
    """The mean of each feature over all unmasked steps.

    >>> model_shapes(stack(Embedding(10, 4), GlobalAveragePooling1D(), Dense(1), shape=(5,)))
    """

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute the mean."""
        mean: Array = inputs.mean(axis=self.axes, keepdims=self.keepdims)
        return mean

    def answer(self, weights: Weights, inputs: Sequence[Array], masks: Masks) -> Array:
        """Compute the mean of the unmasked steps."""
        (values,), mask = inputs, masks[0] if masks else None
        if mask is None or self.spatial_axes > 1:
            return self.compute(weights, values)
        steps = values.shape[self.axes[0]]
        if len(mask) != steps:
            raise NumbersError(
                f"{self.name_in_code} with data_format={self.data_format!r} takes the mean along an axis of {steps}, "
                f"but the mask has {len(mask)} steps: remove data_format"
            )
        if not mask.any():
            raise NumbersError(
                f"the mask skips every step, so {self.name_in_code} would have nothing to average: keep at least one"
            )
        return self.compute(weights, np.compress(mask, values, axis=self.axes[0]))


class GlobalAveragePooling2D(GlobalAveragePooling1D):
    """The mean of each channel of an image."""

    spatial_axes: ClassVar[int] = 2


class GlobalAveragePooling3D(GlobalAveragePooling1D):
    """The mean of each channel of a volume."""

    spatial_axes: ClassVar[int] = 3
