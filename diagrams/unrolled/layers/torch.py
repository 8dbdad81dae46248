"""PyTorch's layers: its options, its weights in its order, and the numbers that it computes.

Each is in the family of a layer of Keras, which views draw. They are made by keyword, and read one sample without a
batch axis, so `batch_first` changes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod, sqrt
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from ..recorded.arrays import named
from ..recorded.operations import plain
from . import activations, attention, convolution, core, normalization, recurrent, reshaping
from .initializers import Initializer
from .layer import (
    Layer,
    OptionError,
    SeveralInputs,
    ShapeError,
    Trace,
    check_axes,
    check_choice,
    check_count,
    check_flags,
    check_number,
    check_whole,
    length_of,
    spread,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .layer import InitialState, Mask, Masks

Sizes = int | tuple[int, ...]


class Torch(Layer):
    """Base class of the layers with weights, which PyTorch draws evenly between −bound and bound."""

    parts: ClassVar[Mapping[str, str]] = {}
    """What Keras calls the weights."""
    shared: tuple[str, ...] = ()
    """The weights that are those of another layer, which counts them."""

    def parameter_shapes(self, *shapes: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights that the layer has for itself."""
        return {name: shape for name, shape in self.weight_shapes(*shapes).items() if name not in self.shared}

    def part_of(self, weight: str) -> str:
        """Return Keras's name for a weight."""
        return self.parts.get(weight, weight)

    def fan_in(self, weight: str, shape: Shape) -> int:
        """Count the numbers of the input; in PyTorch, the first axis is that of the output."""
        return prod(shape[1:])

    def initializer_option(self, weight: str) -> str | None:
        """Return None: no option initializes weights."""
        return None

    def bound(self, weight: str) -> float:
        """Return the largest number that a weight is initialized with."""
        raise NotImplementedError

    def initializer(self, weight: str) -> str | Initializer:
        """Return PyTorch's way to initialize a weight."""
        bound = self.bound(weight)
        return Initializer("random_uniform", {"minval": -bound, "maxval": bound})

    def _set(self, **derived: object) -> None:
        """Set the options of Keras's layer, which follow from PyTorch's."""
        for name, value in derived.items():
            object.__setattr__(self, name, value)


def _derived(default: Any = None) -> Any:
    """Declare an option of Keras's layer that `_set` sets."""
    return field(default=default, init=False, repr=False)


def _check_length(layer: Layer, option: str, shape: OpenShape) -> None:
    """Check that the last axis has the length that an option says. Raises ShapeError otherwise."""
    wanted = getattr(layer, option)
    if shape and shape[-1] not in (None, wanted):
        raise ShapeError(
            f"{layer.name_in_code} has {option}={wanted}, but the vectors that it reads have {shape[-1]} numbers: give "
            "both the same length"
        )


@dataclass(frozen=True, kw_only=True)
class Linear(Torch, core.Dense):
    """The fully connected layer, x·weightᵀ + bias."""

    units: int = _derived(0)
    activation: str = _derived("linear")
    use_bias: bool = _derived(True)
    in_features: int
    out_features: int
    bias: bool = True
    shared: tuple[str, ...] = ()

    family: ClassVar[str] = "Dense"
    size_options: ClassVar[tuple[str, ...]] = ("in_features", "out_features")
    argument_names: ClassVar[Mapping[str, str]] = {"out_features": "units", "bias": "use_bias"}
    parts: ClassVar[Mapping[str, str]] = {"weight": "kernel"}
    shown_options: ClassVar[tuple[str, ...]] = ("out_features",)

    def __post_init__(self) -> None:
        check_count("in_features", self.in_features)
        check_count("out_features", self.out_features)
        check_flags(self, "bias")
        self._set(units=self.out_features, use_bias=self.bias)

    def bound(self, weight: str) -> float:
        """Return 1 / √in_features."""
        return 1 / sqrt(self.in_features)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: weight (out_features, in_features), and bias."""
        if not shape:
            raise ShapeError("Linear needs a vector, but its input is a single number", ndim=2)
        _check_length(self, "in_features", shape)
        shapes: dict[str, Shape] = {"weight": (self.out_features, self.in_features)}
        return {**shapes, "bias": (self.out_features,)} if self.bias else shapes

    def kernel_of(self, weights: Weights) -> Array:
        """Return the weight, with the axis of the input first."""
        return weights["weight"].T


@dataclass(frozen=True, kw_only=True)
class TorchEmbedding(Torch, core.Embedding):
    """A lookup table. The row `padding_idx` begins with zeros and isn't learned; nothing is masked."""

    input_dim: int = _derived(0)
    output_dim: int = _derived(0)
    mask_zero: bool = _derived(False)
    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None = None
    shared: tuple[str, ...] = ()

    name_in_code: ClassVar[str] = "Embedding"
    argument_names: ClassVar[Mapping[str, str]] = {"num_embeddings": "input_dim", "embedding_dim": "output_dim"}
    parts: ClassVar[Mapping[str, str]] = {"weight": "embeddings"}

    def __post_init__(self) -> None:
        check_count("num_embeddings", self.num_embeddings)
        check_count("embedding_dim", self.embedding_dim)
        padding, rows = self.padding_idx, self.num_embeddings
        if padding is not None:
            check_whole("padding_idx", padding)
            if not -rows <= padding < rows:
                raise OptionError("padding_idx", f"one of the {rows} rows", padding)
            self._set(padding_idx=padding % rows)
        self._set(input_dim=rows, output_dim=self.embedding_dim)

    def initializer(self, weight: str) -> str | Initializer:
        """Return PyTorch's way to fill the table."""
        return Initializer("random_normal", {"mean": 0.0, "stddev": 1.0})

    def initial_values(self, weight: str, shape: Shape, seed: str | None = None) -> Array | None:
        """Return what PyTorch fills the table with; the row `padding_idx` has zeros."""
        values = super().initial_values(weight, shape, seed)
        return None if values is None else np.where(np.arange(shape[0])[:, None] == self.padding_idx, 0.0, values)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shape of the table by name."""
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def table_of(self, weights: Weights) -> Array:
        """Return the table."""
        return weights["weight"]


@dataclass(frozen=True, kw_only=True)
class TorchDropout(core.Dropout):
    """Drops numbers at random during training, and does nothing at inference."""

    rate: float = _derived(0.5)
    p: float = 0.5

    name_in_code: ClassVar[str] = "Dropout"
    argument_names: ClassVar[Mapping[str, str]] = {"p": "rate"}
    shown_options: ClassVar[tuple[str, ...]] = ("p",)

    def __post_init__(self) -> None:
        check_number("p", self.p, 0, 1)
        object.__setattr__(self, "rate", self.p)


class Dropout1d(TorchDropout):
    """Drops whole channels of a sequence during training."""

    family: ClassVar[str] = "Dropout"

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        if len(shape) > 2:
            raise ShapeError(f"Dropout1d reads channels of a sequence, not {shape}", ndim=3)
        return (shape,)


class Dropout2d(TorchDropout):
    """Drops whole channels of an image during training."""

    family: ClassVar[str] = "Dropout"


@dataclass(frozen=True, kw_only=True)
class Identity(core.TrainingOnly):
    """Returns its input."""


@dataclass(frozen=True, kw_only=True)
class _Named(activations.Activation):
    """Base class of the activations that have no options."""

    activation: str = _derived()

    family: ClassVar[str] = "Activation"
    shown_value: ClassVar[str | None] = None
    computes: ClassVar[str]
    """Keras's name for it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", self.computes)


def _activation(name: str, computes: str) -> type[_Named]:
    """Define the layer of an activation."""
    attributes = {"__doc__": f"Applies {computes} to its input.", "computes": computes, "__module__": __name__}
    return cast("type[_Named]", type(name, (_Named,), {**attributes, "family": "Activation"}))


ReLU, ReLU6 = _activation("ReLU", "relu"), _activation("ReLU6", "relu6")
Tanh, Sigmoid = _activation("Tanh", "tanh"), _activation("Sigmoid", "sigmoid")
SiLU, Mish, SELU = _activation("SiLU", "silu"), _activation("Mish", "mish"), _activation("SELU", "selu")
Softplus, Softsign = _activation("Softplus", "softplus"), _activation("Softsign", "softsign")
LogSigmoid, Tanhshrink = _activation("LogSigmoid", "log_sigmoid"), _activation("Tanhshrink", "tanh_shrink")
Hardsigmoid, Hardswish = _activation("Hardsigmoid", "hard_sigmoid"), _activation("Hardswish", "hard_swish")


@dataclass(frozen=True, kw_only=True)
class GELU(_Named):
    """Applies gelu to its input, exactly."""

    approximate: str = "none"

    family: ClassVar[str] = "Activation"
    computes: ClassVar[str] = "gelu"

    def __post_init__(self) -> None:
        if self.approximate != "none":
            raise NumbersError(
                f"GELU(approximate={self.approximate!r}) isn't supported: leave `approximate` out, which computes gelu "
                "exactly"
            )
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class TorchLeakyReLU(activations.LeakyReLU):
    """Scales negative numbers by a small slope and leaves positive ones unchanged."""

    negative_slope: float = 0.01

    name_in_code: ClassVar[str] = "LeakyReLU"


class TorchELU(activations.ELU):
    """Exponential linear unit."""

    name_in_code: ClassVar[str] = "ELU"


@dataclass(frozen=True, kw_only=True)
class TorchSoftmax(activations.Softmax):
    """Normalizes numbers along an axis so that they add up to 1; `dim` counts the batch axis."""

    axis: int | Sequence[int] = _derived(-1)
    dim: int = -1

    name_in_code: ClassVar[str] = "Softmax"
    shown_options: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        check_whole("dim", self.dim)
        object.__setattr__(self, "axis", self.dim)


class LogSoftmax(TorchSoftmax):
    """The logarithm of the softmax."""

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Take the logarithm."""
        result: Array = np.log(super().compute(weights, inputs))
        return result


@dataclass(frozen=True, kw_only=True)
class TorchFlatten(reshaping.Flatten):
    """Puts the axes from `start_dim` to `end_dim`, which count the batch axis, into one."""

    data_format: str | None = _derived()
    start_dim: int = 1
    end_dim: int = -1

    name_in_code: ClassVar[str] = "Flatten"

    def _ends(self, shape: OpenShape) -> tuple[int, int]:
        """Return the first axis of a sample that is flattened, and the one after the last."""
        axes = len(shape) + 1
        first, last = (axis + axes if axis < 0 else axis for axis in (self.start_dim, self.end_dim))
        if not 1 <= first <= last < axes:
            raise ShapeError(
                f"Flatten can't flatten the axes {self.start_dim} to {self.end_dim} of {shape} with its batch axis: "
                f"use axes from 1 to {len(shape)}, the first of them first"
            )
        return first - 1, last

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, in which those axes are one."""
        first, end = self._ends(shape)
        inside = shape[first:end]
        length = None if None in inside else prod(size or 0 for size in inside)
        return ((*shape[:first], length, *shape[end:]),)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Flatten the axes."""
        (shape,) = self.output_shapes(inputs.shape)
        return inputs.reshape(cast("Shape", shape))


class _Affine(Torch, normalization.Shifting):
    """Base class of normalization with a weight and a bias."""

    parts: ClassVar[Mapping[str, str]] = {"weight": "gamma", "bias": "beta"}
    scale: bool
    center: bool

    def initializer(self, weight: str) -> str | Initializer:
        """Return PyTorch's way: ones to multiply by, and zeros to add."""
        return "ones" if weight in ("weight", "running_var") else "zeros"

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: weight, then bias."""
        kept = self.kept(shape)
        shapes: dict[str, Shape] = {"weight": kept} if self.scale else {}
        return {**shapes, "bias": kept} if self.center else shapes

    def learned(self, weights: Weights) -> tuple[Array | None, Array | None]:
        """Return weight and bias, as far as it has them."""
        return weights.get("weight"), weights.get("bias")


@dataclass(frozen=True, kw_only=True)
class LayerNorm(_Affine, normalization.LayerNormalization):
    """Normalizes the last axes to mean 0 and standard deviation 1, then multiplies by weight and adds bias."""

    axis: int | tuple[int, ...] = _derived(-1)
    epsilon: float = _derived(1e-5)
    center: bool = _derived(True)
    scale: bool = _derived(True)
    normalized_shape: int | tuple[int, ...]
    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True
    shared: tuple[str, ...] = ()

    family: ClassVar[str] = "LayerNormalization"

    def __post_init__(self) -> None:
        normalized_shape: Any = self.normalized_shape
        lengths = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        for length in lengths:
            check_count("normalized_shape", length)
        check_flags(self, "elementwise_affine", "bias")
        check_number("eps", self.eps)
        axis = -1 if len(lengths) == 1 else tuple(range(-len(lengths), 0))
        affine = self.elementwise_affine
        self._set(normalized_shape=lengths, axis=axis, epsilon=self.eps, scale=affine, center=affine and self.bias)

    def kept(self, shape: OpenShape) -> Shape:
        """Return the lengths of the last axes, which must be those of `normalized_shape`."""
        wanted = cast("Shape", self.normalized_shape)
        ends = shape[len(shape) - len(wanted) :]
        if len(shape) < len(wanted) or any(
            length not in (None, ours) for ours, length in zip(wanted, ends, strict=True)
        ):
            raise ShapeError(
                f"LayerNorm normalizes {wanted}, which aren't the last axes of {shape} (PyTorch: Given "
                f"normalized_shape={list(wanted)}, expected input with shape [*, {', '.join(map(str, wanted))}]): "
                "write their lengths"
            )
        return wanted


@dataclass(frozen=True, kw_only=True)
class BatchNorm1d(_Affine, normalization.BatchNormalization):
    """Normalizes each channel by the running mean and variance collected during training."""

    axis: int = _derived(1)
    epsilon: float = _derived(1e-5)
    center: bool = _derived(True)
    scale: bool = _derived(True)
    momentum: float = 0.1
    num_features: int
    eps: float = 1e-5
    affine: bool = True
    track_running_stats: bool = True

    family: ClassVar[str] = "BatchNormalization"
    ranks: ClassVar[tuple[int, ...]] = (1, 2)
    """How many axes a sample can have."""

    def __post_init__(self) -> None:
        check_count("num_features", self.num_features)
        check_number("eps", self.eps)
        check_flags(self, "affine", "track_running_stats")
        if not self.track_running_stats:
            raise NumbersError(
                f"{self.name_in_code}(track_running_stats=False) mixes the samples of a batch, but a figure shows only "
                "one of them: leave it out"
            )
        self._set(epsilon=self.eps, scale=self.affine, center=self.affine)

    def kept(self, shape: OpenShape) -> Shape:
        """Return the number of channels."""
        if len(shape) not in self.ranks or shape[0] not in (None, self.num_features):
            raise ShapeError(
                f"{self.name_in_code} has num_features={self.num_features}, so it reads "
                f"{self.num_features} channels first, not {shape}"
            )
        return (self.num_features,)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: weight and bias, then the running statistics."""
        return {**super().weight_shapes(shape), **dict.fromkeys(("running_mean", "running_var"), self.kept(shape))}

    def parameter_shapes(self, *shapes: OpenShape) -> dict[str, Shape]:
        """Return the shapes of weight and bias; the statistics aren't parameters."""
        shapes_of_all = self.weight_shapes(*shapes)
        return {name: shape for name, shape in shapes_of_all.items() if not name.startswith("running_")}

    def statistics(self, weights: Weights, inputs: Array) -> tuple[Array, Array]:
        """Return the running mean and variance."""
        broad = self.broad(inputs.shape)
        return weights["running_mean"].reshape(broad), weights["running_var"].reshape(broad)


class BatchNorm2d(BatchNorm1d):
    """Normalizes each channel of an image."""

    family: ClassVar[str] = "BatchNormalization"
    ranks: ClassVar[tuple[int, ...]] = (3,)


@dataclass(frozen=True, kw_only=True)
class GroupNorm(_Affine, normalization.GroupNormalization):
    """Normalizes groups of channels to mean 0 and standard deviation 1, then multiplies by weight and adds bias."""

    groups: int = _derived(1)
    axis: int = _derived(1)
    epsilon: float = _derived(1e-5)
    center: bool = _derived(True)
    scale: bool = _derived(True)
    num_groups: int
    num_channels: int
    eps: float = 1e-5
    affine: bool = True

    family: ClassVar[str] = "GroupNormalization"

    def __post_init__(self) -> None:
        check_count("num_groups", self.num_groups)
        check_count("num_channels", self.num_channels)
        check_number("eps", self.eps)
        check_flags(self, "affine")
        if self.num_channels % self.num_groups:
            raise NumbersError(
                f"num_channels={self.num_channels} must be divisible by num_groups={self.num_groups}: each group has "
                "as many"
            )
        self._set(groups=self.num_groups, epsilon=self.eps, scale=self.affine, center=self.affine)

    def kept(self, shape: OpenShape) -> Shape:
        """Return the number of channels."""
        if not shape or shape[0] not in (None, self.num_channels):
            raise ShapeError(
                f"GroupNorm has num_channels={self.num_channels}, so it reads {self.num_channels} channels first, not "
                f"{shape}"
            )
        return (self.num_channels,)


class _Padded(convolution.Windowed):
    """Base class of windows over channels first, with the same number of zeros at both ends."""

    def pads(self) -> Shape:
        """Return how much is added at each end of each axis."""
        padding = getattr(self, "padding", 0)
        if isinstance(padding, str):
            sizes, strides, dilations, _ = self.window()
            if padding == "same" and max(strides) > 1:
                raise NumbersError("padding='same' is not supported for strided convolutions: give it as numbers")
            reach = [dilation * (size - 1) for size, dilation in zip(sizes, dilations, strict=True)]
            return tuple(amount // 2 if padding == "same" else 0 for amount in reach)
        return spread("padding", padding, self.spatial_axes, least=0)

    def _ends(self) -> list[tuple[int, int]]:
        """Return how much is added before and after each axis: of an odd number, `same` adds more after."""
        sizes, _, dilations, _ = self.window()
        is_same = getattr(self, "padding", 0) == "same"
        reach = [dilation * (size - 1) for size, dilation in zip(sizes, dilations, strict=True)]
        return [
            (before, total - before if is_same else before) for before, total in zip(self.pads(), reach, strict=True)
        ]

    def length_after(self, length: int, axis: int) -> int:
        """Count the positions of the window. Raises ShapeError if the window is longer than the input."""
        sizes, _, dilations, _ = self.window()
        padded, reach = length + sum(self._ends()[axis]), dilations[axis] * (sizes[axis] - 1) + 1
        if padded < reach:
            raise ShapeError(
                f"the window of {self.name_in_code} is {reach} long, but its input with padding only {padded} "
                "(PyTorch: Kernel size can't be greater than actual input size): make the window smaller, or the "
                "padding larger"
            )
        return super().length_after(padded, axis)

    def windows(self, inputs: Array, fill: float = 0.0) -> Array:
        """Extract the input under the window at each position, with the padding."""
        return super().windows(np.pad(inputs, [*self._ends(), (0, 0)], constant_values=fill), fill)


@dataclass(frozen=True, kw_only=True)
class _Convolution(Torch, _Padded, convolution.Convolution):
    """Base class of convolutions with the channels first."""

    filters: int = _derived(0)
    strides: int | tuple[int, ...] = _derived(1)
    data_format: str | None = _derived("channels_first")
    dilation_rate: int | tuple[int, ...] = _derived(1)
    activation: str = _derived("linear")
    use_bias: bool = _derived(True)
    kernel_size: Sizes
    padding: Any = 0
    groups: int = 1
    in_channels: int
    out_channels: int
    stride: Sizes = 1
    dilation: Sizes = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes_both: ClassVar[bool] = True
    argument_names: ClassVar[Mapping[str, str]] = {"out_channels": "filters", "bias": "use_bias", "stride": "strides"}
    parts: ClassVar[Mapping[str, str]] = {"weight": "kernel"}

    def __post_init__(self) -> None:
        for name in ("in_channels", "out_channels", "groups"):
            check_count(name, getattr(self, name))
        check_flags(self, "bias")
        check_choice("padding_mode", self.padding_mode, "zeros")
        if isinstance(self.padding, str):
            check_choice("padding", self.padding, "valid", "same")
        for name in ("in_channels", "out_channels"):
            if getattr(self, name) % self.groups:
                raise NumbersError(f"{name}={getattr(self, name)} must be divisible by groups={self.groups}")
        self._set(filters=self.out_channels, strides=self.stride, dilation_rate=self.dilation, use_bias=self.bias)
        self.window()
        self.pads()

    def window(self) -> tuple[Shape, Shape, Shape, str]:
        """The kernel's sizes, strides and dilations; `windows` adds the padding."""
        return (*super().window()[:3], "valid")

    def bound(self, weight: str) -> float:
        """Return 1 / √(the numbers under the window)."""
        return 1 / sqrt(self.in_channels // self.groups * prod(self.window()[0]))

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: weight (out_channels, in_channels, sizes …), and bias."""
        if (channels := self.channels(shape)) != self.in_channels:
            raise ShapeError(
                f"{self.name_in_code} has in_channels={self.in_channels}, but its input {shape} has {channels} "
                "channels, which come first: give both the same number"
            )
        shapes: dict[str, Shape] = {
            "weight": (self.out_channels, self.in_channels // self.groups, *self.window()[0]),
        }
        return {**shapes, "bias": (self.out_channels,)} if self.bias else shapes

    def kernel_of(self, weights: Weights) -> Array:
        """Return the weight with the axes of the window first, then those of the input and the output."""
        return weights["weight"].transpose(*range(2, self.spatial_axes + 2), 1, 0)


class Conv1d(_Convolution, convolution.Conv1D):
    """Slides kernels along the steps of a sequence, with the channels first."""

    family: ClassVar[str] = "Conv1D"


class Conv2d(_Convolution, convolution.Conv2D):
    """Slides kernels across an image, with the channels first."""

    family: ClassVar[str] = "Conv2D"


@dataclass(frozen=True, kw_only=True)
class _Pool(_Padded, convolution.Pooling):
    """Base class of pooling over channels first."""

    pool_size: int | tuple[int, ...] = _derived(1)
    strides: int | tuple[int, ...] | None = _derived()
    data_format: str | None = _derived("channels_first")
    padding: Any = 0
    kernel_size: Sizes
    stride: Sizes | None = None
    ceil_mode: bool = False

    argument_names: ClassVar[Mapping[str, str]] = {"kernel_size": "pool_size", "stride": "strides"}
    shown_options: ClassVar[tuple[str, ...]] = ("kernel_size",)

    def __post_init__(self) -> None:
        check_flags(self, "ceil_mode")
        if self.ceil_mode:
            raise NumbersError(f"{self.name_in_code}(ceil_mode=True) isn't supported: leave it out")
        object.__setattr__(self, "pool_size", self.kernel_size)
        object.__setattr__(self, "strides", self.stride)
        sizes = self.window()[0]
        if any(pad > size // 2 for pad, size in zip(self.pads(), sizes, strict=True)):
            raise NumbersError(
                f"padding={self.padding} of {self.name_in_code} is more than half of kernel_size={self.kernel_size}, "
                "which PyTorch doesn't allow: make it smaller"
            )

    def window(self) -> tuple[Shape, Shape, Shape, str]:
        """The window's sizes and strides; `windows` adds the padding."""
        return (*super().window()[:3], "valid")


class MaxPool1d(_Pool, convolution.MaxPooling1D):
    """The maximum of each window of steps."""

    family: ClassVar[str] = "MaxPooling1D"


class MaxPool2d(_Pool, convolution.MaxPooling2D):
    """The maximum of each window of an image."""

    family: ClassVar[str] = "MaxPooling2D"


@dataclass(frozen=True, kw_only=True)
class AvgPool1d(_Pool, convolution.AveragePooling1D):
    """The mean of each window of steps, in which zeros of the padding count, unless `count_include_pad=False`."""

    count_include_pad: bool = True

    family: ClassVar[str] = "AveragePooling1D"

    def changed(self, inputs: Array) -> Array:
        """Compute the mean."""
        if not self.count_include_pad:
            return super().changed(inputs)
        mean: Array = self.windows(inputs).mean(axis=self._inside)
        return mean


class AvgPool2d(AvgPool1d, convolution.AveragePooling2D):
    """The mean of each window of an image."""

    family: ClassVar[str] = "AveragePooling2D"
    spatial_axes: ClassVar[int] = 2


@dataclass(frozen=True, kw_only=True)
class TorchRecurrent(Torch, recurrent.Recurrent):
    """Base class of RNN, LSTM and GRU. With several layers, `levels` are those at work."""

    units: int = _derived(0)
    activation: str = _derived("tanh")
    use_bias: bool = _derived(True)
    input_size: int
    hidden_size: int
    num_layers: int = 1
    bias: bool = True
    batch_first: bool = False
    dropout: float = 0.0
    bidirectional: bool = False
    return_sequences: bool = True
    return_state: bool = True
    level: int | None = 0
    """Which of `num_layers` layers it is, from 0; None for a cell."""

    argument_names: ClassVar[Mapping[str, str]] = {
        "hidden_size": "units",
        "input_size": "features",
        "bias": "use_bias",
        "nonlinearity": "activation",
    }
    has_return_options: ClassVar[bool] = False
    size_options: ClassVar[tuple[str, ...]] = ("input_size", "hidden_size")
    kernel_names: ClassVar[tuple[str, str]] = ("weight_ih.T", "weight_hh.T")

    def __post_init__(self) -> None:
        for name in ("input_size", "hidden_size", "num_layers"):
            check_count(name, getattr(self, name))
        check_flags(self, "bias", "batch_first", "bidirectional")
        check_number("dropout", self.dropout, 0, 1)
        self._set(units=self.hidden_size, use_bias=self.bias)
        super().__post_init__()

    @property
    def levels(self) -> tuple[TorchRecurrent | BothWays, ...]:
        """The layers one above the other, each of which reads what the one before returns."""
        return tuple(self._levels())

    def _levels(self) -> Iterator[TorchRecurrent | BothWays]:
        size = self.input_size
        for level in range(self.num_layers):
            layer = replace(self, input_size=size, level=level)
            yield BothWays(layer) if self.bidirectional else layer
            size = self.hidden_size * (2 if self.bidirectional else 1)

    @property
    def shown_options(self) -> tuple[str, ...]:  # type: ignore[override]
        """Its size, and which layer it is, if there are several."""
        return ("hidden_size", "level") if self.num_layers > 1 else ("hidden_size",)

    @property
    def ending(self) -> str:
        """The end of the names of its weights."""
        return ("" if self.level is None else f"_l{self.level}") + ("_reverse" if self.go_backwards else "")

    @property
    def bias_names(self) -> tuple[str, str]:
        """What formulas call the biases, of which both products have one."""
        return ("bias_ih", "bias_hh") if self.bias else ("", "")

    def part_of(self, weight: str) -> str:
        """Return Keras's name for a weight."""
        return {"weight_ih": "kernel", "weight_hh": "recurrent_kernel"}.get(weight[:9], "bias")

    def bound(self, weight: str) -> float:
        """Return 1 / √hidden_size."""
        return 1 / sqrt(self.hidden_size)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: weight_ih, weight_hh, bias_ih and bias_hh."""
        self._features(shape)
        _check_length(self, "input_size", shape)
        width = self.units * max(1, len(self.gates))
        shapes: dict[str, Shape] = {"weight_ih": (width, self.input_size), "weight_hh": (width, self.units)}
        if self.bias:
            shapes |= {"bias_ih": (width,), "bias_hh": (width,)}
        return {name + self.ending: weight_shape for name, weight_shape in shapes.items()}

    def kernels(self, weights: Weights) -> tuple[Array, Array]:
        """Return the weights of the input and of the state, with the axis of the input first."""
        of_input, of_state = (weights[f"weight_{name}{self.ending}"].swapaxes(-1, -2) for name in ("ih", "hh"))
        return of_input, of_state

    def biases(self, weights: Weights) -> tuple[Array | None, Array | None]:
        """Return the biases of the input and of the state."""
        return weights.get(f"bias_ih{self.ending}"), weights.get(f"bias_hh{self.ending}")


@dataclass(frozen=True, kw_only=True)
class RNN(TorchRecurrent, recurrent.SimpleRNN):
    """The recurrent layer of Elman, hₜ = tanh(W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh)."""

    nonlinearity: str = "tanh"

    family: ClassVar[str] = "SimpleRNN"

    def __post_init__(self) -> None:
        check_choice("nonlinearity", self.nonlinearity, "tanh", "relu")
        self._set(activation=self.nonlinearity)
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class TorchLSTM(TorchRecurrent, recurrent.LSTM):
    """Long short-term memory; its gates are in the order input, forget, candidate, output."""

    recurrent_activation: str = _derived("sigmoid")
    unit_forget_bias: bool = _derived(False)
    proj_size: int = 0

    name_in_code: ClassVar[str] = "LSTM"

    def __post_init__(self) -> None:
        if self.proj_size:
            raise NumbersError(
                f"LSTM(proj_size={self.proj_size}) isn't supported: leave it out, and put a Linear behind the LSTM"
            )
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class TorchGRU(TorchRecurrent, recurrent.GRU):
    """Gated recurrent unit; its gates are in the order reset, update, candidate, and reset after the product."""

    recurrent_activation: str = _derived("sigmoid")
    reset_after: bool = _derived(True)

    name_in_code: ClassVar[str] = "GRU"
    gates: ClassVar[tuple[str, ...]] = ("reset", "update", "candidate")

    @property
    def bias_names(self) -> tuple[str, str]:
        """What formulas call the biases."""
        return TorchRecurrent.bias_names.fget(self)  # type: ignore[attr-defined,no-any-return]

    def biases(self, weights: Weights) -> tuple[Array | None, Array | None]:
        """Return the biases of the input and of the state."""
        return TorchRecurrent.biases(self, weights)


@dataclass(frozen=True)
class BothWays(recurrent.Bidirectional):
    """One of PyTorch's recurrent layers with `bidirectional=True`."""

    layer: TorchRecurrent

    family: ClassVar[str] = "Bidirectional"
    shown_options: ClassVar[tuple[str, ...]] = ("hidden_size", "bidirectional")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "name_in_code", self.layer.name_in_code)

    @property
    def hidden_size(self) -> int:
        """The size of the state of each direction."""
        return self.layer.hidden_size

    @property
    def bidirectional(self) -> bool:
        """True."""
        return True

    def name_of(self, way: str, weight: str) -> str:
        """Return the name of a weight, which says the direction itself."""
        return weight

    def weights_of(self, way: str, weights: Weights) -> Weights:
        """Return the weights, of which each direction knows its own."""
        return weights


@dataclass(frozen=True, kw_only=True)
class TorchCell(SeveralInputs):
    """Base class of a single step of a recurrent layer: reads a vector, then its states, which begin as zeros."""

    input_size: int
    hidden_size: int
    bias: bool = True

    kind: ClassVar[type[TorchRecurrent]]
    """The layer of which it is a step."""
    fewest_inputs: ClassVar[int] = 1
    takes_a_list: ClassVar[bool] = False
    argument_names: ClassVar[Mapping[str, str]] = TorchRecurrent.argument_names
    shown_options: ClassVar[tuple[str, ...]] = ("hidden_size",)

    def __post_init__(self) -> None:
        self.whole()

    def whole(self) -> TorchRecurrent:
        """Return the layer of which it is a step."""
        return self.kind(input_size=self.input_size, hidden_size=self.hidden_size, bias=self.bias, level=None)

    def part_of(self, weight: str) -> str:
        """Return Keras's name for a weight."""
        return self.whole().part_of(weight)

    def fan_in(self, weight: str, shape: Shape) -> int:
        """Count the numbers of the input, or of the state."""
        return self.whole().fan_in(weight, shape)

    def initializer(self, weight: str) -> str | Initializer:
        """Return PyTorch's way to initialize a weight."""
        return self.whole().initializer(weight)

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: weight_ih, weight_hh, bias_ih and bias_hh."""
        check_axes(self, shape, 1, f"reads a vector of {self.input_size} numbers")
        return self.whole().weight_shapes((1, *shape))

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the shapes of the states."""
        self.weight_shapes(shape)
        states = self.whole().state_names
        if more and [*more] != [(self.hidden_size,)] * len(states):
            raise ShapeError(
                f"{self.name_in_code} reads {' and '.join(states)} of {self.hidden_size} numbers each, not "
                f"{' and '.join(map(str, more))}: give it what it returned for the step before, or nothing"
            )
        return ((self.hidden_size,),) * len(states)

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Compute the states after this step."""
        self.check_no_state(initial_state)
        layer, (x, *states) = self.whole(), inputs
        before = states or [np.zeros(self.hidden_size, x.dtype) for _ in layer.state_names]
        after, _ = layer.step(weights, x, tuple(before))
        return Trace(self, weights, frozen(x), tuple(map(frozen, after)), more_inputs=tuple(map(frozen, states)))


@dataclass(frozen=True, kw_only=True)
class RNNCell(TorchCell):
    """A step of RNN."""

    nonlinearity: str = "tanh"

    kind: ClassVar[type[TorchRecurrent]] = RNN
    most_inputs: ClassVar[int | None] = 2

    def whole(self) -> TorchRecurrent:
        """Return the layer of which it is a step."""
        layer = super().whole()
        return replace(cast("RNN", layer), nonlinearity=self.nonlinearity)


class LSTMCell(TorchCell):
    """A step of LSTM."""

    kind: ClassVar[type[TorchRecurrent]] = TorchLSTM
    most_inputs: ClassVar[int | None] = 3


class GRUCell(TorchCell):
    """A step of GRU."""

    kind: ClassVar[type[TorchRecurrent]] = TorchGRU
    most_inputs: ClassVar[int | None] = 2


@dataclass(frozen=True, kw_only=True)
class MultiheadAttention(Torch, attention.MultiHeadAttention):
    """Several attention heads in parallel, over query, value and key; the last options are those of the call.

    `attention_mask` says where a query looks, where PyTorch's `attn_mask` says where it does not.
    """

    num_heads: int
    key_dim: int = _derived(0)
    value_dim: int | None = _derived()
    use_bias: bool = _derived(True)
    embed_dim: int
    bias: bool = True
    add_bias_kv: bool = False
    add_zero_attn: bool = False
    kdim: int | None = None
    vdim: int | None = None
    batch_first: bool = False
    return_attention_scores: bool = True
    """`need_weights` of the call."""
    average_attn_weights: bool = True

    family: ClassVar[str] = "MultiHeadAttention"
    argument_names: ClassVar[Mapping[str, str]] = {"bias": "use_bias", "need_weights": "return_attention_scores"}
    shown_options: ClassVar[tuple[str, ...]] = ("embed_dim", "num_heads")

    def __post_init__(self) -> None:
        check_count("embed_dim", self.embed_dim)
        check_count("num_heads", self.num_heads)
        check_flags(self, "bias", "add_bias_kv", "add_zero_attn", "batch_first", "average_attn_weights")
        for name in ("add_bias_kv", "add_zero_attn"):
            if getattr(self, name):
                raise NumbersError(f"MultiheadAttention({name}=True) isn't supported: leave it out")
        if self.embed_dim % self.num_heads:
            raise NumbersError(
                f"embed_dim={self.embed_dim} must be divisible by num_heads={self.num_heads}: each head has its share"
            )
        self._set(key_dim=self.embed_dim // self.num_heads, use_bias=self.bias)
        super().__post_init__()

    @property
    def _is_packed(self) -> bool:
        """Whether the weights of queries, keys and values are in one array."""
        return self.kdim in (None, self.embed_dim) and self.vdim in (None, self.embed_dim)

    def weight_shapes(self, shape: OpenShape, *more: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: of queries, keys and values, then of the output."""
        size, widths = self.embed_dim, (self.embed_dim, self.kdim or self.embed_dim, self.vdim or self.embed_dim)
        value, key = more[0], more[-1]
        for name, input_shape, wanted in zip(("query", "key", "value"), (shape, key, value), widths, strict=True):
            if length_of(self, input_shape) != wanted:
                raise ShapeError(
                    f"the {name} of MultiheadAttention must have {wanted} numbers a step, but its shape is "
                    f"{input_shape}"
                )
        self._parts(shape, *more)
        shapes: dict[str, Shape] = {"in_proj_weight": (3 * size, size)}
        if not self._is_packed:
            shapes = {f"{name}_proj_weight": (size, width) for name, width in zip("qkv", widths, strict=True)}
        if self.bias:
            shapes["in_proj_bias"] = (3 * size,)
        shapes["out_proj.weight"] = (size, size)
        return {**shapes, "out_proj.bias": (size,)} if self.bias else shapes

    def initializer(self, weight: str) -> str | Initializer:
        """Return PyTorch's way to initialize a weight."""
        return "zeros" if weight.endswith("bias") else "glorot_uniform"

    def projection(self, weights: Weights, part: str) -> tuple[Array, Array | None]:
        """Return the kernel and the bias of a part, with an axis for the heads."""
        size, heads, width = self.embed_dim, self.num_heads, self.key_dim
        if part == "attention_output":
            return weights["out_proj.weight"].T.reshape(heads, width, size), weights.get("out_proj.bias")
        at = ("query", "key", "value").index(part)
        rows, bias = slice(at * size, (at + 1) * size), weights.get("in_proj_bias")
        weight = weights["in_proj_weight"][rows] if self._is_packed else weights[f"{part[0]}_proj_weight"]
        return weight.T.reshape(-1, heads, width), None if bias is None else bias[rows].reshape(heads, width)

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shapes: a vector for each query, and the attention weights if they are returned."""
        self.weight_shapes(shape, *more)
        output, *shares = super().output_shapes(shape, *more)
        return (output, *(share[1:] if self.average_attn_weights else share for share in shares))

    def declared_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shapes, which PyTorch declares nowhere else."""
        return self.output_shapes(shape, *more)

    def shares_returned(self, shares: Array) -> Array:
        """Return the mean of the heads' attention weights, unless the call asks for each of them."""
        if not self.average_attn_weights:
            return shares
        mean: Array = shares.mean(axis=0)
        return mean

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Run every head, and combine their outputs."""
        if not self._kept(len(inputs[0]), len(inputs[-1]), masks).any(axis=1).all():
            raise NumbersError(
                "the masks of this MultiheadAttention leave a query without any key, for which PyTorch returns nan: "
                "let each query look at one key at least"
            )
        return super().run(weights, *inputs, masks=masks, initial_state=initial_state)


class TensorAsPadding(core.TensorAsMask):
    """Takes a tensor for a `key_padding_mask`, which is True where there is padding."""

    def mask_after(self, inputs: Sequence[Array], masks: Masks) -> Mask:
        """Return True for each key that isn't padding."""
        kept: Mask = plain(inputs[0]) == 0
        return kept


@dataclass(frozen=True, kw_only=True)
class DotProductAttention(attention.Attending):
    """Attention as `F.scaled_dot_product_attention` computes it, without weights; heads come before the steps."""

    scale: float
    return_attention_scores: bool = False
    use_causal_mask: bool = False
    attention_mask: Any = None
    """False where a query doesn't look at a key, as nested tuples."""

    takes_a_list: ClassVar[bool] = False
    hands_masks_on: ClassVar[bool] = False

    def output_shapes(self, shape: OpenShape, *more: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shapes: an average for each query, and the attention weights if they are returned."""
        value, key = more[0], more[-1]
        for pair, first, second in (("queries and keys", shape[-1], key[-1]), ("keys and values", key[-2], value[-2])):
            if None not in (first, second) and first != second:
                raise ShapeError(f"attention has {pair} of different lengths, {first} and {second}")
        output: OpenShape = (*shape[:-1], value[-1])
        return (output, (*shape[:-1], key[-2])) if self.return_attention_scores else (output,)

    def run(self, weights: Weights, *inputs: Array, masks: Masks = (), initial_state: InitialState = None) -> Trace:
        """Average the values, head by head."""
        self.check_no_state(initial_state)
        has_heads = inputs[0].ndim > 2
        query, value, key = (array if has_heads else array[None] for array in (inputs[0], inputs[1], inputs[-1]))
        scores = named("score", (query * np.asarray(self.scale, query.dtype)) @ key.swapaxes(1, 2), attention.SCORE)
        kept = np.ones(scores.shape[1:], np.bool_)
        if self.use_causal_mask:
            kept &= np.tri(*kept.shape, dtype=np.bool_)
        if self.attention_mask is not None:
            kept &= np.array(self.attention_mask)
        shares = activations.activation_of("softmax")(
            np.where(kept, scores, np.asarray(attention.SKIPPED, scores.dtype))
        )
        shares = named("share", shares, attention.SHARE)
        mixed = named("mixed", shares @ value, attention.MIXED)
        return self.traced(
            *(weights, inputs, masks, mixed if has_heads else mixed[0]),
            returned_shares=shares if has_heads else shares[0],
            queries=query,
            keys=key,
            values=value,
            scores=scores,
            kept=kept,
            shares=shares,
            mixed=mixed,
        )


LAYERS: Mapping[str, type[Layer]] = {
    kind.name_in_code: kind
    for kind in (
        *(Linear, TorchEmbedding, TorchDropout, Dropout1d, Dropout2d, Identity, TorchFlatten),
        *(ReLU, ReLU6, Tanh, Sigmoid, SiLU, Mish, SELU, Softplus, Softsign, LogSigmoid, Tanhshrink),
        *(Hardsigmoid, Hardswish, GELU, TorchLeakyReLU, TorchELU, TorchSoftmax, LogSoftmax),
        *(LayerNorm, BatchNorm1d, BatchNorm2d, GroupNorm, Conv1d, Conv2d, MaxPool1d, MaxPool2d, AvgPool1d, AvgPool2d),
        *(RNN, TorchLSTM, TorchGRU, RNNCell, LSTMCell, GRUCell, MultiheadAttention),
    )
}
"""PyTorch's layers by their names in `torch.nn`."""
