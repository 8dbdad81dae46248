"""The activations that the kit computes, by their names in Keras."""

from collections.abc import Callable
from difflib import get_close_matches

import numpy as np

from ..arrays import Array
from ..errors import NumbersError


def sigmoid(values: Array) -> Array:
    """Compute 1 / (1 + e⁻ˣ), through tanh: it is the same and never overflows."""
    return 0.5 * (1 + np.tanh(0.5 * values))


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, 0.0),
    "sigmoid": sigmoid,
    "linear": lambda values: values,
}


def activation_of(name: str) -> Callable[[Array], Array]:
    """Look an activation up, as Keras computes it (https://keras.io/api/layers/activations/)."""
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    near = get_close_matches(name, ACTIVATIONS, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise NumbersError(f"the activation {name!r} is not computed yet: only {', '.join(ACTIVATIONS)} are{meant}")
