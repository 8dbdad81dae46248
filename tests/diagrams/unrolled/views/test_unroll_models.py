"""Unrolled models of every kind: geometry, text, and errors."""

import re
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules
from tests.diagrams.wiring import check_even, check_wiring
from tests.sampling import sampled, some
from unrolled import Weights, embed, initial_weights, read_keras, run_model, unroll
from unrolled.i18n import text_of
from unrolled.layers import known
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Skipped
from unrolled.shapes.cells import Vector
from unrolled.shapes.shape import Area
from unrolled.shapes.text import Label

WORDS = ["I", "am", "groot"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
KINDS = ("SimpleRNN", "GRU", "LSTM")


def weights_of(model):
    """Return weights of a new layer, since readable ones would take long to find."""
    return [initial_weights(node.layer, node.shape, seed=3) for node in model.first_uses]


def picture_of(code, words=("I", "am", "groot"), **options):
    """Draw with quickly found weights."""
    model = read_keras(code)
    return unroll(model, list(words), weights=weights_of(model), **options)


@st.composite
def words(draw, steps):
    """Generate words of 1 to 20 letters."""
    return [draw(st.text(LETTERS, min_size=1, max_size=20)) for _ in range(steps)]


@st.composite
def layers(draw):
    """Generate a stack of up to four recurrent layers, with others below, between and above them."""
    calls = []
    if draw(st.booleans()):
        calls.append("Masking()")
    count = draw(st.integers(1, 4))
    ends_whole = draw(st.booleans())
    both_below = False
    for number in range(count):
        whole = ends_whole or number < count - 1
        options = f"{draw(st.integers(1, 16))}{', return_sequences=True' if whole else ''}"
        kind = draw(st.sampled_from((*KINDS, "Bidirectional")))
        if kind == "Bidirectional":
            both_below = True
            mode = draw(st.sampled_from(("'concat'", "'sum'", "'mul'", "'ave'")))
            calls.append(f"Bidirectional({draw(st.sampled_from(KINDS))}({options}), merge_mode={mode})")
        else:
            calls.append(f"{kind}({options})")
    if not both_below and count == 1 and draw(st.booleans()):
        calls[-1] = calls[-1][:-1] + ", go_backwards=True)"
    last = len(calls)
    if draw(st.booleans()):
        calls.insert(last, "Dropout(0.5)")
    top = draw(st.sampled_from(("", "Dense(3, activation='softmax')", "TimeDistributed(Dense(7))", "Flatten()")))
    if top and (ends_whole or not top.startswith("Time")):
        calls.append(top)
    elif count == 1 and not both_below and draw(st.booleans()):
        calls[last - 1] = calls[last - 1][:-1] + ", return_state=True)"
        calls = calls[:last]
    return calls


@sampled(50)
@given(st.data(), layers(), st.integers(1, 12), st.integers(1, 8))
def test_any_stack_keeps_to_the_rules(data, calls, steps, features):
    """In both layouts: nothing overlaps, text stays in its shape, arrows end at rims, gaps are even."""
    sentence = data.draw(words(steps))
    code = f"m = Sequential([Input(({steps}, {features})), {', '.join(calls)}])"
    vectors = np.random.default_rng(steps).uniform(-1, 1, (steps, features)).round(1)
    if calls[0] == "Masking()":
        vectors[data.draw(st.integers(0, steps - 1))] = 0
    picture = picture_of(code, sentence, embeddings=vectors)
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)
        check_even(form)


@sampled(40)
@given(
    kind=st.sampled_from(KINDS),
    units=st.integers(1, 16),
    steps=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    depth=st.integers(1, 2),
    data=st.data(),
)
def test_an_encoder_and_its_decoder_keep_to_the_rules(kind, units, steps, depth, data):
    """States go around the figure, and no lines cross."""
    sentences = [data.draw(words(count)) for count in steps]
    picture = picture_of(translator(kind, units, *steps, depth), sentences)
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)


def translator(kind="LSTM", units=4, reads=3, says=3, depth=1):
    """Write an encoder–decoder with one or two layers each."""
    states = {"LSTM": "h{0}, c{0}"}.get(kind, "h{0}")
    lines = [f"x, y = Input(({reads}, 2)), Input(({says}, 2))"]
    for layer in range(depth):
        whole = layer < depth - 1
        sequences = ", return_sequences=True" if whole else ""
        lines.append(f"x, {states.format(layer)} = {kind}({units}{sequences}, return_state=True)(x)")
    for layer in range(depth):
        lines.append(f"y = {kind}({units}, return_sequences=True)(y, initial_state=[{states.format(layer)}])")
    lines[0] = f"a, b = Input(({reads}, 2)), Input(({says}, 2))\nx, y = a, b"
    return "\n".join([*lines, "m = Model([a, b], y)"])


@pytest.mark.parametrize("steps", [(1, 5), (3, 3)])
def test_an_encoder_may_read_in_both_directions_first(steps):
    """Its decoder is above it then, not beside it, where its words would be below the wrong lane."""
    code = translator("SimpleRNN", 3, *steps).replace(
        "x, h0", "x = Bidirectional(GRU(3, return_sequences=True))(x)\nx, h0"
    )
    picture = picture_of(code, [["groot"] * count for count in steps])
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)


def test_the_last_state_of_an_encoder_may_also_be_read_by_a_layer():
    """Down the page, time goes on from it to that layer, and the decoder starts with it again."""
    code = translator("GRU", 4, 3, 2)
    code = code.replace("\ny = GRU", "\nd = Dense(3)(x)\ny = GRU").replace("Model([a, b], y)", "Model([a, b], [d, y])")
    picture = picture_of(code, [["I", "am", "groot"], ["we", "are"]])
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)
    kept = next(shape for shape in picture.narrow.shapes if shape.name == "layer0-output")
    (into,) = [shape for shape in picture.narrow.shapes if shape.name == "layer1-input-3-arrow"]
    assert kept.frame.bottom < into.points[0].y < into.points[-1].y


@sampled(30)
@given(st.sampled_from(KINDS), st.integers(1, 6), st.integers(1, 6), st.integers(1, 12), st.integers(1, 12))
def test_a_repeated_vector_goes_to_each_step(kind, below, above, steps, times):
    """Along a line that branches."""
    code = (
        f"m = Sequential([Input(({steps}, 2)), {kind}({below}), RepeatVector({times}), "
        f"{kind}({above}, return_sequences=True), TimeDistributed(Dense(2))])"
    )
    picture = picture_of(code, ["word"] * steps)
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)


@sampled(30)
@given(st.data(), st.integers(1, 12), st.integers(1, 8), st.sampled_from(KINDS), st.integers(1, 16), st.booleans())
def test_looked_up_words_keep_to_the_rules(data, steps, size, kind, units, padded):
    """A word, its row of the table, its vector; padding is skipped."""
    sentence = data.draw(words(steps))
    if padded and steps > 1:
        sentence[data.draw(st.integers(0, steps - 1))] = "[PAD]"
    code = f"m = Sequential([Input(({steps},)), Embedding(20, {size}, mask_zero=True), {kind}({units})])"
    picture = picture_of(code, sentence)
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)


@sampled(30)
@given(
    kind=st.sampled_from(KINDS),
    units=st.integers(1, 4),
    steps=st.integers(1, 12),
    options=st.sampled_from(("", ", return_sequences=True", ", go_backwards=True", ", return_state=True")),
    over=st.sampled_from(("", ", Dense(2, activation='softmax')")),
)
def test_the_narrow_layout_of_short_words_fits_a_phone(kind, units, steps, options, over):
    """288 pixels, up to four units."""
    over = "" if "state" in options else over
    code = f"m = Sequential([Input(({steps}, 2)), {kind}({units}{options}){over}])"
    assert picture_of(code, (["I", "am", "groot"] * 4)[:steps]).narrow.size_px[0] <= 288


@pytest.mark.parametrize("kind", KINDS)
def test_two_layers_of_four_units_fit_the_figure_s_box(kind):
    """As in the guide."""
    for over in ("", f", {kind}(4)", ", TimeDistributed(Dense(4))"):
        code = f"m = Sequential([Input((3, 2)), {kind}(4, return_sequences=True){over}])"
        assert picture_of(code).size_px[0] <= 720


STACK = "m = Sequential([Input((3, 2)), {}])"


def shown(picture, name):
    """Return the texts of a part."""
    return next([text.text for text in shape.texts] for shape in picture.shapes if shape.name == name)


def arrow(picture, name):
    """Find an arrow by name."""
    return next(shape for shape in picture.shapes if shape.name == name and isinstance(shape, Arrow))


def test_memory_is_passed_on_beside_the_state():
    """On a line twice as thick, in its own colour."""
    picture = picture_of(STACK.format("LSTM(4)"))
    lines = [arrow(picture, f"{kind}-1-arrow").marks()[0] for kind in ("memory", "state")]
    assert [(line.token, line.width) for line in lines] == [("memory", 3), ("flow", 1.5)]
    assert {shown(picture, name)[0] for name in ("memory-1-name", "state-1-name")} == {"c₁", "h₁"}


@pytest.mark.parametrize(("units", "beside"), [(2, True), (4, False)])
def test_a_memory_is_beside_its_state_on_a_phone_if_it_fits(units, beside):
    """Otherwise it is above it, and the picture is longer."""
    picture = picture_of(f"m = Sequential([Input((3, 2)), LSTM({units}, return_sequences=True)])").narrow
    parts = {shape.name: shape.frame for shape in picture.shapes if isinstance(shape, Vector)}
    memory, state = parts["memory-1"], parts["state-1"]
    assert (memory.centre == state.centre) is beside
    assert memory.right < state.left if beside else memory.bottom < state.top
    assert picture.size_px[0] <= 288


def test_a_backward_layer_reads_from_the_right():
    """The words stay in order; states are numbered in the order in which they appear."""
    picture = picture_of(STACK.format("GRU(2, go_backwards=True, return_sequences=True)"))
    frames = {shape.name: shape.frame for shape in picture.shapes if isinstance(shape, Vector)}
    assert frames["state-0"].left > frames["output-1"].left > frames["output-2"].left
    assert frames["embedding-1"].left < frames["embedding-3"].left
    assert frames["output-1"].middle == frames["embedding-3"].middle
    run = arrow(picture, "state-1-arrow")
    assert run.points[1].x < run.points[0].x
    assert [picture.parts[f"word-{number}"]["step"] for number in (1, 2, 3)] == [3, 2, 1]
    assert [step.split(" (")[0] for step in picture.steps] == ["“groot”", "“am”", "“I”"]


def test_a_word_is_looked_up_when_it_is_read():
    """Not earlier, if the sentence is read from its end."""
    parts = picture_of("m = Sequential([Input((3,)), Embedding(4, 2), GRU(2, go_backwards=True)])").parts
    names = ("word-3", "layer0-step3-block", "layer0-step3-output", "layer1-step1-block", "layer1-input-3-arrow")
    assert {parts[name]["step"] for name in names} == {1}


def test_a_skipped_step_is_bypassed():
    """One line leads from the block before it to the block after it, and nothing enters it."""
    vectors = [[0.5, 0.4], [0, 0], [0.7, -0.2]]
    picture = picture_of(STACK.format("Masking(), SimpleRNN(4)"), embeddings=vectors)
    (skipped,) = [shape for shape in picture.shapes if isinstance(shape, Skipped)]
    run = arrow(picture, "state-1-arrow")
    assert run.points[0].x < skipped.frame.left < skipped.frame.right < run.points[-1].x
    assert not [shape for shape in picture.shapes if shape.name == "embedding-2-arrow"]
    assert shown(picture, "state-1") == shown(picture, "state-2")
    assert "“am” is skipped, and h₁ stays as it is" in picture.steps[1]


def test_the_winner_is_determined_before_rounding():
    """Two numbers that print the same may differ."""
    model = read_keras(STACK.format("SimpleRNN(2, return_sequences=True), Dense(2, activation='softmax')"))
    recurrent, _ = weights_of(model)
    dense = Weights(kernel=np.zeros((2, 2)), bias=np.array([0.0, 0.01]))
    picture = unroll(model, ["I", "am", "groot"], weights=[recurrent, dense], classes=["no", "yes"])
    answer = next(shape for shape in picture.shapes if shape.name == "layer1-step2-output")
    assert answer.cells == ("0.5", "0.5")
    assert answer.winner == 1
    assert shown(picture, "layer1-step2-output-class") == ["yes"]


@pytest.mark.parametrize(("mode", "sign"), [("sum", "+"), ("ave", "+"), ("mul", "×")])
def test_two_directions_meet_in_an_operator(mode, sign):
    """Or side by side, with a line between the halves."""
    picture = picture_of(STACK.format(f"Bidirectional(GRU(2, return_sequences=True), merge_mode='{mode}')"))
    assert {shape.sign for shape in picture.shapes if shape.name.endswith("-sign")} == {sign}
    assert shown(picture, "layer0-output-label") == [mode]
    assert {shape.sign for shape in picture.narrow.shapes if shape.name.endswith("-sign")} == {sign}


def test_a_state_that_comes_out_has_its_numbers_only_there():
    """Across the page, its name is on the wire; down it, it comes out of the wire."""
    picture = picture_of(STACK.format("GRU(2, return_sequences=True)"))
    wide, narrow = ({shape.name for shape in form.shapes} for form in (picture, picture.narrow))
    assert {"output-1", "state-1-name"} <= wide
    assert "state-1" in narrow - wide


def test_concat_has_a_line_between_the_halves():
    """Forward first."""
    picture = picture_of(STACK.format("Bidirectional(GRU(2, return_sequences=True))"))
    vectors = {shape.name: shape for shape in picture.shapes if isinstance(shape, Vector)}
    assert vectors["layer0-step1-output"].half == 2
    assert vectors["layer0-step1-output"].cells[:2] == vectors["layer0-forward-step1-state"].cells


def test_the_backward_direction_is_hollow_everywhere():
    """So that one can see which half of an output comes from which direction."""
    picture = picture_of("m = Sequential([Input((3, 2)), Bidirectional(GRU(2, return_sequences=True))])")
    for form in (picture, picture.narrow):
        states = [shape for shape in form.shapes if isinstance(shape, Vector) and "-state" in shape.name]
        assert {shape.fill for shape in states if "backward" in shape.name} == {"block"}
        assert {shape.fill for shape in states if "forward" in shape.name} == {None}
        answer = next(shape for shape in form.shapes if shape.name == "layer0-step1-output")
        hollow = [mark for mark in answer.marks() if isinstance(mark, Area) and mark.token == "block"]
        assert len(hollow) == len(answer.cells) - answer.half


def test_a_lane_extends_as_far_as_what_is_above_it():
    """Its right end is flush with the last vector."""
    picture = picture_of("m = Sequential([Input((3, 2)), SimpleRNN(5, return_sequences=True)])")
    shapes = {shape.name: shape for shape in picture.shapes}
    (lane,) = shapes["lane"].frames
    assert lane.right == pytest.approx(shapes["output-3"].bounds.right, abs=1)


def test_every_value_shown_is_in_the_table():
    """The table has the same numbers as the cells."""
    picture = picture_of(translator(), [["I", "am", "groot"], ["je", "suis", "groot"]])
    told = " ".join(text for row in picture.description["rows"] for text in row)
    for shape in picture.shapes:
        if isinstance(shape, Vector):
            assert ", ".join(shape.cells) in told, shape.name
    assert len(picture.steps) == 6


def test_a_table_that_is_too_wide_has_a_row_for_each_vector():
    """Screen readers read rows, and nobody can keep track of eleven columns."""
    code = STACK.format("LSTM(2, return_sequences=True), LSTM(2, return_sequences=True), LSTM(2)")
    picture = picture_of(code)
    assert picture.description["head"] == ["time step", "word", "what", "numbers"]
    rows = {tuple(row[:3]): row[3] for row in picture.description["rows"]}
    vectors = {shape.name: ", ".join(shape.cells) for shape in picture.shapes if isinstance(shape, Vector)}
    assert rows["2", "am", "layer 2 LSTM(2): state"] == vectors["layer1-step2-output"]
    assert rows["start", "", "layer 1 LSTM(2): memory"] == "0, 0"
    assert len(rows) == len(picture.description["rows"]) == 3 + 3 * 2 * 4
    assert not [row for row in picture.without("memory").description["rows"] if "memory" in row[2]]
    shown = picture.until(2).description["rows"]
    assert all(bool(row[3]) == (row[0] != "3") for row in shown)


def test_steps_and_features_of_several_layers_can_be_tied():
    """Unlike their units."""
    picture = picture_of(STACK.format("GRU(2, return_sequences=True), GRU(2)"))
    tied = picture.tied("time_steps", "features")
    check_picture(tied)
    assert [shape.name for shape in tied.shapes if isinstance(shape, Label) and shape.name == "layer0-layer-label"]


@pytest.mark.parametrize("option", ["", ", return_sequences=True", ", return_state=True", ", go_backwards=True"])
@pytest.mark.parametrize("kind", some(KINDS[::-1], one_in=3))
@pytest.mark.parametrize("last", [True, False])
def test_ties_keep_clear_of_one_another_whatever_the_layer(kind, option, last):
    """The units come first in the code, or last."""
    code = "m = Sequential([{}({})])"
    inside = f"input_shape=(3, 2){option}, units=3" if last else f"3{option}, input_shape=(3, 2)"
    picture = picture_of(code.format(kind, inside)).tied("units", "time_steps", "features")
    check_picture(picture)
    check_wiring(picture)
    check_picture(picture.narrow)


VALUES = {
    "activation": ("'relu'", "'sigmoid'"),
    "recurrent_activation": ("'hard_sigmoid'",),
    "use_bias": ("False",),
    "kernel_initializer": ("'ones'",),
    "recurrent_initializer": ("'identity'",),
    "bias_initializer": ("'ones'",),
    "unit_forget_bias": ("False",),
    "reset_after": ("False",),
    "return_sequences": ("True",),
    "return_state": ("True",),
    "go_backwards": ("True",),
    "unroll": ("True",),
    "stateful": ("True",),
    "zero_output_for_mask": ("True",),
    "name": ("'reader'",),
    "units": ("5",),
    "input_shape": (),
}
"""A value for each argument; the last one sets the shape, as in every model here."""


def arguments_of(layer):
    """Return a layer's arguments that affect the computation."""
    return sorted({"input_shape", *(each.name for each in fields(known()[layer]))})


@pytest.mark.parametrize("case", some([(each, name) for each in KINDS for name in arguments_of(each)], one_in=3))
def test_every_argument_is_drawn_with_the_numbers_it_produces(case):
    """With and without a mask: none is left out, and no number changes on its way to the figure."""
    layer, argument = case
    for value in VALUES[argument]:
        said = f"{layer}(units=3, {argument}={value})" if argument != "units" else f"{layer}(units={value})"
        for mask in ("", "Masking(), "):
            code = f"m = Sequential([Input(batch_shape=(1, 3, 2)), {mask}{said}])"
            vectors = [[0.5, 0.4], [0.3, -0.6], [0, 0]]
            picture = picture_of(code, embeddings=vectors)
            for form in (picture, picture.narrow):
                check_picture(form)
                check_wiring(form)
            trace = picture.scene.trace
            cells = {shape.name: shape.cells for shape in picture.shapes if isinstance(shape, Vector)}
            rows = trace.output if trace.output.ndim == 2 else [trace.output]
            names = ["output"] if trace.output.ndim == 1 else [f"output-{step}" for step in (1, 2, 3)]
            for name, row in zip(names, rows, strict=True):
                assert list(cells[name]) == [text_of(float(number)) for number in row]


@sampled(50)
@given(
    st.data(),
    st.sampled_from(KINDS),
    st.sampled_from(KINDS),
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    st.integers(1, 12),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_two_directions_keep_to_the_rules(data, one, other, units, steps, whole, states, masked):
    """Whatever each direction is, and however their outputs are merged."""
    mode = data.draw(st.sampled_from(("'concat'", "None", "'sum'", "'mul'", "'ave'")))
    there, back = (units[0], units[0]) if mode not in ("'concat'", "None") else units
    alike = (one == "LSTM") == (other == "LSTM")  # Keras counts the states of the first layer twice
    options = f"return_sequences={whole}, return_state={states and alike}"
    first, second = f"{one}({there}, {options})", f"{other}({back}, {options}, go_backwards=True)"
    mask = "Masking(), " if masked else ""
    code = f"m = Sequential([Input(({steps}, 2)), {mask}Bidirectional({first}, {mode}, backward_layer={second})])"
    vectors = np.random.default_rng(steps).uniform(-1, 1, (steps, 2)).round(1)
    vectors[data.draw(st.integers(0, steps - 1))] = 0
    picture = picture_of(code, data.draw(words(steps)), embeddings=vectors)
    for form in check_rules(picture, page=None, phone=None):
        check_wiring(form)
        check_even(form)


@sampled(60)
@given(
    kind=st.sampled_from(KINDS),
    units=st.one_of(st.integers(1, 8), st.just(64)),
    features=st.integers(1, 8),
    steps=st.integers(1, 12),
    options=st.sampled_from(("", ", return_sequences=True", ", return_state=True")),
    mode=st.sampled_from(("'concat'", "None", "'sum'")),
    masked=st.booleans(),
)
def test_two_directions_fit_the_page_and_a_phone(kind, units, features, steps, options, mode, masked):
    """848 and 288 pixels with short words, whatever the layer."""
    layer = f"Bidirectional({kind}({units}{options}), {mode})"
    code = f"m = Sequential([Input(({steps}, {features})), {'Masking(), ' if masked else ''}{layer}])"
    vectors = np.random.default_rng(steps).uniform(-1, 1, (steps, features)).round(1)
    vectors[-1] *= not masked
    picture = picture_of(code, (["I", "am", "groot"] * 4)[:steps], embeddings=vectors)
    assert picture.size_px[0] <= 848
    assert picture.narrow.size_px[0] <= 288


def test_numbers_are_large_in_the_guides_models():
    """13 px in both layouts, with few units in few steps."""
    for layers in (
        "SimpleRNN(4, return_sequences=True), SimpleRNN(4)",
        "SimpleRNN(4, return_sequences=True), TimeDistributed(Dense(3))",
        "Bidirectional(SimpleRNN(2, return_sequences=True))",
        "Bidirectional(LSTM(2))",
        "LSTM(4, return_state=True)",
    ):
        picture = picture_of(f"m = Sequential([Input((3, 2)), {layers}])", embeddings=np.full((3, 2), -0.5))
        vectors = [shape for form in (picture, picture.narrow) for shape in form.shapes if isinstance(shape, Vector)]
        assert {vector.style.size for vector in vectors} == {13}


def test_each_direction_steps_in_its_own_order():
    """In step 1, the backward layer is at the last word; a layer above waits for both."""
    code = STACK.format("Bidirectional(SimpleRNN(2, return_sequences=True)), SimpleRNN(1)")
    picture = picture_of(code)
    first, second, third, fourth, fifth = picture.steps
    forward, backward = (", ".join(shown(picture, f"layer0-{way}-step1-state")) for way in ("forward", "backward"))
    assert first == (
        f"layer 1, forward reads “I” (0.5, 0.4) and gives {forward}; "
        f"layer 1, backward reads “groot” (−0.7, 0.3) and gives {backward}."
    )
    assert second.startswith("“am” (0.2, −0.6); layer 1, forward gives")
    assert "layer 2 SimpleRNN(1) reads “I” and gives" in third
    assert [it.split(";")[0] for it in (fourth, fifth)] == ["“am”", "“groot”"]
    lit = {shape.name: shape.step for shape in picture.shapes}
    assert [lit[f"layer0-backward-step{turn}-block"] for turn in (1, 2, 3)] == [1, 2, 3]
    assert [lit[f"word-{number}"] for number in (1, 2, 3)] == [1, 2, 1]
    assert [lit[f"layer1-step{turn}-block"] for turn in (1, 2, 3)] == [3, 4, 5]
    rows = {row[1]: row[2:] for row in picture.until(1).description["rows"] if row[2] or row[0] == "start"}
    assert set(rows) == {"", "I", "groot"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_that_is_an_input_is_drawn_solid(kind):
    """It isn't a state of zeros."""
    names = ["s", "t"][: 2 if kind == "LSTM" else 1]
    inputs = ", ".join(["a", *names])
    code = (
        f"{inputs} = Input((3, 2)), {', '.join('Input((2,))' for _ in names)}\n"
        f"m = Model([{inputs}], {kind}(2)(a, initial_state=[{', '.join(names)}]))"
    )
    picture = picture_of(code, initial_state=[[0.5, -0.5], [0.25, 1]][: len(names)])
    vectors = {shape.name: shape for shape in picture.shapes if isinstance(shape, Vector)}
    assert vectors["state-0"].cells == ("0.5", "−0.5")
    assert not vectors["state-0"].dashed
    assert f"the initial {' and the initial '.join(['state', 'memory'][: len(names)])} give h₁" in picture.steps[0]


def test_each_step_names_the_winning_class():
    """In words: on the page it is bold, which nobody can hear.

    Two numbers may print the same; the larger one counts.
    """
    code = "m = Sequential([Input((3, 2)), SimpleRNN(4, return_sequences=True), TimeDistributed(Dense(3, 'softmax'))])"
    model = read_keras(code)
    weights = weights_of(model)
    names = ["who", "is", "it"]
    picture = unroll(model, WORDS, weights=weights, classes=names)
    answers = run_model(model, embed(WORDS), weights=weights).output
    said = [re.search("the largest for “(.*?)”", step)[1] for step in picture.steps]
    assert said == [names[answer.argmax()] for answer in answers]
    assert len(set(said)) > 1
