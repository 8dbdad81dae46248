"""The loop, and the loop next to its unrolling."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_arrows, check_rules, shapes_of
from tests.sampling import sampled
from unrolled import read_keras, rolled
from unrolled.geometry import Frame
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Block
from unrolled.shapes.text import Label, Word

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree"]
CODE = "model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"
SENTENCE = ["I", "am", "groot"]


def texts(picture):
    """Join each shape's texts."""
    return {shape.name: " ".join(text.text for text in shape.texts) for shape in picture.shapes if shape.texts}


@sampled(60)
@given(
    layer=st.sampled_from(["SimpleRNN", "GRU", "LSTM"]),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
    sequences=st.booleans(),
    backwards=st.booleans(),
)
def test_loops_and_chains_keep_clear_of_one_another(layer, words, sequences, backwards):
    """In both layouts; blocks are on one line and evenly spaced, except where steps are left out."""
    options = f"return_sequences={sequences}, go_backwards={backwards}"
    model = read_keras(f"m = Sequential([Input(({len(words)}, 2)), {layer}(3, {options})])")
    picture = rolled(model, words)
    for form in check_rules(picture, page=None, phone=None):
        check_arrows(form)
        ends = [shape.bounds for shape in form.shapes if isinstance(shape, Block | Word | Label)]
        for arrow in (shape for shape in form.shapes if isinstance(shape, Arrow) and shape.head):
            tip = Frame.about(arrow.points[-1].x, arrow.points[-1].y, 18, 18)
            assert any(tip.meets(frame) for frame in ends), arrow.name
    shapes = shapes_of(picture)
    blocks = [shape for name, shape in shapes.items() if name.startswith("block-")]
    assert {round(shape.frame.top, 6) for shape in blocks} == {round(shapes["loop-block"].frame.top, 6)}
    pitches = [other.frame.left - one.frame.left for one, other in pairwise(blocks)]
    assert len({round(pitch, 6) for pitch in (pitches if len(words) <= 4 else pitches[:1])}) <= 1
    assert [text for name, text in texts(picture).items() if name.startswith("word-")] == [
        ([*words][::-1] if backwards else words)[shape.step - 1] for shape in blocks
    ]


@sampled(30)
@given(st.sampled_from(["SimpleRNN", "LSTM"]), st.integers(1, 12), st.booleans())
def test_the_narrow_layout_of_short_words_fits_a_phone(layer, steps, sequences):
    """And three of them fit the figure's box across."""
    model = read_keras(f"m = Sequential([Input(({steps}, 2)), {layer}(3, return_sequences={sequences})])")
    picture = rolled(model, (SENTENCE * 4)[:steps])
    assert picture.narrow.size_px[0] <= 288
    assert steps > 3 or picture.size_px[0] <= 720


def test_the_loop_leaves_its_block_and_comes_back_to_it():
    """At the same height, four pixels from its rims, with a gap for the output."""
    shapes = shapes_of(rolled(read_keras(CODE)))
    block, loop = shapes["loop-block"].frame, shapes["loop-h-arrow"]
    for point, x in ((loop.points[0], block.right + 4), (loop.points[-1], block.left - 4)):
        assert (point.x, point.y) == pytest.approx((x, block.centre))
    assert loop.head
    (gap,) = loop.breaks
    assert (gap.x, gap.y) == pytest.approx((block.middle, loop.points[2].y))


def test_an_lstm_has_two_loops_with_the_memory_thicker():
    """Both are passed on between two blocks."""
    picture = rolled(read_keras("m = Sequential([Input((3, 2)), LSTM(4)])"), SENTENCE)
    shapes = shapes_of(picture)
    assert shapes["loop-c-arrow"].role == shapes["c-1-arrow"].role == "memory"
    assert shapes["loop-h-arrow"].role == shapes["h-1-arrow"].role == "flow"
    assert (texts(picture)["c-1"], texts(picture)["h-2"]) == ("c₁", "h₂")
    lane = shapes["loop-lane"].bounds
    assert all(lane.holds(shapes[f"loop-{state}"].bounds) for state in "ch")
