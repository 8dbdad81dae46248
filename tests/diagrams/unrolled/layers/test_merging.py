"""Layers with several inputs: by themselves, in a model, and where a view can't draw them."""

import numpy as np
import pytest

from tests.diagrams.unrolled.layers.graphs import CODE, Graph
from unrolled import (
    GRU,
    LSTM,
    Bidirectional,
    CodeError,
    Dense,
    Embedding,
    NumbersError,
    PictureError,
    cell,
    formulation,
    model_shapes,
    rolled,
    run_model,
    unroll,
)
from unrolled.layers import known

WORDS = ["I", "am", "groot"]


def siamese():
    """Build a model in which the same GRU reads two sentences, with concatenated outputs."""
    graph, reader = Graph(), GRU(4)
    left, right = graph.input(3, 2), graph.input(3, 2)
    read = [graph.put(reader, left), graph.put(reader, right, place=0)]
    return graph.model(graph.put(Dense(1), graph.put(known()["Concatenate"](), *read)))


def test_a_model_with_a_merge_is_counted_and_computed():
    """A shared layer counts once; the numbers are those of its parts."""
    model = siamese()
    assert model.parameter_count == GRU(4).parameter_count((3, 2)) + Dense(1).parameter_count((8,))
    trace = run_model(model, np.ones((3, 2)), np.zeros((3, 2)))
    one, other, both, answer = trace.traces
    assert both.output.tolist() == [*one.output, *other.output]
    assert both.inputs.tolist() == one.output.tolist()
    assert [each.tolist() for each in both.more_inputs] == [other.output.tolist()]
    np.testing.assert_allclose(answer.output, both.output @ trace.weights[2].kernel + trace.weights[2].bias)


def test_a_merge_has_no_single_input():
    """Code that needs one gets an error, at the layer's line."""
    node = siamese().nodes[2]
    assert node.shapes == ((4,), (4,))
    for name in ("given", "shape"):
        with pytest.raises(CodeError, match="merges 2 inputs") as caught:
            getattr(node, name)
        assert caught.value.lineno == 3


@pytest.mark.parametrize("view", [formulation, rolled, lambda model: unroll(model, WORDS)])
def test_a_view_without_forks_raises_an_error_for_a_merge_at_its_line(view):
    """In the words of that view."""
    graph = Graph()
    given = graph.input(3, 2)
    last = graph.put(LSTM(2), given)
    model = graph.model(graph.put(known()["Add"](), last, graph.put(Dense(2), graph.put(Dense(2), last))))
    with pytest.raises(PictureError, match=r"Add\(\) merges 2 inputs, but .* draws") as caught:
        view(model)
    assert (caught.value.block, caught.value.lineno) == (CODE, 4)


def test_a_cell_can_be_drawn_before_a_merge_but_not_after_two_sentences():
    """The layer's input must come from one sentence."""
    graph = Graph()
    words = graph.put(Embedding(5, 2), graph.input(3))
    state = graph.put(LSTM(2), words)
    model = graph.model(graph.put(known()["Add"](), state, graph.put(Dense(2), state)))
    assert "groot" in cell(model, WORDS).alt
    graph = Graph()
    one, other = graph.input(3, 2), graph.input(3, 2)
    model = graph.model(graph.put(LSTM(2), graph.put(known()["Add"](), one, other)))
    with pytest.raises(PictureError, match="no sentence belongs to it") as caught:
        cell(model, [WORDS, WORDS])
    assert caught.value.lineno == 2


def test_a_merge_of_what_a_bidirectional_does_not_return_is_an_error():
    """Keras builds from the declared shapes, which differ here."""
    graph = Graph()
    given = graph.input(3, 2)
    uneven = Bidirectional(GRU(2), backward_layer=GRU(3, go_backwards=True))
    both = graph.put(uneven, given)
    graph.put(known()["Add"](), both, graph.put(Dense(5), graph.put(GRU(2), given)))
    with pytest.raises(CodeError, match=r"declares the shape \(4,\) to Add and returns \(5,\)") as caught:
        graph.model()
    assert caught.value.lineno == 1


def test_layers_that_are_not_computed_raise_an_error_that_lists_those_that_are():
    """At the line of the layer; model_shapes can draw it."""
    graph = Graph()
    wide = graph.put(known()["Conv1DTranspose"](4, 2), graph.input(3, 2))
    model = graph.model(graph.put(LSTM(2), wide))
    assert "Conv1DTranspose returns (None, 4, 4), 20 parameters" in model_shapes(model).alt
    says = (
        "the numbers of Conv1DTranspose can't be computed here.*The layers with numbers are SimpleRNN, GRU, .*Conv1D, "
    )
    for view in (run_model, cell):
        with pytest.raises(NumbersError, match=says) as caught:
            view(model, np.ones((3, 2)) if view is run_model else WORDS)
        assert (caught.value.block, caught.value.lineno) == (CODE, 1)
