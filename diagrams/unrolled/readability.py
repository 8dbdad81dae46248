"""What a reader can tell from the states of a figure, printed at one decimal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .arrays import Array

LIMIT = 0.95  # beyond it a state would be printed as 1.0, which tanh and sigmoid never reach
CLEAR = 1e-5  # kept from every value where rounding turns: Keras, in float32, must print the same


def fitting(states: Array, others: Sequence[Array] = ()) -> NDArray[np.bool_]:
    """Say which traces (candidates, time_steps + 1, units) can be shown: within the limit, all vectors different.

    What else is printed, such as gates, only keeps clear of the values where rounding turns.
    """
    within = np.abs(states) <= LIMIT
    fits = np.array((within & _clear(states)).all(axis=(1, 2)), dtype=np.bool_)
    for each in others:
        fits &= _clear(each).all(axis=(1, 2))
    fits[fits] = _all_different(np.rint(states[fits] * 10))
    return fits


def _clear(values: Array) -> NDArray[np.bool_]:
    with np.errstate(over="ignore", invalid="ignore"):  # what has run away is beyond the limit
        clear: NDArray[np.bool_] = np.abs(np.abs(values * 10) % 1 - 0.5) >= 10 * CLEAR
    return clear


def _all_different(tenths: Array) -> NDArray[np.bool_]:
    different = np.ones(len(tenths), dtype=np.bool_)
    for gap in range(1, tenths.shape[1]):
        different &= (tenths[:, gap:] != tenths[:, :-gap]).any(axis=2).all(axis=1)
    return different


def readability(states: Array) -> Array:
    """Rate traces (candidates, time_steps + 1, units): 0 is best; each thing that a reader stumbles over costs.

    The costs are counts of printed values, so that a last digit computed otherwise elsewhere cannot change a choice.
    """
    tenths = np.rint(states * 10)
    shown = tenths[:, 1:]
    vectors = np.sort(shown, axis=2)
    costs = {
        "printed 0.0": (6, shown == 0),
        "close to the limit": (2, np.abs(shown) == 9),
        "close to nought": (1, np.abs(shown) == 1),
        "unchanged by its step": (3, shown == tenths[:, :-1]),
        "twice in its vector": (3, vectors[:, :, 1:] == vectors[:, :, :-1]),
        "of one sign": (4, (vectors[:, :, :1] > 0) | (vectors[:, :, -1:] < 0)),
    }
    total: Array = -sum(cost * found.sum(axis=(1, 2)) for cost, found in costs.values()).astype(np.float64)
    return total
