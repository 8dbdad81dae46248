"""Random graphs of layers that fork and merge, beside the real Keras: masks and the order of weights included."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.against_keras.live import Largest, answers, calm, check_answers, fill, keras
from tests.diagrams.unrolled.layers.graphs import Graph
from unrolled import run_model, weights_from
from unrolled.layers import known
from unrolled.reader.graph import keras_orders

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

LARGEST = Largest()
WIDTH = 3
graphs = settings(calm, max_examples=25)
ONE = (
    ("Masking", {}),
    ("GRU", {"units": WIDTH, "return_sequences": True}),
    ("LayerNormalization", {}),
    ("Conv1D", {"filters": WIDTH, "kernel_size": 2, "padding": "same"}),
    ("SpatialDropout1D", {"rate": 0.5}),
    ("Dense", {"units": WIDTH}),
)
SEVERAL = ("Add", "Average", "Multiply", "Maximum", "Minimum", "Concatenate", "Attention")
LAST = (("GRU", {"units": 2}), ("GlobalAveragePooling1D", {}), ("LSTM", {"units": 2}))


@st.composite
def programs(draw):
    """Draw layers, each with the numbers of what it reads: what goes in comes first, then what each layer returns."""
    entries = draw(st.integers(1, 2))
    usable, program = list(range(entries)), []

    def add(name, options, *sources):
        program.append((name, options, sources))
        made = entries + len(program) - 1
        if name != "Concatenate":
            usable.append(made)
        return made

    for _ in range(draw(st.integers(2, 6))):
        if draw(st.booleans()):
            add(*draw(st.sampled_from(ONE)), draw(st.sampled_from(usable)))
        else:
            made = add(draw(st.sampled_from(SEVERAL)), {}, *[draw(st.sampled_from(usable)) for _ in range(2)])
            if made not in usable:
                add("Dense", {"units": WIDTH}, made)
    for number in range(entries):  # so that nothing that goes in is lost
        add("Add", {}, usable[-1], number)
    add(*draw(st.sampled_from(LAST)), usable[-1])
    return entries, program


@graphs
@given(programs(), st.integers(0, 999))
def test_a_graph_answers_as_in_keras(drawn, seed):
    """All of it that the output hangs on, with weights in the order of `get_weights()`."""
    entries, program = drawn
    inputs = [keras.Input((4, WIDTH)) for _ in range(entries)]
    theirs, graph = list(inputs), Graph()
    ours = [graph.input(4, WIDTH) for _ in range(entries)]
    for name, options, sources in program:
        given_to = [theirs[source] for source in sources]
        theirs.append(getattr(keras.layers, name)(**options)(given_to if len(sources) > 1 else given_to[0]))
        ours.append(graph.put(known()[name](**options), *(ours[source] for source in sources)))
    real = keras.Model(inputs, theirs[-1])
    model = needed(graph, ours[-1])
    assert model.parameter_count == real.count_params()
    wanted = [shape for node in model.first_uses for shape in node.layer.weight_shapes(*node.shapes).values()]
    assert wanted == [each.shape for each in real.get_weights()]
    fill(real, np.random.default_rng(seed))
    arrays = np.random.default_rng(seed).uniform(-1, 1, (entries, 4, WIDTH))
    arrays[:, 1] = 0
    trace = run_model(model, *arrays, weights=weights_from(model, real.get_weights()))
    (answer,) = answers(real, list(arrays))
    LARGEST.compare("outputs", trace.output, answer)


def needed(graph, output):
    """Keep what the output hangs on, its layers in the order of Keras."""
    kept: list[int] = []
    waiting = [output.node]
    while waiting:
        at = waiting.pop()
        if at not in kept:
            kept.append(at)
            waiting += [each.node for each in graph.nodes[at].inputs if each.node is not None]
    kept.sort()
    nodes = [
        replace(
            graph.nodes[at],
            inputs=tuple(
                each if each.node is None else replace(each, node=kept.index(each.node))
                for each in graph.nodes[at].inputs
            ),
        )
        for at in kept
    ]
    last = replace(output, node=len(nodes) - 1)
    order = keras_orders(
        [last.node],
        lambda at: [each.node for each in nodes[at].sources if each.node is not None],
        lambda at: nodes[at].place,
    )[0]
    graph.nodes = [replace(node, place=order.index(node.place)) for node in nodes]
    return graph.model(last)


@pytest.mark.parametrize("name", ["SimpleRNN", "GRU", "LSTM"])
@pytest.mark.parametrize("reading", [{}, {"return_sequences": True, "go_backwards": True}])
def test_rnn_around_a_cell_is_the_layer_of_that_name(name, reading):
    """The same weights in the same order, and the same answers."""
    said = ", ".join(f"{option}={value}" for option, value in reading.items())
    code = f"m = Sequential([Input((4, 2)), RNN({name}Cell(3, use_bias={name != 'GRU'}), {said})])"
    check_answers(code, [np.random.default_rng(2).uniform(-1, 1, (4, 2))], 1, LARGEST, "RNN")


def test_the_largest_difference_is_told(say):
    """Over all of the above."""
    assert LARGEST.found
    say(f"largest differences over graphs: {LARGEST}")
