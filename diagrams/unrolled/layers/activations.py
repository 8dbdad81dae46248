"""Activation functions, by their Keras names, and the activation layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from math import erf, pi, sqrt
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Array, OpenShape, Shape, Weights, worked_out
from ..errors import NumbersError
from ..recorded.arrays import Recorded
from .layer import Layer, ShapeError, axes_of, check_number, check_whole

if TYPE_CHECKING:
    from .initializers import Initializer
    from .layer import Masks


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
_erf = np.vectorize(erf, otypes=[np.float64])


def sigmoid(values: Array) -> Array:
    """Compute 1 / (1 + e⁻ˣ), using tanh because it never overflows."""
    return 0.5 * (1 + np.tanh(0.5 * values))


def softplus(values: Array) -> Array:
    """Compute log(1 + eˣ)."""
    result: Array = np.logaddexp(values, 0.0)
    return result


def softmax(values: Array) -> Array:
    """Compute eˣ divided by its sum over the vector."""
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    result: Array = raised / raised.sum(axis=-1, keepdims=True)
    return result


def log_softmax(values: Array) -> Array:
    """Compute the logarithm of the softmax."""
    shifted = values - values.max(axis=-1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def elu(values: Array) -> Array:
    """Compute x if it is positive, else eˣ − 1."""
    result: Array = np.where(values >= 0, values, np.expm1(np.minimum(values, 0)))
    return result


def hard_sigmoid(values: Array) -> Array:
    """Compute x / 6 + 0.5, clipped to [0, 1]."""
    return np.clip(values / 6 + 0.5, 0.0, 1.0)


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, 0.0),
    "sigmoid": sigmoid,
    "linear": lambda values: values,
    "celu": elu,  # with Keras's alpha of 1
    "elu": elu,
    "exponential": np.exp,
    "gelu": lambda values: values * (_erf(values / sqrt(2)).astype(values.dtype) + 1) / 2,  # x · Φ(x), the exact form
    "hard_shrink": lambda values: np.where(np.abs(values) > 0.5, values, 0.0),
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": lambda values: values * hard_sigmoid(values),
    "hard_swish": lambda values: values * hard_sigmoid(values),
    "hard_tanh": lambda values: np.clip(values, -1.0, 1.0),
    "leaky_relu": lambda values: np.maximum(values, 0.2 * values),
    "log_sigmoid": lambda values: -softplus(-values),
    "log_softmax": log_softmax,
    "mish": lambda values: values * np.tanh(softplus(values)),
    "relu6": lambda values: np.clip(values, 0.0, 6.0),
    "selu": lambda values: SELU_SCALE * np.where(values >= 0, values, SELU_ALPHA * np.expm1(np.minimum(values, 0))),
    "silu": lambda values: values * sigmoid(values),
    "soft_shrink": lambda values: np.sign(values) * np.maximum(np.abs(values) - 0.5, 0.0),
    "softmax": softmax,
    "softplus": softplus,
    "softsign": lambda values: values / (1 + np.abs(values)),
    "sparse_plus": lambda values: np.where(values < 1, np.maximum(values + 1, 0.0) ** 2 / 4, values),
    "sparse_sigmoid": lambda values: np.clip((values + 1) / 2, 0.0, 1.0),
    "squareplus": lambda values: (values + np.sqrt(values**2 + 4)) / 2,
    "swish": lambda values: values * sigmoid(values),
    "tanh_shrink": lambda values: values - np.tanh(values),
}
"""Each computed as Keras does by default: https://keras.io/api/layers/activations/."""


def _bell(values: Array) -> Array:
    result: Array = np.exp(-(values**2) / 2) / sqrt(2 * pi)
    return result


def _either(holds: NDArray[np.bool_], then: ArrayLike, otherwise: ArrayLike) -> Array:
    """Choose element-wise."""
    result: Array = np.where(holds, then, otherwise).astype(np.float64)
    return result


def _elu(values: Array) -> Array:
    return _either(values >= 0, 1.0, np.exp(np.minimum(values, 0)))


def _gelu(values: Array) -> Array:
    gelu = ACTIVATIONS["gelu"]
    # The derivative of x · Φ(x) is Φ(x) + x · φ(x), and Φ(x) is gelu(x) / x, except at 0, where it is 1/2.
    share = np.where(values == 0, 0.5, gelu(values) / np.where(values == 0, 1.0, values))
    result: Array = share + values * _bell(values)
    return result


def _mish(values: Array) -> Array:
    squashed = np.tanh(softplus(values))
    result: Array = squashed + values * (1 - squashed**2) * sigmoid(values)
    return result


def _silu(values: Array) -> Array:
    share = sigmoid(values)
    return share + values * share * (1 - share)


def _hard_silu(values: Array) -> Array:
    return np.clip(values / 6 + 0.5, 0.0, 1.0) + values * _either(np.abs(values) < 3, 1 / 6, 0.0)


# At a corner, use the one-sided slope that Keras uses, such as 0 for relu at 0.
SLOPES: dict[str, Callable[[Array], Array]] = {
    "tanh": lambda values: 1 - np.tanh(values) ** 2,
    "relu": lambda values: _either(values > 0, 1.0, 0.0),
    "sigmoid": lambda values: sigmoid(values) * sigmoid(-values),
    "linear": np.ones_like,
    "celu": _elu,
    "elu": _elu,
    "exponential": np.exp,
    "gelu": _gelu,
    "hard_shrink": lambda values: _either(np.abs(values) > 0.5, 1.0, 0.0),
    "hard_sigmoid": lambda values: _either(np.abs(values) < 3, 1 / 6, 0.0),
    "hard_silu": _hard_silu,
    "hard_swish": _hard_silu,
    "hard_tanh": lambda values: _either(np.abs(values) < 1, 1.0, 0.0),
    "leaky_relu": lambda values: _either(values > 0, 1.0, 0.2),
    "log_sigmoid": lambda values: sigmoid(-values),
    "mish": _mish,
    "relu6": lambda values: _either((values > 0) & (values < 6), 1.0, 0.0),
    "selu": lambda values: SELU_SCALE * _either(values >= 0, 1.0, SELU_ALPHA * np.exp(np.minimum(values, 0))),
    "silu": _silu,
    "soft_shrink": lambda values: _either(np.abs(values) > 0.5, 1.0, 0.0),
    "softplus": sigmoid,
    "softsign": lambda values: 1 / (1 + np.abs(values)) ** 2,
    "sparse_plus": lambda values: np.clip((values + 1) / 2, 0.0, 1.0),
    "sparse_sigmoid": lambda values: _either(np.abs(values) < 1, 0.5, 0.0),
    "squareplus": lambda values: 0.5 * (1 + values / np.sqrt(values**2 + 4)),
    "swish": _silu,
    "tanh_shrink": lambda values: np.tanh(values) ** 2,
}
"""The derivatives of element-wise activations."""
REFUSED = {
    "glu": "it halves its vector, so a layer's units would no longer be the length of its output",
    "sparsemax": "in Keras 3.15, its shares don't sum to 1, which a later version may fix",
    "threshold": "it needs numbers of its own, which a name can't express",
}


def _activated(name: str, values: Array) -> Array:
    if isinstance(values, Recorded):
        return values.activated(name, ACTIVATIONS[name], SLOPES.get(name))
    return ACTIVATIONS[name](values)


def activation_of(name: str) -> Callable[[Array], Array]:
    """Look up an activation by its Keras name. Raises NumbersError for one the kit doesn't compute."""
    if name in ACTIVATIONS:
        return partial(_activated, name)
    if name in REFUSED:
        raise NumbersError(f"the activation {name!r} isn't supported: {REFUSED[name]}; choose another")
    near = get_close_matches(name, ACTIVATIONS, n=1)
    meant = f"did you mean {near[0]!r}?" if near else f"its activations are {', '.join(sorted(ACTIVATIONS))}"
    raise NumbersError(f"Keras has no activation {name!r}: {meant}")


@dataclass(frozen=True)
class Activation(Layer):
    """Applies an activation to its input.

    >>> model_shapes(stack(Dense(2), Activation("softmax"), shape=(3,)))
    """

    activation: str

    shown_value: ClassVar[str | None] = "activation"

    def __post_init__(self) -> None:
        activation_of(self.activation)

    @property
    def returns_its_input(self) -> bool:
        """Whether the activation is the linear one."""
        return self.activation == "linear"

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Apply the activation."""
        return activation_of(self.activation)(inputs)


@dataclass(frozen=True)
class ReLU(Layer):
    """Rectified linear unit: 0 below a threshold, and at most `max_value`.

    >>> model_shapes(stack(Dense(2), ReLU(max_value=6), shape=(3,)))
    """

    max_value: float | None = None
    negative_slope: float = 0.0
    threshold: float = 0.0

    def __post_init__(self) -> None:
        if self.max_value is not None:
            check_number("max_value", self.max_value, 0)
        check_number("negative_slope", self.negative_slope, 0)
        check_number("threshold", self.threshold, 0)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute what `keras.activations.relu` does."""
        above = np.where(inputs > self.threshold, inputs, 0)
        if self.max_value is not None:
            above = np.minimum(above, self.max_value)
        below = np.maximum(self.threshold - inputs, 0)
        return above - self.negative_slope * below


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """Scales negative numbers by a small slope and leaves positive ones unchanged.

    >>> model_shapes(stack(Dense(2), LeakyReLU(0.1), shape=(3,)))
    """

    negative_slope: float = 0.3

    def __post_init__(self) -> None:
        check_number("negative_slope", self.negative_slope, 0)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Scale the negative numbers."""
        return np.where(inputs >= 0, inputs, self.negative_slope * inputs)


@dataclass(frozen=True)
class PReLU(Layer):
    """A LeakyReLU with learned slopes, one for each number or shared along axes."""

    alpha_initializer: str | Initializer = "zeros"
    shared_axes: int | Sequence[int] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.shared_axes is not None:
            check_whole("shared_axes", self.shared_axes)

    def weight_shapes(self, shape: OpenShape) -> dict[str, Shape]:
        """Return the shape of the slopes by name."""
        shared = self.shared_axes if isinstance(self.shared_axes, list | tuple) else [self.shared_axes]
        axes = axes_of(self, sorted({axis for axis in shared if isinstance(axis, int)}), shape)
        lengths = [1 if axis in axes else length for axis, length in enumerate(shape)]
        if None in lengths:
            raise ShapeError(
                f"PReLU needs a slope for each number of {shape}, but one length is unknown (Keras: Shapes used to "
                "initialize variables must be fully-defined): share the slopes along that axis, shared_axes=[1]"
            )
        return {"alpha": worked_out(tuple(lengths))}

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        self.weight_shapes(shape)
        return (shape,)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Scale the negative numbers by their slopes."""
        return np.maximum(inputs, 0) - weights["alpha"] * np.maximum(-inputs, 0)


@dataclass(frozen=True)
class ELU(Layer):
    """Exponential linear unit: negative numbers level off at -alpha, positive ones are unchanged."""

    alpha: float = 1.0

    def __post_init__(self) -> None:
        check_number("alpha", self.alpha)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Compute alpha · (eˣ − 1) for negative numbers."""
        return np.where(inputs > 0, inputs, self.alpha * np.expm1(np.minimum(inputs, 0)))


@dataclass(frozen=True)
class Softmax(Layer):
    """Normalizes numbers along an axis so that they add up to 1.

    >>> model_shapes(stack(Dense(3), Softmax(), shape=(2,)))
    """

    axis: int | Sequence[int] = -1

    def __post_init__(self) -> None:
        check_whole("axis", self.axis, or_empty=False)

    def output_shapes(self, shape: OpenShape) -> tuple[OpenShape, ...]:
        """Return the output shape, which is the input shape."""
        axes_of(self, self.axis, shape)
        return (shape,)

    def compute(self, weights: Weights, inputs: Array) -> Array:
        """Divide eˣ by its sum."""
        axes = axes_of(self, self.axis, inputs.shape)
        powers = np.exp(inputs - inputs.max(axis=axes, keepdims=True))
        shares: Array = powers / powers.sum(axis=axes, keepdims=True)
        return shares

    def answer(self, weights: Weights, inputs: Sequence[Array], masks: Masks) -> Array:
        """Give masked steps a share of 0. Raises NumbersError if Keras can't broadcast the mask to the numbers."""
        values, mask = inputs[0], masks[0] if masks else None
        if mask is None:
            return self.compute(weights, values)
        if any(ours not in (1, theirs) for ours, theirs in zip(mask.shape[::-1], values.shape[::-1], strict=False)):
            raise NumbersError(
                f"Softmax over {values.shape} gets a mask of {mask.shape[0]} steps, which Keras applies to the last "
                "axis (Keras: The `mask` must be broadcastable to `inputs`): remove the mask before it, or "
                'use Activation("softmax")'
            )
        shares: Array = np.where(mask, self.compute(weights, np.where(mask, values, -1e9)), 0.0)
        return shares.astype(values.dtype)
