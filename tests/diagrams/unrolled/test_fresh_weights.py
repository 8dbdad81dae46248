"""Weights that the kit finds for whole models, and those of new layers."""

from itertools import pairwise

import numpy as np
import pytest

from unrolled import LSTM, Bidirectional, Initializer, NumbersError, embed, initial_weights, read_keras, run_model
from unrolled.numbers import text_of
from unrolled.run import run
from unrolled.weights import readable_weights

WORDS = embed(["I", "am", "groot"])


@pytest.mark.parametrize("call", ["LSTM(4)", "GRU(4)", "GRU(4, reset_after=False)", "LSTM(4, go_backwards=True)"])
def test_a_gated_layer_gets_readable_weights_too(call):
    """Its states print differently, within their limit, and no digit hangs on the last bit."""
    (trace,) = run_model(read_keras(f"m = Sequential([Input((3, 2)), {call}])"), WORDS).traces
    printed = [[text_of(value) for value in state] for state in trace.states]
    assert np.abs(trace.states).max() <= 0.95
    assert all(before != after for before, after in pairwise(printed))
    for values in (trace.states, *trace.gates.values(), *([] if trace.memories is None else [trace.memories])):
        assert (np.abs(np.abs(values * 10) % 1 - 0.5) >= 1e-4 - 1e-12).all()


@pytest.mark.parametrize("activation", ["softmax", "exponential", "relu", "leaky_relu", "hard_tanh", "selu"])
@pytest.mark.parametrize("layer", ["SimpleRNN", "GRU", "LSTM"])
def test_activations_without_bounds_stay_within_the_limit(layer, activation):
    """A candidate that runs away is not taken, and nothing is said of it."""
    model = read_keras(f"m = Sequential([Input((3, 2)), {layer}(4, activation='{activation}')])")
    assert np.abs(run_model(model, WORDS).traces[0].states).max() <= 0.95


def test_every_layer_of_a_model_gets_weights_for_what_reaches_it():
    """Stack, both directions, words and vectors; the same each time."""
    code = (
        "m = Sequential([Input((4,)), Embedding(9, 2, mask_zero=True), Bidirectional(LSTM(3, return_sequences=True)), "
        "GRU(3, return_sequences=True), TimeDistributed(Dense(2, 'softmax'))])"
    )
    first, again = (run_model(read_keras(code), [1, 2, 0, 4]) for _ in range(2))
    assert first.output.shape == (4, 2)
    assert np.array_equal(first.output, again.output)
    for trace in (first.traces[1].forward, first.traces[1].backward, first.traces[2]):
        assert np.abs(trace.states).max() <= 0.95
    assert not np.array_equal(first.weights[1]["forward_kernel"], first.weights[1]["backward_kernel"])


def test_an_initializer_that_the_code_names_is_obeyed():
    """What it fills without chance is that; what it draws has its kind."""
    layer = LSTM(4, kernel_initializer="ones", recurrent_initializer=Initializer("random_normal", {"stddev": 0.3}))
    weights = readable_weights(layer, WORDS)
    assert (weights.kernel == 1).all()
    assert 0.1 < weights.recurrent_kernel.std() < 0.6
    with pytest.raises(NumbersError, match="leave kernel_initializer='zeros' out of the code"):
        readable_weights(LSTM(4, kernel_initializer="zeros", bias_initializer="zeros", use_bias=False), WORDS)


def test_a_new_lstm_begins_by_keeping():
    """Its forget gates have a bias of 1 unless the code says otherwise."""
    assert initial_weights(LSTM(2), (3, 2)).bias.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert initial_weights(LSTM(2, unit_forget_bias=False), (3, 2)).bias.tolist() == [0] * 8
    both = initial_weights(Bidirectional(LSTM(2)), (3, 2))
    assert not np.array_equal(both["forward_kernel"], both["backward_kernel"])


def test_an_orthogonal_kernel_keeps_lengths():
    """Which is why Keras begins with it."""
    kernel = initial_weights(LSTM(3), (3, 2)).recurrent_kernel
    assert kernel @ kernel.T == pytest.approx(np.eye(3))


def test_an_embedding_takes_whole_numbers_of_its_words_only():
    """Keras would take a row from somewhere."""
    model = read_keras("m = Sequential([Input((2,)), Embedding(3, 2), LSTM(2)])")
    for words in ([0, 3], [-1, 0], [0.5, 1]):
        with pytest.raises(NumbersError, match="looks up whole numbers from 0 to 2"):
            run_model(model, words)


def test_a_mask_that_skips_everything_leaves_nothing_to_show():
    """Two equal states would print alike."""
    with pytest.raises(NumbersError, match="the mask skips every step"):
        readable_weights(LSTM(2), WORDS, mask=[False] * 3)


def test_a_layer_that_reads_from_the_end_is_searched_from_the_end():
    """So that what it shows is told apart in its own order."""
    turned = readable_weights(LSTM(4), WORDS[::-1])
    for name, values in readable_weights(LSTM(4, go_backwards=True), WORDS).items():
        assert np.array_equal(values, turned[name])
    assert not np.array_equal(turned.kernel, readable_weights(LSTM(4), WORDS).kernel)


def test_states_that_are_given_are_where_the_search_begins():
    """They, too, are told apart."""
    first = [np.full(3, 0.2), np.full(3, -0.4)]
    weights = readable_weights(LSTM(3), WORDS, initial_state=first)
    trace = run(LSTM(3), weights, WORDS, initial_state=first)
    assert np.array_equal(trace.states[0], first[0])
    assert len({tuple(text_of(value) for value in state) for state in trace.states}) == 4


@pytest.mark.parametrize("units", [2, 3, 4, 6])
def test_a_figure_s_lstm_begins_by_keeping_too(units):
    """As the layer that the reader will make: without it, the picture's forget gates would stand half open."""
    forget = slice(units, 2 * units)
    keeping = readable_weights(LSTM(units), WORDS).bias[forget]
    plain = readable_weights(LSTM(units, unit_forget_bias=False), WORDS).bias[forget]
    assert (keeping > 0.1).all()
    assert keeping.mean() > plain.mean() + 0.5
    assert (plain < 0).any()
