"""Layers that shift and scale their input, by its own mean and deviation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from unrolled import Weights
from unrolled.layers import known

STEPS, FEATURES = 7, 3
draws = st.integers(0, 2**32).map(np.random.default_rng)


@given(draws)
def test_a_normalized_vector_has_mean_0_and_standard_deviation_1(random):
    """Each step separately; gamma and beta are applied afterwards."""
    inputs = random.uniform(-5, 5, (STEPS, FEATURES))
    weights = Weights(gamma=[2.0] * FEATURES, beta=[1.0] * FEATURES)
    found = run(known()["LayerNormalization"](epsilon=0.0), weights, inputs).output
    np.testing.assert_allclose(found.mean(axis=-1), 1, atol=1e-9)
    np.testing.assert_allclose(found.std(axis=-1), 2, atol=1e-9)
