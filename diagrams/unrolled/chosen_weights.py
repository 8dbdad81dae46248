"""Weights with which a layer yields the states that its author wants to show."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array, Weights, read_only
from .errors import NumbersError
from .layers.recurrent import SimpleRNN
from .numbers import counted, text_of
from .run import States, input_vectors, run, states_of

EXACT = 1e-9
"""How near the states must come; double precision reaches 1e-15."""


def weights_for(
    layer: SimpleRNN,
    inputs: ArrayLike,
    *,
    states: ArrayLike,
    initial_state: States | None = None,
) -> Weights:
    """Find weights with which a SimpleRNN yields states (time_steps, units) for inputs (time_steps, features).

    Every step is one equation for each unit: atanh of the state is a weighted sum of the input, the state before and
    1. Of all weights that fulfil them the least are taken. Where none do, the error says why and how near they came.

    >>> unroll(read_keras(code), WORDS, weights=weights_for(SimpleRNN(4), embed(WORDS), states=np.full((3, 4), 0.5)))
    """
    if not isinstance(layer, SimpleRNN):
        raise NumbersError(
            f"states can be chosen for a SimpleRNN; those of {getattr(layer, 'name_in_code', layer)} hang on gates, "
            "which no equation gives: choose its weights, or let the kit find readable ones"
        )
    if layer.go_backwards:
        raise NumbersError("states are chosen in the order of the words: leave go_backwards out")
    vectors = input_vectors(inputs)
    wanted = _wanted(layer, states, steps=len(vectors))
    firsts = states_of(initial_state)
    first = np.zeros(layer.units) if firsts is None else np.asarray(firsts[0], dtype=np.float64)
    found = _least(layer, vectors, wanted, first)
    reached = run(layer, found, vectors, initial_state=first).states[1:]
    _check_reached(layer, vectors, wanted, reached)
    return found


def _wanted(layer: SimpleRNN, states: ArrayLike, steps: int) -> Array:
    wanted = read_only(states)
    if wanted.shape != (steps, layer.units):
        raise NumbersError(
            f"states must be {(steps, layer.units)}, {counted(layer.units, 'number')} for each of "
            f"{counted(steps, 'step')}; their shape is {wanted.shape}"
        )
    for step, state in enumerate(wanted, start=1):
        if not np.isfinite(state).all():
            raise NumbersError(f"states must be finite numbers, and those of step {step} are not: {state.tolist()}")
    limits = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
    if layer.activation in limits:
        low, high = limits[layer.activation]
        for step, state in enumerate(wanted, start=1):
            for value in state[(state <= low) | (state >= high)]:
                raise NumbersError(
                    f"{layer.activation} stays between {text_of(low)} and {text_of(high)} and reaches neither: "
                    f"the state of step {step} cannot hold {text_of(value, 2)}"
                )
    elif layer.activation != "linear":
        raise NumbersError(
            f"states can be chosen where the activation is tanh, sigmoid or linear, not {layer.activation}, "
            "which has no inverse here"
        )
    return wanted


def _least(layer: SimpleRNN, vectors: Array, wanted: Array, first: Array) -> Weights:
    """Solve the equations of all steps at once."""
    before = np.vstack([first, wanted[:-1]])
    known = [vectors, before, *([np.ones((len(vectors), 1))] if layer.use_bias else [])]
    solution = np.linalg.lstsq(np.hstack(known), _sums(layer, wanted), rcond=None)[0]
    features = vectors.shape[1]
    return Weights(
        kernel=solution[:features],
        recurrent_kernel=solution[features : features + layer.units],
        bias=solution[-1] if layer.use_bias else None,
    )


def _sums(layer: SimpleRNN, wanted: Array) -> Array:
    """Turn states back into the sums that the activation was given."""
    sums: Array = wanted
    if layer.activation == "tanh":
        sums = np.arctanh(wanted)
    elif layer.activation == "sigmoid":
        sums = np.log(wanted / (1 - wanted))
    return sums


def _check_reached(layer: SimpleRNN, vectors: Array, wanted: Array, reached: Array) -> None:
    off = np.abs(reached - wanted)
    if off.max() <= EXACT:
        return
    step, unit = np.unravel_index(int(off.argmax()), off.shape)
    features, steps = vectors.shape[1], len(vectors)
    what = f"{counted(features, 'feature')}, {counted(layer.units, 'unit')}" + (" and a bias" if layer.use_bias else "")
    raise NumbersError(
        f"no weights yield these states: each unit must fulfil {counted(steps, 'equation')}, one a step, and with "
        f"{what} their left sides are not all independent. The nearest weights give "
        f"{text_of(reached[step, unit], 2)} for {text_of(wanted[step, unit], 2)} in step {step + 1}, unit {unit + 1}. "
        "Take more features, more units or fewer steps, or choose other states"
    )
