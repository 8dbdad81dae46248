"""Normalization layers, which shift and scale numbers so that their mean and spread can be learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from ..arrays import Array, OpenShape, Shape, Weights, frozen
from ..errors import NumbersError
from ..i18n import gettext
from ..recorded.arrays import named
from .layer import (
    OUTPUT,
    Layer,
    ShapeError,
    ShapeOnly,
    Trace,
    axes_of,
    check_count,
    check_flags,
    check_number,
    check_whole,
    length_of,
)

if TYPE_CHECKING:
    from .initializers import Initializer

MEAN, VARIANCE, SCALE = gettext("mean"), gettext("variance"), gettext("scale")
"""The names of what a vector is normalized by."""
Axes = int | Sequence[int]
Numbers = float | tuple[Any, ...]


class NormalizedTrace(Trace):
    """The numbers of a layer that normalizes by a mean and a variance.

    >>> trace = run_model(stack(LayerNormalization(), shape=(3, 2)), embed(WORDS)).trace_of(LayerNormalization)
    >>> row(cells(trace.normalized), cells(trace.scaled), cells(trace.output))
    """

    @cached_property
    def mean(self) -> Array:
        """The mean that is subtracted: the shape of the input, with 1 for the axes that share one."""
        return frozen(cast("Shifting", self.layer).statistics(self.weights, self.inputs)[0])

    @cached_property
    def variance(self) -> Array:
        """The variance, without epsilon: the shape of the mean."""
        return frozen(cast("Shifting", self.layer).statistics(self.weights, self.inputs)[1])

    @cached_property
    def normalized(self) -> Array:
        """(input − mean) / √(variance + epsilon): the shape of the input."""
        layer = cast("Shifting", self.layer)
        return frozen((self.inputs - self.mean) / np.sqrt(self.variance + getattr(layer, "epsilon", 0.0)))

    @cached_property
    def scaled(self) -> Array:
        """These times gamma; with beta, they are the output: the shape of the input."""
        gamma, _ = cast("Shifting", self.layer).learned(self.weights)
        broad = cast("Shifting", self.layer).broad(self.inputs.shape)
        return self.normalized if gamma is None else frozen(self.normalized * gamma.reshape(broad))


class Normalizing(Layer):
    """Base class of layers with a scale gamma and an offset beta."""

    def __post_init__(self) -> None:
        check_whole("axis", getattr(self, "axis", -1), or_empty=False)
        check_number("epsilon", getattr(self, "epsilon", 0.0))
        check_flags(self, *(name for name in ("center", "scale") if hasattr(self, name)))

    def kept(self, shape: OpenShape) -> Shape:
        """The lengths of the axes that have their own parameters, in the order of the weights."""
        axis: Any = getattr(self, "axis", -1)
        places = axes_of(self, axis if isinstance(axis, int) else sorted(axis), shape)
        return tuple(length_of(self, shape, place) for place in places)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: gamma, then beta."""
        kept = self.kept(shape)
        shapes: dict[str, Shape] = {"gamma": kept} if getattr(self, "scale", True) else {}
        return {**shapes, "beta": kept} if getattr(self, "center", True) else shapes

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        self.kept(shape)
        return (shape,)


class Shifting(Normalizing):
    """Base class of layers that subtract a mean and divide by a standard deviation."""

    kind_of_trace: ClassVar[type[Trace]] = NormalizedTrace

    def statistics(self, weights: Weights, inputs: Array) -> tuple[Array, Array]:
        """Compute the mean and the variance, in shapes that broadcast to the inputs."""
        raise NotImplementedError

    def learned(self, weights: Weights) -> tuple[Array | None, Array | None]:
        """Return gamma and beta, as far as it has them."""
        return weights.get("gamma"), weights.get("beta")

    def broad(self, shape: Shape) -> Shape:
        """Return the shape in which gamma and beta broadcast to the inputs."""
        axes = axes_of(self, getattr(self, "axis", -1), shape)
        return tuple(length if place in axes else 1 for place, length in enumerate(shape))

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute (inputs − mean) / √(variance + epsilon) · gamma + beta, in the order in which Keras does."""
        (mean, variance), broad = self.statistics(weights, inputs), self.broad(inputs.shape)
        mean, variance = named("mean", mean, MEAN), named("variance", variance, VARIANCE)
        inverse = 1 / np.sqrt(variance + getattr(self, "epsilon", 0.0))
        gamma, beta = self.learned(weights)
        scale = named("scale", inverse if gamma is None else inverse * gamma.reshape(broad), SCALE)
        shift = -mean * scale
        result = inputs * scale + (shift if beta is None else shift + beta.reshape(broad))
        output: Array = named("output", result, OUTPUT)
        return output


@dataclass(frozen=True)
class LayerNormalization(Shifting):
    """Normalizes each step's vector to mean 0 and standard deviation 1, then multiplies by gamma and adds beta.

    >>> model_shapes(stack(LSTM(4, return_sequences=True), LayerNormalization(), shape=(3, 2)))
    """

    axis: Axes = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: str | Initializer = field(default="zeros", kw_only=True)
    gamma_initializer: str | Initializer = field(default="ones", kw_only=True)

    def kept(self, shape: OpenShape) -> Shape:
        """The lengths of the axes; without weights they may be unknown."""
        if self.center or self.scale:
            return super().kept(shape)
        axes_of(self, self.axis, shape)
        return ()

    def statistics(self, weights: Weights, inputs: Array) -> tuple[Array, Array]:
        """Compute mean and variance along the axes, as `keras.ops.layer_normalization` does."""
        axes = axes_of(self, self.axis, inputs.shape)
        return inputs.mean(axis=axes, keepdims=True), inputs.var(axis=axes, keepdims=True)


@dataclass(frozen=True)
class BatchNormalization(Shifting):
    """Normalizes each feature by the moving mean and variance collected during training."""

    axis: int = -1
    momentum: float = 0.99
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: str | Initializer = field(default="zeros", kw_only=True)
    gamma_initializer: str | Initializer = field(default="ones", kw_only=True)
    moving_mean_initializer: str | Initializer = field(default="zeros", kw_only=True)
    moving_variance_initializer: str | Initializer = field(default="ones", kw_only=True)
    renorm: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.axis, int):
            raise NumbersError(f"axis must be a whole number, not {self.axis!r}")
        check_number("momentum", self.momentum)
        check_flags(self, "renorm")

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the weights by name: gamma and beta, then the moving statistics."""
        gathered = ["moving_mean", "moving_variance"]
        gathered += ["moving_stddev", "renorm_mean", "renorm_stddev"] if self.renorm else []
        return {**super().weight_shapes(shape), **dict.fromkeys(gathered, self.kept(shape))}

    def initializer_option(self, weight: str) -> str | None:
        """Return the name of the option that initializes a weight; renorm's start like mean and variance."""
        alike = {"renorm_mean": "moving_mean", "moving_stddev": "moving_variance", "renorm_stddev": "moving_variance"}
        return super().initializer_option(alike.get(weight, weight))

    def statistics(self, weights: Weights, inputs: Array) -> tuple[Array, Array]:
        """Return the moving mean and variance, which a trained `keras.layers.BatchNormalization` normalizes by."""
        broad = self.broad(inputs.shape)
        return weights["moving_mean"].reshape(broad), weights["moving_variance"].reshape(broad)


@dataclass(frozen=True)
class GroupNormalization(Shifting):
    """Normalizes groups of features to mean 0 and standard deviation 1 over all steps, then applies gamma and beta."""

    groups: int = 32
    axis: int = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: str | Initializer = field(default="zeros", kw_only=True)
    gamma_initializer: str | Initializer = field(default="ones", kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.groups != -1:
            check_count("groups", self.groups)

    def kept(self, shape: OpenShape) -> Shape:
        """The number of features, which must be divisible by the number of groups."""
        (length,) = super().kept(shape)
        if self.groups != -1 and length % self.groups:
            raise ShapeError(
                f"{length} features can't be shared evenly among {self.groups} groups (Keras: Number of groups must be "
                "a multiple of the number of channels): choose another number of groups"
            )
        return (length,)

    def statistics(self, weights: Weights, inputs: Array) -> tuple[Array, Array]:
        """Compute mean and variance of each group, as `keras.layers.GroupNormalization.call` does."""
        (place,) = axes_of(self, self.axis, inputs.shape)
        groups = inputs.shape[place] if self.groups == -1 else self.groups
        size = inputs.shape[place] // groups
        values = inputs.reshape((*inputs.shape[:place], groups, size, *inputs.shape[place + 1 :]))
        over = tuple(axis for axis in range(values.ndim) if axis != place)
        broad = self.broad(inputs.shape)
        return values.mean(axis=over).repeat(size).reshape(broad), values.var(axis=over).repeat(size).reshape(broad)


@dataclass(frozen=True)
class RMSNormalization(Normalizing):
    """Divides each step's vector by its root mean square, then multiplies by a scale."""

    axis: Axes = -1
    epsilon: float = 1e-6

    hands_masks_on: ClassVar[bool] = False

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shape of the scale by name; Keras broadcasts it along the last axes of the input."""
        kept = self.kept(shape)
        pairs = zip(kept[::-1], shape[::-1], strict=False)
        if any(theirs is not None and ours not in (1, theirs) for ours, theirs in pairs):
            raise ShapeError(
                f"RMSNormalization(axis={self.axis}) has a scale of {kept}, which doesn't fit the last axes of "
                f"{shape} (Keras complains only when data comes in): normalize along the last axes"
            )
        return {"scale": kept}

    def initializer(self, weight: str) -> str | Initializer:
        """Return ones, the initial value of the scale."""
        return "ones"

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Normalize along the axes, as `keras.ops.rms_normalization` does."""
        axes = axes_of(self, self.axis, inputs.shape)
        squares = (inputs**2).mean(axis=axes, keepdims=True)
        result: Array = inputs / np.sqrt(squares + self.epsilon) * weights["scale"]
        return result


@dataclass(frozen=True)
class UnitNormalization(Normalizing):
    """Scales each step's vector to length 1."""

    axis: Axes = -1

    def kept(self, shape: OpenShape) -> Shape:
        """Validate the axes; none has weights."""
        axes_of(self, self.axis, shape)
        return ()

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return no weights."""
        return {}

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Divide by the norm, as `keras.ops.normalize` does."""
        squares = (inputs**2).sum(axis=axes_of(self, self.axis, inputs.shape), keepdims=True)
        result: Array = inputs / np.maximum(np.sqrt(squares), 1e-12)
        return result


@dataclass(frozen=True)
class Rescaling(Layer):
    """Multiplies by a scale and adds an offset, each a number or an array that broadcasts to the inputs."""

    scale: Numbers
    offset: Numbers = 0.0

    def __post_init__(self) -> None:
        for name in ("scale", "offset"):
            value = getattr(self, name)
            if isinstance(value, bool | int | float):
                check_number(name, value)
            else:
                object.__setattr__(self, name, _nested(name, value))

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape; arrays must have its axes, or length 1 instead."""
        for name in ("scale", "offset"):
            numbers_shape = np.shape(getattr(self, name))
            ends = shape[len(shape) - len(numbers_shape) :]
            if len(numbers_shape) > len(shape) or any(
                size not in (1, axis) for size, axis in zip(numbers_shape, ends, strict=True)
            ):
                raise ShapeError(
                    f"numbers of the shape {numbers_shape} don't fit what they are combined with, of the shape {shape}"
                )
        return (shape,)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Multiply and add."""
        result: Array = inputs * np.asarray(self.scale) + np.asarray(self.offset)
        return result


def _nested(name: str, values: Any) -> Numbers:
    """Convert an array to nested tuples, which can be compared; a single number stays as it is."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise NumbersError(f"{name} must be a number or an array of them, not {values!r}") from None

    def tuples(value: Any) -> Any:
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    kept: Numbers = tuples(numbers.tolist())
    return kept


@dataclass(frozen=True)
class Normalization(ShapeOnly):
    """Normalizes each feature by the mean and variance of the data the layer was adapted to."""

    axis: int | Sequence[int] | None = -1
    mean: object = None
    variance: object = None
    invert: bool = False

    def __post_init__(self) -> None:
        if self.axis is not None:
            check_whole("axis", self.axis)
        check_flags(self, "invert")
        if (self.mean is None) != (self.variance is None):
            raise NumbersError("Normalization needs both a mean and a variance, or neither")

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shapes of the statistics by name; none if mean and variance are given."""
        axis = () if self.axis is None else (self.axis,) if isinstance(self.axis, int) else tuple(self.axis)
        kept = tuple(length_of(self, shape, place) for place in sorted(axes_of(self, axis, shape)))
        return {} if self.mean is not None else {"mean": kept, "variance": kept, "count": ()}

    def initializer(self, weight: str) -> str | Initializer:
        """Return the initial statistics: mean 0 and variance 1, before the layer is adapted to any data."""
        return "ones" if weight == "variance" else "zeros"

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        self.weight_shapes(shape)
        return (shape,)
