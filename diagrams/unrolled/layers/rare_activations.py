"""The activations that few recurrent layers use, each as Keras computes it by default."""

from math import erf, sqrt

import numpy as np

from ..arrays import Array
from .activations import sigmoid

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
_erf = np.vectorize(erf, otypes=[np.float64])


def celu(values: Array) -> Array:
    """Compute max(x, 0) + e^min(x, 0) − 1: with Keras's alpha of 1 it is elu."""
    return elu(values)


def elu(values: Array) -> Array:
    """Compute x where it is positive, else eˣ − 1."""
    result: Array = np.where(values >= 0, values, np.expm1(np.minimum(values, 0)))
    return result


def exponential(values: Array) -> Array:
    """Compute eˣ."""
    result: Array = np.exp(values)
    return result


def gelu(values: Array) -> Array:
    """Compute x · Φ(x), the exact form."""
    result: Array = values * (_erf(values / sqrt(2)).astype(values.dtype) + 1) / 2
    return result


def hard_shrink(values: Array) -> Array:
    """Compute x beyond ±0.5, else 0."""
    result: Array = np.where(np.abs(values) > 0.5, values, 0.0)
    return result


def hard_sigmoid(values: Array) -> Array:
    """Compute x / 6 + 0.5, held between 0 and 1."""
    return np.clip(values / 6 + 0.5, 0.0, 1.0)


def hard_silu(values: Array) -> Array:
    """Compute x · hard_sigmoid(x)."""
    return values * hard_sigmoid(values)


def hard_tanh(values: Array) -> Array:
    """Hold x between −1 and 1."""
    return np.clip(values, -1.0, 1.0)


def leaky_relu(values: Array) -> Array:
    """Compute x where it is positive, else 0.2 x."""
    return np.maximum(values, 0.2 * values)


def log_sigmoid(values: Array) -> Array:
    """Compute the logarithm of the sigmoid."""
    return -softplus(-values)


def log_softmax(values: Array) -> Array:
    """Compute the logarithm of the softmax."""
    shifted = values - values.max(axis=-1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def mish(values: Array) -> Array:
    """Compute x · tanh(softplus(x))."""
    result: Array = values * np.tanh(softplus(values))
    return result


def relu6(values: Array) -> Array:
    """Hold x between 0 and 6."""
    return np.clip(values, 0.0, 6.0)


def selu(values: Array) -> Array:
    """Compute the scaled elu."""
    result: Array = SELU_SCALE * np.where(values >= 0, values, SELU_ALPHA * np.expm1(np.minimum(values, 0)))
    return result


def silu(values: Array) -> Array:
    """Compute x · sigmoid(x)."""
    return values * sigmoid(values)


def soft_shrink(values: Array) -> Array:
    """Move x towards 0 by 0.5, and no further than 0."""
    result: Array = np.sign(values) * np.maximum(np.abs(values) - 0.5, 0.0)
    return result


def softmax(values: Array) -> Array:
    """Compute eˣ, divided by the sum over the vector."""
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    result: Array = raised / raised.sum(axis=-1, keepdims=True)
    return result


def softplus(values: Array) -> Array:
    """Compute log(1 + eˣ)."""
    result: Array = np.logaddexp(values, 0.0)
    return result


def softsign(values: Array) -> Array:
    """Compute x / (1 + |x|)."""
    result: Array = values / (1 + np.abs(values))
    return result


def sparse_plus(values: Array) -> Array:
    """Compute 0 up to −1, x from 1, and (x + 1)² / 4 between."""
    result: Array = np.where(values < 1, np.maximum(values + 1, 0.0) ** 2 / 4, values)
    return result


def sparse_sigmoid(values: Array) -> Array:
    """Compute (x + 1) / 2, held between 0 and 1."""
    return np.clip((values + 1) / 2, 0.0, 1.0)


def squareplus(values: Array) -> Array:
    """Compute (x + √(x² + 4)) / 2."""
    result: Array = (values + np.sqrt(values**2 + 4)) / 2
    return result


def tanh_shrink(values: Array) -> Array:
    """Compute x − tanh(x)."""
    result: Array = values - np.tanh(values)
    return result


hard_swish = hard_silu
swish = silu
