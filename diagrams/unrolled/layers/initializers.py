"""Keras's weight initializers, with a random generator of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import shake_256
from math import prod, sqrt
from statistics import NormalDist

import numpy as np

from ..arrays import Array, Shape
from ..errors import NumbersError

TRUNCATION = 0.87962566103423978  # the standard deviation of a standard normal distribution truncated at ±2


@dataclass(frozen=True)
class Initializer:
    """An initializer by its Keras name, with its options: `Initializer("random_normal", {"stddev": 0.1})`.

    >>> unroll(stack(GRU(2, kernel_initializer=Initializer("ones")), shape=(3, 2)), WORDS)
    """

    kind: str
    options: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        kind = ALIASES.get(self.kind, self.kind)
        if kind not in OPTIONS:
            near = get_close_matches(self.kind, OPTIONS, n=1)
            meant = f"did you mean {near[0]!r}?" if near else f"the initializers are {', '.join(OPTIONS)}"
            raise NumbersError(f"the initializer {self.kind!r} isn't supported: {meant}")
        for name, value in self.options.items():
            if name not in OPTIONS[kind]:
                raise NumbersError(f"the initializer {kind} has no argument {name!r}; it has {sorted(OPTIONS[kind])}")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise NumbersError(f"{name} of the initializer {kind} must be a number, not {value!r}")
        object.__setattr__(self, "kind", kind)

    @property
    def is_random(self) -> bool:
        """Whether each new layer gets different numbers."""
        return self.kind not in FIXED

    @property
    def is_scaled(self) -> bool:
        """Whether larger weights get smaller numbers."""
        return self.kind.partition("_")[0] in SCALES

    def values(self, shape: Shape, seed: str) -> Array:
        """Initialize a weight. The same seed gives the same numbers on every machine."""
        options = {**OPTIONS[self.kind], **self.options}
        if self.kind in FIXED:
            return FIXED[self.kind](shape, options)
        if self.kind == "orthogonal":
            return _orthogonal(shape, options, seed)
        if self.kind == "random_uniform":
            return options["minval"] + (options["maxval"] - options["minval"]) * _uniform(shape, seed)
        if self.kind in ("random_normal", "truncated_normal"):
            return options["mean"] + options["stddev"] * _normal(shape, seed, self.kind == "truncated_normal")
        return _scaled(self.kind, shape, seed)


def initializer_of(initializer: str | Initializer) -> Initializer:
    """Look up an initializer by name."""
    return initializer if isinstance(initializer, Initializer) else Initializer(initializer)


OPTIONS: dict[str, dict[str, float]] = {
    "zeros": {},
    "ones": {},
    "constant": {"value": 0.0},
    "identity": {"gain": 1.0},
    "orthogonal": {"gain": 1.0},
    "random_uniform": {"minval": -0.05, "maxval": 0.05},
    "random_normal": {"mean": 0.0, "stddev": 0.05},
    "truncated_normal": {"mean": 0.0, "stddev": 0.05},
    **{f"{kind}_{way}": {} for kind in ("glorot", "he", "lecun") for way in ("uniform", "normal")},
}
ALIASES = {"zero": "zeros", "one": "ones", "uniform": "random_uniform", "normal": "random_normal"}
SCALES = {"glorot": 1.0, "he": 2.0, "lecun": 1.0}


def _identity(shape: Shape, options: Mapping[str, float]) -> Array:
    if len(shape) != 2:
        raise NumbersError(f"the initializer identity fills only matrices, but this weight has the shape {shape}")
    return options["gain"] * np.eye(*shape)


FIXED: dict[str, Callable[[Shape, Mapping[str, float]], Array]] = {
    "zeros": lambda shape, _: np.zeros(shape),
    "ones": lambda shape, _: np.ones(shape),
    "constant": lambda shape, options: np.full(shape, float(options["value"])),
    "identity": _identity,
}


def _uniform(shape: Shape, seed: str) -> Array:
    """Draw numbers between 0 and 1, excluding both."""
    draws = np.frombuffer(shake_256(seed.encode()).digest(4 * prod(shape)), dtype=">u4")
    return (draws.astype(np.float64).reshape(shape) + 0.5) / 2**32


def _normal(shape: Shape, seed: str, truncated: bool) -> Array:
    """Draw normally distributed numbers with mean 0 and, before truncation at ±2, standard deviation 1."""
    normal = NormalDist()
    low = normal.cdf(-2) if truncated else 0.0
    places = low + (1 - 2 * low) * _uniform(shape, seed)
    quantile: Array = np.vectorize(normal.inv_cdf, otypes=[np.float64])(places)
    return quantile


def _orthogonal(shape: Shape, options: Mapping[str, float], seed: str) -> Array:
    if len(shape) < 2:
        raise NumbersError(f"the initializer orthogonal fills only matrices, but this weight has the shape {shape}")
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(_normal((max(rows, columns), min(rows, columns)), seed, truncated=False))
    q = q * np.sign(np.diag(r))
    return float(options["gain"]) * (q.T if rows < columns else q).reshape(shape)


def _scaled(kind: str, shape: Shape, seed: str) -> Array:
    """Draw numbers whose spread decreases with the size of the weight."""
    family, way = kind.split("_")
    seen = prod(shape[:-2])  # the window of a convolution
    fan_in, fan_out = (seen * shape[-2], seen * shape[-1]) if len(shape) > 1 else (prod(shape), prod(shape))
    fan = (fan_in + fan_out) / 2 if family == "glorot" else fan_in
    scale = SCALES[family] / max(1.0, fan)
    if way == "uniform":
        return sqrt(3 * scale) * (2 * _uniform(shape, seed) - 1)
    return sqrt(scale) / TRUNCATION * _normal(shape, seed, truncated=True)
