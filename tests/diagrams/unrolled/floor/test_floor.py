"""Diagrams of building blocks: however things are arranged and connected, nothing overlaps, and arrows end at rims."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.diagrams.cases import cases, check_error
from tests.diagrams.pictures import check_text_in_shape
from tests.diagrams.unrolled.floor.diagrams import (
    crowds,
    diagrams,
    forms_of,
    frames_of,
    hulls_of,
    stretches_of,
    texts_of,
)
from tests.sampling import sampled
from unrolled import (
    above,
    arrow,
    beside,
    block,
    cells,
    chain,
    curves,
    dots,
    key,
    label,
    link,
    logits,
    operator,
    row,
    table,
    word,
)
from unrolled.floor.charts import apart
from unrolled.flow.nesting import lay
from unrolled.geometry import Frame
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.blocks import Block
from unrolled.shapes.cells import KEY_PIECES, Key, Vector
from unrolled.shapes.text import Word

many = sampled(60, suppress_health_check=[HealthCheck.too_slow])
names = st.lists(st.sampled_from(["RNN", "embed", "a long name of a stage", "h"]), min_size=2, max_size=6)


@many
@given(diagrams | crowds())
def test_nothing_overlaps_and_everything_is_in_the_picture(thing):
    """Nor does any text leave its shape, in either layout."""
    for layout, picture in forms_of(thing):
        frames = frames_of(layout)
        for one, other in combinations(frames, 2):
            assert not one.grown(-0.01).meets(other.grown(-0.01))
        whole = Frame.around(frames)
        assert (whole.left, whole.top) == pytest.approx((0, 0))
        for shape in picture.shapes:
            assert picture.box.holds(shape.bounds, 0.01)
            for text in shape.texts:
                check_text_in_shape(shape, text)
                assert text.style.size >= 11.5
        assert len({shape.name for shape in picture.shapes}) == len(picture.shapes)


@many
@given(diagrams | crowds())
def test_no_arrow_passes_through_anything(thing):
    """Neither a thing nor the text of an arrow."""
    for layout, picture in forms_of(thing):
        obstacles = [*frames_of(layout), *(text.bounds for text in texts_of(picture))]
        for one, other in combinations(obstacles, 2):
            assert not one.grown(-0.01).meets(other.grown(-0.01))
        for name, stretches in stretches_of(picture).items():
            for stretch in stretches:
                own = {text.name: text.bounds for text in texts_of(picture)}.get(f"{name}-label")
                assert not [frame for frame in obstacles if frame is not own and stretch.meets(frame.grown(-0.01))]


@many
@given(diagrams | crowds())
def test_arrows_end_4_px_from_rims_and_turn_at_right_angles(thing):
    """At the rims of the things the link connects, or outside the notes at them."""
    for layout, _ in forms_of(thing):
        for connector, path in layout.paths:
            for end, point in ((connector.one, path.points[0]), (connector.other, path.points[-1])):
                spot = Frame(point.x, point.y, 0, 0)
                hulls = hulls_of(end, thing, layout)
                assert [hull for hull in hulls if _distance(spot, hull) == pytest.approx(4)]
                assert all(_distance(spot, frame) > 3.98 for frame in frames_of(layout))
            for one, other in pairwise(path.points):
                assert one.x == other.x or one.y == other.y


def _distance(spot, frame):
    """Return the distance of a point to the nearest edge of a frame, horizontally or vertically."""
    across = max(frame.left - spot.left, spot.left - frame.right, 0)
    down = max(frame.top - spot.top, spot.top - frame.bottom, 0)
    return max(across, down)


@many
@given(diagrams | crowds())
def test_the_narrow_layout_is_the_same_picture_arranged_differently(thing):
    """The same names, texts and table; narrower, and as narrow as a phone if its things are."""
    picture = thing.picture("A diagram.")
    if picture.narrow is None:
        return
    narrow = picture.narrow
    assert narrow.size_px[0] < picture.size_px[0]
    assert narrow.description == picture.description
    for one, other in zip(*(_by_name(form) for form in (picture, narrow)), strict=True):
        assert one == other


def _by_name(picture):
    """Return the names of all shapes, with their texts and backgrounds."""
    return [(shape.name, [text.text for text in shape.texts], getattr(shape, "fill", None)) for shape in picture.shapes]


@many
@given(names, st.sampled_from(["right", "down", "up"]))
def test_the_arrows_of_a_chain_are_straight_and_equally_long(given_names, towards):
    """From each thing to the next, in the direction of the chain."""
    things = list(map(block, given_names))
    picture = chain(*things, towards=towards).picture("A chain.")
    arrows = [shape for shape in picture.shapes if isinstance(shape, Arrow)]
    blocks = [shape for shape in picture.shapes if isinstance(shape, Block)]
    assert [shape.text for shape in blocks] == (given_names if towards != "up" else given_names[::-1])
    steps = [(one.points[-1].x - one.points[0].x, one.points[-1].y - one.points[0].y) for one in arrows]
    assert len(steps) == len(things) - 1
    for across, down in steps:
        assert (across, down) == pytest.approx({"right": (36, 0), "down": (0, 36), "up": (0, -36)}[towards])


@many
@given(st.lists(st.sampled_from(["I", "am", "internationalization"]), min_size=2, max_size=12))
def test_things_in_a_row_are_evenly_spaced(words):
    """Whatever their widths."""
    picture = row(*map(word, words)).picture("A row.")
    middles = [shape.frame.middle for shape in picture.shapes if isinstance(shape, Word)]
    steps = [after - before for before, after in pairwise(middles)]
    assert steps == pytest.approx([steps[0]] * len(steps))


@many
@given(st.lists(st.sampled_from(["I", "am", "internationalization"]), min_size=2, max_size=6), st.booleans())
def test_rows_of_equally_many_things_are_aligned_in_columns(words, with_arrows):
    """Whatever their widths, so that arrows from each to the next are straight and equally long."""
    layers, tokens = [block("RNN") for _ in words], list(map(word, words))
    across = [link(one, other) for one, other in pairwise(layers)] if with_arrows else []
    upper, lower = row(*layers, *across), row(*tokens)
    up = [link(one, other) for one, other in zip(tokens, layers, strict=True)]
    picture = above(upper, lower, *up, link(lower, upper)).picture("Columns.")
    frames = {kind: [one.frame.middle for one in picture.shapes if isinstance(one, kind)] for kind in (Block, Word)}
    assert frames[Block] == pytest.approx(frames[Word])
    joints = [shape for shape in picture.shapes if isinstance(shape, Arrow) and shape.name.startswith("link-")]
    upright = [joint for joint in joints if abs(joint.points[0].x - joint.points[-1].x) < 0.01]
    assert len([joint for joint in upright if len(joint.points) == 2]) >= len(words)


def test_a_group_used_twice_has_its_arrows_twice():
    """As one expects of a value."""
    column = chain(word("I"), block("RNN"), towards="up")
    picture = row(column, column, column).picture("Three columns.")
    joints = [shape for shape in picture.shapes if isinstance(shape, Arrow)]
    assert len(joints) == len({joint.points for joint in joints}) == 3


def test_distinct_words_have_distinct_colours_and_vectors_have_that_of_their_word():
    """Wherever they are."""
    vector = cells([0.5, 0.4], "embedding", of="am")
    picture = above(row(word("I"), word("am"), word("I")), vector).picture("Words.")
    fills = [shape.fill for shape in picture.shapes if isinstance(shape, Word)]
    assert fills[0] == fills[2] != fills[1]
    (drawn,) = [shape for shape in picture.shapes if isinstance(shape, Vector)]
    assert drawn.fill == fills[1]


def test_labels_do_not_move_what_they_label():
    """Things are aligned by their rims."""
    bare, named = cells([1, 2]), cells([3, 4])
    picture = beside(bare, above(label("a name"), named)).picture("Two vectors.")
    one, other = [shape.frame for shape in picture.shapes if isinstance(shape, Vector)]
    assert one.centre == other.centre


def test_neighbours_align_with_the_core_and_arrows_connect_to_it():
    """Here the upper of two blocks."""
    upper, lower, beyond = block("upper"), block("lower"), block("beyond")
    picture = chain(above(upper, lower, core=upper), beyond).picture("Three blocks.")
    frames = {shape.text: shape.frame for shape in picture.shapes if isinstance(shape, Block)}
    (joint,) = [shape for shape in picture.shapes if isinstance(shape, Arrow)]
    assert frames["upper"].centre == frames["beyond"].centre == joint.points[0].y


def test_an_arrow_has_a_gap_where_another_crosses_it():
    """The horizontal one."""
    left, right, top, bottom = (block(name) for name in ("left", "right", "top", "bottom"))
    middle = above(top, bottom, link(top, bottom))
    picture = beside(left, middle, right, link(left, right)).picture("A cross.")
    sideways, upright = (shape for shape in picture.shapes if isinstance(shape, Arrow))
    (at,) = sideways.breaks
    assert (at.x, at.y) == (upright.points[0].x, sideways.points[0].y)
    assert upright.breaks == ()


@pytest.mark.parametrize("into", [True, False])
def test_a_surrounded_thing_is_reached_through_the_gaps(into):
    """No link has widened these: the inner layout doesn't know what will be connected later."""
    middle, beyond = block("middle"), block("beyond")
    walled = above(block("a"), beside(block("b"), middle, block("c")), block("d"))
    joined = link(beyond, middle) if into else link(middle, beyond)
    picture = beside(walled, beyond, joined).picture("A way out.")
    (joint,) = [shape for shape in picture.shapes if isinstance(shape, Arrow)]
    assert len(joint.points) > 2
    for stretch in stretches_of(picture)["link-1"]:
        assert not [one for one in picture.shapes if isinstance(one, Block) and stretch.meets(one.frame)]


def test_a_sign_next_to_an_arrow_can_be_reached_too():
    """It is narrower than an arrow needs elsewhere."""
    first, sign = block("RNN"), operator("=")
    picture = beside(first, beside(arrow("softmax"), sign, block("RNN")), link(first, sign)).picture("A sum.")
    assert list(stretches_of(picture)) == ["link-1"]


def test_a_picture_is_a_thing_too():
    """Its shapes move, and its words and numbers come along."""
    whole = chain(block("look up"), table(["I", "am"])).picture("A block and a table.")
    texts = [text.text for shape in whole.shapes for text in shape.texts]
    assert {"look up", "I", "am", "index"} <= set(texts)
    assert "Each row of the table is a word’s embedding" in whole.description["text"]
    assert whole.description["rows"][0] == ["0, I", "0.5, 0.4"]


def test_each_number_of_a_picture_in_a_diagram_has_the_name_of_its_column():
    """Two of one view say what they mean once."""
    view = logits(["a", "b"], [0.5, 0.5], temperature=[1, 2])
    whole = above(view, view).picture("Twice.")
    assert [column.heading for column in whole.description.columns] == ["what", "numbers"]
    assert whole.description["rows"][0] == ["a", "logit 0.50; ÷ 1, softmax 0.50; ÷ 2, softmax 0.50"]
    assert whole.description["text"] == view.description["text"]


def test_arranging_things_does_not_change_them():
    """A thing is a value; it can be part of several diagrams."""
    one = block("one")
    before = lay(one)
    beside(one, block("two")).picture("Two blocks.")
    above(one, beside(one, block("two"))).picture("Three blocks.")
    assert lay(one) == before


WORDS = ["this", "movie", "was", "not", "good"]


def frames_by_name(picture):
    """Return the frames of words, blocks and numbers, by name."""
    return {shape.name: shape.frame for shape in picture.shapes if isinstance(shape, Block | Vector | Word)}


def test_a_narrow_layout_that_barely_fits_has_a_smaller_margin():
    """Rather than being wider than a phone."""
    wide = cells([[0.5] * 10])
    picture = beside(wide, wide).picture("Twice ten numbers.", narrow=above(wide, wide))
    assert 288 - 2 * 10 < sum(each.frame.width for each in picture.narrow.shapes[:1]) < 288 - 2 * 4
    assert picture.narrow.size_px[0] <= 288


def test_a_picture_that_fits_a_phone_has_no_narrow_layout():
    """And neither does one that can't be narrower."""
    assert row(word("I"), word("am")).picture("Two words.").narrow is None
    assert cells([[0.5] * 12]).picture("Many numbers.").narrow is None
    assert above(cells([[0.5] * 12]), word("I")).picture("Many numbers, and a word.").narrow is None


def test_a_row_that_is_too_wide_becomes_a_stack():
    """Evenly spaced, in the same order."""
    narrow = row(*map(word, WORDS)).picture("Five words.").narrow
    frames = list(frames_by_name(narrow).values())
    assert len({frame.middle for frame in frames}) == 1
    steps = [after.centre - before.centre for before, after in pairwise(frames)]
    assert steps == pytest.approx([steps[0]] * 4)
    assert steps[0] > 0


def test_a_chain_that_is_too_wide_runs_down_with_its_arrows():
    """Including arrows placed like things."""
    narrow = chain(*map(block, WORDS)).picture("Five blocks.").narrow
    joints = [shape for shape in narrow.shapes if isinstance(shape, Arrow)]
    assert len(joints) == 4
    assert all(joint.points[0].x == joint.points[1].x and joint.points[0].y < joint.points[1].y for joint in joints)
    placed = beside(*(thing for text in WORDS for thing in (block(text), arrow()))).picture("Arrows.").narrow
    for joint in (shape for shape in placed.shapes if isinstance(shape, Arrow)):
        assert joint.points[0].x == joint.points[1].x
        assert joint.points[0].y < joint.points[1].y


def test_only_what_is_too_wide_changes_direction():
    """Outermost first; a row that fits stays a row."""
    first, second = row(*map(word, WORDS[:3])), row(*map(word, WORDS[2:]))
    frames = frames_by_name(beside(first, second).picture("Two rows.").narrow)
    assert frames["word-1"].centre == frames["word-2"].centre == frames["word-3"].centre
    assert frames["word-4"].top > frames["word-3"].bottom


def test_rows_in_columns_become_columns_side_by_side():
    """Things that led up lead to the right, still with straight arrows."""
    layers, tokens = list(map(block, WORDS)), list(map(word, WORDS))
    up = [link(*ends) for ends in zip(tokens, layers, strict=True)]
    across = [link(one, other) for one, other in pairwise(layers)]
    narrow = above(row(*layers, *across), row(*tokens), *up).picture("Words go into blocks.").narrow
    frames = frames_by_name(narrow)
    for number in range(1, 6):
        assert frames[f"word-{number}"].centre == pytest.approx(frames[f"block-{number}"].centre)
        assert frames[f"word-{number}"].right < frames[f"block-{number}"].left
    assert all(len(shape.points) == 2 for shape in narrow.shapes if isinstance(shape, Arrow))
    assert narrow.size_px[0] <= 288


def test_what_was_below_the_core_is_beside_it():
    """So that the arrows of the chain stay straight."""
    stages = []
    for text in WORDS:
        stage, answer = block("stage"), word(text)
        stages.append(above(stage, answer, link(stage, answer), core=stage))
    narrow = chain(*stages).picture("Five stages, with their answers.").narrow
    frames = frames_by_name(narrow)
    assert all(frames[f"block-{number}"].centre == frames[f"word-{number}"].centre for number in range(1, 6))
    assert all(frames[f"block-{number}"].right < frames[f"word-{number}"].left for number in range(1, 6))
    assert all(len(shape.points) == 2 for shape in narrow.shapes if isinstance(shape, Arrow))


def test_stacked_things_turn_with_the_line_if_its_arrows_lead_to_them():
    """So that an arrow to one of them needs no detour around the others."""
    query, key, value, mean = block("query"), block("key"), block("value"), block("mean")
    links = [link(query, mean), link(key, mean), link(value, mean)]
    narrow = beside(word("groot"), above(query, key, value), mean, *links).picture("Attention.").narrow
    frames = frames_by_name(narrow)
    assert frames["block-1"].centre == frames["block-2"].centre == frames["block-3"].centre
    assert frames["block-4"].top > frames["block-3"].bottom


def test_stacked_things_without_arrows_stay_stacked():
    """Like everything that fits."""
    pair = above(block("query"), block("key"))
    narrow = beside(pair, *map(block, WORDS)).picture("Blocks.").narrow
    frames = frames_by_name(narrow)
    assert frames["block-1"].middle == frames["block-2"].middle


def test_stacked_chains_become_columns():
    """If they fit; otherwise they stay stacked."""
    chains = [chain(word(text), block("RNN"), block("Dense")) for text in WORDS]
    frames = frames_by_name(above(*chains[:3]).picture("Three chains.").narrow)
    assert frames["word-1"].centre == frames["word-2"].centre == frames["word-3"].centre
    frames = frames_by_name(above(*chains).picture("Five chains.").narrow)
    assert frames["word-1"].middle == pytest.approx(frames["word-5"].middle)


def test_an_author_s_own_narrow_layout_takes_precedence():
    """It is used as it is, however wide."""
    things = [block(text) for text in WORDS]
    picture = chain(*things).picture("Five blocks.", narrow=beside(*things))
    frames = frames_by_name(picture.narrow)
    assert frames["block-1"].centre == frames["block-5"].centre
    assert picture.narrow.narrow is None


def test_a_picture_in_a_diagram_uses_its_own_narrow_layout():
    """As the rest of the diagram does."""
    inner = row(*map(word, WORDS)).picture("Five words.")
    whole = chain(block("split"), inner).picture("A block and words.")
    assert whole.narrow.size_px[0] < 288


@pytest.mark.parametrize("case", cases(Path(__file__).with_name("errors.md")))
def test_mistakes_raise_errors_that_say_what_to_do(case):
    """At the author's own line: when the function is called, not when the picture is drawn."""
    check_error(case, case.draw, [])


def test_a_key_shows_the_colours_from_one_end_to_the_other():
    """With their meanings."""
    (shape,) = key("c −4, h −1", "c 4, h 1").picture("A key.").shapes
    assert isinstance(shape, Key)
    assert [text.text for text in shape.texts] == ["c −4, h −1", "c 4, h 1", "0"]
    signs = {"plus": 1, "minus": -1}
    grounds = [signs[mark.token] * mark.opacity for mark in shape.marks() if getattr(mark, "token", "") in signs]
    assert grounds == sorted(grounds)
    assert len(grounds) == KEY_PIECES
    assert grounds[0] == pytest.approx(-grounds[-1])


def test_plain_words_may_be_wider_than_their_columns():
    """Short neighbours leave space for them; a word with a background stays within its own column."""
    said = ["a", "yesterday", "I"]
    widths = {}
    for plain in (True, False):
        picture = cells([[1, 2, 3]], columns=[word(each, plain=plain) for each in said]).picture("Words over numbers.")
        words = [shape for shape in picture.shapes if isinstance(shape, Word)]
        assert [shape.fill is None for shape in words] == [plain] * 3
        for one, other in pairwise(words):
            assert one.texts[0].frame.right < other.texts[0].frame.left
        (grid,) = (shape for shape in picture.shapes if isinstance(shape, Vector))
        widths[plain] = grid.frame.width / 3, words[1].texts[0].frame.width
    assert widths[True][0] < widths[True][1]
    assert widths[False][0] > widths[False][1]


def test_a_line_is_the_mean_of_its_runs_with_an_area_from_lowest_to_highest():
    """At the positions given by the scale."""
    runs = [[0.2, 0.8, 0.5], [0.4, 1.0, 0.1]]
    picture = curves({"a": runs, "b": [0, 0, 0]}, (0, 0.5, 1), wide=100).picture("Curves.")
    shapes = {shape.name: shape for shape in picture.shapes}
    low, high = shapes["chart-1-scale-1"].start.y, shapes["chart-1-scale-3"].start.y

    def values(points):
        return [round((point.y - low) / (high - low), 6) for point in points]

    assert values(shapes["chart-1-line-1"].points) == [0.3, 0.9, 0.3]
    assert values(shapes["chart-1-spread-1"].points) == [0.4, 1.0, 0.5, 0.1, 0.8, 0.2]
    assert "chart-1-spread-2" not in shapes
    assert picture.description["rows"] == [["a", "0.30, 0.90, 0.30"], ["b", "0, 0, 0"]]


def test_faint_lines_are_for_comparison():
    """Each has the dash pattern of its partner, a name and a table row, but no area."""
    picture = curves({"a": [0.2, 0.4]}, (0, 1), faint={"a, before": [[0, 1], [1, 0]]}).picture("Curves.")
    shapes = {shape.name: shape for shape in picture.shapes}
    one, other = shapes["chart-1-line-1"], shapes["chart-1-line-faint-1"]
    assert (one.dashes, other.width < one.width) == (other.dashes, True)
    assert shapes["chart-1-name-faint-1"].text == "a, before"
    assert "chart-1-spread-faint-1" not in shapes
    assert picture.description["rows"][1] == ["a, before", "0.50, 0.50"]


def test_dots_are_on_one_scale_with_their_mean():
    """A dot for each run, and one number for all of them."""
    picture = dots({"words": [77, 78], "LSTM": [79]}, (75, 80), compared="words", wide=100).picture("Dots.")
    shapes = {shape.name: shape for shape in picture.shapes}
    left = shapes["dots-1-scale-1"].start.x
    assert [shapes[f"dots-1-{name}"].at.x - left for name in ("1-1", "1-2", "2-1")] == pytest.approx([40, 60, 80])
    assert shapes["dots-1-compared"].start.x - left == pytest.approx(50)
    assert [shapes[f"dots-1-value-{row}"].text for row in (1, 2)] == ["77.5", "79"]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6))
def test_names_of_lines_keep_apart_and_in_order(places):
    """Each as close to its line as the others permit."""
    found = apart(places, 15)
    ordered = sorted(zip(places, found, strict=True))
    assert all(after[1] - before[1] >= 15 - 1e-6 for before, after in pairwise(ordered))
    if all(after[0] - before[0] >= 15 for before, after in pairwise(ordered)):
        assert found == pytest.approx(places)


@pytest.mark.parametrize("values", [[0.2, -0.5], [0.25, -0.75], [3, 12], [319.4, 1520.5]])
def test_numbers_in_cells_are_large(values):
    """13 px, in cells as narrow as one decimal allows."""
    shapes = above(cells(values, "state")).picture("numbers").shapes
    (vector,) = [shape for shape in shapes if isinstance(shape, Vector)]
    assert vector.style.size == 13
    assert all(text.frame.width <= vector.frame.width / len(values) - 3 for text in vector.texts)
