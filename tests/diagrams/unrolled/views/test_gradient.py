"""The chart of each step's influence on the last state: its numbers, scale, geometry and description."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules, saved_svg, texts_of
from tests.diagrams.running import run
from tests.sampling import sampled
from tools.sentiment.dataset import FOLDER, read_vocabulary
from tools.sentiment.networks import NETWORKS
from unrolled import GRU, LSTM, SimpleRNN, Weights, embed, gradient, initial_weights, read_keras, weights_from
from unrolled.shapes.arrows import Bracket
from unrolled.shapes.blocks import Lane
from unrolled.shapes.plots import Bar, Scale, Spot

WORDS = ["I", "am", "groot", "transformers", "understanding", "Tree"]
LAYERS = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}
LITTLE = 1e-6


def weights_of(layer, features=2, size=1.0):
    """Return arbitrary weights, since searching for readable ones would take long."""
    draw = np.random.default_rng(7).uniform
    return Weights(**{name: draw(-size, size, shape) for name, shape in layer.weight_shapes((1, features)).items()})


def shares_by_differences(layer, weights, inputs):
    """Compute the shares by finite differences: change each number of each input slightly, and measure the effect."""
    found = []
    for step in range(len(inputs)):
        columns = []
        for place in range(inputs.shape[1]):
            ahead, behind = inputs.copy(), inputs.copy()
            ahead[step, place] += LITTLE
            behind[step, place] -= LITTLE
            moved = run(layer, weights, ahead).states[-1] - run(layer, weights, behind).states[-1]
            columns.append(moved / (2 * LITTLE))
        found.append(np.linalg.svd(np.array(columns))[1][0])
    return np.array(found) / max(found)


def lanes_of(picture):
    """Map names to the bands of the layers."""
    return {shape.name: shape.frames[0] for shape in picture.shapes if isinstance(shape, Lane)}


@sampled(60)
@given(
    kinds=st.lists(st.sampled_from(sorted(LAYERS)), min_size=1, max_size=3),
    units=st.integers(1, 16),
    words=st.one_of(st.integers(1, 30), st.lists(st.sampled_from(WORDS), min_size=1, max_size=30)),
    scale=st.sampled_from(["linear", "log"]),
    size=st.sampled_from([0.05, 1, 3]),
)
def test_nothing_in_the_chart_overlaps(kinds, units, words, scale, size):
    """1 to 3 layers, 1 to 30 steps, words or numbers, both scales; every value stays in its layer's band."""
    layers = [LAYERS[kind](units) for kind in kinds]
    picture = gradient(layers, words, weights=[weights_of(layer, size=size) for layer in layers], scale=scale)
    for form in check_rules(picture, page=880, phone=288 if isinstance(words, int) else None):
        lanes = lanes_of(form)
        for shape in form.shapes:
            if isinstance(shape, Bar | Spot | Scale | Bracket):
                assert lanes[f"{shape.name.split('-')[0]}-lane"].holds(shape.bounds, slack=0.01), shape.name
        names = [text.frame for shape in form.shapes if shape.name.endswith("-label") for text in shape.texts]
        bars = [shape.frame for shape in form.shapes if isinstance(shape, Bar)]
        assert not any(bar.meets(name) for bar in bars for name in names)


@pytest.mark.parametrize("kind", sorted(LAYERS))
@pytest.mark.parametrize("steps", [3, 20])
def test_bars_match_finite_differences(kind, steps):
    """On a linear scale from zero, in both layouts."""
    layer, words = LAYERS[kind](4), [str(step) for step in range(1, steps + 1)]
    weights = weights_of(layer)
    expected = shares_by_differences(layer, weights, embed(words))
    picture = gradient(layer, steps, weights=[weights])
    for form, side in ((picture, "height"), (picture.narrow, "width")):
        lengths = np.array([getattr(shape.frame, side) for shape in form.shapes if isinstance(shape, Bar)])
        np.testing.assert_allclose(lengths / lengths.max(), expected, atol=1e-6)
        ends = {
            (shape.frame.bottom if side == "height" else shape.frame.left)
            for shape in form.shapes
            if isinstance(shape, Bar)
        }
        assert len(ends) == 1


def test_dots_are_at_their_logarithm():
    """Between the lines of two powers of ten, in proportion."""
    layer = SimpleRNN(4)
    weights = weights_of(layer, size=0.5)
    expected = shares_by_differences(layer, weights, embed([str(step) for step in range(1, 13)]))
    picture = gradient(layer, 12, weights=[weights], scale="log")
    (scale,) = [shape for shape in picture.shapes if isinstance(shape, Scale)]
    first, other = scale.decades[:2]
    per_decade = (other.start.y - first.start.y) / (first.exponent - other.exponent)
    spots = np.array([shape.at.y for shape in picture.shapes if isinstance(shape, Spot)])
    np.testing.assert_allclose((first.start.y - spots) / per_decade, np.log10(expected), atol=1e-4)
    assert "Logarithmic scale" in picture.description["text"]


def test_the_printed_shares_match_finite_differences(tmp_path):
    """Read from the SVG, within half of the last printed digit."""
    layer = LSTM(3)
    weights, words = weights_of(layer), ["I", "am", "groot", "and", "you"]
    expected = shares_by_differences(layer, weights, embed(words))
    svg = saved_svg(gradient(layer, words, weights=[weights]), tmp_path / "chart.svg")
    printed = [float(texts_of(svg, f"layer0-step-{step}")[0]) for step in range(1, 6)]
    np.testing.assert_allclose(printed, expected, atol=0.005 + 1e-6)


def test_neighbours_too_small_to_print_share_a_note():
    """A bracket says that each is under 0.005; none of them prints 0.00, and the table has them all."""
    layer = SimpleRNN(2)
    weights = weights_of(layer, size=0.4)
    picture = gradient(layer, 20, weights=[weights])
    (bracket,) = [shape for shape in picture.shapes if isinstance(shape, Bracket)]
    assert bracket.name == "layer0-small-1"
    bars = [shape for shape in picture.shapes if isinstance(shape, Bar)]
    silent = [bar for bar in bars if not bar.texts]
    assert silent
    assert all(bracket.start.x <= bar.frame.middle <= bracket.to.x for bar in silent)
    told = [row[1] for row in picture.description["rows"]]
    assert len(told) == 20
    assert all(text not in ("0", "0.00") for text in told)


def test_a_masked_step_has_no_influence():
    """It has a bar of length zero, or a 0 on a scale without one."""
    model = read_keras("m = Sequential([Input((3, 2)), Masking(), LSTM(2)])")
    vectors = [[0.5, 0.4], [0, 0], [0.7, -0.2]]
    picture = gradient(model, ["I", "am", "groot"], vectors)
    bar = [shape for shape in picture.shapes if isinstance(shape, Bar)][1]
    assert bar.frame.height == 0
    assert [text.text for text in bar.texts] == ["0"]
    logged = gradient(model, ["I", "am", "groot"], vectors, scale="log")
    check_rules(logged, phone=None)
    assert [text.text for text in [s for s in logged.shapes if isinstance(s, Spot)][1].texts] == ["0"]


def test_the_description_says_where_the_weights_come_from():
    """The kit's own, Keras's initial ones, or given."""
    layer = GRU(2)
    new = initial_weights(layer, (3, 2))
    kit, initial, given_ones = (gradient(layer, 3, weights=each) for each in (None, "initial", [new]))
    assert "the kit’s own" in kit.description["text"]
    assert "Keras’s initializers" in initial.description["text"]
    assert "weights are given" in given_ones.description["text"]
    assert initial.description["rows"] == given_ones.description["rows"] != kit.description["rows"]


def test_the_description_matches_the_chart():
    """A column for each layer, a row for each step."""
    words = ["I", "am", "groot"]
    picture = gradient([SimpleRNN(2), LSTM(2)], words)
    assert picture.description["head"] == ["time step", "word", "SimpleRNN(2)", "LSTM(2)"]
    assert [row[1] for row in picture.description["rows"]] == words
    bars = {shape.name: shape.text for shape in picture.narrow.shapes if isinstance(shape, Bar)}
    for row in picture.description["rows"]:
        assert row[2:] == [bars[f"layer{layer}-step-{row[0]}"] for layer in (0, 1)]
    assert "SimpleRNN(2) and LSTM(2)" in picture.alt
    assert picture.parts["layer1-step-3"]["step"] == 3


def test_a_chart_cannot_be_stepped_through():
    """Nothing in it happens in sequence; but a script can highlight one of its steps."""
    picture = gradient([SimpleRNN(2), LSTM(2)], ["I", "am", "groot"])
    assert (picture.steps, picture.moments) == ((), {})
    assert "Step 2 of 3 is marked." in picture.focus(2).description["text"]


def test_time_runs_down_if_it_is_too_wide_across():
    """Thirty words don't fit on any page side by side."""
    few, many = (gradient(SimpleRNN(2), ["understanding"] * 3 + ["a"] * more, weights="initial") for more in (0, 27))
    first, last = (lanes_of(each)["layer0-lane"] for each in (few, many))
    assert first.width > first.height
    assert last.height > last.width


def test_trained_networks_are_compared_by_their_slopes_at_each_word():
    """At the first word, that of the SimpleRNN is negligible, and that of the LSTM isn't."""
    words = ["nobody", *["who", "saw", "the", "dialogue", "with", "us", "yesterday", "found", "it", "lovely"]]
    rows = [read_vocabulary().index(word) for word in words]
    names = ["simple_rnn", "lstm"]
    models = [read_keras(NETWORKS[name].replace("Input((12,))", f"Input(({len(words)},))")) for name in names]
    weights = [weights_from(model, FOLDER / f"{name}.npz") for name, model in zip(names, models, strict=True)]
    first = gradient(models, words, rows, weights).description["rows"][0]
    simple, lstm = (float(each.replace("under ", "")) for each in first[2:])
    assert simple <= 1e-6
    assert lstm > 0.1
