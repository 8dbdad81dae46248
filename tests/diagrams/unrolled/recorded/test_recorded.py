"""Recorded arrays: the numbers of plain ones, to the last bit, each of which its record computes again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.answers import check_recorded
from tests.diagrams.running import run
from tests.sampling import sampled
from unrolled.layers.activations import Softmax, activation_of
from unrolled.layers.attention import AdditiveAttention, Attention, MultiHeadAttention
from unrolled.layers.convolution import (
    AveragePooling1D,
    Conv1D,
    DepthwiseConv1D,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MaxPooling1D,
    SeparableConv1D,
)
from unrolled.layers.core import Dense, Embedding
from unrolled.layers.normalization import GroupNormalization, LayerNormalization, RMSNormalization, UnitNormalization
from unrolled.layers.recurrent import GRU, LSTM, Bidirectional, SimpleRNN
from unrolled.numbers.weights import weights_of_layer
from unrolled.recorded.arrays import Recorded, record
from unrolled.recorded.gradients import gradients
from unrolled.recorded.operations import Made, operand_of

LAYERS = {
    "LSTM": LSTM(3, return_sequences=True, return_state=True),
    "GRU": GRU(3, return_sequences=True),
    "GRU, reset before": GRU(3, reset_after=False, return_sequences=True),
    "SimpleRNN": SimpleRNN(3, "relu", go_backwards=True),
    "Bidirectional": Bidirectional(LSTM(2, return_sequences=True), merge_mode="ave"),
    "Dense": Dense(3, "gelu"),
    "Dense, softmax": Dense(3, "softmax"),
    "Conv1D": Conv1D(3, 2, padding="same", strides=2, activation="tanh"),
    "Conv1D, causal": Conv1D(4, 2, padding="causal", dilation_rate=2, groups=2),
    "SeparableConv1D": SeparableConv1D(3, 2),
    "DepthwiseConv1D": DepthwiseConv1D(2, depth_multiplier=2),
    "MaxPooling1D": MaxPooling1D(2, padding="same"),
    "MaxPooling1D, with a window of one number": MaxPooling1D(2, strides=3, padding="same"),
    "AveragePooling1D": AveragePooling1D(2, padding="same"),
    "GlobalMaxPooling1D": GlobalMaxPooling1D(),
    "GlobalAveragePooling1D": GlobalAveragePooling1D(),
    "LayerNormalization": LayerNormalization(),
    "GroupNormalization": GroupNormalization(2),
    "RMSNormalization": RMSNormalization(),
    "UnitNormalization": UnitNormalization(),
    "Softmax": Softmax(),
    "MultiHeadAttention": MultiHeadAttention(2, 2, use_causal_mask=True, return_attention_scores=True),
    "Attention": Attention(use_scale=True, use_causal_mask=True),
    "AdditiveAttention": AdditiveAttention(),
}


def run_both(layer, vectors):
    """Run a layer on plain and on recorded arrays."""
    inputs = [vectors] * layer.fewest_inputs
    weights = weights_of_layer(layer, *inputs)
    recorded = record(vectors)
    return layer.run(weights, *inputs), layer.run(weights.recorded(), *[recorded] * len(inputs)), recorded


@pytest.mark.parametrize("name", LAYERS)
@sampled(8)
@given(seed=st.integers(0, 2**32))
def test_recording_changes_no_bit_and_every_number_can_be_computed_again(name, seed):
    """Down to the inputs and the weights, whatever the layer does between."""
    vectors = np.random.default_rng(seed).integers(-9, 10, (4, 4)) / 10
    there, seen, _ = run_both(LAYERS[name], vectors)
    check_recorded(there.returned, seen.returned)


@pytest.mark.parametrize("name", LAYERS)
def test_derivatives_are_those_of_finite_differences(name):
    """Away from corners, which these numbers are."""
    vectors = np.random.default_rng(3).normal(size=(4, 4))
    _, seen, recorded = run_both(LAYERS[name], vectors)
    result = seen.returned[0]
    (slopes,) = gradients(result, recorded)
    for place in np.ndindex(vectors.shape):
        moved = np.zeros_like(vectors)
        moved[place] = 1e-6
        ahead, behind = (run_both(LAYERS[name], vectors + by)[0].returned[0] for by in (moved, -moved))
        by_hand = (ahead - behind).reshape(-1) / 2e-6
        np.testing.assert_allclose(slopes[(slice(None), *place)], by_hand, atol=1e-6)


def test_a_looked_up_row_comes_from_its_place_in_the_table():
    """Of a table of three rows of two, the second number of the last row."""
    rows = record([2.0, 0.0])
    weights = weights_of_layer(Embedding(3, 2), np.array([2.0, 0.0])).recorded()
    term = operand_of(Embedding(3, 2).run(weights, rows).output, 1)
    assert (term.array.name.symbol, term.place) == ("embeddings", 5)


def test_what_is_no_operation_on_numbers_is_plain():
    """So that masks, choices and layouts work as ever."""
    values = record([0.3, -0.2])
    assert not isinstance(values > 0, Made)
    assert values.argmax() == 0
    assert type(float(values[0])) is float
    assert not isinstance(np.isfinite(values), Made)
    assert np.array_equal(values.astype(int), [0, 0])


def test_a_run_of_a_recorded_input_is_recorded():
    """And each printed number remembers its place."""
    vectors = [[0.1, 0.2], [0.3, 0.4]]
    trace = run(LSTM(2), weights_of_layer(LSTM(2), vectors), record(vectors))
    assert isinstance(trace.states, Recorded)
    assert trace.states.tolist()[1][0].source is not None


@pytest.mark.parametrize("score", [-1e9, 0.0, 800.0])
def test_shares_can_be_computed_again_however_large_the_scores_are(score):
    """A row that is masked as a whole has scores of −10⁹."""
    shares = activation_of("softmax")(record([score, score]))
    assert operand_of(shares, 0).recomputed(lambda operand: operand.value) == 0.5
