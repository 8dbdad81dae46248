"""Weights that make a figure readable: found by a search that always ends the same way."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import shake_256
from itertools import count
from math import prod, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array, Shape, Weights
from .errors import NumbersError
from .layers.recurrent import Recurrent
from .numbers import counted
from .readability import fitting, readability
from .run import States, input_vectors, mask_of, states_of

if TYPE_CHECKING:
    from .layers.initializers import Initializer

ROUNDS = 32
NUMBERS_A_ROUND = 200_000  # bounds the candidates of a round, by their weights and states together

# How strongly a layer answers its inputs and its own last state, from lively to quiet. Wide layers and long sequences
# need the quiet ones, to stay within the limits; the same word many times over needs those that keep moving.
LOUDNESS = [(1.0, 1.0), (0.8, 1.4), (0.6, 0.8), (0.4, 1.2), (0.4, 0.5), (0.2, 0.9), (0.2, 0.2), (0.1, 1.1)]
STEEPNESS = {"sigmoid": 4.0}  # a sigmoid is four times flatter than the others at zero
GAINS = (2.5, 1.0, 4.0, 1.5)  # what passes through gates gets smaller; and a gate that is half open teaches nothing
SHOWN = 2000  # numbers beside the states; more of them stand in no figure
INITIALIZERS = {
    "kernel": ("kernel_initializer", "glorot_uniform"),
    "recurrent_kernel": ("recurrent_initializer", "orthogonal"),
    "bias": ("bias_initializer", "zeros"),
}
"""The option that fills a weight, and what it is where the code leaves it to Keras."""


def readable_weights(
    layer: Recurrent,
    inputs: ArrayLike,
    *,
    initial_state: States | None = None,
    mask: Sequence[bool] | None = None,
    seed: str = "",
) -> Weights:
    """Choose weights for inputs (time_steps, features) whose trace reads well at one decimal.

    No state lies beyond ±0.95, and no two state vectors, the initial state included, print alike. Among such weights
    the search prefers few zeros, values spread out, and both signs. The weights are short decimals, none of them 0,
    and follow from the layer and the inputs alone: no generator draws them that could change with a version. Where
    the layer names an initializer of its own, the weights are what that would draw.

    >>> cells(readable_weights(SimpleRNN(2), embed(WORDS)).kernel)
    """
    vectors = _read(layer, input_vectors(inputs), mask)
    layer.check_size(vectors.shape)
    first = states_of(initial_state)
    for number in range(ROUNDS):
        candidates = _candidates(layer, vectors, number, seed)
        states, others = _states(layer, candidates, vectors, first)
        fits = fitting(states, others if states[0].size * len(others) // len(vectors) <= SHOWN else ())
        if fits.any():
            best = int(np.where(fits, readability(states), -np.inf).argmax())
            return Weights(**{name: values[best] for name, values in candidates.items()})
    said = ", ".join(f"{option}={getattr(layer, option)!r}" for option in _own_initializers(layer))
    raise NumbersError(
        f"no weights were found that keep the states of {counted(layer.units, 'unit')} over "
        f"{counted(len(vectors), 'time step')} apart at one decimal: take more units or fewer time steps"
        + (f", or leave {said} out of the code" if said else "")
    )


def _read(layer: Recurrent, vectors: Array, mask: Sequence[bool] | None) -> Array:
    """Put what the layer reads into the order in which it does, without the steps that are skipped."""
    kept = mask_of(mask, vectors.shape)
    read = vectors if kept is None else vectors[kept]
    if not len(read):
        raise NumbersError("the mask skips every step, and the layer would have nothing to read: keep one at least")
    return read[::-1] if layer.go_backwards else read


def _own_initializers(layer: Recurrent) -> list[str]:
    return [option for option, usual in INITIALIZERS.values() if getattr(layer, option) != usual]


def _candidates(layer: Recurrent, vectors: Array, number: int, seed: str) -> dict[str, Array]:
    """Draw many weights for a layer at once, stacked along a first axis."""
    time_steps, _ = vectors.shape
    shapes = layer.weight_shapes(vectors.shape)
    size = sum(map(prod, shapes.values())) + time_steps * layer.units
    many = max(8, min(2000, NUMBERS_A_ROUND // size))
    gain = GAINS[number // len(LOUDNESS) % len(GAINS)] if layer.gates else 1.0
    widths = _widths(layer, vectors, gain, *LOUDNESS[number % len(LOUDNESS)])
    values = max(3, layer.units // 2)
    found = {}
    for name, shape in shapes.items():
        option, usual = INITIALIZERS[name]
        if getattr(layer, option) == usual:
            found[name] = decimals(f"{seed}{number} {name}", (many, *shape), widths[name], values)
        else:
            found[name] = _initialized(getattr(layer, option), f"{seed}{number} {name}", many, shape)
    return _remembering(layer, found)


def _initialized(initializer: str | Initializer, seed: str, many: int, shape: Shape) -> Array:
    from .layers.initializers import initializer_of  # a figure whose code names none does not depend on it

    kind = initializer_of(initializer)
    if not kind.is_random:
        return np.broadcast_to(kind.values(shape, seed), (many, *shape))
    return np.stack([kind.values(shape, f"{seed} {at}") for at in range(min(many, 200))]).take(
        np.arange(many) % min(many, 200), axis=0
    )


def _remembering(layer: Recurrent, found: dict[str, Array]) -> dict[str, Array]:
    """Add 1 to the bias of forget gates where a new layer has that: they begin by keeping."""
    if getattr(layer, "unit_forget_bias", False) and "bias" in found:
        bias = found["bias"].copy()
        bias[:, layer.units : 2 * layer.units] += 1
        return {**found, "bias": bias}
    return found


def _widths(layer: Recurrent, vectors: Array, gain: float, of_inputs: float, of_state: float) -> dict[str, float]:
    """Bound each kind of weight, so that sums over many of them stay as large as sums over few."""
    steepness = STEEPNESS.get(layer.activation, 1.0) * gain
    # Rounded, because a sum's last bit differs between machines, and a weight's first digit must not.
    length = max(0.1, round(float(np.sqrt((vectors**2).sum(axis=1).mean())), 6))
    return {
        "kernel": steepness * of_inputs / length,
        "recurrent_kernel": steepness * of_state * sqrt(3 / layer.units),
        "bias": steepness * 0.3 * of_inputs,
    }


def decimals(seed: str, shape: Shape, width: float, values: int) -> Array:
    """Draw decimals between -width and width, none of them 0, as short as so many values of each sign allow."""
    digest = shake_256(seed.encode()).digest(2 * prod(shape))
    draws = np.frombuffer(digest, dtype=">u2").reshape(shape).astype(np.int64)
    places = next(places for places in count(1) if width * 10**places >= values)
    sizes = draws // 2 % round(width * 10**places) + 1
    found: Array = np.where(draws % 2 == 1, sizes, -sizes) / 10.0**places
    return found


def _states(
    layer: Recurrent, candidates: dict[str, Array], vectors: Array, first: Sequence[ArrayLike] | None
) -> tuple[Array, list[Array]]:
    """Run every candidate; answer the states h (candidates, time_steps + 1, units), and all else that a step makes."""
    # A bias is a row more than a vector: it, too, gets an axis for the one sample.
    stacked = Weights(**{name: values if values.ndim == 3 else values[:, None] for name, values in candidates.items()})
    many = len(stacked["kernel"])
    begin = [np.zeros(layer.units)] * len(layer.state_names) if first is None else first
    now = tuple(np.broadcast_to(np.asarray(each, dtype=np.float64), (many, 1, layer.units)) for each in begin)
    states, others = [now[0]], []
    with np.errstate(over="ignore", invalid="ignore"):  # a linear candidate may run away; it does not fit then
        for vector in vectors:
            now, gates = layer.step(stacked, vector[None], now)
            states.append(now[0])
            others += [*now[1:], *gates.values()]
    return np.concatenate(states, axis=1), others
