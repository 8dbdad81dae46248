"""Views of PyTorch's layers, under the names that code gives them."""

from dataclasses import replace

import pytest

from tests.diagrams.pictures import check_picture, check_rules
from unrolled import attention, cell, formulation, heads, model_shapes, network, rolled, stack, unroll
from unrolled.fonts import CODE_NARROW, width
from unrolled.layers.torch import LAYERS
from unrolled.views.counts import counted_out

WORDS = ["I", "am", "groot"]
SIZES = {"input_size": 2, "hidden_size": 4}


def last(name, **options):
    """Build a recurrent layer of which only the last state is used, as `output[:, -1]` does."""
    return LAYERS[name](**{**SIZES, **options}, return_sequences=False, return_state=False)


def levels(name, **options):
    """Build the layers of a recurrent layer that returns every state."""
    return LAYERS[name](**{**SIZES, **options}, return_state=False).levels


def linear(given, returned):
    """Build a Linear."""
    return LAYERS["Linear"](in_features=given, out_features=returned)


MODELS = {
    "images": lambda: stack(
        LAYERS["Conv2d"](in_channels=1, out_channels=4, kernel_size=3, padding=1),
        LAYERS["ReLU"](),
        LAYERS["BatchNorm2d"](num_features=4),
        LAYERS["MaxPool2d"](kernel_size=2),
        LAYERS["Flatten"](),
        linear(64, 10),
        shape=(1, 8, 8),
    ),
    "steps": lambda: stack(
        LAYERS["Conv1d"](in_channels=2, out_channels=3, kernel_size=2),
        LAYERS["BatchNorm1d"](num_features=3),
        LAYERS["AvgPool1d"](kernel_size=2),
        shape=(2, 9),
    ),
    "two ways": lambda: stack(
        *levels("GRU", num_layers=2, bidirectional=True),
        LAYERS["LayerNorm"](normalized_shape=8),
        linear(8, 3),
        shape=(3, 2),
    ),
    "words": lambda: stack(
        LAYERS["Embedding"](num_embeddings=10, embedding_dim=2, padding_idx=0),
        last("LSTM"),
        LAYERS["Dropout"](p=0.2),
        linear(4, 1),
        LAYERS["Sigmoid"](),
        shape=(3,),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_every_count_is_worked_out_to_the_number_of_parameters(name):
    """With two biases of a recurrent layer, and without the statistics of a normalization."""
    model = MODELS[name]()
    picture = model_shapes(model)
    check_rules(picture)
    counts = [counted_out(node.layer, node.shapes) for node in model.nodes]
    found = [0 if count is None else count.total for count in counts]
    assert found == [node.layer.parameter_count(*node.shapes) for node in model.nodes]
    assert sum(found) == model.parameter_count


def test_blocks_have_the_names_of_options_in_code():
    """As they are given, where Keras's layers say their units."""
    drawn = {text.text for shape in model_shapes(MODELS["words"]()).shapes for text in shape.texts}
    assert {"Embedding", "LSTM", "hidden_size 4", "p 0.2", "out_features 1", "Sigmoid"} <= drawn
    assert "(gates + candidate) · units · (inputs + state + biases)" in drawn


@pytest.mark.parametrize(("axis", "shape"), [(None, "(3, 2)"), (0, "(N, 3, 2)"), (1, "(3, N, 2)")])
def test_shapes_have_the_batch_where_code_has_it(axis, shape):
    """First, behind the steps, or nowhere."""
    model = replace(stack(*levels("LSTM"), linear(4, 1), shape=(3, 2)), batch_axis=axis, batch_name="N")
    picture = model_shapes(model)
    check_picture(picture)
    assert f"The input is {shape}." in picture.alt
    assert ("N: any number of samples" in {text.text for each in picture.shapes for text in each.texts}) == (
        axis is not None
    )


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: unroll(stack(last("RNN"), shape=(3, 2)), WORDS), "RNN with 4 units, unrolled over 3 time steps"),
        (
            lambda: unroll(stack(*levels("LSTM", num_layers=2), linear(4, 1), shape=(3, 2)), WORDS),
            "layer 1 LSTM(2, 4), layer 2 LSTM(4, 4), Linear(4, 1)",
        ),
        (
            lambda: unroll(stack(*levels("GRU", bidirectional=True), shape=(3, 2)), WORDS),
            "forward GRU(2, 4), backward GRU(2, 4)",
        ),
        (lambda: unroll(MODELS["words"](), WORDS), "Embedding(10, 2), LSTM(2, 4), Linear(4, 1), Sigmoid"),
        (lambda: cell(stack(last("RNN"), shape=(3, 2)), WORDS), "Inside an RNN layer with 4 units"),
        (lambda: cell(stack(last("LSTM"), shape=(3, 2)), WORDS), "Inside an LSTM layer with 4 units"),
        (lambda: cell(stack(last("GRU"), shape=(3, 2)), WORDS), "Inside a GRU layer with 4 units, at step 3"),
        (lambda: rolled(stack(last("GRU"), shape=(3, 2))), "GRU with 4 units as a loop"),
        (lambda: formulation(stack(last("LSTM"), linear(4, 1), shape=(3, 2))), "many to one"),
        (
            lambda: network(stack(linear(3, 2), LAYERS["ReLU"](), linear(2, 1), shape=(3,)), [0.2, 0.4, 0.6]),
            "through Linear(3, 2) and Linear(2, 1)",
        ),
        (lambda: attention(LAYERS["MultiheadAttention"](embed_dim=4, num_heads=2), WORDS), "in head 2"),
        (lambda: heads(LAYERS["MultiheadAttention"](embed_dim=4, num_heads=2), WORDS), "in head 2"),
    ],
)
def test_views_draw_them_as_the_layers_of_keras_that_compute_the_same(draw, says):
    """Under their own names, with the sizes that code gives."""
    picture = draw()
    check_rules(picture)
    assert says in picture.alt
    assert "return_sequences" not in " ".join(text.text for shape in picture.shapes for text in shape.texts)


def test_formulas_name_the_weights_of_the_code():
    """Both biases, and the weights, whose second axis is that of what they multiply."""
    rows = cell(stack(last("RNN"), shape=(3, 2)), WORDS).description.rows
    assert "x₃ · weight_ih.T + bias_ih + h₂ · weight_hh.T + bias_hh" in str(rows)


def test_the_sum_of_parameters_is_beside_an_output_that_is_wider_than_its_block():
    """Not on top of it."""
    picture = model_shapes(stack(linear(2, 3), shape=(1000, 1000, 1000, 2)))
    check_rules(picture)
    at = {shape.name: shape.at.x for shape in picture.shapes if shape.name in ("total", "layer-1-output")}
    assert at["total"] - at["layer-1-output"] > width("(None, 1000, 1000, 1000, 3)", CODE_NARROW) / 2
