"""Position encodings: the formula in the paper, the resulting waves, and the similarity of places."""

from math import cos, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules
from tests.sampling import sampled
from unrolled import CodeError, PictureError, Weights, positions, read_array, read_keras
from unrolled.i18n import text_of
from unrolled.shapes.cells import Vector
from unrolled.shapes.plots import CurveDot, Share

ADDED = """
import numpy as np

angles = np.arange(5)[:, None] / 100 ** (np.arange(0, 4, 2) / 4)
waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(5, 4)
words = Input((5,))
model = Model(words, Embedding(9, 4)(words) + waves)
"""
LEARNT = """
words, places = Input((5,)), Input((5,))
model = Model([words, places], Embedding(9, 4)(words) + Embedding(5, 4, name="places")(places))
"""


def rows_of(picture):
    """Return the printed numbers of each place."""
    return [shape.cells for shape in picture.shapes if isinstance(shape, Vector)]


def test_a_place_has_the_sines_and_cosines_of_the_paper():
    """PE(place, 2i) = sin(place / base^(2i / units)), and the cosine of the same after it."""
    wanted = [[f(place / 50 ** (2 * pair / 6)) for pair in range(3) for f in (sin, cos)] for place in range(8)]
    assert rows_of(positions(8, 6, base=50)) == [tuple(text_of(value, 1) for value in row) for row in wanted]


@sampled(60)
@given(st.integers(1, 14), st.integers(1, 5), st.sampled_from([2, 50, 10_000]), st.data())
def test_numbers_waves_and_similarities_agree(count, pairs, base, data):
    """Each dot is at its number, each bar is a cosine; nothing touches in either layout."""
    place = data.draw(st.none() | st.integers(0, count - 1))
    check_all(positions(count, 2 * pairs, base=base, place=place), count)


@sampled(40)
@given(st.integers(1, 13), st.integers(1, 9), st.sampled_from([0.01, 0.3, 5.0, 1000.0]), st.integers(0, 9))
def test_any_numbers_can_be_drawn(count, length, scale, seed):
    """Small or large, with negative similarities too."""
    values = np.random.default_rng(seed).normal(0, scale, (count, length))
    check_all(positions(values), count)


def check_all(picture, count):
    """Check both layouts."""
    assert len(picture.steps) == len(rows_of(picture))
    for form in check_rules(picture):
        assert len(rows_of(form)) == min(count, 9 if count > 10 else 10)
        for wave in (1, 2):
            dots = [
                shape for shape in form.shapes if isinstance(shape, CurveDot) and shape.name.startswith(f"wave-{wave}-")
            ]
            zero = [shape.start.x for shape in form.shapes if shape.name == f"wave-{wave}-zero"]
            assert all((dot.at.x - zero[0]) * dot.heat >= 0 for dot in dots)
        bars = {shape.name: shape.share for shape in form.shapes if isinstance(shape, Share)}
        texts = {shape.name: shape.text for shape in form.shapes if shape.name.endswith("-number")}
        assert all(texts[f"{name}-number"] == text_of(share, 2) for name, share in bars.items())
        assert all(-1 <= share <= 1 for share in bars.values())


def test_similarity_is_the_cosine_and_the_nearest_places_are_named():
    """Neighbours are similar, since the slow waves hardly move."""
    picture = positions(8, 6, base=50)
    bars = {shape.name: shape.share for shape in picture.shapes if isinstance(shape, Share)}
    rows = np.array([[f(place / 50 ** (2 * pair / 6)) for pair in range(3) for f in (sin, cos)] for place in range(8)])
    cosines = rows @ rows[3] / np.linalg.norm(rows, axis=1) / np.linalg.norm(rows[3])
    assert [bars[f"likeness-{place}"] for place in range(8)] == pytest.approx(cosines.tolist())
    assert "Places 2 and 4 are most like place 3, with a cosine of 0.83." in picture.alt


def test_an_opposite_place_has_a_cosine_of_minus_1_and_one_of_zeros_none():
    """Even where rounding carries the cosine beyond −1, and where all numbers of the selected place are 0."""
    picture = positions([[0.1, 0.6], [-0.1, -0.6], [0, 0]], place=0)
    printed = {shape.name: shape.text for shape in picture.shapes if shape.name.endswith("-number")}
    assert printed == {"likeness-0-number": "1", "likeness-1-number": "−1", "likeness-2-number": "none"}
    from_zeros = positions([[0.1, 0.6], [0, 0]], place=1)
    assert {shape.text for shape in from_zeros.shapes if shape.name.endswith("-number")} == {"none"}


def test_a_fast_wave_and_a_slow_one_are_chosen():
    """The slow one still moves visibly over the places drawn."""
    names = {shape.name: shape.text for shape in positions(8, 6, base=50).shapes if shape.name.endswith("-head")}
    assert (names["wave-1-head"], names["wave-2-head"]) == ("1, fast", "3, slow")
    many = positions(512, 768)
    dots = [shape.heat for shape in many.shapes if isinstance(shape, CurveDot) and shape.name.startswith("wave-2-")]
    assert max(dots) - min(dots) > 0.3


def test_positions_the_code_adds_to_its_words_are_found():
    """As NumPy computes them in the article."""
    rows = rows_of(positions(read_keras(ADDED)))
    assert rows[1] == tuple(text_of(each, 1) for each in (sin(1), cos(1), sin(0.1), cos(0.1)))


def test_learned_positions_are_the_weights_of_an_embedding():
    """Of the selected one; without weights, they are unknown."""
    model = read_keras(LEARNT)
    table = np.arange(20).reshape(5, 4) / 10
    weights = [Weights(embeddings=np.ones((9, 4))), Weights(embeddings=table), Weights()]
    assert rows_of(positions(model, layer="places", weights=weights))[1] == ("0.4", "0.5", "0.6", "0.7")


OWN = """
class Placed(layers.Layer):
    def __init__(self, maxlen, size):
        super().__init__()
        self.words = layers.Embedding(9, size)
        self.places = layers.Embedding(maxlen, size)

    def call(self, x):
        return self.words(x) + self.places(keras.ops.arange(keras.ops.shape(x)[-1]))

placed = Placed(5, 4)
words = Input((5,))
model = Model(words, placed(words))
placed.places.set_weights([np.cos(np.arange(20.0) * 0.7).reshape(5, 4)])
"""


def test_learned_positions_added_by_a_layer_are_the_rows_of_its_table():
    """As set by the code; their number and length are tied to where the code gives them."""
    picture = positions(read_keras(OWN))
    wanted = np.cos(np.arange(20.0) * 0.7).reshape(5, 4)
    assert rows_of(picture) == [tuple(text_of(value, 1) for value in row) for row in wanted]
    ties = {name: part["argument"] for name, part in picture.narrow.parts.items() if part["argument"]}
    assert {name: (tie["name"], tie["line"]) for name, tie in ties.items()} == {
        "place-head": ("input_dim", 6),
        "waves-place-head": ("input_dim", 6),
        "numbers-head": ("output_dim", 6),
    }
    with pytest.raises(PictureError, match="has no weights yet") as caught:
        positions(read_keras(OWN.rpartition("placed.")[0]))
    assert caught.value.lineno == 6


COMPUTED = """
def waves(places, units, base=50):
    angles = np.arange(places)[:, None] / base ** (np.arange(0, units, 2) / units)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(places, units)

table = waves(8, 6)
"""


def test_positions_computed_by_code_match_the_formula():
    """Even without a model: curved between the places, since they determine their base, and tied to the code."""
    found, own = positions(read_array(COMPUTED, "table")), positions(8, 6, base=50)
    assert found.alt == own.alt
    lines = [[shape for shape in it.shapes if shape.name == "wave-1"] for it in (found, own)]
    assert lines[0][0].points == lines[1][0].points
    assert {it["argument"]["name"]: it["argument"]["line"] for it in found.parts.values() if it["argument"]} == {
        "places": 6,
        "units": 6,
        "base": 2,
    }
    assert rows_of(positions(read_array(COMPUTED, "waves(3, 4)"))) == rows_of(positions(3, 4, base=50))
    assert "sines and cosines" not in str(positions(np.eye(4)).description.text)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("tabel", "the numbers of `tabel` aren't known here"),
        ("waves(8,", "`waves(8,` can't be read"),
        ("waves()", "can't be computed: TypeError"),
        ("waves", "is a function, not an array"),
        ("'five'", "is a str, not an array"),
        ("np.random.rand(3, 4)", "differs each time"),
    ],
)
def test_anything_but_an_array_of_known_numbers_raises_an_error(expression, says):
    """It says what the image asks for."""
    with pytest.raises(CodeError) as caught:
        read_array(COMPUTED, expression)
    assert says in str(caught.value)
    assert "array_of_the_figure" not in str(caught.value)
