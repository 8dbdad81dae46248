"""Initial weights, distributed as in Keras."""

from math import sqrt

import numpy as np
import pytest

from unrolled import Initializer

SEEN, READ, ANSWERED = 3, 40, 160
"""The shape of a kernel: its window, its input channels, and its output channels."""
FAN_IN, FAN_OUT = SEEN * READ, SEEN * ANSWERED
VARIANCES = {"glorot": 2 / (FAN_IN + FAN_OUT), "he": 2 / FAN_IN, "lecun": 1 / FAN_IN}


@pytest.mark.parametrize("family", VARIANCES)
@pytest.mark.parametrize("way", ["uniform", "normal"])
def test_the_spread_decreases_with_the_size_of_the_weight(family: str, way: str) -> None:
    """By fan-in, or the average of fan-in and fan-out; a uniform one has limits."""
    values = Initializer(f"{family}_{way}").values((SEEN, READ, ANSWERED), "seed")
    np.testing.assert_allclose(values.mean(), 0, atol=0.02 * values.std())
    np.testing.assert_allclose(values.std(), sqrt(VARIANCES[family]), rtol=0.02)
    if way == "uniform":
        np.testing.assert_allclose(np.abs(values).max(), sqrt(3 * VARIANCES[family]), rtol=0.01)
