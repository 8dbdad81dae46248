"""Models with an unknown number of time steps: how words and arrays determine it, and what pictures show."""

import numpy as np
import pytest

from tests.diagrams.unrolled.layers.graphs import CODE, Graph
from unrolled import (
    GRU,
    LSTM,
    CodeError,
    Dense,
    NumbersError,
    Reshape,
    Weights,
    cell,
    gradient,
    initial_weights,
    rolled,
    run_model,
    stack,
    tensor,
    unroll,
)
from unrolled.layers import known

WORDS = ["I", "am", "groot"]
OPEN = stack(GRU(4, return_sequences=True), Dense(1), shape=(None, 2))


def test_shapes_stay_unknown_until_the_model_is_sized():
    """Those that depend on the steps, and no others."""
    assert OPEN.output_shapes == ((None, 1),)
    assert [entry.shape for entry in OPEN.entries] == [(None, 2)]
    sized = OPEN.sized(3)
    assert None not in sized.entries[0].shape
    assert sized.output_shapes == ((3, 1),)
    assert [node.shapes for node in sized.nodes] == [((3, 2),), ((3, 4),)]
    assert sized.parameter_count == OPEN.parameter_count
    fixed = stack(GRU(4), shape=(5, 2))
    assert fixed.sized(3) is fixed


def test_each_input_may_have_its_own_number_of_steps():
    """None leaves one as it is."""
    graph = Graph()
    one, other = graph.put(GRU(2), graph.input(None, 2)), graph.put(GRU(2), graph.input(None, 3))
    model = graph.model(graph.put(known()["Add"](), one, other))
    assert [entry.shape for entry in model.sized([4, None]).entries] == [(4, 2), (None, 3)]
    assert [entry.shape for entry in model.sized([4, 2]).entries] == [(4, 2), (2, 3)]


def test_an_array_determines_the_number_of_steps():
    """As in Keras."""
    for steps in (1, 4):
        assert run_model(OPEN, np.ones((steps, 2))).output.shape == (steps, 1)


@pytest.mark.parametrize(
    "view",
    [
        lambda model, words: unroll(model, words),
        lambda model, words: cell(model, words),
        lambda model, words: gradient(model, words),
        lambda model, words: rolled(model, words),
        lambda model, words: tensor(model, [words, words]),
    ],
)
@pytest.mark.parametrize("words", [WORDS, WORDS[:2]])
def test_words_determine_the_number_of_steps(view, words):
    """The picture is that of a model with this number in its code."""
    picture = view(stack(LSTM(2), shape=(None, 2)), words)
    assert picture.alt == view(stack(LSTM(2), shape=(len(words), 2)), words).alt


def test_a_loop_needs_no_number_of_steps():
    """Without words, there is nothing to count."""
    assert rolled(stack(LSTM(2), shape=(None, 2))).alt == rolled(stack(LSTM(2), shape=(3, 2))).alt


def test_a_number_that_does_not_fit_a_later_layer_is_an_error_at_its_line():
    """Only the words can show it."""
    graph = Graph()
    model = graph.model(graph.put(Reshape((4, 2)), graph.put(GRU(2, return_sequences=True), graph.input(None, 2))))
    assert model.sized(4).output_shapes == ((4, 2),)
    with pytest.raises(CodeError, match="can't hold the 6 numbers") as caught:
        model.sized(3)
    assert (caught.value.block, caught.value.lineno) == (CODE, 2)


def test_a_model_can_have_its_own_weights():
    """They are used unless others are given."""
    layer = GRU(2)
    own = (initial_weights(layer, (3, 2)),)
    graph = Graph()
    given = graph.input(3, 2)
    model = graph.model(graph.put(layer, given), weights=own)
    inputs = np.ones((3, 2))
    assert run_model(model, inputs).weights == own
    other = Weights(**{name: np.zeros(values.shape) for name, values in own[0].items()})
    assert run_model(model, inputs, weights=[other]).output.tolist() == [0, 0]
    assert "The weights come with the models." in gradient(model, WORDS).description["text"]
    with pytest.raises(NumbersError, match="1 layer, but weights are given for 2"):
        run_model(graph.model(weights=own * 2), inputs)
