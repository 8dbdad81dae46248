"""Adaptive pooling, recomputed share by share; all other layers are compared with what Keras answered."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from unrolled import Weights
from unrolled.layers import known

STEPS, FEATURES = 7, 3
draws = st.integers(0, 2**32).map(np.random.default_rng)


@given(draws, st.integers(1, STEPS + 2))
def test_adaptive_pooling_shares_the_steps_out(random, size):
    """No window leaves out a step of which a part is in its share, not even where there are more windows than steps."""
    inputs = random.uniform(-1, 1, (STEPS, FEATURES))
    shares = [(Fraction(at * STEPS, size), Fraction((at + 1) * STEPS, size)) for at in range(size)]
    seen = [inputs[[step for step in range(STEPS) if step < end and step + 1 > start]] for start, end in shares]
    largest = run(known()["AdaptiveMaxPooling1D"](size), Weights(), inputs).output
    mean = run(known()["AdaptiveAveragePooling1D"](size), Weights(), inputs).output
    np.testing.assert_allclose(largest, [window.max(axis=0) for window in seen])
    np.testing.assert_allclose(mean, [window.mean(axis=0) for window in seen])
