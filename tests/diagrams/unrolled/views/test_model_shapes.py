"""Models as columns of layers, with shapes and counts that match Keras's."""

import ast
import json
import operator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import REPOSITORY
from tests.diagrams.cases import cases
from tests.diagrams.pictures import check_arrows as check_no_arrow_through
from tests.diagrams.pictures import check_picture, check_rules, saved_svg, texts_of
from tests.diagrams.unrolled.layers.graphs import Graph
from tests.diagrams.unrolled.reader.listed import CASES
from tests.sampling import sampled
from unrolled import (
    GRU,
    LSTM,
    Conv1D,
    Dense,
    Embedding,
    Flatten,
    LayerNormalization,
    MaxPooling1D,
    Permute,
    Reshape,
    SpatialDropout1D,
    areas,
    model_shapes,
    read_keras,
    stack,
)
from unrolled.flow.routing import BESIDE_TEXT
from unrolled.geometry import Frame
from unrolled.layers import known
from unrolled.shapes.arrows import CLEAR, Arrow, Disc
from unrolled.shapes.blocks import Block, Lane
from unrolled.shapes.plots import Line
from unrolled.shapes.text import Label, Phrase

ANSWERS = json.loads((REPOSITORY / "tests/against_keras/recorded/layers.json").read_text(encoding="utf-8"))["answers"]
RECURRENT = ("SimpleRNN({units}{options})", "GRU({units}{options})", "GRU({units}, reset_after=False{options})")
RECURRENT += (
    "LSTM({units}{options})",
    "LSTM({units}, use_bias=False{options})",
    "Bidirectional(LSTM({units}{options}))",
)
RECURRENT += ("Bidirectional(GRU({units}{options}), backward_layer=LSTM({units}, go_backwards=True{options}))",)
SIGNS = {ast.Add: operator.add, ast.Mult: operator.mul}


def said(picture, name):
    """Join the runs of a shape, without spaces."""
    (shape,) = [shape for shape in picture.shapes if shape.name == name]
    return "".join(text.text for text in shape.texts).replace(" ", "")


def value(text):
    """Evaluate a calculation printed in a figure."""

    def of(node):
        return node.value if isinstance(node, ast.Constant) else SIGNS[type(node.op)](of(node.left), of(node.right))

    return of(ast.parse(text.replace(",", "").replace("·", "*"), mode="eval").body)


def check_counts(picture):
    """Check that each calculation in the picture is correct, and that they add up to the total."""
    sums = []
    for number in range(1, len(picture.shapes)):
        names = [f"layer-{number}-count", f"layer-{number}-count-2", f"layer-{number}-count-3"]
        there = [name for name in names if any(shape.name == name for shape in picture.shapes)]
        if there:
            calculation, result = "".join(said(picture, name) for name in there).split("=")
            assert value(calculation) == value(result)
            sums.append(value(result))
    *terms, total = said(picture, "total").split("=")
    assert value(total) == sum(sums)
    assert not terms or [value(term) for term in terms[0].split("+")] == sums
    return value(total)


def check_arrows(picture):
    """Check that every arrow starts and ends clear of a block, a lane or a shape."""
    solid = [shape.frame for shape in picture.shapes if isinstance(shape, Block)]
    solid += [frame for shape in picture.shapes if isinstance(shape, Lane) for frame in shape.frames]
    solid += [shape.bounds for shape in picture.shapes if isinstance(shape, Phrase | Label)]
    for arrow in picture.shapes:
        if isinstance(arrow, Arrow):
            if is_branch(picture, arrow):
                continue
            for end in (arrow.points[0], arrow.points[-1]):
                near = [frame.grown(CLEAR) for frame in solid]
                near += [
                    shape.bounds.grown(BESIDE_TEXT) for shape in picture.shapes if isinstance(shape, Phrase | Label)
                ]
                assert any(on_edge(frame, end) for frame in near), arrow.name
                assert not any(
                    shape.frame.grown(CLEAR - 0.01).meets(Frame(end.x - 0.001, end.y - 0.001, 0.002, 0.002))
                    for shape in picture.shapes
                    if isinstance(shape, Block)
                ), arrow.name


def is_branch(picture, arrow):
    """Return whether an arrow starts at a dot on another one."""
    dots = [shape.at for shape in picture.shapes if isinstance(shape, Disc)]
    return any(dot == arrow.points[0] for dot in dots)


def on_edge(frame, point):
    """Return whether a point is on the edge of a frame."""
    across = frame.left - 0.01 <= point.x <= frame.right + 0.01
    down = frame.top - 0.01 <= point.y <= frame.bottom + 0.01
    at_side = min(abs(point.x - frame.left), abs(point.x - frame.right)) < 0.01
    at_end = min(abs(point.y - frame.top), abs(point.y - frame.bottom)) < 0.01
    return (at_side and down) or (at_end and across)


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_totals_and_shapes_match_keras(answer):
    """Read from the picture, for every recorded model."""
    picture = model_shapes(read_keras(answer["code"]))
    for form in check_rules(picture, phone=None):
        check_arrows(form)
        assert check_counts(form) == answer["parameters"]
        shapes = [
            shape for shape in form.shapes if shape.name.split("-")[2:3] == ["output"] and "name" not in shape.name
        ]
        printed = ["".join(text.text for text in shape.texts) for shape in shapes if shape.texts]
        answered = [f"(None,{','.join(map(str, np.shape(each)))})" for each in answer["outputs"]]
        assert sorted(each.replace(" ", "") for each in printed) == sorted(answered)


@sampled(40)
@given(
    layers=st.lists(st.tuples(st.sampled_from(RECURRENT), st.integers(1, 2000)), min_size=1, max_size=3),
    features=st.integers(1, 3000),
    dense=st.integers(1, 50_000),
)
def test_columns_keep_their_order_and_their_counts_whatever_the_layers(layers, features, dense):
    """Blocks are stacked with even gaps, inside their lanes; the narrow layout fits a phone."""
    calls = [form.format(units=units, options=", return_sequences=True") for form, units in layers]
    picture = model_shapes(read_keras(f"m = Sequential([Input((3, {features})), {', '.join(calls)}, Dense({dense})])"))
    for form in check_rules(picture, page=None):
        check_arrows(form)
        check_counts(form)
        lanes = {shape.name: shape.frames[0] for shape in form.shapes if isinstance(shape, Lane)}
        for shape in form.shapes:
            if isinstance(shape, Block) or "count" in shape.name or "legend" in shape.name.replace("total-legend", ""):
                assert lanes[f"{'-'.join(shape.name.split('-')[:2])}-lane"].holds(shape.bounds), shape.name
        frames = list(lanes.values())
        gaps = [after.top - before.bottom for before, after in pairwise(frames)]
        assert gaps == pytest.approx([gaps[0]] * len(gaps))


GRAPHS = {case.id: case.values[0] for case in cases(Path(__file__).with_name("graphs.md"))}


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_fit_pages_and_phones_with_all_their_outputs_and_states(name):
    """States have a line to each layer that starts with them, and are named once."""
    model = GRAPHS[name].read()
    given = [node.states for node in model.nodes if node.states and node.states[0].node is not None]
    for form in check_rules(model_shapes(model)):
        check_arrows(form)
        check_counts(form)
        assert sum(str(getattr(shape, "text", "")).startswith("output") for shape in form.shapes) == len(model.outputs)
        states = [shape for shape in form.shapes if "states" in shape.name]
        assert sum(isinstance(shape, Arrow) for shape in states) == len(given)
        names = sum(shape.name.endswith("-name") for shape in states)
        assert names == len({each for each in given if any(tensor.node is not None for tensor in each)})


def test_an_encoder_passes_its_states_straight_to_its_decoder():
    """From rim to rim, horizontally; the shape of the states is shown."""
    picture = model_shapes(GRAPHS["An encoder and its decoder"].read())
    shapes = {shape.name: shape for shape in picture.shapes}
    start, end = shapes["layer-2-states-arrow"].points
    assert (start.x, end.x) == (shapes["layer-1"].frame.right + 4, shapes["layer-2"].frame.left - 4)
    assert start.y == end.y == shapes["layer-1"].frame.centre == shapes["layer-2"].frame.centre
    assert said(picture, "layer-2-states-name") == "h,c"
    assert said(picture, "layer-2-states") == "(None,4)"
    assert not shapes["layer-1"].frame.meets(shapes["layer-2"].frame)
    assert "starts with the states of LSTM" in picture.description["text"]


def test_states_go_around_the_layers_between_and_beside_one_another():
    """On the left, if they return to their column; down the page, if they are those of two layers."""
    shapes = {shape.name: shape for shape in model_shapes(GRAPHS["States that return to their column"].read()).shapes}
    xs = [point.x for point in shapes["layer-3-states-arrow"].points]
    assert max(xs[1:3]) < shapes["layer-2"].frame.left
    narrow = model_shapes(GRAPHS["Two layers of each"].read()).narrow
    ways = [shape.points for shape in narrow.shapes if "states" in shape.name and isinstance(shape, Arrow)]
    assert len({points[1].x for points in ways}) == 2


@st.composite
def graphs(draw):
    """Generate a model in which layers share inputs, merge several, skip others, or pass on their states."""
    graph = Graph()
    tensors = [graph.input(3, 2) for _ in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(2, 8))):
        kind = draw(st.sampled_from(["Dense", "LSTM", "LSTM", "Add", "Concatenate", "MultiHeadAttention"]))
        chosen = draw(st.lists(st.sampled_from(tensors), min_size=1, max_size=4))
        if kind == "Dense":
            tensors.append(graph.put(Dense(draw(st.integers(1, 4000))), chosen[0]))
        elif kind == "LSTM":
            tensors.append(graph.put(LSTM(2, return_sequences=True, return_state=draw(st.booleans())), chosen[0]))
        elif kind == "MultiHeadAttention":
            tensors.append(graph.put(known()[kind](2, 3), chosen[0], chosen[-1]))
        else:
            alike = [tensor for tensor in tensors if shape_of(graph, tensor) == shape_of(graph, chosen[0])]
            merged = [*chosen[:1], *draw(st.lists(st.sampled_from(alike), min_size=1, max_size=5))]
            tensors.append(graph.put(known()[kind](), *merged))
    read = {each for node in graph.nodes for each in node.inputs}
    ends = [each for each in tensors if each not in read and each.node is not None]
    more = draw(st.lists(st.sampled_from([each for each in tensors if each.node is not None]), max_size=2))
    return graph.model(*dict.fromkeys([*ends, *more]))


def shape_of(graph, tensor):
    """Return the shape of a tensor."""
    if tensor.node is None:
        return graph.entries[tensor.output].shape
    return graph.nodes[tensor.node].returned[tensor.output]


@sampled(120)
@given(graphs())
def test_models_with_forks_and_merges_are_drawn(model):
    """A line for each tensor that a layer reads; nothing overlaps, and no line passes through a text or a block."""
    picture = model_shapes(model)
    for form in check_rules(picture, phone=None):
        check_arrows(form)
        check_no_arrow_through(form, branching=True)
        total = value(said(form, "total").split("=")[-1])
        assert total == model.parameter_count
        check_lines_from_sources(form, model)
    assert len(picture.steps) == len(model.nodes)


def check_lines_from_sources(form, model):
    """Check that a line leads to each layer from every tensor that it reads."""
    blocks = {shape.name: shape.frame for shape in form.shapes if isinstance(shape, Block)}
    arrows = {}
    for shape in form.shapes:
        if isinstance(shape, Arrow):
            arrows.setdefault("-".join(shape.name.split("-")[:2]), []).append(shape)
    for number, node in enumerate(model.nodes, start=1):
        own = [arrow for arrow in arrows.get(f"layer-{number}", []) if "output" not in arrow.name and arrow.head]
        frame = blocks[f"layer-{number}"].grown(CLEAR)
        assert all(on_edge(frame, arrow.points[-1]) for arrow in own if "states" not in arrow.name)
        assert len(own) == len({*node.inputs, *(node.states or ())})


LAYERS = [
    (stack(Embedding(50, 4), SpatialDropout1D(0.2), Conv1D(3, 5), MaxPooling1D(2), LSTM(2), shape=(20,)), 5),
    (stack(Conv1D(4, 3, use_bias=False), LayerNormalization(), Flatten(), Dense(2), shape=(6, 2)), 4),
    (stack(known()["BatchNormalization"](), known()["PReLU"](), Permute((2, 1)), GRU(2), shape=(3, 2)), 4),
    (stack(known()["Conv2D"](4, 3), known()["GlobalMaxPooling2D"](), Reshape((2, 2)), shape=(5, 5, 3)), 3),
    (stack(known()["SeparableConv1D"](4, 3), known()["Conv1DTranspose"](2, 3), shape=(5, 3)), 2),
    (stack(known()["ConvLSTM2D"](2, 3), known()["EinsumDense"]("...x,xy->...y", 4), shape=(3, 5, 5, 1)), 2),
]


@pytest.mark.parametrize(("model", "count"), LAYERS)
def test_parameters_of_all_kinds_of_layers_are_worked_out(model, count):
    """Each calculation is correct, and they add up to the model's count; the shapes are those of the tensors."""
    picture = model_shapes(model)
    check_rules(picture)
    check_counts(picture)
    for node in model.nodes:
        shape = ", ".join(map(str, ("None", *node.returned[0])))
        assert f"({shape}" in picture.alt
    assert len(picture.description["rows"]) == count + 1


def test_bars_compare_the_layers_parameters(tmp_path):
    """Each is as long as its share; if only one layer has parameters, there is nothing to compare."""
    model = stack(Embedding(50, 4), LSTM(2), Dense(1), shape=(3,))
    picture = model_shapes(model)
    for form in (picture, picture.narrow):
        bars = {shape.name: shape.to.x - shape.start.x for shape in form.shapes if isinstance(shape, Line)}
        shares = [bars[f"layer-{number}-share"] / bars[f"layer-{number}-share-whole"] for number in (1, 2, 3)]
        assert shares == pytest.approx([200 / 259, 56 / 259, 3 / 259])
    svg = saved_svg(picture, tmp_path / "p.svg")
    assert texts_of(svg, "note-1-0") == ["None: any number of samples"]
    single = model_shapes(stack(LSTM(2), shape=(3, 2)), batch="batch")
    assert not any(isinstance(shape, Line) for shape in single.shapes)
    assert "batch: any number of samples" in {str(shape.text) for shape in single.shapes if isinstance(shape, Label)}


def test_what_is_counted_though_nothing_uses_it_is_in_the_sum_and_is_said():
    """A table that is looked up for nothing, as Keras counts it."""
    picture = model_shapes(read_keras(CASES["A table of which nothing is used"].code))
    check_picture(picture)
    for form in (picture, picture.narrow):
        assert said(form, "total") == "14+3+10+9=36"
        words = [text.text for shape in form.shapes if "note" in (shape.name or "") for text in shape.texts]
        assert "Embedding, 10: counted, but not used" in " ".join(words)
    assert "10 of the parameters belong to Embedding" in picture.description.text
    assert [str(row.cells[-1].text) for row in picture.description.rows[2:4]] == ["not used"] * 2


def test_weights_of_an_own_layer_are_in_the_sum_and_are_said_once():
    """Each has a row of the table."""
    picture = model_shapes(read_keras(CASES["Weights of an own layer and an own model"].code))
    for form in check_rules(picture):
        words = " ".join(text.text for shape in form.shapes if "note" in (shape.name or "") for text in shape.texts)
        assert words.count("counted, but not used") == 1
        assert "add_weight, 19:" in words
    assert "35 parameters in all." in picture.alt
    assert [row[0] for row in picture.description["rows"]].count("add_weight") == 4


def test_the_shape_a_layer_returns_is_below_its_square():
    """And what comes in is before all of them; a layer without weights has only its shape."""
    picture = areas(stack(Embedding(770, 2), Conv1D(8, 3), Flatten(), Dense(1), shape=(12,)))
    lefts = {shape.name: shape.bounds.left for shape in picture.shapes}
    for layer, place in ((1, 1), (2, 2), (4, 4)):
        assert lefts[f"layer-{layer}"] == pytest.approx(lefts[f"shape-{place}"], abs=2)
    assert lefts["shape-0"] < lefts["shape-1"] < lefts["shape-2"] < lefts["shape-3"] < lefts["shape-4"]
