"""Schematic forms of models."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formulations
from tests.diagrams.pictures import check_arrows, check_rules, saved_svg, shapes_of, texts_of
from tests.sampling import sampled
from unrolled import formulation, read_keras
from unrolled.geometry import Frame
from unrolled.shapes.arrows import Arrow, Disc
from unrolled.shapes.blocks import Block, Lane
from unrolled.shapes.cells import Strip

STATES = """a = Input((3, 2))
_, h, c = LSTM(4, return_state=True)(a)
b = Input((5, 2))
d = LSTM(4, return_sequences=True)(b, initial_state=[h, c])
model = Model([a, b], TimeDistributed(Dense(2))(d))"""


def model_of(code):
    """Read a model as an article writes it."""
    return read_keras(code if "\n" in code else f"m = {code}")


def test_inputs_of_encoder_and_decoder_are_distinguished(tmp_path):
    """Each group has a line below it, as long as the group, and a name."""
    picture = formulation(model_of(STATES))
    svg = saved_svg(picture, tmp_path / "p.svg")
    assert [texts_of(svg, f"form-1-{number}-input-part") for number in (1, 2)] == [["encoder"], ["decoder"]]
    shapes = shapes_of(picture)
    for number, steps in ((1, (1, 3)), (2, (1, 5))):
        line = shapes[f"form-1-{number}-input-part-line"]
        first, last = (shapes[f"form-1-{number}-input-{step}"].frame for step in steps)
        assert first.left <= line.start.x <= first.middle
        assert last.middle <= line.to.x <= last.right


@st.composite
def codes(draw):
    """Generate a model of any form."""
    layer = st.sampled_from(["SimpleRNN", "GRU", "LSTM"])
    steps, decoded = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    units, features = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    lower = [f"{draw(layer)}({units}, return_sequences=True)" for _ in range(draw(st.integers(0, 2)))]
    kind = draw(st.sampled_from(["one to many", "many to one", "aligned", "repeated"]))
    last, every = f"{draw(layer)}({units})", f"{draw(layer)}({units}, return_sequences=True)"
    rows = {
        "one to many": [f"Input(({features},))", f"RepeatVector({steps})", *lower, every],
        "many to one": [f"Input(({steps}, {features}))", *lower, last],
        "aligned": [f"Input(({steps}, {features}))", *lower, every],
        "repeated": [f"Input(({steps}, {features}))", *lower, last, f"RepeatVector({decoded})", every],
    }[kind]
    dense = draw(st.sampled_from([[], ["Dense(3)"], ["TimeDistributed(Dense(70))"]]))
    if "Time" in "".join(dense) and kind == "many to one":
        dense = []
    return f"Sequential([{', '.join([*rows, *dense])}])"


@sampled(50)
@given(st.lists(codes(), min_size=1, max_size=4))
def test_small_multiples_keep_clear_of_one_another(written):
    """Blocks in their lanes, unobstructed arrows, in both layouts; the narrow one fits a phone."""
    picture = formulation(*map(model_of, written))
    for form in check_rules(picture, page=912):
        check_arrows(form, branching=True)
        lanes = [frame for shape in form.shapes if isinstance(shape, Lane) for frame in shape.frames]
        blocks = [shape.frame for shape in form.shapes if isinstance(shape, Block)]
        assert all(sum(lane.holds(block) for lane in lanes) == 1 for block in blocks)
        assert not any(one.meets(other) for place, one in enumerate(lanes) for other in lanes[:place])
        strips = [shape.frame for shape in form.shapes if isinstance(shape, Strip)]
        assert not any(one.meets(other) for place, one in enumerate(strips) for other in [*strips[:place], *lanes])
        dots = [shape.bounds for shape in form.shapes if isinstance(shape, Disc)]
        for arrow in (shape for shape in form.shapes if isinstance(shape, Arrow)):
            start, tip = (Frame.about(end.x, end.y, 9, 9) for end in (arrow.points[0], arrow.points[-1]))
            assert any(tip.meets(frame) for frame in [*blocks, *strips]), arrow.name
            assert any(start.meets(frame) for frame in [*blocks, *strips, *dots]), arrow.name


def test_frames_are_equal_and_aligned_in_a_row():
    """Inputs are at the same height in all of them, and so are outputs."""
    picture = formulations.draw()
    lines = [shape.start.x for name, shape in shapes_of(picture).items() if name.startswith("between")]
    assert len(lines) == 4
    assert len({round(after - before, 3) for before, after in pairwise(lines)}) == 1
    strips = [shape for shape in picture.shapes if isinstance(shape, Strip)]
    assert len({round(shape.at.y, 3) for shape in strips if shape.role == "embedding"}) == 1
    assert len({round(shape.at.y, 3) for shape in strips if shape.role == "output"}) == 1
    assert picture.size_px[0] <= 848


def test_an_example_says_what_a_form_is_used_for():
    """It replaces the names of layers, which the rows already have; there must be one for each form."""
    shown = shapes_of(formulations.draw())
    said = [shown[f"form-{number}-layers"].text for number in range(1, 6)]
    assert said == list(formulations.FORMS)


def test_strips_are_as_long_as_their_vectors():
    """A cell for each number; a longer one shows its length."""
    shapes = shapes_of(formulation(model_of("Sequential([Input((2, 3)), LSTM(128, return_sequences=True)])")))
    assert shapes["form-1-1-input-1"].size == 3
    assert [text.text for text in shapes["form-1-output-2"].texts] == ["128"]
    assert shapes["form-1-output-2"].role == "state"


def test_states_are_passed_from_the_last_block_to_the_first():
    """In a straight line, with names."""
    shapes = shapes_of(formulation(model_of(STATES)))
    start, end = shapes["form-1-states-arrow"].points
    assert 0 < start.x - shapes["form-1-1-row-1-step-3"].frame.right <= 4
    assert 0 < shapes["form-1-2-row-1-step-1"].frame.left - end.x <= 4
    assert start.y == end.y
    assert shapes["form-1-states"].text == "h, c"


def ways_of(picture, row):
    """Return the direction in which a row's states go: right is 1."""
    arrows = [
        shape.points for name, shape in shapes_of(picture).items() if name.startswith(f"form-1-1-row-{row}-state")
    ]
    return {1 if end.x > start.x else -1 for start, end in arrows}


def outputs_of(picture):
    """List the steps that have an output."""
    return [shape.step for shape in picture.shapes if isinstance(shape, Strip) and "output" in shape.name]


def test_a_layer_that_reads_backwards_ends_on_the_left():
    """Its arrows point left, and its last state leaves there."""
    picture = formulation(model_of("Sequential([Input((3, 2)), GRU(4, go_backwards=True), Dense(1)])"))
    assert ways_of(picture, 1) == {-1}
    assert outputs_of(picture) == [1]
    assert [
        shape.step for name, shape in shapes_of(picture).items() if "row-2-step" in name and "arrow" not in name
    ] == [1]


@pytest.mark.parametrize(("upper", "ways", "ends"), [("False", {-1}, [1]), ("True", {1}, [3])])
def test_a_sequence_read_backwards_is_not_reversed_again(upper, ways, ends):
    """A layer above reads it in the order in which it is passed on, as in Keras, or from the other end."""
    lower = "GRU(4, go_backwards=True, return_sequences=True)"
    picture = formulation(model_of(f"Sequential([Input((3, 2)), {lower}, LSTM(4, go_backwards={upper})])"))
    assert ways_of(picture, 1) == {-1}
    assert ways_of(picture, 2) == ways
    assert outputs_of(picture) == ends
