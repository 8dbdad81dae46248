"""How strongly each step influences the last state: exact derivatives, by backpropagation through time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import LARGEST, MOST_NUMBERS, Array, Weights, read_only
from ..errors import NumbersError
from ..layers.activations import SELU_ALPHA, SELU_SCALE, activation_of, sigmoid, softplus
from ..layers.recurrent import GRU, LSTM, Recurrent, RecurrentTrace, States, sums_side_by_side


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Gradients:
    """The derivatives of the last state h of a run."""

    of_inputs: Array
    """(time_steps, units, features): with respect to the input of each step, in the order of the input."""
    of_states: Array
    """(time_steps + 1, units, states): with respect to the states after each turn, the initial ones first; for an LSTM,
    h then c.
    """

    @property
    def input_strengths(self) -> Array:
        """The largest factor by which a small change in a step's input can move the last state: (time_steps,)."""
        return strengths(self.of_inputs)


def gradients_of(trace: RecurrentTrace) -> Gradients:
    """Differentiate the last state of a run with respect to every input and every intermediate state."""
    layer, steps = cast(Recurrent, trace.layer), len(trace.inputs)
    differentiate = {"SimpleRNN": _simple_rnn, "LSTM": _lstm, "GRU": _gru}[layer.name_in_code]
    size = layer.units * len(layer.state_names)
    count = steps * layer.units * max(size, trace.inputs.shape[1])
    if count > MOST_NUMBERS:
        raise NumbersError(
            f"the gradient of {layer.name_in_code}({layer.units}) over {steps} time steps has {count:,} derivatives, "
            f"but the limit is {MOST_NUMBERS:,}: use fewer units or steps"
        )
    onward = np.eye(layer.units, size)
    of_states = [onward]
    of_inputs = np.zeros((steps, layer.units, trace.inputs.shape[1]))
    for turn in reversed(range(steps)):
        step = trace.order[turn]
        if trace.mask is None or trace.mask[step]:
            memories = () if trace.memories is None else (trace.memories[turn],)
            one = differentiate(layer, trace.weights, trace.inputs[step], (trace.states[turn], *memories))
            of_inputs[step] = onward @ one[:, size:]
            onward = onward @ one[:, :size]
        of_states.append(onward)
    if not all((np.abs(each) <= LARGEST).all() for each in (of_inputs, *of_states)):  # false for NaN as well
        raise NumbersError(
            f"the gradient of {layer.name_in_code} grows beyond the range of float32, which Keras uses: use "
            "smaller weights or fewer steps"
        )
    return Gradients(read_only(of_inputs), read_only(of_states[::-1]))


def strengths(jacobians: Array) -> Array:
    """Compute the largest factor by which each matrix (…, outputs, inputs) can stretch a small change."""
    return read_only(np.linalg.norm(jacobians, ord=2, axis=(-2, -1)))


def _simple_rnn(layer: Recurrent, weights: Weights, x: Array, states: States) -> Array:
    """Differentiate hₜ = activation(sum) with respect to h and x: (states after, states before and features)."""
    total = x @ weights["kernel"] + states[0] @ weights["recurrent_kernel"] + _bias(weights)
    slope = slope_of(layer.activation)(total)
    return slope @ np.hstack([weights["recurrent_kernel"].T, weights["kernel"].T])


def _lstm(layer: Recurrent, weights: Weights, x: Array, states: States) -> Array:
    """Differentiate c = f · c₋₁ + i · c̃, then h = o · activation(c), with respect to h, c and x."""
    layer, (h, c) = cast(LSTM, layer), states
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
    """Differentiate h = z · h₋₁ + (1 − z) · h̃ with respect to h and x."""
    layer, (h,) = cast(GRU, layer), states
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
    """Compute the input's and the state's contributions to update, reset and candidate."""
    bias = np.asarray(_bias(weights))
    of_input, of_state = (bias[0], bias[1]) if bias.ndim > 1 else (bias, np.zeros_like(bias))
    given = sums_side_by_side(x @ weights["kernel"] + of_input, 3)
    return given, sums_side_by_side(h @ weights["recurrent_kernel"] + of_state, 3)


def _ways(weights: Weights, count: int) -> list[tuple[Array, Array]]:
    """Split the kernels by gate: the derivative of each gate's sum with respect to the state and the input."""
    recurrent = sums_side_by_side(weights["recurrent_kernel"], count)
    return [(of_h.T, of_x.T) for of_h, of_x in zip(recurrent, sums_side_by_side(weights["kernel"], count), strict=True)]


def _bias(weights: Weights) -> Array | float:
    return weights.get("bias", 0.0)


Slope = Callable[[Array], Array]


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
    whole = activation_of("gelu")
    # The derivative of x · Φ(x) is Φ(x) + x · φ(x), and Φ(x) is gelu(x) / x, except at 0, where it is 1/2.
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


# At a corner, use the one-sided slope that Keras uses, such as 0 for relu at 0.
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
"""The derivatives of element-wise activations."""


def slope_of(name: str) -> Slope:
    """Compute the derivative of an activation at sums (units,), as a matrix (units, units)."""
    if name == "softmax":
        return _softmax
    if name == "log_softmax":
        return lambda values: np.eye(len(values)) - np.exp(activation_of("log_softmax")(values))
    activation_of(name)  # raises for an unknown activation
    return lambda values: np.diag(SLOPES[name](values))


def _softmax(values: Array) -> Array:
    shares = activation_of("softmax")(values)
    result: Array = np.diag(shares) - np.outer(shares, shares)
    return result
