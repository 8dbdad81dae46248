"""Networks of Dense layers: nodes, edges, and the written sum."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules
from tests.sampling import sampled
from unrolled import Activation, Dense, Dropout, Flatten, Softmax, network, read_keras, run_model, stack
from unrolled.i18n import text_of
from unrolled.stepping import as_drawn

FUNCTIONS = ["linear", "relu", "tanh", "sigmoid", "softmax"]


@st.composite
def networks(draw):
    """Generate a network of any depth and width, and its inputs."""
    given_shape = draw(st.sampled_from([(1,), (2,), (3,), (6,), (11,), (3, 2), (28, 28)]))
    layers = [Flatten()] if len(given_shape) > 1 else []
    for _ in range(draw(st.integers(1, 9))):
        layers.append(Dense(draw(st.integers(1, 12)), draw(st.sampled_from(FUNCTIONS)), use_bias=draw(st.booleans())))
        layers += draw(st.lists(st.sampled_from([Dropout(0.5), Activation("tanh"), Softmax()]), max_size=1))
    size = draw(st.sampled_from([0.01, 1, 100, 5000]))
    values = np.random.default_rng(len(layers)).uniform(-size, size, given_shape)
    return stack(*layers, shape=given_shape), values


def printed(value):
    """Return every way in which a node may print a number."""
    return {text_of(float(value), decimals) for decimals in (0, 1, 2)}


@sampled(80)
@given(networks())
def test_every_node_has_its_number_and_every_edge_its_weight(drawn):
    """The model's own, in both layouts; what is left out is counted."""
    model, values = drawn
    picture = network(model, values)
    trace = run_model(model, values)
    dense = [at for at, node in enumerate(model.nodes) if isinstance(node.layer, Dense)]
    columns = [values.reshape(-1), *(trace.traces[end - 1].output for end in [*dense[1:], len(model.nodes)])]
    assert len(picture.steps) == len(dense)
    for form in check_rules(picture):
        shapes = {shape.name: as_drawn(shape) for shape in form.shapes}
        for name, shape in shapes.items():
            if found := re.fullmatch(r"node-(\d+)-(\d+)", name):
                column, node = map(int, found.groups())
                assert shape.cells[0] in printed(columns[column][node - 1])
        sizes = {}
        for name, shape in shapes.items():
            if found := re.fullmatch(r"weight-(\d+)-(\d+)-(\d+)", name):
                column, before, node = map(int, found.groups())
                weight = trace.traces[dense[column - 1]].weights["kernel"][before - 1, node - 1]
                assert (shape.role, bool(shape.dashes)) == (("state", False) if weight > 0 else ("output", True))
                sizes[name] = (abs(weight), shape.width)
                ends = [shapes[f"node-{column - 1}-{before}"].bounds, shapes[f"node-{column}-{node}"].bounds]
                assert not any(end.grown(2).holds(shape.bounds) for end in ends)
        ordered = sorted(sizes.values())
        assert [wide for _, wide in ordered] == sorted(wide for _, wide in ordered)
        for column in {int(name.split("-")[1]) for name in shapes if name.startswith("node-")}:
            there = sum(name.startswith(f"node-{column}-") for name in shapes)
            gaps = [shape for name, shape in shapes.items() if re.fullmatch(rf"more-{column}-\d+-1", name)]
            assert there + sum(int(re.match(r"\d+", gap.text)[0]) for gap in gaps) == len(columns[column])


def test_the_largest_share_is_drawn_even_if_nodes_are_left_out():
    """Otherwise nobody would see the network's answer."""
    model = stack(Dense(20, "softmax"), shape=(2,))
    answer = run_model(model, [0.5, 0.4]).output
    for form in (picture := network(model, [0.5, 0.4]), picture.narrow):
        (winner,) = [shape for shape in form.shapes if getattr(shape, "second_rim", False)]
        assert winner.name == f"node-1-{int(answer.argmax()) + 1}"


def test_stages_follow_one_another():
    """Nothing of the second layer is visible in the first stage."""
    picture = network(stack(Dense(3, "tanh"), Dense(2), shape=(2,)))
    first = picture.until(1)
    assert {text.text for shape in first.shapes if shape.name.startswith("node-2") for text in shape.texts} == set()
    assert any(text.text for shape in first.shapes if shape.name == "node-1-1" for text in shape.texts)


def test_the_units_are_tied_to_the_code():
    """So that a page can highlight them."""
    code = "model = Sequential([Input((3,)), Dense(4, activation='tanh'), Dense(2)])\n"
    picture = network(read_keras(code))
    assert {name: argument.text for name, argument in picture.arguments.items()} == {
        "layer-1-units": "4",
        "layer-2-units": "2",
    }
    assert picture.parts["node-1-1"]["argument"]["line"] == 1


def test_a_tall_column_is_drawn_in_full_if_there_are_few_edges():
    """On a phone, too."""
    picture = network(stack(Dense(4), shape=(12,)))
    for form in (picture, picture.narrow):
        assert sum(shape.name.startswith("weight-") for shape in form.shapes) == 48
    picture = network(stack(Dense(6), shape=(12,)))
    assert any(shape.name.startswith("more-0") for shape in picture.shapes)


def test_among_many_edges_those_that_are_summed_up_stand_out():
    """They are on top, and the others are paler, in their own colours."""
    picture = network(stack(Dense(4), shape=(12,)), node=3)
    edges = [shape for shape in picture.shapes if shape.name.startswith("weight-")]
    assert {shape.opacity for shape in edges[:36]} == {0.72}
    assert min(shape.opacity for shape in edges[36:]) > 0.72
    assert {shape.role for shape in edges[:36]} == {"state", "output"}
    assert all(shape.name.endswith("-3") for shape in edges[36:])
    few = network(stack(Dense(4), shape=(6,)), node=3)
    assert all(shape.opacity >= 0.72 for shape in few.shapes if shape.name.startswith("weight-"))
