"""The recurrent layers once more, number by number as a textbook writes them: from `get_weights()` to every gate."""

import math
from typing import Any

ACTIVATIONS = {
    "tanh": math.tanh,
    "sigmoid": lambda value: 1 / (1 + math.exp(-value)),
    "relu": lambda value: max(value, 0.0),
    "linear": lambda value: value,
    "hard_sigmoid": lambda value: min(max(value / 6 + 0.5, 0.0), 1.0),
    "elu": lambda value: value if value > 0 else math.expm1(value),
}


def total(vector: Any, kernel: Any, column: int) -> float:
    """Sum a vector weighted by one column."""
    return sum(float(value) * float(kernel[row][column]) for row, value in enumerate(vector))


def simple_rnn(layer: Any, weights: Any, x: Any, h: Any) -> list[float]:
    """Compute one step of a SimpleRNN: h."""
    kernel, recurrent, *bias = weights
    return [
        ACTIVATIONS[layer.activation](
            total(x, kernel, unit) + total(h, recurrent, unit) + (float(bias[0][unit]) if bias else 0.0)
        )
        for unit in range(layer.units)
    ]


def lstm(layer: Any, weights: Any, x: Any, h: Any, c: Any) -> tuple[list[float], list[float], dict[str, list[float]]]:
    """Compute one step of an LSTM: h, c and its gates."""
    units = layer.units
    act, gate = ACTIVATIONS[layer.activation], ACTIVATIONS[layer.recurrent_activation]
    kernel, recurrent, *bias = weights

    def at(which: int, unit: int) -> float:
        column = which * units + unit
        return total(x, kernel, column) + total(h, recurrent, column) + (float(bias[0][column]) if bias else 0.0)

    gates = {
        "input": [gate(at(0, unit)) for unit in range(units)],
        "forget": [gate(at(1, unit)) for unit in range(units)],
        "candidate": [act(at(2, unit)) for unit in range(units)],
        "output": [gate(at(3, unit)) for unit in range(units)],
    }
    carry = [gates["forget"][u] * float(c[u]) + gates["input"][u] * gates["candidate"][u] for u in range(units)]
    return [gates["output"][u] * act(carry[u]) for u in range(units)], carry, gates


def gru(layer: Any, weights: Any, x: Any, h: Any) -> tuple[list[float], dict[str, list[float]]]:
    """Compute one step of a GRU: h and its gates."""
    units = layer.units
    act, gate = ACTIVATIONS[layer.activation], ACTIVATIONS[layer.recurrent_activation]
    kernel, recurrent, *bias = weights
    of_inputs = bias[0][0] if bias and layer.reset_after else bias[0] if bias else [0.0] * 3 * units
    of_state = bias[0][1] if bias and layer.reset_after else [0.0] * 3 * units

    def given(which: int, unit: int) -> float:
        return total(x, kernel, which * units + unit) + float(of_inputs[which * units + unit])

    def recalled(which: int, unit: int, state: Any) -> float:
        return total(state, recurrent, which * units + unit) + float(of_state[which * units + unit])

    update = [gate(given(0, u) + recalled(0, u, h)) for u in range(units)]
    reset = [gate(given(1, u) + recalled(1, u, h)) for u in range(units)]
    if layer.reset_after:
        candidate = [act(given(2, u) + reset[u] * recalled(2, u, h)) for u in range(units)]
    else:
        dimmed = [reset[u] * float(h[u]) for u in range(units)]
        candidate = [act(given(2, u) + recalled(2, u, dimmed)) for u in range(units)]
    state = [update[u] * float(h[u]) + (1 - update[u]) * candidate[u] for u in range(units)]
    return state, {"update": update, "reset": reset, "candidate": candidate}
