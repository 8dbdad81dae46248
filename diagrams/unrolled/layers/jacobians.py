"""How the states after one step follow those before it, and the input: its exact derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from ..arrays import Array, Weights
from .activations import activation_of
from .recurrent import GRU, LSTM, Recurrent, States, sums_side_by_side
from .slopes import slope_of


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class StepJacobian:
    """The derivatives of all states after a step, one under the other; an LSTM has h, then c."""

    of_states: Array
    """(states after, states before)."""
    of_input: Array
    """(states after, features)."""


def step_jacobian(layer: Recurrent, weights: Weights, x: Array, states: States) -> StepJacobian:
    """Differentiate one step at its input (features,) and its states (units,) each."""
    both = {"SimpleRNN": _simple_rnn, "LSTM": _lstm, "GRU": _gru}[layer.name_in_code](layer, weights, x, states)
    size = layer.units * len(layer.state_names)
    return StepJacobian(both[:, :size], both[:, size:])


def _simple_rnn(layer: Recurrent, weights: Weights, x: Array, states: States) -> Array:
    """Differentiate hₜ = activation(sum) by h and x, which stand side by side."""
    total = x @ weights["kernel"] + states[0] @ weights["recurrent_kernel"] + _bias(weights)
    slope = slope_of(layer.activation)(total)
    return slope @ np.hstack([weights["recurrent_kernel"].T, weights["kernel"].T])


def _lstm(layer: Recurrent, weights: Weights, x: Array, states: States) -> Array:
    """Differentiate c = f · c₋₁ + i · c̃, then h = o · activation(c), by h, c and x."""
    layer, (h, c) = cast("LSTM", layer), states
    gate, act = activation_of(layer.recurrent_activation), activation_of(layer.activation)
    gate_slope, act_slope = slope_of(layer.recurrent_activation), slope_of(layer.activation)
    sums = sums_side_by_side(x @ weights["kernel"] + h @ weights["recurrent_kernel"] + _bias(weights), 4)
    ways = [np.hstack([of_h, np.zeros((len(h), len(h))), of_x]) for of_h, of_x in _ways(weights, 4)]
    of_i, of_f, of_o = (gate_slope(sums[at]) @ ways[at] for at in (0, 1, 3))
    of_candidate = act_slope(sums[2]) @ ways[2]
    i, f, candidate, o = gate(sums[0]), gate(sums[1]), act(sums[2]), gate(sums[3])
    carried = np.hstack([np.zeros((len(h), len(h))), np.diag(f), np.zeros((len(h), len(x)))])
    of_c = c[:, None] * of_f + carried + candidate[:, None] * of_i + i[:, None] * of_candidate
    after = f * c + i * candidate
    of_h = act(after)[:, None] * of_o + o[:, None] * (act_slope(after) @ of_c)
    return np.vstack([of_h, of_c])


def _gru(layer: Recurrent, weights: Weights, x: Array, states: States) -> Array:
    """Differentiate h = z · h₋₁ + (1 − z) · h̃ by h and x."""
    layer, (h,) = cast("GRU", layer), states
    gate, gate_slope = activation_of(layer.recurrent_activation), slope_of(layer.recurrent_activation)
    given, recalled = _gru_sums(layer, weights, x, h)
    (z_h, z_x), (r_h, r_x), (candidate_h, candidate_x) = _ways(weights, 3)
    z, r = gate(given[0] + recalled[0]), gate(given[1] + recalled[1])
    of_z = gate_slope(given[0] + recalled[0]) @ np.hstack([z_h, z_x])
    of_r = gate_slope(given[1] + recalled[1]) @ np.hstack([r_h, r_x])
    itself = np.hstack([np.eye(len(h)), np.zeros((len(h), len(x)))])
    beside = np.hstack([np.zeros_like(candidate_h), candidate_x])
    if layer.reset_after:
        total = given[2] + r * recalled[2]
        of_total = beside + recalled[2][:, None] * of_r + r[:, None] * (candidate_h @ itself)
    else:
        total = given[2] + candidate_h @ (r * h)
        of_total = beside + candidate_h @ (h[:, None] * of_r + r[:, None] * itself)
    candidate = activation_of(layer.activation)(total)
    of_candidate = slope_of(layer.activation)(total) @ of_total
    result: Array = (h - candidate)[:, None] * of_z + z[:, None] * itself + (1 - z)[:, None] * of_candidate
    return result


def _gru_sums(layer: GRU, weights: Weights, x: Array, h: Array) -> tuple[list[Array], list[Array]]:
    """Compute what the input gives each of update, reset and candidate, and what the state gives them."""
    bias = np.asarray(_bias(weights))
    of_input, of_state = (bias[0], bias[1]) if bias.ndim > 1 else (bias, np.zeros_like(bias))
    given = sums_side_by_side(x @ weights["kernel"] + of_input, 3)
    return given, sums_side_by_side(h @ weights["recurrent_kernel"] + of_state, 3)


def _ways(weights: Weights, count: int) -> list[tuple[Array, Array]]:
    """Cut the kernels into those of each gate: how its sum follows the state, and the input."""
    recurrent = sums_side_by_side(weights["recurrent_kernel"], count)
    return [(of_h.T, of_x.T) for of_h, of_x in zip(recurrent, sums_side_by_side(weights["kernel"], count), strict=True)]


def _bias(weights: Weights) -> Array | float:
    return weights.get("bias", 0.0)
