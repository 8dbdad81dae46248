"""How an activation's output follows its input: the derivative of each, as a matrix (outputs, inputs)."""

from collections.abc import Callable
from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Array
from .activations import SELU_ALPHA, SELU_SCALE, activation_of, sigmoid, softplus

Slope = Callable[[Array], Array]


def _bell(values: Array) -> Array:
    result: Array = np.exp(-(values**2) / 2) / sqrt(2 * pi)
    return result


def _either(holds: NDArray[np.bool_], then: ArrayLike, otherwise: ArrayLike) -> Array:
    """Choose number by number."""
    result: Array = np.where(holds, then, otherwise).astype(np.float64)
    return result


def _elu(values: Array) -> Array:
    return _either(values >= 0, 1.0, np.exp(np.minimum(values, 0)))


def _gelu(values: Array) -> Array:
    whole = activation_of("gelu")
    # x · Φ(x) has the derivative Φ(x) + x · φ(x), and Φ(x) is gelu(x) / x but for 0, where it is a half.
    share = np.where(values == 0, 0.5, whole(values) / np.where(values == 0, 1.0, values))
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


# Where a curve has a corner, it is the slope on one side: as Keras, which has 0 for relu at 0.
SLOPES: dict[str, Slope] = {
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
"""Those that take each number by itself."""


def slope_of(name: str) -> Slope:
    """Find the derivative of an activation at sums (units,): a matrix (units, units)."""
    if name == "softmax":
        return _softmax
    if name == "log_softmax":
        return lambda values: np.eye(len(values)) - np.exp(activation_of("log_softmax")(values))
    activation_of(name)  # an unknown one is an error there
    return lambda values: np.diag(SLOPES[name](values))


def _softmax(values: Array) -> Array:
    shares = activation_of("softmax")(values)
    result: Array = np.diag(shares) - np.outer(shares, shares)
    return result
