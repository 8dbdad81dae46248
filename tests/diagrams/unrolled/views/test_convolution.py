"""Convolutions over words: the positions of the kernel, and the results."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules
from tests.sampling import sampled
from unrolled import (
    AveragePooling1D,
    Conv1D,
    GlobalAveragePooling1D,
    PictureError,
    Weights,
    convolution,
    read_keras,
    run_model,
    stack,
)
from unrolled.i18n import number_in, text_of
from unrolled.layers import AveragePooling2D, Conv2D, MaxPooling2D
from unrolled.shapes.cells import Grid
from unrolled.shapes.text import Label, Phrase

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree", "not", "movie", "w", "x", "y"]


@st.composite
def slides(draw):
    """Generate a layer, a sentence it fits, and one of its kernels."""
    said = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    padding = draw(st.sampled_from(["valid", "same", "causal"]))
    strides = draw(st.integers(1, 3))
    dilation = 1 if strides > 1 else draw(st.integers(1, 2))
    size = draw(st.integers(1, min(3, (len(said) - 1) // dilation + 1)))
    layer = Conv1D(
        draw(st.integers(1, 3)),
        size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation,
        activation=draw(st.sampled_from(["linear", "relu", "tanh"])),
        use_bias=draw(st.booleans()),
    )
    return layer, said, draw(st.integers(1, 5)), draw(st.integers(1, layer.filters))


@sampled(80)
@given(slides())
def test_every_position_of_the_kernel_has_its_sum_and_output(drawn):
    """As computed by the layer, in both layouts, which describe what they show."""
    layer, said, features, kernel = drawn
    vectors = np.random.default_rng(features).uniform(-1, 1, (len(said), features))
    picture = convolution(layer, said, vectors, kernel=kernel)
    model = stack(layer, shape=vectors.shape)
    trace = run_model(model, vectors).traces[0]
    sums = run_model(
        stack(Conv1D(**{**vars(layer), "activation": "linear"}), shape=vectors.shape), vectors, weights=[trace.weights]
    )
    for form in check_rules(picture, page=None):
        texts = {shape.name: [text.text for text in shape.texts] for shape in form.shapes}
        places = [int(found[1]) - 1 for name in texts if (found := re.fullmatch(r"output-(\d+)", name))]
        assert len(said) > 8 or places == list(range(len(trace.output)))
        for place in places:
            assert texts[f"output-{place + 1}"] == [text_of(float(trace.output[place, kernel - 1]), 2)]
            assert texts[f"sum-{place + 1}"] == [text_of(float(sums.output[place, kernel - 1]), 2)]


def test_products_are_below_the_words_they_come_from():
    """Each row one word further, and the kernel once, on the words with the largest output."""
    picture = convolution(Conv1D(1, 2, use_bias=False), ["we", "like", "it"])
    shapes = {shape.name: shape for shape in picture.shapes}
    best = 1 if shapes["output-1"].second_rim else 2
    for step in (1, 2):
        kernel = shapes[f"kernel-{step}"]
        for place in (1, 2):
            embedding, products = shapes[f"vector-{place + step - 1}"], shapes[f"products-{place}-{step}"]
            assert products.bounds.middle == pytest.approx(embedding.bounds.middle)
            if place == best:
                assert kernel.bounds.middle == pytest.approx(embedding.bounds.middle)
    sums = [sum(sum(shapes[f"products-{place}-{step}"].heat) for step in (1, 2)) for place in (1, 2)]
    printed = [number_in(shapes[f"sum-{place}"].text) for place in (1, 2)]
    assert sums[0] / sums[1] == pytest.approx(printed[0] / printed[1], abs=0.05)


@st.composite
def stacks(draw):
    """Generate stackable layers over a sentence, each of which mixes everything it covers."""
    length = left = draw(st.integers(1, 12))
    layers = []
    for _ in range(draw(st.integers(1, 4))):
        size = draw(st.integers(1, min(3, left)))
        padding = draw(st.sampled_from(["valid", "same", "causal"]))
        kind = draw(st.sampled_from(["strides", "dilation", "pooling"]))
        if kind == "pooling":
            layers.append(AveragePooling1D(size, draw(st.integers(1, 2)), padding="valid"))
        elif kind == "strides":
            layers.append(Conv1D(draw(st.integers(1, 3)), size, draw(st.integers(1, 2)), padding))
        else:
            rate = draw(st.integers(1, max(1, (left - 1) // max(1, size - 1)))) if size > 1 else 1
            layers.append(Conv1D(draw(st.integers(1, 3)), size, 1, padding, dilation_rate=min(rate, 3)))
        left = stack(*layers, shape=(length, 2)).output_shapes[0][0]
    layers += [GlobalAveragePooling1D()] if len(layers) < 4 and draw(st.booleans()) else []
    return layers, draw(st.lists(st.sampled_from(WORDS), min_size=length, max_size=length))


@sampled(120)
@given(stacks(), st.data())
def test_a_receptive_field_contains_the_words_that_affect_its_output(drawn, data):
    """And no others, as shown by changing each word in turn."""
    layers, said = drawn
    vectors = np.random.default_rng(len(said)).uniform(-1, 1, (len(said), 2))
    model = stack(*layers, shape=vectors.shape)
    first = run_model(model, vectors)
    outputs = first.output.reshape(-1, first.output.shape[-1])
    place = data.draw(st.integers(1, len(outputs)))
    picture = convolution(model, said, vectors, receptive_field=True, place=place)
    moves = []
    for at in range(len(said)):
        changed = vectors.copy()
        changed[at] += [0.37, -0.91]
        again = run_model(model, changed, weights=first.weights).output.reshape(outputs.shape)
        if not np.allclose(again[place - 1], outputs[place - 1], rtol=0, atol=1e-12):
            moves.append(at)
    rows = picture.description["rows"]
    last = [row for row in rows if row[0] == rows[-1][0]][-len(outputs) :]
    assert last[place - 1][2] == ", ".join(said[at] for at in moves)
    for form in check_rules(picture):
        shapes = {shape.name: shape for shape in form.shapes}
        assert shapes[f"output-{len(layers)}-{place}"].second_rim
        leads = [name for name, shape in shapes.items() if name.startswith("line-1-") and shape.role == "flow"]
        assert {int(name.split("-")[-1]) - 1 for name in leads if "before" not in name} & set(range(len(said))) == set(
            moves
        )


@st.composite
def images(draw):
    """Generate a layer, an image it fits, and one of its kernels."""
    high, wide = draw(st.integers(1, 33)), draw(st.integers(1, 12))
    sizes = draw(st.integers(1, min(4, high))), draw(st.integers(1, min(4, wide)))
    padding, strides = draw(st.sampled_from(["valid", "same"])), draw(st.integers(1, 3))
    if draw(st.booleans()):
        kind = draw(st.sampled_from([MaxPooling2D, AveragePooling2D]))
        layer = kind(sizes, strides, padding=padding)
    else:
        filters = draw(st.integers(1, 3))
        layer = Conv2D(filters, sizes, strides, padding, activation=draw(st.sampled_from(["linear", "relu"])))
    scale, channels = draw(st.sampled_from([1, 0.01, 255])), draw(st.sampled_from([1, 1, 2, 3, 5, 12]))
    return layer, np.random.default_rng(high).uniform(-1, 1, (high, wide, channels)).round(2) * scale


@sampled(80, at_once=2)
@given(images(), st.data())
def test_the_window_on_an_image_gives_the_marked_output(drawn, data):
    """At any position, in both layouts; an image that is too large raises an error."""
    layer, image = drawn
    model = stack(layer, shape=image.shape)
    if max(image.shape[:2]) > 32:
        with pytest.raises(PictureError, match=r"at most 32 × 32 pixels can be drawn: take a part of it"):
            convolution(model, image)
        return
    output = run_model(model, image).output
    row, column = data.draw(st.tuples(*(st.integers(1, length) for length in output.shape[:2])))
    picture = convolution(model, image, place=(row, column), kernel=output.shape[-1])
    value = output[row - 1, column - 1, -1]
    assert text_of(float(value), 2) in picture.alt or text_of(float(value), 1) in picture.alt
    for form in check_rules(picture):
        grids = {shape.name: shape for shape in form.shapes if isinstance(shape, Grid)}
        assert grids["map"].marked == {(row - 1, column - 1)}
        if isinstance(layer, Conv2D):
            channels = image.shape[-1]
            drawn = [name for name in grids if name.endswith("image")]
            named = sorted({1, min(2, channels), channels})
            assert drawn == (["image"] if channels == 1 else [f"channel-{at}-image" for at in named])
            changed = image.copy()
            for at in grids[drawn[0]].marked:
                changed[at] = 0
            alone = run_model(model, changed).output - run_model(model, 0 * image).output
            assert alone[row - 1, column - 1, -1] == pytest.approx(0)
            assert all(grids[name].marked == grids[drawn[0]].marked for name in drawn)


def test_products_and_sum_on_an_image_are_correct():
    """With a given kernel."""
    kernel = np.array([[1.0, -2.0], [0.5, 0.0]])[:, :, None, None]
    picture = convolution(Conv2D(1, 2), [[1, 2, 3], [4, 5, 6]], weights=Weights(kernel=kernel, bias=[0.5]), place=2)
    (line,) = [shape for shape in picture.shapes if shape.name == "sum-1"]
    assert "".join(run.text for run in line.runs) == "2 + (−6) + 2.5 + 0 + bias 0.5 = −1"
    (grid,) = [shape for shape in picture.shapes if shape.name == "image"]
    assert grid.marked == {(0, 1), (0, 2), (1, 1), (1, 2)}


def test_the_channels_of_an_image_are_added_up():
    """Each with its own weights; of many, the first two and the last are drawn, and the sum includes them all."""
    kernel = np.array([[[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0], [0.5, 3.0]]])[None][0][None]
    image = np.array([[1.0, 2.0, 4.0, 6.0], [2.0, 3.0, 1.0, 0.0]])[None]
    weights = Weights(kernel=kernel, bias=[0.5, 0.0])
    picture = convolution(Conv2D(2, 1, activation="relu"), image, weights=weights, place=1)
    lines = [shape for shape in picture.shapes if isinstance(shape, Phrase)]
    said = "sums of the channels: 1 + 4 + (−4) + 3 + bias 0.5 = 4.5, which relu turns into 4.5"
    assert "".join(run.text for line in lines for run in line.runs).replace("  ", " ") == said
    texts = {shape.text for shape in picture.shapes if isinstance(shape, Label)}
    assert {
        "channel 1, 1 × 2",
        "channel 2, 1 × 2",
        "1 more channel",
        "channel 4, 1 × 2",
        "output 1 of 2, 1 × 2",
    } <= texts
    told = picture.description
    assert [row.cells[0].text for row in told.rows[:3]] == [
        "image, channel 1",
        "kernel, channel 1",
        "products, channel 1",
    ]
    assert "1 × 2 × 2 numbers in all" in str(told.text)


def test_a_kernel_over_channels_is_tied_to_its_numbers_in_the_code():
    """Its size and the number of kernels; also in a layer that reads the output of another."""
    model = read_keras("Sequential([Input((5, 5, 1)), Conv2D(4, 2), Conv2D(3, kernel_size=2)])")
    picture = convolution(model, np.arange(25.0).reshape(5, 5) / 10, layer=2)
    for form in (picture, picture.narrow):
        ties = {name: part["argument"]["name"] for name, part in form.parts.items() if part["argument"]}
        kernels = {f"channel-{at}-kernel": "kernel_size" for at in (1, 2, 4)}
        assert ties == {**kernels, "map-title": "filters"}
