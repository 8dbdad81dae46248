"""Weights: what a reader of the figure may rely on, those of new layers, of chosen states, and given ones."""

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
    CodeError,
    Initializer,
    NumbersError,
    SimpleRNN,
    embed,
    initial_weights,
    read_keras,
    readable_weights,
    run_model,
    weights_for,
    weights_from,
    weights_of,
)
from unrolled.numbers import text_of
from unrolled.numbers.weights import fitting

WORDS = ["I", "am", "groot"]
VECTORS = embed(WORDS)


def printed(trace):
    """Print each state as a figure does."""
    return [[text_of(value) for value in state] for state in trace.states]


def readable_trace(layer, inputs):
    """Run a layer with the weights that the kit chooses for it."""
    return run(layer, readable_weights(layer, inputs), inputs)


@sampled(40)
@given(
    units=st.integers(2, 128),
    activation=st.sampled_from(["tanh", "sigmoid", "relu", "linear"]),
    use_bias=st.booleans(),
    words=st.lists(st.text(max_size=8), min_size=1, max_size=8, unique=True),
    features=st.integers(1, 12),
)
def test_states_stay_within_limits_and_no_two_print_alike(units, activation, use_bias, words, features):
    """A reader can tell every vector of a figure from every other, the zero state included."""
    trace = readable_trace(SimpleRNN(units, activation, use_bias), embed(words, features))
    assert np.abs(trace.states).max() <= 0.95
    tenths = [tuple(float(text.replace("−", "-")) for text in state) for state in printed(trace)]
    assert len(set(tenths)) == len(tenths)


@pytest.mark.parametrize(("units", "steps", "features"), [(2, 50, 2), (3, 50, 1), (128, 12, 2), (128, 50, 50)])
def test_long_sequences_and_wide_layers_get_weights_too(units, steps, features):
    """The promise holds at the far ends as well."""
    trace = readable_trace(SimpleRNN(units), embed([f"word {step}" for step in range(steps)], features))
    assert np.abs(trace.states).max() <= 0.95
    assert all(a != b for a, b in combinations(printed(trace), 2))


def test_one_word_many_times_over_still_moves_the_state():
    """Equal inputs are the hardest case: a state that settles would print alike."""
    trace = readable_trace(SimpleRNN(4), embed(["no"] * 12))
    assert all(a != b for a, b in combinations(printed(trace), 2))


@pytest.mark.parametrize("units", [2, 3, 4, 5, 6])
def test_the_figure_of_the_guide_is_pleasant_to_read(units):
    """No 0.0, nothing at the limit, both signs in each vector, and no cell that a step leaves as it was."""
    states = printed(readable_trace(SimpleRNN(units), embed(WORDS)))
    for before, state in pairwise(states):
        assert "0.0" not in state
        assert not {"0.9", "−0.9"} & set(state)
        assert {text.startswith("−") for text in state} == {True, False} or units < 4
        assert all(old != new for old, new in zip(before, state, strict=True))


def test_the_numbers_of_the_guide_never_change():
    """They stand in published figures; whoever changes the search changes them knowingly."""
    states = printed(readable_trace(SimpleRNN(4), embed(WORDS)))
    assert states == [
        ["0", "0", "0", "0"],
        ["−0.7", "0.8", "0.7", "−0.4"],
        ["−0.3", "−0.2", "−0.5", "0.3"],
        ["0.8", "−0.7", "0.4", "0.5"],
    ]


@sampled(20)
@given(st.integers(1, 40), st.integers(1, 6), st.booleans())
def test_weights_are_short_decimals_and_none_is_nought(units, features, use_bias):
    """A reader can follow the sum; and each weight has a say."""
    layer = SimpleRNN(units, use_bias=use_bias)
    weights = readable_weights(layer, embed(WORDS, features))
    for name in weights:
        values = weights[name]
        assert (values != 0).all()
        assert np.array_equal(values, np.round(values, 1 if units <= 6 and name != "bias" else 3))


def test_the_same_question_gets_the_same_answer():
    """Also after somebody has used NumPy's generators."""
    first = readable_weights(SimpleRNN(4), embed(WORDS))
    np.random.default_rng().uniform(size=5)
    again = readable_weights(SimpleRNN(4), embed(WORDS))
    assert all(np.array_equal(a, b) for a, b in zip(first.values(), again.values(), strict=True))


def test_no_printed_digit_hangs_on_the_last_bit():
    """Keras computes in 32 bits, and must print the same."""
    layer, inputs = SimpleRNN(8), embed([f"word {step}" for step in range(20)], 3)
    weights = readable_weights(layer, inputs)
    state = np.zeros(8, dtype=np.float32)
    for vector, wide in zip(inputs.astype(np.float32), run(layer, weights, inputs).states[1:], strict=True):
        total = vector @ weights.kernel.astype(np.float32) + state @ weights.recurrent_kernel.astype(np.float32)
        state = np.tanh(total + weights.bias.astype(np.float32))
        assert [text_of(value) for value in state] == [text_of(value) for value in wide]


@pytest.mark.parametrize("size", [1e-9, 1e6, 1e12])
def test_inputs_of_any_size_get_weights(size):
    """Numbers of one's own need not lie between −1 and 1."""
    trace = readable_trace(SimpleRNN(4), embed(WORDS) * size)
    assert np.abs(trace.states).max() <= 0.95


def test_what_cannot_be_told_apart_is_refused():
    """One unit has eighteen values to print besides 0: fifty steps cannot all differ."""
    with pytest.raises(NumbersError, match=r"1 unit over 50 time steps .*more units or fewer time steps"):
        readable_weights(SimpleRNN(1), embed([f"word {step}" for step in range(50)]))


def test_states_that_a_last_bit_would_print_otherwise_do_not_fit():
    """Nor those beyond the limit, nor two that print alike; what is printed beside them keeps clear too."""
    start = [0.0, 0.0]
    ends = {"fits": 0.26, "on the edge": 0.25 + 5e-6, "beyond": 0.96, "prints 0": 0.04}
    states = np.array([[start, [end, 0.04]] for end in ends.values()])
    assert fitting(states).tolist() == [True, False, False, False]
    gates = np.array([[[0.35 - 5e-6]], [[0.3]], [[0.3]], [[0.3]]])
    assert fitting(states, [gates]).tolist() == [False, False, False, False]


@pytest.mark.parametrize("call", ["LSTM(4)", "GRU(4)", "GRU(4, reset_after=False)", "LSTM(4, go_backwards=True)"])
def test_a_gated_layer_gets_readable_weights_too(call):
    """Its states print differently, within their limit, and no digit hangs on the last bit."""
    (trace,) = run_model(read_keras(f"m = Sequential([Input((3, 2)), {call}])"), VECTORS).traces
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
    assert np.abs(run_model(model, VECTORS).traces[0].states).max() <= 0.95


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
    weights = readable_weights(layer, VECTORS)
    assert (weights.kernel == 1).all()
    assert 0.1 < weights.recurrent_kernel.std() < 0.6
    with pytest.raises(NumbersError, match="leave kernel_initializer='zeros' out of the code"):
        readable_weights(LSTM(4, kernel_initializer="zeros", bias_initializer="zeros", use_bias=False), VECTORS)


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
        readable_weights(LSTM(2), VECTORS, mask=[False] * 3)


def test_a_layer_that_reads_from_the_end_is_searched_from_the_end():
    """So that what it shows is told apart in its own order."""
    turned = readable_weights(LSTM(4), VECTORS[::-1])
    for name, values in readable_weights(LSTM(4, go_backwards=True), VECTORS).items():
        assert np.array_equal(values, turned[name])
    assert not np.array_equal(turned.kernel, readable_weights(LSTM(4), VECTORS).kernel)


def test_states_that_are_given_are_where_the_search_begins():
    """They, too, are told apart."""
    first = [np.full(3, 0.2), np.full(3, -0.4)]
    weights = readable_weights(LSTM(3), VECTORS, initial_state=first)
    trace = run(LSTM(3), weights, VECTORS, initial_state=first)
    assert np.array_equal(trace.states[0], first[0])
    assert len({tuple(text_of(value) for value in state) for state in trace.states}) == 4


@pytest.mark.parametrize("units", [2, 3, 4, 6])
def test_a_figure_s_lstm_begins_by_keeping_too(units):
    """As the layer that the reader will make: without it, the picture's forget gates would stand half open."""
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
def test_the_layer_yields_the_states_that_were_chosen(units, activation, use_bias, seed, begins):
    """Exactly, for as many steps as there are numbers to choose them by."""
    random = np.random.default_rng(seed)
    layer = SimpleRNN(units, activation, use_bias)
    states = random.uniform(0.05, 0.95, (3, units))
    first = random.uniform(-1, 1, units) if begins else None
    weights = weights_for(layer, VECTORS, states=states, initial_state=first)
    np.testing.assert_allclose(run(layer, weights, VECTORS, first).states[1:], states, atol=1e-9)


SIMPLE = [[0.5, -0.5], [0.1, 0.2], [-0.3, 0.8]]


@pytest.mark.parametrize(
    ("layer", "inputs", "states", "says"),
    [
        (
            SimpleRNN(2),
            VECTORS,
            [[0.5, 1.0], *SIMPLE[1:]],
            "between −1 and 1 and reaches neither: the state of step 1.* 1$",
        ),
        (SimpleRNN(2, "sigmoid"), VECTORS, SIMPLE, "between 0 and 1 and reaches neither: the state of step 1 .*−0.50"),
        (SimpleRNN(2, "relu"), VECTORS, SIMPLE, "tanh, sigmoid or linear, not relu"),
        (SimpleRNN(2), VECTORS, SIMPLE[:2], r"states must be \(3, 2\), 2 numbers for each of 3 steps"),
        (SimpleRNN(2), VECTORS, [[np.nan, 0], *SIMPLE[1:]], "finite numbers, but those of step 1"),
        (LSTM(2), VECTORS, SIMPLE, "those of LSTM depend on gates"),
        (SimpleRNN(2, go_backwards=True), VECTORS, SIMPLE, "remove go_backwards"),
    ],
)
def test_states_that_cannot_be_are_refused_with_the_reason(layer, inputs, states, says):
    """Before any weights are looked for."""
    with pytest.raises(NumbersError, match=says):
        weights_for(layer, inputs, states=states)


def test_where_no_weights_suffice_it_is_told_how_near_they_came():
    """One feature and one unit cannot move a state at will over five steps."""
    inputs, states = np.ones((5, 1)), [[0.1], [0.9], [-0.5], [0.3], [-0.8]]
    with pytest.raises(
        NumbersError, match=r"each unit must satisfy 5 equations, .* give −?0\.\d\d instead of .* in step \d, unit 1"
    ):
        weights_for(SimpleRNN(1), inputs, states=states)


CODE = "m = Sequential([\n  Input((3, 2)),\n  LSTM(4, return_sequences=True),\n  Dense(1),\n])"
MODEL = read_keras(CODE)


def arrays(units=4):
    """Draw weights for the model above."""
    shapes = [(2, 4 * units), (units, 4 * units), (4 * units,), (units, 1), (1,)]
    random = np.random.default_rng(1)
    return [random.uniform(-1, 1, shape) for shape in shapes]


def test_a_file_a_list_and_a_mapping_say_the_same(tmp_path):
    """As `np.savez` writes what `get_weights()` answers."""
    np.savez(tmp_path / "weights.npz", *arrays())
    named = {f"array {number}": values for number, values in enumerate(arrays())}
    found = [weights_from(MODEL, source) for source in (tmp_path / "weights.npz", arrays(), named)]
    for lstm, dense in found:
        assert np.array_equal(lstm.kernel, arrays()[0])
        assert np.array_equal(dense.bias, arrays()[4])


def test_a_real_model_s_weights_are_its_own():
    """Whatever has `get_weights()`."""

    class Real:
        def get_weights(self):
            return arrays()

    assert np.array_equal(weights_of(MODEL, Real())[1].kernel, arrays()[3])
    with pytest.raises(NumbersError, match="str has no weights"):
        weights_of(MODEL, "m")


def test_arrays_that_no_longer_fit_the_code_are_an_error_at_the_layer_with_the_remedy():
    """The code was changed, and the file was not."""
    with pytest.raises(
        CodeError, match=r"don't fit LSTM\(4, .*needs kernel \(2, 16\).*but got kernel \(2, 20\).*Save them"
    ) as caught:
        weights_from(MODEL, arrays(units=5))
    assert (caught.value.block, caught.value.lineno) == (CODE, 3)
    with pytest.raises(CodeError, match=r"don't fit Dense\(1\).*but got none") as caught:
        weights_from(MODEL, arrays()[:3])
    assert caught.value.lineno == 4
    with pytest.raises(CodeError, match="1 array too many for the layers in the code"):
        weights_from(MODEL, [*arrays(), np.ones(3)])


def test_a_file_that_is_none_is_refused(tmp_path):
    """With its name."""
    for name, text in (("missing.npz", None), ("text.npz", "no archive")):
        if text:
            (tmp_path / name).write_text(text)
        with pytest.raises(NumbersError, match=f"can't read the weights in .*{name}"):
            weights_from(MODEL, tmp_path / name)
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(NumbersError, match="holds a single array"):
        weights_from(MODEL, tmp_path / "one.npy")


def test_the_model_s_inputs_and_weights_are_counted():
    """One array for each."""
    with pytest.raises(NumbersError, match="the model has 1 input, but 2 are given"):
        run_model(MODEL, np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(
        NumbersError, match=r"input 1 of the model has the shape \(3, 2\), but the array given has \(2, 2\)"
    ):
        run_model(MODEL, np.ones((2, 2)))
    with pytest.raises(NumbersError, match="the model has 2 layers, but weights are given for 1"):
        run_model(MODEL, np.ones((3, 2)), weights=weights_from(MODEL, arrays())[:1])
