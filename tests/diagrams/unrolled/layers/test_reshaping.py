"""Layers that order the numbers of their input otherwise, add some or leave some out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from unrolled import Weights
from unrolled.layers import known

STEPS, FEATURES = 7, 3
draws = st.integers(0, 2**32).map(np.random.default_rng)


@given(draws)
def test_reshaping_keeps_the_numbers(random):
    """Reshape, Permute, Flatten; padding and cropping undo each other."""
    inputs = random.uniform(-1, 1, (4, 6))
    assert run(known()["Reshape"]((3, -1)), Weights(), inputs).output.tolist() == inputs.reshape(3, 8).tolist()
    assert run(known()["Permute"]((2, 1)), Weights(), inputs).output.tolist() == inputs.T.tolist()
    padded = run(known()["ZeroPadding1D"]((1, 2)), Weights(), inputs).output
    assert padded.shape == (7, 6)
    assert run(known()["Cropping1D"]((1, 2)), Weights(), padded).output.tolist() == inputs.tolist()
    twice = run(known()["UpSampling1D"](2), Weights(), inputs).output
    assert twice[::2].tolist() == twice[1::2].tolist() == inputs.tolist()
