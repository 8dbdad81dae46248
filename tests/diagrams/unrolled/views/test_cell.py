"""The inside of a cell: its geometry, its printed numbers, its description."""

import json
import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.against_keras import by_hand
from tests.against_keras.record import RECORDED
from tests.diagrams.pictures import check_causes, check_rules, saved_svg, segments, texts_of
from tests.sampling import sampled, some
from unrolled import GRU, LSTM, SimpleRNN, cell, embed, read_keras, unroll, weights_from
from unrolled.arrays import Weights
from unrolled.geometry import Frame, Point
from unrolled.i18n import MINUS
from unrolled.recorded.operations import leaves, operand_of, origin
from unrolled.recorded.writing import formula_of
from unrolled.shapes.arrows import Arrow, Disc
from unrolled.shapes.blocks import Block, Lane, Operator
from unrolled.shapes.cells import RIM, Vector
from unrolled.shapes.gates import Belt, Board, Chip, Shutter
from unrolled.shapes.text import Word
from unrolled.views.cell import _moment_of
from unrolled.views.inside.flows import COLUMNS, ROWS, flow_of
from unrolled.views.inside.quantities import formulas, quantities
from unrolled.views.inside.things import PrintedMoment

WORDS = ["I", "am", "groot", "internationalization", "a", "understanding"]
KINDS = {
    "LSTM": LSTM,
    "GRU": GRU,
    "GRU, reset before": lambda units, **options: GRU(units, reset_after=False, **options),
    "SimpleRNN": SimpleRNN,
}
LETTERS = {
    "forget-gate": "forget",
    "input-gate": "input",
    "candidate": "candidate",
    "output-gate": "output",
    "update-gate": "update",
    "reset-gate": "reset",
}


def weights_of(layer, features, size=1.0):
    """Return arbitrary weights, since searching for readable ones would take long."""
    draw = np.random.default_rng(7).uniform
    return Weights(**{name: draw(-size, size, shape) for name, shape in layer.weight_shapes((1, features)).items()})


def framed(picture):
    """List the shapes that lines must avoid, with their frames including any second rim."""
    return [
        (shape, shape.frame.grown(RIM) if getattr(shape, "second_rim", False) else shape.frame)
        for shape in picture.shapes
        if isinstance(shape, Vector | Block | Operator | Word | Belt | Chip)
    ]


def check_cell(picture):
    """Check the rules for all pictures in both layouts, and those for the lines of a cell."""
    for form in check_rules(picture, page=None, phone=None):
        check_arrows(form)
        check_apart(form)


def check_apart(picture):
    """Check that nothing overlaps anything but the lane, and that everything that belongs to the step is inside it."""
    (lane,) = [shape for shape in picture.shapes if isinstance(shape, Lane)]
    frames = framed(picture)
    for (one, here), (other, there) in combinations(frames, 2):
        is_standing = isinstance(one, Belt) or isinstance(other, Belt)  # items are on it, and gates level with it
        assert is_standing or not here.meets(there), (one.name, other.name)
    for shape in picture.shapes:
        if isinstance(shape, Vector | Block | Operator):
            inside = lane.bounds.meets(shape.frame)
            assert not inside or lane.bounds.holds(shape.frame), shape.name


def check_arrows(picture):
    """Check that no line crosses a shape, a text or another line, and that arrowheads end 4 px from a rim."""
    arrows = [shape for shape in picture.shapes if isinstance(shape, Arrow)]
    texts = [text for shape in picture.shapes for text in shape.texts]
    right = max(shape.frame.right for shape, _ in framed(picture) if isinstance(shape, Vector))
    for arrow in arrows:
        for piece in segments(arrow):
            assert not any(piece.meets(frame) for _, frame in framed(picture)), arrow.name
            assert not any(piece.meets(text.frame) for text in texts), arrow.name
        tip = arrow.points[-1]
        if arrow.head and abs(tip.x - right) > 0.01:
            near = Frame.about(tip.x, tip.y, 0.02, 0.02).grown(4)
            assert any(near.meets(frame) for _, frame in framed(picture)), arrow.name
            assert not any(near.grown(-0.1).meets(frame) for _, frame in framed(picture)), arrow.name
    for one, other in combinations(arrows, 2):
        assert not crosses(one, other), (one.name, other.name)


def crosses(one, other):
    """Return whether two lines cross, rather than just touch."""
    for a, b in zip(one.points, one.points[1:], strict=False):
        for c, d in zip(other.points, other.points[1:], strict=False):
            if (a.x == b.x) == (c.x == d.x):
                continue
            upright, level = ((a, b), (c, d)) if a.x == b.x else ((c, d), (a, b))
            low, high = sorted(point.y for point in upright)
            left, end = sorted(point.x for point in level)
            if low < level[0].y < high and left < upright[0].x < end:
                return True
    return False


@sampled(60)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    units=st.one_of(st.integers(1, 16), st.just(128)),
    features=st.integers(1, 8),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
    data=st.data(),
)
def test_nothing_in_a_cell_overlaps(kind, units, features, words, data):
    """Whatever the layer, its options, its size, the size of its numbers, and the word."""
    activation = data.draw(st.sampled_from(["tanh", "relu", "linear", "hard_sigmoid", "softmax"]))
    layer = KINDS[kind](units, activation=activation, use_bias=data.draw(st.booleans()))
    size = data.draw(st.sampled_from([0.3, 3, 30]))
    step = data.draw(st.integers(1, len(words)))
    weights = weights_of(layer, features, size)
    picture = cell(layer, words[:3], embed(words[:3], features), weights, step=min(step, len(words[:3])))
    check_cell(picture)


def test_no_wire_crosses_the_word_at_a_closed_board():
    """On a phone, a wire of a wide GRU passes where the word would be."""
    layer = GRU(128, use_bias=False)
    check_cell(cell(layer, ["I"], embed(["I"], 1), weights_of(layer, 1, 0.3), step=1))


def independent(layer, weights, picture_values):
    """Compute the step independently, with plain loops based on Keras's documentation."""
    arrays = list(weights.values())
    h, c, x = (picture_values.get(key) for key in ("state-before", "memory-before", "x"))
    if layer.name_in_code == "LSTM":
        return by_hand.lstm(layer, arrays, x, h, c)
    return by_hand.gru(layer, arrays, x, h) if layer.name_in_code == "GRU" else by_hand.simple_rnn(layer, arrays, x, h)


def printed(svg, name):
    """Parse numbers as a reader does."""
    return [float(text.replace(MINUS, "-")) for text in texts_of(svg, name)]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("options", some([{}, {"use_bias": False}, {"activation": "relu"}], one_in=3))
@pytest.mark.parametrize("step", [1, 3])
def test_the_printed_numbers_match_a_plain_loop(kind, options, step, tmp_path):
    """Read from the SVG: states, gates, candidate."""
    layer, words = KINDS[kind](3, **options), ["I", "am", "groot"]
    weights, vectors = weights_of(layer, 2), embed(words)
    svg = saved_svg(cell(layer, words, vectors, weights, step=step), tmp_path / "cell.svg")
    h, c = [0.0] * 3, [0.0] * 3
    for x in vectors[:step]:
        found = {"x": x, "state-before": h, "memory-before": c}
        before = found
        answer = independent(layer, weights, found)
        h, c, gates = (
            (answer, None, {})
            if layer.name_in_code == "SimpleRNN"
            else (answer[0], None, answer[1])
            if layer.name_in_code == "GRU"
            else answer
        )
    expected = {**before, "state-after": h, "memory-after": c}
    expected |= {key: gates[name] for key, name in LETTERS.items() if name in gates}
    for key, values in expected.items():
        if values is not None and (key != "memory-before" or layer.name_in_code == "LSTM"):
            np.testing.assert_allclose(printed(svg, key), values, atol=0.005 + 1e-9, err_msg=key)


HALF = 0.005


@sampled(40)
@given(st.sampled_from(sorted(KINDS)), st.integers(1, 6), st.integers(0, 1000))
def test_the_printed_numbers_obey_the_formula_or_rounding_is_mentioned(tmp_path_factory, kind, units, seed):
    """A reader with a calculator gets every printed result, or is told why not; and is never far off."""
    layer, words = KINDS[kind](units), ["I", "am"]
    draw = np.random.default_rng(seed).uniform
    weights = Weights(**{name: draw(-1, 1, shape) for name, shape in layer.weight_shapes((2, 2)).items()})
    picture = cell(layer, words, embed(words), weights)
    svg = saved_svg(picture, tmp_path_factory.mktemp("cell") / "cell.svg")

    def read(name):
        return np.array(printed(svg, name))

    after = read("state-after")
    if layer.name_in_code == "LSTM":
        checks = [
            (read("kept"), read("forget-gate") * read("memory-before"), HALF),
            (read("written"), read("input-gate") * read("candidate"), HALF),
            (read("memory-after"), read("kept") + read("written"), 1e-9),
            (read("squashed"), np.tanh(read("memory-after")), HALF),
            (after, read("output-gate") * read("squashed"), HALF),
        ]
    elif layer.name_in_code == "GRU":
        checks = [
            (read("kept"), read("update-gate") * read("state-before"), HALF),
            (read("rest"), 1 - read("update-gate"), 1e-9),
            (read("written"), read("rest") * read("candidate"), HALF),
            (after, read("kept") + read("written"), 1e-9),
        ]
        dimmed = read("from-state") if layer.reset_after else read("state-before")
        checks.append((read("recalled"), read("reset-gate") * dimmed, HALF))
        if layer.reset_after:
            checks.append((read("candidate"), np.tanh(read("from-input") + read("recalled")), HALF))
    else:
        checks = [
            (read("sum"), read("from-input") + read("from-state") + read("bias"), 1e-9),
            (after, np.tanh(read("sum")), HALF),
        ]
    works_out = all((np.abs(one - other) <= slack + 1e-9).all() for one, other, slack in checks)
    says_rounded = any(shape.name == "rounded-0" for shape in picture.shapes)
    assert works_out or says_rounded
    assert ("agrees as printed" in picture.description["text"]) == (not says_rounded)
    assert all((np.abs(one - other) <= 0.03).all() for one, other, _ in checks)


def test_exact_numbers_are_not_called_rounded():
    """The note above refers to these very numbers."""
    layer = LSTM(1)
    zeros = {name: np.zeros(shape) for name, shape in layer.weight_shapes((1, 2)).items()}
    picture = cell(layer, ["I"], weights=Weights(**zeros))
    assert not [shape for shape in picture.shapes if shape.name.startswith("rounded")]


def test_notes_are_in_the_empty_corner_of_a_wide_cell():
    """As a page has its own in a column on the right; on a phone, they are under the formulas."""
    picture = cell(LSTM(2), ["I", "am"])
    assert picture.narrow
    for form, is_beside in ((picture, True), (picture.narrow, False)):
        frames = {shape.name: shape.bounds for shape in form.shapes}
        note, formula = frames["note-0"], frames["formula-2"]
        assert (note.left > formula.right) == is_beside
        assert (note.top > formula.bottom) != is_beside
        assert frames["rounded-0"].top > note.bottom


RECORD = json.loads((RECORDED / "layers.json").read_text(encoding="utf-8"))["answers"]
ALONE = re.compile(
    r"m = Sequential\(\[Input\(batch_shape=\(1, 4, 2\)\), (Masking\(\), )?(LSTM|GRU|SimpleRNN)\(2[^()]*\)\]\)"
)
ANSWERS = [answer for answer in RECORD if ALONE.fullmatch(answer["code"])]


def last_states(answer):
    """Return Keras's final states, either as returned or as the last output."""
    output, *states = map(np.array, answer["outputs"])
    if states:
        return states
    return [output[-1] if output.ndim == 2 else output]


@pytest.mark.parametrize("answer", some(ANSWERS, one_in=3), ids=[answer["code"][43:-2] for answer in ANSWERS])
def test_the_states_in_the_svg_match_keras(answer, tmp_path):
    """Recorded outputs of the real Keras, for every recorded option, including masked steps."""
    model, words = read_keras(answer["code"]), ["I", "am", "a", "groot"]
    picture = cell(model, words, answer["inputs"][0], weights_from(model, answer["weights"]))
    svg = saved_svg(picture, tmp_path / "cell.svg")
    for name, values in zip(["state-after", "memory-after"], last_states(answer), strict=False):
        np.testing.assert_allclose(printed(svg, name), values, atol=HALF + 1e-5)


STACK = """m = Sequential([
  Input((3, 2)),
  Bidirectional(LSTM(2, return_sequences=True), name="both"),
  GRU(3, reset_after=False),
])"""


def test_input_from_another_layer_is_not_a_word_s_vector():
    """States are drawn as states, without a word's colour."""
    (x,) = [shape for shape in cell(read_keras(STACK), ["I", "am", "groot"], layer=3).shapes if shape.name == "x"]
    assert (x.role, x.fill) == ("output", None)
    plain = read_keras("m = Sequential([Input((2, 2)), LSTM(2, return_sequences=True), GRU(2)])")
    (x,) = [shape for shape in cell(plain, ["I", "am"], layer="GRU").shapes if shape.name == "x"]
    assert (x.role, x.fill) == ("state", None)


def test_words_may_pass_through_an_embedding_and_empty_ones_are_masked():
    """Row 0 is for padding; the step says that the states pass through unchanged."""
    model = read_keras("m = Sequential([Input((3,)), Embedding(5, 2, mask_zero=True), LSTM(2)])")
    picture = cell(model, ["I", "am", ""], step=3)
    check_cell(picture)
    shown = {shape.name: [text.text for text in shape.texts] for shape in picture.shapes}
    assert shown["state-before"] == shown["state-after"]
    assert shown["memory-before"] == shown["memory-after"]
    assert "unchanged" in shown["skipped"][0]
    assert "unchanged" in picture.alt
    assert picture.steps[0].startswith("Padding enters")
    assert not [name for name in shown if name.endswith("-block")]
    read = cell(model, ["I", "am", ""], step=2)
    assert "unchanged" not in read.alt


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_masked_step_is_drawn_for_every_layer(kind):
    """Of any size."""
    for units in (1, 5, 16):
        layer = KINDS[kind](units, name="it")
        name = layer.name_in_code
        model = read_keras(f"m = Sequential([Input((2, 2)), Masking(), {name}({units})])")
        picture = cell(model, ["I", "understanding"], [[1, 2], [0, 0]], [Weights(), weights_of(model.layer, 2)])
        check_cell(picture)
        assert "masked" in picture.steps[-1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_description_and_table_have_the_numbers_of_the_picture(kind):
    """For readers who don't see it."""
    layer, words = KINDS[kind](2), ["I", "am"]
    picture = cell(layer, words, weights=weights_of(layer, 2))
    rows = {row[2] for row in picture.description["rows"]}
    vectors = [", ".join(shape.cells) for shape in picture.shapes if isinstance(shape, Vector)]
    assert set(vectors) <= rows
    told = " ".join(picture.steps)
    assert all(vector in told for vector in vectors)
    assert len(picture.steps) == max(shape.step or 0 for shape in picture.shapes)
    (after,) = [shape for shape in picture.shapes if shape.name == "state-after"]
    assert ", ".join(after.cells) in picture.alt


def test_a_cell_can_be_shown_stage_by_stage():
    """Up to the second stage, it shows what is kept but no number of what is written."""
    picture = cell(LSTM(2), ["I", "am", "groot"])
    numbers = {shape.name: shape.texts for shape in picture.until(2).shapes}
    assert numbers["kept"]
    assert not numbers["written"]
    assert not numbers["squashed"]
    assert len(picture.until(2).steps) == 2


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_appears_before_what_it_depends_on(kind):
    """In both layouts, where a repeated item appears at the stage that uses it."""
    picture = cell(KINDS[kind](2), ["I", "am", "groot"], weights=weights_of(KINDS[kind](2), 2))
    for form in (picture, picture.narrow):
        check_causes(form)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("role", ["state", "memory", "embedding"])
def test_no_arrow_is_left_over_when_something_is_removed(kind, role):
    """Neither to it nor from it, including chips."""
    picture = cell(KINDS[kind](2), ["I", "am", "groot"], weights=weights_of(KINDS[kind](2), 2))
    for form in (picture, picture.narrow):
        gone = [
            shape.frame.grown(5) for shape in form.shapes if shape.role == role and isinstance(shape, Vector | Chip)
        ]
        if not gone:
            continue
        for arrow in form.without(role).shapes:
            if isinstance(arrow, Arrow):
                ends = [Frame(end.x, end.y, 0, 0) for end in (arrow.points[0], arrow.points[-1])]
                assert not any(frame.holds(end) for frame in gone for end in ends), arrow.name


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("units", [1, 2, 3, 4, 7, 128])
def test_a_cell_fits_the_page_and_its_narrow_layout_a_phone(kind, units):
    """The wide box is 848 px, a phone 288, whatever the units; nothing is scaled down."""
    layer = KINDS[kind](units)
    picture = cell(layer, ["I", "am", "groot"], weights=weights_of(layer, 2))
    assert picture.size_px[0] <= 848
    assert picture.narrow.size_px[0] <= 288


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("units", [2, 4])
def test_both_layouts_show_the_same_numbers(kind, units):
    """For as many units as the narrow layout can show, in columns or in a single one."""
    layer = KINDS[kind](units)
    picture = cell(layer, ["I", "am", "groot"], weights=weights_of(layer, 2))
    across, down = (
        {shape.name: shape.cells for shape in form.shapes if isinstance(shape, Vector)}
        for form in (picture, picture.narrow)
    )
    again = ("-kept", "-written", "-recalled")
    assert {item for item in across.items() if not item[0].endswith(again)} <= down.items()
    assert set(down.values()) == set(across.values())


def test_the_parts_of_an_lstm_are_in_the_order_in_which_they_act():
    """Forget, candidate, input, output: the candidate flows through the input gate."""
    parts = {shape.name: shape.frame for shape in cell(LSTM(2), ["I", "am"]).shapes if isinstance(shape, Vector)}
    order = ["forget-gate", "candidate", "input-gate", "written", "squashed", "output-gate"]
    assert sorted(order, key=lambda name: parts[name].left) == order


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_gate_is_as_far_open_as_its_number_says(kind):
    """The rest is shut, except at a masked step, where there is none."""
    layer = KINDS[kind](4)
    picture = cell(layer, ["I", "am"], weights=weights_of(layer, 2))
    gates = [shape for shape in picture.shapes if isinstance(shape, Shutter)]
    assert len(gates) == {"LSTM": 3, "SimpleRNN": 0}.get(kind, 2)
    for gate in gates:
        printed_shares = [float(text) for text in gate.cells]
        np.testing.assert_allclose(gate.shares, printed_shares, atol=HALF + 1e-9)


def test_the_cell_has_the_numbers_of_the_unrolled_figure():
    """The same code and words give the same states, here with one more decimal."""
    model, words = read_keras("m = Sequential([Input((3, 2)), SimpleRNN(4)])"), ["I", "am", "groot"]
    unrolled = {shape.name: shape.cells for shape in unroll(model, words).shapes if isinstance(shape, Vector)}
    inside = {shape.name: shape.cells for shape in cell(model, words).shapes if isinstance(shape, Vector)}
    for name, other in (("state-before", "state-2"), ("state-after", "output")):
        ours, theirs = ([float(text.replace(MINUS, "-")) for text in each] for each in (inside[name], unrolled[other]))
        np.testing.assert_allclose(ours, theirs, atol=0.05 + HALF + 1e-9)


TRANSLATOR = """a, b = Input((3, 2)), Input((2, 2))
_, h, c = LSTM(2, return_state=True, name="encoder")(a)
y = LSTM(2, return_sequences=True, name="decoder")(b, initial_state=[h, c])
m = Model([a, b], Dense(3, activation="softmax")(y))
"""


def test_a_decoder_starts_from_the_encoder_s_states():
    """They aren't zeros, but equal to the encoder's last ones."""
    model, sentences = read_keras(TRANSLATOR), [["I", "am", "groot"], ["ich", "bin"]]
    decoder = cell(model, sentences, layer="decoder", step=1)
    encoder = cell(model, sentences, layer="encoder")
    assert "“ich”" in decoder.alt
    assert "“groot”" in encoder.alt
    vectors = [embed(sentence) for sentence in sentences]
    assert cell(model, sentences, vectors, layer="decoder", step=1).shapes == decoder.shapes
    begun, ended = ({shape.name: shape for shape in each.shapes} for each in (decoder, encoder))
    for kind in ("state", "memory"):
        assert begun[f"{kind}-before"].cells == ended[f"{kind}-after"].cells
        assert not begun[f"{kind}-before"].dashed
    assert begun["state-before-name"].text == "h₀"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_in_a_cell_appears_before_what_it_is_computed_from(kind):
    """The stages are told as people would; the record of the computation says what depends on what."""
    found = quantities(_moment_of(KINDS[kind](2), ["I", "am", "groot"], None, None, 3, None))
    stages = {origin(each.values, 0)[0].number: each.stage for each in found.values()}
    for each in found.values():
        operands = [leaf.array.number for leaf in leaves(operand_of(*origin(each.values, 0)))]
        assert all(stages.get(number, 0) <= each.stage for number in operands), each.key


def sorted_sum(formula):
    """Return a formula with the terms of its sum in order, since people may add them in another one."""
    name, bracket, inside = formula.partition("(") if re.match(r"\w+\(", formula) else ("", "", formula)
    return name + bracket + " + ".join(sorted(inside.removesuffix(")").split(" + ")))


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_formulas_of_a_cell_are_those_of_its_code(kind, use_bias):
    """As its recorded arrays write them, except that a GRU’s say where a term is from. Those below it say the same."""
    moment = _moment_of(KINDS[kind](2, use_bias=use_bias), ["I", "am", "groot"], None, None, 3, None)
    found = quantities(moment)
    sources = {each.symbol: each.how for each in found.values() if str(each.symbol).startswith("from ")}

    def spelled_out(formula):
        for symbol, how in sources.items():
            formula = formula.replace(f"× {symbol}", f"× ({how})" if "+" in how else f"× {how}").replace(symbol, how)
        return sorted_sum(formula.replace("tanh of c₃", "tanh(c₃)"))

    told = {key: spelled_out(str(each.how)) for key, each in found.items() if each.stage > 1 and key != "bias"}
    assert told == {key: sorted_sum(formula_of(origin(found[key].values, 0)[0])) for key in told}
    by_symbol = {each.symbol: each for each in found.values()}
    for line in formulas(moment):
        symbol, *written = "".join(str(run.text) for clause in line.clauses for run in clause).split(" = ")
        how = str(by_symbol[symbol].how)
        parts = re.sub("kept|written", lambda name: str(found[name[0]].how), how)
        assert [*map(sorted_sum, written)] == [*map(sorted_sum, (how, parts))][: len(written)], symbol
        assert line.stage == by_symbol[symbol].stage


class Wires:
    """What wires lead to the vectors and gates of a cell: the vectors that flow in, and the gates that they pass."""

    def __init__(self, flow, axis, found):
        self.flow, self.axis, self.found = flow, axis, found
        self.cores = {item: next(iter(item.draw(axis, Point(0, 0), 0)), None) for item in flow.items}
        self.keys = {origin(each.values, 0)[0].number: key for key, each in found.items()}

    def shown(self, item):
        """Return the quantity whose numbers or symbol an item shows, if any: of a board, that of its head."""
        core = self.cores[item]
        if isinstance(core, Chip):
            return {key for key, each in self.found.items() if each.symbol == core.text}
        cells = getattr(core, "cells", ())
        return {self.keys[origin(*cells[0].source)[0].number]} if cells else set()

    def before(self, item):
        """List the items that wires lead from, each with its wire; of a wire that is tapped, what it carries."""
        for link in self.flow.links:
            stops = [link.one, *link.loads, link.other]
            if item in stops[1:]:
                tapped = link.taps or link
                one = tapped.one if self.shown(tapped.one) else tapped.other
                yield one if link.taps else stops[stops.index(item, 1) - 1], link
                for joining in self.flow.links if tapped.branch else ():
                    if isinstance(self.cores[joining.other], Disc):
                        yield joining.one, link

    def led_to(self, item):
        """Return what flows to an item; of a gate, only through its block."""
        of_gate = isinstance(self.cores[item], Shutter)
        return {
            key
            for source, link in self.before(item)
            if not of_gate or isinstance(self.cores[source], Block)
            for key in self.from_item(source, link, item)
        }

    def from_item(self, source, link, item):
        """Return what flows from an item: itself, or what flows to it; from a gate, also what passes it, in a row."""
        if not isinstance(self.cores[source], Shutter):
            return self.shown(source) or self.led_to(source)
        row = self.row(link, source, item)
        passing = [
            self.from_item(one, way, source)
            for one, way in self.before(source)
            if not isinstance(self.cores[one], Block) and self.row(way, source, one) == row
        ]
        return self.shown(source).union(*passing)

    def row(self, link, gate, other):
        """Tell the two rows of a board apart: by the track, the slot, or where a wire beside it ends."""
        if not isinstance(self.cores[gate], Board):
            return None
        return other.track if self.axis.across else link.shares[link.other is gate] if link.around else other.slot


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_wires_of_a_cell_are_those_of_its_code(kind, use_bias):
    """Across the page, all that a vector is computed from is led to it; down it, some of that is only beside it."""
    moment = _moment_of(KINDS[kind](2, use_bias=use_bias), ["I", "am", "groot"], None, None, 3, None)
    found, printed = quantities(moment), PrintedMoment(moment, 2)
    numbers = {origin(each.values, 0)[0].number: key for key, each in found.items()}
    made_from = {
        key: {
            {"rest": "update-gate"}.get(numbers[leaf.array.number], numbers[leaf.array.number])  # on the same board
            for leaf in leaves(operand_of(*origin(each.values, 0)))
            if leaf.array is not None and leaf.array.number in numbers
        }
        for key, each in found.items()
        if each.stage > 1 and key not in ("rest", "bias")
    }
    for axis, single in ((COLUMNS, False), (ROWS, False), (ROWS, True)):
        wires = Wires(flow_of(printed, axis, single=single), axis, found)
        led = {key: wires.led_to(item) for item in wires.cores for key in wires.shown(item) if key in made_from}
        if axis.across:
            assert led == made_from
        for key, keys in led.items():
            assert keys <= made_from[key], (key, single)
