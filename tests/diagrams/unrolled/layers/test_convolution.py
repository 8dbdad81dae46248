"""Layers that slide a window over steps, recomputed window by window."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from unrolled import Weights
from unrolled.layers import known

STEPS, FEATURES = 7, 3
draws = st.integers(0, 2**32).map(np.random.default_rng)


def windows(inputs, size, stride, dilation, padding, fill=0.0):
    """Cut out the windows one by one; where a step is missing, each number is `fill`."""
    reach = dilation * (size - 1) + 1
    count = -(-len(inputs) // stride) if padding != "valid" else (len(inputs) - reach) // stride + 1
    missing = max((count - 1) * stride + reach - len(inputs), 0)
    before = {"valid": 0, "same": missing // 2, "causal": reach - 1}[padding]
    seen = []
    for place in range(count):
        steps = [place * stride - before + dilation * at for at in range(size)]
        seen.append([inputs[step] if 0 <= step < len(inputs) else np.full(FEATURES, fill) for step in steps])
    return np.array(seen)


@given(draws, st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.sampled_from(["valid", "same", "causal"]))
def test_a_convolution_is_a_weighted_sum_of_each_window(random, size, stride, dilation, padding):
    """With bias and activation; windows may overlap, skip steps, and extend beyond the ends."""
    dilation = 1 if stride > 1 else dilation
    inputs = random.uniform(-1, 1, (STEPS, FEATURES))
    weights = Weights(kernel=random.uniform(-1, 1, (size, FEATURES, 4)), bias=random.uniform(-1, 1, 4))
    layer = known()["Conv1D"](4, size, stride, padding, dilation_rate=dilation, activation="relu")
    seen = windows(inputs, size, stride, dilation, padding)
    wanted = [np.maximum((window[..., None] * weights.kernel).sum(axis=(0, 1)) + weights.bias, 0) for window in seen]
    found = run(layer, weights, inputs).output
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert layer.output_shapes((STEPS, FEATURES)) == (found.shape,)


@given(draws, st.integers(0, STEPS - 1))
def test_a_causal_convolution_does_not_see_the_future(random, step):
    """Changing a step doesn't change any earlier output."""
    inputs = random.uniform(-1, 1, (STEPS, FEATURES))
    weights = Weights(kernel=random.uniform(-1, 1, (3, FEATURES, 2)), bias=np.zeros(2))
    changed = inputs.copy()
    changed[step] += 1
    layer = known()["Conv1D"](2, 3, padding="causal")
    before, after = (run(layer, weights, each).output for each in (inputs, changed))
    np.testing.assert_array_equal(before[:step], after[:step])
    assert (before[step] != after[step]).any()


@given(draws, st.integers(1, 3), st.one_of(st.none(), st.integers(1, 3)), st.sampled_from(["valid", "same"]))
def test_pooling_takes_the_maximum_and_the_mean_of_each_window(random, size, stride, padding):
    """What is missing at the ends isn't counted."""
    inputs = random.uniform(-1, 1, (STEPS, FEATURES))
    seen = windows(inputs, size, stride or size, 1, padding, fill=np.nan)
    for name, of in (("MaxPooling1D", np.nanmax), ("AveragePooling1D", np.nanmean)):
        layer = known()[name](size, stride, padding)
        np.testing.assert_allclose(run(layer, Weights(), inputs).output, of(seen, axis=1))


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


@given(draws, st.lists(st.booleans(), min_size=STEPS, max_size=STEPS).filter(any))
def test_the_mean_of_a_sequence_ignores_masked_steps(random, mask):
    """The maximum includes them, as in Keras."""
    inputs = random.uniform(-1, 1, (STEPS, FEATURES))
    mean = run(known()["GlobalAveragePooling1D"](), Weights(), inputs, mask=mask)
    np.testing.assert_allclose(mean.output, inputs[mask].mean(axis=0))
    largest = run(known()["GlobalMaxPooling1D"](), Weights(), inputs, mask=mask)
    np.testing.assert_array_equal(largest.output, inputs.max(axis=0))
    assert mean.mask_after is largest.mask_after is None
