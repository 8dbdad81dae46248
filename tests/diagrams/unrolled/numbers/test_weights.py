"""Weights: readable ones and what they guarantee, initial ones, those for chosen states, and given ones."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.running import run
from tests.sampling import sampled
from unrolled import (
    LSTM,
    Bidirectional,
    Dense,
    Initializer,
    NumbersError,
    SimpleRNN,
    Weights,
    embed,
    initial_weights,
    read_keras,
    readable_weights,
    run_model,
    weights_for,
    weights_from,
    weights_of,
)
from unrolled.i18n import text_of
from unrolled.numbers import weights as numbers_weights
from unrolled.numbers.weights import fitting, weights_of_layer

WORDS = ["I", "am", "groot"]
VECTORS = embed(WORDS)


def printed(trace):
    """Format each state as in a figure."""
    return [[text_of(value) for value in state] for state in trace.states]


def readable_trace(layer, inputs):
    """Run a layer with readable weights."""
    return run(layer, readable_weights(layer, inputs), inputs)


@sampled(40)
@given(
    units=st.integers(2, 128),
    activation=st.sampled_from(["tanh", "sigmoid", "relu", "linear"]),
    use_bias=st.booleans(),
    words=st.lists(st.text(max_size=8), min_size=1, max_size=8, unique=True),
    features=st.integers(1, 12),
)
def test_states_stay_within_limits_and_all_print_differently(units, activation, use_bias, words, features):
    """A reader can tell apart all vectors in a figure, including the zero state."""
    trace = readable_trace(SimpleRNN(units, activation, use_bias), embed(words, features))
    assert np.abs(trace.states).max() <= 0.95
    tenths = [tuple(float(text.replace("−", "-")) for text in state) for state in printed(trace)]
    assert len(set(tenths)) == len(tenths)


@pytest.mark.parametrize(("units", "steps", "features"), [(2, 50, 2), (3, 50, 1), (128, 12, 2), (128, 50, 50)])
def test_long_sequences_and_wide_layers_get_weights_too(units, steps, features):
    """The guarantee holds at the extremes as well."""
    trace = readable_trace(SimpleRNN(units), embed([f"word {step}" for step in range(steps)], features))
    assert np.abs(trace.states).max() <= 0.95
    assert all(a != b for a, b in combinations(printed(trace), 2))


def test_a_repeated_word_still_moves_the_state():
    """Equal inputs are the hardest case: a state that converges would print the same."""
    trace = readable_trace(SimpleRNN(4), embed(["no"] * 12))
    assert all(a != b for a, b in combinations(printed(trace), 2))


@pytest.mark.parametrize("units", [2, 3, 4, 5, 6])
def test_the_guide_s_figure_is_pleasant_to_read(units):
    """No 0.0, nothing at the limit, both signs in each vector, and every cell changes at each step."""
    states = printed(readable_trace(SimpleRNN(units), embed(WORDS)))
    for before, state in pairwise(states):
        assert "0.0" not in state
        assert not {"0.9", "−0.9"} & set(state)
        assert {text.startswith("−") for text in state} == {True, False} or units < 4
        assert all(old != new for old, new in zip(before, state, strict=True))


def test_the_guide_s_numbers_never_change():
    """They are in published figures, so that changes to the search must be deliberate."""
    states = printed(readable_trace(SimpleRNN(4), embed(WORDS)))
    assert states == [
        ["0", "0", "0", "0"],
        ["−0.7", "0.8", "0.7", "−0.4"],
        ["−0.3", "−0.2", "−0.5", "0.3"],
        ["0.8", "−0.7", "0.4", "0.5"],
    ]


@sampled(20)
@given(st.integers(1, 40), st.integers(1, 6), st.booleans())
def test_weights_are_short_decimals_and_none_is_zero(units, features, use_bias):
    """A reader can follow the sum, and each weight contributes."""
    layer = SimpleRNN(units, use_bias=use_bias)
    weights = readable_weights(layer, embed(WORDS, features))
    for name in weights:
        values = weights[name]
        assert (values != 0).all()
        assert np.array_equal(values, np.round(values, 1 if units <= 6 and name != "bias" else 3))


def test_the_same_input_gives_the_same_weights():
    """Even after someone has used NumPy's generators."""
    first = readable_weights(SimpleRNN(4), embed(WORDS))
    np.random.default_rng().uniform(size=5)
    again = readable_weights(SimpleRNN(4), embed(WORDS))
    assert all(np.array_equal(a, b) for a, b in zip(first.values(), again.values(), strict=True))


def test_no_printed_digit_depends_on_the_last_bit():
    """Keras computes in float32, and must print the same."""
    layer, inputs = SimpleRNN(8), embed([f"word {step}" for step in range(20)], 3)
    weights = readable_weights(layer, inputs)
    state = np.zeros(8, dtype=np.float32)
    for vector, wide in zip(inputs.astype(np.float32), run(layer, weights, inputs).states[1:], strict=True):
        total = vector @ weights.kernel.astype(np.float32) + state @ weights.recurrent_kernel.astype(np.float32)
        state = np.tanh(total + weights.bias.astype(np.float32))
        assert [text_of(value) for value in state] == [text_of(value) for value in wide]


@pytest.mark.parametrize("size", [1e-9, 1e6, 1e12])
def test_inputs_of_any_magnitude_get_weights(size):
    """An author's own numbers needn't be between −1 and 1."""
    trace = readable_trace(SimpleRNN(4), embed(WORDS) * size)
    assert np.abs(trace.states).max() <= 0.95


def test_states_that_cannot_all_differ_get_plain_weights():
    """A single unit has eighteen values to print besides 0, so fifty steps can't all differ."""
    words = embed([f"word {step}" for step in range(50)])
    weights = readable_weights(SimpleRNN(1), words)
    assert weights.are_plain
    assert not readable_weights(SimpleRNN(1), words[:5]).are_plain
    assert np.abs(SimpleRNN(1).run(weights, words).states).max() <= 0.95
    assert weights_of_layer(Bidirectional(SimpleRNN(1)), words).are_plain


def test_the_search_ends_after_an_amount_of_work(monkeypatch):
    """Counted, not timed, so that all machines choose the same weights; a large layer is tried once or twice."""
    rounds = []
    tried = numbers_weights._candidates
    monkeypatch.setattr(numbers_weights, "_candidates", lambda *args: rounds.append(args) or tried(*args))
    assert readable_weights(SimpleRNN(1), embed(list("abcdefghijklmnopqrstuvwxyz"))).are_plain
    assert len(rounds) == numbers_weights.ROUNDS
    rounds.clear()
    monkeypatch.setattr(numbers_weights, "MOST_WORK", 1)
    assert readable_weights(SimpleRNN(1), embed(list("abcdefghijklmnopqrstuvwxyz"))).are_plain
    assert len(rounds) == 1


def test_weights_that_are_settled_are_kept():
    """The search is for the others."""
    bias = np.array([0.25, -0.5])
    for layer in (SimpleRNN(2), Dense(2)):
        weights = weights_of_layer(layer, VECTORS, known=Weights(bias=bias))
        assert weights.bias.tolist() == bias.tolist()
    both = weights_of_layer(Bidirectional(SimpleRNN(2)), VECTORS, known=Weights(backward_bias=bias))
    assert both["backward_bias"].tolist() == bias.tolist() != both["forward_bias"].tolist()


def test_states_near_a_rounding_boundary_do_not_fit():
    """Nor do those beyond the limit, or two that print the same; other printed values keep away from boundaries too."""
    start = [0.0, 0.0]
    ends = {"fits": 0.26, "on the edge": 0.25 + 5e-6, "beyond": 0.96, "prints 0": 0.04}
    states = np.array([[start, [end, 0.04]] for end in ends.values()])
    assert fitting(states).tolist() == [True, False, False, False]
    gates = np.array([[[0.35 - 5e-6]], [[0.3]], [[0.3]], [[0.3]]])
    assert fitting(states, [gates]).tolist() == [False, False, False, False]


@pytest.mark.parametrize("call", ["LSTM(4)", "GRU(4)", "GRU(4, reset_after=False)", "LSTM(4, go_backwards=True)"])
def test_a_gated_layer_gets_readable_weights_too(call):
    """Its states all print differently, within their limit, and no digit depends on the last bit."""
    (trace,) = run_model(read_keras(f"m = Sequential([Input((3, 2)), {call}])"), VECTORS).traces
    printed = [[text_of(value) for value in state] for state in trace.states]
    assert np.abs(trace.states).max() <= 0.95
    assert all(before != after for before, after in pairwise(printed))
    for values in (trace.states, *trace.gates.values(), *([] if trace.memories is None else [trace.memories])):
        assert (np.abs(np.abs(values * 10) % 1 - 0.5) >= 1e-4 - 1e-12).all()


@pytest.mark.parametrize("activation", ["softmax", "exponential", "relu", "leaky_relu", "hard_tanh", "selu"])
@pytest.mark.parametrize("layer", ["SimpleRNN", "GRU", "LSTM"])
def test_unbounded_activations_stay_within_the_limit(layer, activation):
    """A candidate that diverges is discarded silently."""
    model = read_keras(f"m = Sequential([Input((3, 2)), {layer}(4, activation='{activation}')])")
    assert np.abs(run_model(model, VECTORS).traces[0].states).max() <= 0.95


def test_every_layer_of_a_model_gets_weights_for_its_input():
    """Stacks, both directions, words and vectors; always the same ones."""
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


def test_an_initializer_in_the_code_is_used():
    """Deterministic ones give their exact values; random ones have the right distribution."""
    layer = LSTM(4, kernel_initializer="ones", recurrent_initializer=Initializer("random_normal", {"stddev": 0.3}))
    weights = readable_weights(layer, VECTORS)
    assert (weights.kernel == 1).all()
    assert 0.1 < weights.recurrent_kernel.std() < 0.6
    zeros = readable_weights(LSTM(4, kernel_initializer="zeros", bias_initializer="zeros", use_bias=False), VECTORS)
    assert zeros.are_plain
    assert not zeros.kernel.any()


def test_a_new_lstm_starts_by_keeping():
    """Its forget gates have a bias of 1 unless the code says otherwise."""
    assert initial_weights(LSTM(2), (3, 2)).bias.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert initial_weights(LSTM(2, unit_forget_bias=False), (3, 2)).bias.tolist() == [0] * 8
    both = initial_weights(Bidirectional(LSTM(2)), (3, 2))
    assert not np.array_equal(both["forward_kernel"], both["backward_kernel"])


def test_an_orthogonal_kernel_preserves_lengths():
    """That's why it is Keras's default."""
    kernel = initial_weights(LSTM(3), (3, 2)).recurrent_kernel
    assert kernel @ kernel.T == pytest.approx(np.eye(3))


def test_a_backward_layer_is_searched_from_the_end():
    """So that its states are distinct in its own order."""
    turned = readable_weights(LSTM(4), VECTORS[::-1])
    for name, values in readable_weights(LSTM(4, go_backwards=True), VECTORS).items():
        assert np.array_equal(values, turned[name])
    assert not np.array_equal(turned.kernel, readable_weights(LSTM(4), VECTORS).kernel)


def test_the_search_starts_from_given_states():
    """They must print differently, too."""
    first = [np.full(3, 0.2), np.full(3, -0.4)]
    weights = readable_weights(LSTM(3), VECTORS, initial_state=first)
    trace = run(LSTM(3), weights, VECTORS, initial_state=first)
    assert np.array_equal(trace.states[0], first[0])
    assert len({tuple(text_of(value) for value in state) for state in trace.states}) == 4


@pytest.mark.parametrize("units", [2, 3, 4, 6])
def test_readable_weights_of_an_lstm_start_by_keeping_too(units):
    """Like the layer the reader will create; otherwise the forget gates in the picture would be half open."""
    forget = slice(units, 2 * units)
    keeping = readable_weights(LSTM(units), VECTORS).bias[forget]
    plain = readable_weights(LSTM(units, unit_forget_bias=False), VECTORS).bias[forget]
    assert (keeping > 0.1).all()
    assert keeping.mean() > plain.mean() + 0.5
    assert (plain < 0).any()


@sampled(60)
@given(
    st.integers(2, 6),
    st.sampled_from(["tanh", "sigmoid", "linear"]),
    st.booleans(),
    st.integers(0, 2**32),
    st.booleans(),
)
def test_the_layer_produces_the_chosen_states(units, activation, use_bias, seed, begins):
    """Exactly, for as many steps as there are numbers to choose them with."""
    random = np.random.default_rng(seed)
    layer = SimpleRNN(units, activation, use_bias)
    states = random.uniform(0.05, 0.95, (3, units))
    first = random.uniform(-1, 1, units) if begins else None
    weights = weights_for(layer, VECTORS, states=states, initial_state=first)
    np.testing.assert_allclose(run(layer, weights, VECTORS, first).states[1:], states, atol=1e-9)


CODE = "m = Sequential([\n  Input((3, 2)),\n  LSTM(4, return_sequences=True),\n  Dense(1),\n])"
MODEL = read_keras(CODE)


def arrays(units=4):
    """Generate weights for the model above."""
    shapes = [(2, 4 * units), (units, 4 * units), (4 * units,), (units, 1), (1,)]
    random = np.random.default_rng(1)
    return [random.uniform(-1, 1, shape) for shape in shapes]


def test_a_file_a_list_and_a_mapping_are_equivalent(tmp_path):
    """As `np.savez` writes what `get_weights()` returns."""
    np.savez(tmp_path / "weights.npz", *arrays())
    named = {f"array {number}": values for number, values in enumerate(arrays())}
    found = [weights_from(MODEL, source) for source in (tmp_path / "weights.npz", arrays(), named)]
    for lstm, dense in found:
        assert np.array_equal(lstm.kernel, arrays()[0])
        assert np.array_equal(dense.bias, arrays()[4])


def test_weights_are_copied_from_a_real_model():
    """Anything with a `get_weights()` method."""

    class Real:
        def get_weights(self):
            return arrays()

    assert np.array_equal(weights_of(MODEL, Real())[1].kernel, arrays()[3])


def test_an_invalid_file_raises_an_error(tmp_path):
    """That names the file."""
    for name, text in (("missing.npz", None), ("text.npz", "no archive")):
        if text:
            (tmp_path / name).write_text(text)
        with pytest.raises(NumbersError, match=f"can't read the weights in .*{name}"):
            weights_from(MODEL, tmp_path / name)
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(NumbersError, match="holds a single array"):
        weights_from(MODEL, tmp_path / "one.npy")
