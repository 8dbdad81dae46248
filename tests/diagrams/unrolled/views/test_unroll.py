"""The unrolled layer: its numbers, text and geometry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules
from tests.sampling import sampled
from unrolled import read_keras, unroll
from unrolled.arrays import Weights
from unrolled.shapes.cells import Vector
from unrolled.shapes.text import Label, Word

TIES = ("units", "time_steps", "features")
FORMS = {
    "input_shape": "model = Sequential()\nmodel.add(SimpleRNN({units}, input_shape=({steps}, {features})))",
    "units last": "model = Sequential([SimpleRNN(input_shape=({steps}, {features}), units={units})])",
    "Input": "model = Sequential([\n    Input(({steps}, {features})),\n    SimpleRNN({units}),\n])",
}
WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree"]


def code_of(units=4, steps=3, features=2, form="input_shape"):
    """Write the code block of an article."""
    return FORMS[form].format(units=units, steps=steps, features=features)


def weights_of(units, features):
    """Return arbitrary weights, which are good enough for geometry; searching for readable ones would take long."""
    draw = np.random.default_rng(7).uniform
    sizes = (features, units), (units, units), (units,)
    kernel, recurrent_kernel, bias = (draw(-1, 1, size) for size in sizes)
    return Weights(kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias)


def picture_of(units=4, steps=3, features=2, form="input_shape", words=("I", "am", "groot"), weights=None):
    """Draw as a script would."""
    model = read_keras(code_of(units, steps, features, form))
    return unroll(model, words[:steps], weights=weights).tied(*TIES)


@sampled(60)
@given(
    units=st.one_of(st.integers(1, 8), st.just(128)),
    features=st.one_of(st.integers(1, 8), st.just(50)),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    form=st.sampled_from(sorted(FORMS)),
    ties=st.sets(st.sampled_from(TIES)),
)
def test_nothing_in_an_unrolled_picture_overlaps(units, features, words, form, ties):
    """In neither layout, whatever the code says."""
    model = read_keras(code_of(units, len(words), features, form))
    picture = unroll(model, words, weights=weights_of(units, features)).tied(*ties)
    check_rules(picture, page=None, phone=None)


@sampled(40)
@given(
    st.one_of(st.integers(1, 8), st.just(128)), st.integers(1, 12), st.integers(1, 8), st.sampled_from(sorted(FORMS))
)
def test_the_narrow_layout_of_short_words_fits_a_phone(units, steps, features, form):
    """288 pixels, whatever the units, steps and features."""
    words = (["I", "am", "groot"] * 4)[:steps]
    model = read_keras(code_of(units, steps, features, form))
    assert unroll(model, words, weights=weights_of(units, features)).tied(*TIES).narrow.size_px[0] <= 288


@pytest.mark.parametrize("words", [["an", "extraordinarily", "plain", "film", "characterization"], ["the", "movie"]])
def test_names_and_dots_keep_clear_of_long_words(words):
    """The name of a state above a word, or the dots between two, could otherwise be read as part of them."""
    picture = unroll(read_keras(code_of(steps=len(words))), words).tied(*TIES)
    for form in (picture, picture.narrow):
        frames = [shape.frame.grown(5) for shape in form.shapes if isinstance(shape, Word)]
        labels = [text.frame for shape in form.shapes if isinstance(shape, Label) for text in shape.texts]
        assert not any(frame.meets(label) for frame in frames for label in labels)


def test_the_natural_widths_match_the_guide():
    """4 units fit the figure's box with wide cells, 5 with close ones, both with large numbers; longer words don't."""
    assert picture_of(4).size_px[0] <= 728
    assert picture_of(5).size_px[0] <= 728
    sizes = {shape.style.size for units in (4, 5) for shape in picture_of(units).shapes if isinstance(shape, Vector)}
    assert sizes == {13}
    assert 728 < picture_of(6, 4, words=["I", "am", "groot", "too"]).size_px[0] <= 848


@pytest.mark.parametrize("units", [1, 2, 3, 5, 6, 128])
def test_picture_code_alt_text_and_description_have_the_same_number(units):
    """If the code changes, they all do."""
    picture = picture_of(units)
    shown = {shape.name: [text.text for text in shape.texts] for shape in picture.shapes}
    assert len(shown["output"]) == (units if units <= 6 else 4)
    assert str(units) in shown["code"]
    assert f"{units} unit" in picture.alt
    assert f"SimpleRNN({units}, " in picture.description["text"]
    assert f"{units} unit" in picture.description["text"]
    if units <= 6:
        assert picture.description["rows"][-1][-1].count(",") == units - 1


def test_narrow_code_breaks_after_commas_and_preferably_outside_brackets():
    """A shape isn't split if there is another comma."""
    (code,) = [shape for shape in picture_of(128, 12, 50, words=["a"] * 12).narrow.shapes if shape.name == "code"]
    assert code.lines == ("SimpleRNN(128,", "    input_shape=(12, 50))")


def test_each_tie_ends_above_its_argument():
    """Wherever that is in the line."""
    for form in FORMS:
        picture = picture_of(form=form)
        shapes = {shape.name: shape for shape in picture.shapes}
        code = shapes["code"]
        for spot in code.spots:
            tie = shapes[f"tie-{spot.argument}"].marks()[-1].path.points[-1]
            assert (tie.x, code.place(spot).y - tie.y) == pytest.approx((code.place(spot).x, 13))


@pytest.mark.parametrize(
    ("most_steps", "drawn"), [(3, [1, 2, 8]), (6, [1, 2, 8]), (8, list(range(1, 9))), (20, list(range(1, 9)))]
)
def test_the_author_can_choose_how_many_steps_are_drawn(most_steps, drawn):
    """In both layouts, however wide that is; the description covers all of them."""
    picture = unroll(read_keras(code_of(1, 8)), WORDS[:1] * 8, most_steps=most_steps)
    for form in (picture, picture.narrow):
        assert [int(shape.name[6:]) for shape in form.shapes if shape.name.startswith("block-")] == drawn
        check_picture(form)
    assert len(picture.steps) == 8
