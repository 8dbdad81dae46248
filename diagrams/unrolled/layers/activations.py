"""The activations that the kit computes, by their names in Keras."""

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module

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
RARE = (
    *("celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh"),
    *("leaky_relu", "log_sigmoid", "log_softmax", "mish", "relu6", "selu", "silu", "soft_shrink", "softmax"),
    *("softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh_shrink"),
)
"""Those that stand in a module of their own: a figure that has none of them does not load it."""
REFUSED = {
    "glu": "it halves its vector, and a layer's units would no longer be the length of its output",
    "sparsemax": "the shares that Keras 3.15 answers do not sum up to 1, and may be mended in another version",
    "threshold": "it needs numbers of its own, which a name cannot say",
}


def activation_of(name: str) -> Callable[[Array], Array]:
    """Look an activation up, as Keras computes it (https://keras.io/api/layers/activations/)."""
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    if name in RARE:
        function: Callable[[Array], Array] = getattr(import_module(".rare_activations", __package__), name)
        return function
    if name in REFUSED:
        raise NumbersError(f"the activation {name!r} is not computed: {REFUSED[name]}; take another")
    near = get_close_matches(name, (*ACTIVATIONS, *RARE), n=1)
    meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted((*ACTIVATIONS, *RARE)))}"
    raise NumbersError(f"Keras has no activation {name!r}: {meant}")
