"""Weights that make a figure readable: found by a search that always ends the same way."""

from hashlib import shake_256
from itertools import count
from math import prod, sqrt

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array
from .errors import NumbersError
from .layers.simple_rnn import SimpleRNN, Weights
from .numbers import counted
from .readability import fitting, readability
from .run import input_vectors

ROUNDS = 32
NUMBERS_A_ROUND = 200_000  # bounds the candidates of a round, by their weights and states together

# How strongly a layer answers its inputs and its own last state, from lively to quiet. Wide layers and long sequences
# need the quiet ones, to stay within the limits; the same word many times over needs those that keep moving.
LOUDNESS = [(1.0, 1.0), (0.8, 1.4), (0.6, 0.8), (0.4, 1.2), (0.4, 0.5), (0.2, 0.9), (0.2, 0.2), (0.1, 1.1)]
STEEPNESS = {"sigmoid": 4.0}  # a sigmoid is four times flatter than the others at zero


def readable_weights(layer: SimpleRNN, inputs: ArrayLike) -> Weights:
    """Choose weights for inputs (time_steps, features) whose trace from zeros reads well at one decimal.

    No state lies beyond ±0.95, and no two state vectors, the zero state included, print alike. Among such weights the
    search prefers few zeros, values spread out, and both signs. The weights are short decimals, none of them 0, and
    follow from the layer and the inputs alone: no generator draws them that could change with a version.
    """
    vectors = input_vectors(inputs)
    for number in range(ROUNDS):
        candidates = _candidates(layer, vectors, number)
        states = _states(layer, candidates, vectors)
        fits = fitting(states)
        if fits.any():
            best = int(np.where(fits, readability(states), -np.inf).argmax())
            chosen = {name: values[best] for name, values in candidates.items()}
            return Weights(**chosen)
    raise NumbersError(
        f"no weights were found that keep the states of {counted(layer.units, 'unit')} over "
        f"{counted(len(vectors), 'time step')} apart at one decimal: take more units or fewer time steps"
    )


def _candidates(layer: SimpleRNN, vectors: Array, number: int) -> dict[str, Array]:
    """Draw many weights for a layer at once, stacked along a first axis."""
    time_steps, features = vectors.shape
    shapes = layer.weight_shapes(features)
    size = sum(map(prod, shapes.values())) + time_steps * layer.units
    many = max(8, min(2000, NUMBERS_A_ROUND // size))
    widths = _widths(layer, vectors, *LOUDNESS[number % len(LOUDNESS)])
    values = max(3, layer.units // 2)
    return {name: _decimals(f"{number} {name}", (many, *shape), widths[name], values) for name, shape in shapes.items()}


def _widths(layer: SimpleRNN, vectors: Array, of_inputs: float, of_state: float) -> dict[str, float]:
    """Bound each kind of weight, so that sums over many of them stay as large as sums over few."""
    steepness = STEEPNESS.get(layer.activation, 1.0)
    # Rounded, because a sum's last bit differs between machines, and a weight's first digit must not.
    length = max(0.1, round(float(np.sqrt((vectors**2).sum(axis=1).mean())), 6))
    return {
        "kernel": steepness * of_inputs / length,
        "recurrent_kernel": steepness * of_state * sqrt(3 / layer.units),
        "bias": steepness * 0.3 * of_inputs,
    }


def _decimals(seed: str, shape: tuple[int, ...], width: float, values: int) -> Array:
    """Draw decimals between -width and width, none of them 0, as short as so many values of each sign allow."""
    digest = shake_256(seed.encode()).digest(2 * prod(shape))
    draws = np.frombuffer(digest, dtype=">u2").reshape(shape).astype(np.int64)
    places = next(places for places in count(1) if width * 10**places >= values)
    sizes = draws // 2 % round(width * 10**places) + 1
    decimals: Array = np.where(draws % 2 == 1, sizes, -sizes) / 10.0**places
    return decimals


def _states(layer: SimpleRNN, candidates: dict[str, Array], vectors: Array) -> Array:
    """Run every candidate from zeros; shape (candidates, time_steps + 1, units)."""
    stacked = Weights(**{name: values if values.ndim == 3 else values[:, None] for name, values in candidates.items()})
    states = [np.zeros((len(stacked.kernel), 1, layer.units))]
    with np.errstate(over="ignore", invalid="ignore"):  # a linear candidate may run away; it does not fit then
        for vector in vectors:
            states.append(layer.step(stacked, vector[None], states[-1]))
    return np.concatenate(states, axis=1)
