"""Step sequences: up to a step, at a step, or without a role; nothing moves, and nothing is revealed early."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, replace
from itertools import pairwise
from math import ceil
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.diagrams.cases import cases
from tests.diagrams.pictures import SVG, check_picture, saved_svg
from tests.sampling import sampled
from unrolled import (
    LSTM,
    Picture,
    above,
    block,
    cell,
    cells,
    embed,
    link,
    logits,
    positions,
    read_keras,
    reading,
    row,
    stack,
    unroll,
    word,
)
from unrolled.emphasis import Emphasized
from unrolled.geometry import Frame
from unrolled.i18n import Known, Number, PrintedNumbers, Translatable, number_in
from unrolled.palette import colour
from unrolled.shapes.arrows import CLEAR, Arrow
from unrolled.shapes.blocks import Block, Lane, Tint
from unrolled.shapes.cells import Vector
from unrolled.shapes.shape import Area, Shape, Stroke, Text
from unrolled.shapes.text import Word
from unrolled.stepping import NowBar, Staged, as_drawn, kind_of

WORDS = ["I", "am", "groot", "and", "so", "is", "my", "tree", "of", "many", "long", "words"]
LSTM_CODE = "model.add(LSTM(2, input_shape=(3, 2)))"
slow = sampled(25, suppress_health_check=[HealthCheck.too_slow])


def unrolled(steps: int = 3, units: int = 4) -> Picture:
    """Draw the unrolled layer of the guide, or a longer or larger one."""
    code = f"model.add(SimpleRNN({units}, input_shape=({steps}, 2)))"
    return unroll(read_keras(code), WORDS[:steps]).tied("units", "time_steps", "features")


def columns(steps: int = 3) -> Picture:
    """Draw a diagram of building blocks that have steps."""
    standing = []
    for step, (text, vector) in enumerate(zip(WORDS, embed(WORDS[:steps]), strict=False), start=1):
        layer, numbers = block("RNN", step=step), cells(vector, "embedding", of=text, name=text, step=step)
        standing.append(above(layer, numbers, word(text, step=step), link(numbers, layer, step=step)))
    return row(*standing).picture("Words go into blocks.", steps=[f"Step {step + 1}." for step in range(steps)])


def forms(picture: Picture) -> list[Picture]:
    """Return the wide layout, and the narrow one if there is one."""
    return [picture] if picture.narrow is None else [picture, picture.narrow]


def whole_bottom(picture: Picture) -> float:
    """Return the bottom of every picture in a sequence, which must fit the bars below the lowest words."""
    words = [shape.frame.bottom for shape in picture.shapes if isinstance(shape, Word)]
    has_line = any(shape.name == "steps" for shape in picture.shapes)
    return picture.box.bottom if has_line else max(picture.box.bottom, ceil(max(words) + 9.75 + 10))


def by_name(picture: Picture) -> dict[str, Shape]:
    """Map the names of a picture's shapes to the shapes."""
    return {shape.name: shape for shape in picture.shapes}


def printed(picture: Picture, tmp_path) -> list[str]:
    """Read the decimal numbers printed in a saved picture."""
    texts = [text.text or "" for text in saved_svg(picture, tmp_path / "p.svg").iter(f"{SVG}text")]
    return [text for text in texts if re.fullmatch(r"−?\d+\.\d+", text)]


@slow
@given(st.integers(1, 12), st.integers(1, 16), st.booleans(), st.integers(0, 11))
def test_nothing_moves(steps, units, of_the_floor, at):
    """Neither the box, nor any text, nor any shape; a thicker line extends further by half its width."""
    whole = columns(steps) if of_the_floor else unrolled(steps, units)
    drawn = sorted({shape.step for shape in whole.shapes if shape.step})
    step = drawn[at % len(drawn)]
    for picture in (whole.focus(step), whole.until(step)):
        for before, after in zip(forms(whole), forms(picture), strict=True):
            assert (after.box.left, after.box.top, after.box.right) == (
                before.box.left,
                before.box.top,
                before.box.right,
            )
            assert after.box.bottom == whole_bottom(before)
            now = by_name(after)
            for name, shape in by_name(before).items():
                assert {text.at for text in now[name].texts} <= {text.at for text in shape.texts}
                if not shape.texts or shape.step != step:
                    assert now[name].bounds.grown(1.5).holds(shape.bounds) or now[name].step > step
                    assert shape.bounds.grown(0.76).holds(now[name].bounds)
            assert {name for name in now if name not in by_name(before)} <= {f"now-{step}"}


@pytest.mark.parametrize("make", [unrolled, columns])
@pytest.mark.parametrize("shown", ["focus", "until"])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_the_future_is_neither_printed_nor_described(make, shown, step, tmp_path):
    """Not in the picture, the table, the text, the alt text or the steps."""
    whole = make()
    later = {
        text.text for shape in whole.shapes if (shape.step or 0) > step for text in shape.texts if "." in text.text
    }
    earlier = {
        text.text for shape in whole.shapes if (shape.step or 0) <= step for text in shape.texts if "." in text.text
    }
    picture = getattr(whole, shown)(step)
    for form in forms(picture):
        assert set(printed(form, tmp_path)) <= earlier
        told = [
            form.alt,
            form.description["text"],
            *form.steps,
            *(cell for one in form.description["rows"] for cell in one),
        ]
        for number in later - earlier:
            assert not any(number in text for text in told)
        assert len(form.steps) == step
    assert printed(picture, tmp_path)
    assert f"step {step} of 3" in picture.alt.lower()
    assert ("outlined" in picture.alt) == (step < 3)


def test_the_table_keeps_words_still_to_come():
    """They are visible in muted letters, but their numbers aren't."""
    rows = unrolled().focus(2).description["rows"]
    assert [row[1] for row in rows] == ["", "I", "am", "groot"]
    assert rows[3] == ["3", "groot", "", ""]
    assert all(rows[2])


def test_the_current_step_is_in_ink_with_thick_lines(tmp_path):
    """As LOOK specifies, read from the saved picture."""
    svg = saved_svg(unrolled().focus(2), tmp_path / "p.svg")
    groups = {group.get("id"): group for group in svg.iter(f"{SVG}g")}

    def styles(name: str) -> str:
        return " ".join(element.get("style", "") for element in groups[name].iter())

    assert f"fill: {colour('ink').lower()}" in styles("block-2")
    assert colour("paper").lower() in styles("block-2")
    assert "stroke-width: 2.25" in styles("embedding-2-arrow")
    assert "stroke-width: 2.25" in styles("state-2-arrow")
    assert "stroke-width: 2.5" in styles("state-2")
    assert "stroke-width: 2.5" not in styles("state-1") + styles("embedding-2")
    assert "stroke-width: 2.25" not in styles("state-1-arrow")


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_a_3_px_ink_bar_is_at_the_current_word(form):
    """On its bar in the timeline, or if there is none, below the word."""
    picture = unrolled().focus(2) if form == "wide" else unrolled().focus(2).narrow
    bar = by_name(picture)["now-2"].bounds
    of_steps = by_name(picture)["steps"].bars[1]
    assert min(bar.width, bar.height) == 3
    assert (bar.left, bar.top, bar.right, bar.bottom) == pytest.approx(
        (of_steps.left, of_steps.top, of_steps.right, of_steps.bottom)
    )
    alone = columns().focus(2)
    (under,) = [
        as_drawn(shape).frame for shape in alone.shapes if shape.step == 2 and isinstance(as_drawn(shape), Word)
    ]
    bar = by_name(alone)["now-2"].bounds
    assert (bar.left, bar.right, bar.height) == pytest.approx((under.left, under.right, 3))
    assert bar.top > under.bottom


@pytest.mark.parametrize("make", [unrolled, columns])
def test_the_future_is_bare_outlines(make):
    """Lines of one pixel in the colour of rules, muted letters, no background."""
    for form in forms(make().focus(1)):
        later = [shape for shape in form.shapes if (shape.step or 0) > 1]
        assert later
        for shape in later:
            for mark in shape.marks():
                match mark:
                    case Stroke():
                        assert (mark.token, mark.opacity) == ("rule", 1)
                        assert mark.width <= 1
                    case Area():
                        assert mark.token == "rule"
                        assert isinstance(as_drawn(shape), Arrow)
                    case Text():
                        assert mark.token == "muted"


def test_the_past_is_unchanged():
    """The same shapes as in the full picture."""
    whole = unrolled()
    now = by_name(whole.focus(3))
    past = [shape for shape in whole.shapes if (shape.step or 0) < 3]
    assert past
    assert all(now[shape.name] == shape for shape in past)


def test_steps_can_be_combined():
    """Future shapes stay in the future, and a picture up to a step can highlight one later."""
    whole = unrolled()
    assert whole.until(2).focus(2).shapes == whole.focus(2).shapes
    assert whole.focus(1).shapes != whole.focus(2).shapes
    assert whole.focus(3).focus(2).focus(3).shapes == whole.focus(2).focus(3).shapes
    again = whole.until(1).until(3)
    assert again.shapes == whole.until(1).shapes
    for before, after in pairwise([whole.until(step) for step in range(4)]):
        shown = {text.text for shape in before.shapes for text in shape.texts}
        assert shown <= {text.text for shape in after.shapes for text in shape.texts}


@pytest.mark.parametrize("role", ["state", "embedding", "flow", "steps"])
def test_without_removes_a_role_and_its_arrows(role):
    """Everything else stays where it is, and no arrow ends in mid-air."""
    whole = unrolled()
    for before, after in zip(forms(whole), forms(whole.without(role)), strict=True):
        assert after.box == before.box
        kept = by_name(after)
        assert role not in {shape.role for shape in after.shapes}
        gone = [shape for shape in before.shapes if shape.name not in kept]
        assert all(kept[name] == by_name(before)[name] for name in kept)
        assert all(shape.role == role or isinstance(shape, Arrow) for shape in gone)
        strips = [shape.frame.grown(CLEAR + 4) for shape in gone if isinstance(shape, Vector)]
        for shape in after.shapes:
            if isinstance(shape, Arrow):
                tips = [strip for strip in strips if strip.left < shape.points[-1].x < strip.right]
                assert not [strip for strip in tips if strip.top < shape.points[-1].y < strip.bottom and shape.head]


def test_without_the_states_no_state_is_described():
    """Neither as a column, nor as numbers in the steps."""
    whole = unrolled()
    picture = whole.without("state")
    assert picture.description["head"] == ["time step", "word", "embedding"]
    state = whole.description["rows"][1][3]
    assert state in whole.steps[0]
    assert not any(state in step for step in picture.steps)
    assert "Left out: the states." in picture.alt


def test_a_view_s_own_methods_are_gone_since_they_would_redraw_everything():
    """The result is a plain picture."""
    for picture in (unrolled().focus(1), unrolled().until(1), unrolled().without("flow")):
        assert type(picture) is Picture
        assert picture.parts.keys() >= {"block-1", "word-1"}


@slow
@given(st.integers(1, 12), st.integers(1, 16), st.booleans(), st.data())
def test_what_is_emphasized_gets_weight_and_the_rest_stays_as_it_is(steps, units, of_the_floor, data):
    """Nothing moves, loses its colour or its words, or runs into others."""
    whole = columns(steps) if of_the_floor else unrolled(steps, units)
    part = data.draw(st.sampled_from([shape.name for shape in whole.shapes]))
    picture = whole.emphasize(part)
    check_picture(picture)
    assert (picture.box, picture.description) == (whole.box, whole.description)
    now = by_name(picture)
    assert now.keys() - by_name(whole).keys() <= {f"{part}-band", f"{part}-band-1"}
    lanes = [
        frame for shape in whole.shapes if isinstance(shape, Lane) and shape.name == part for frame in shape.frames
    ]
    for before in whole.shapes:
        after = now[before.name]
        if before.name != part and not before.name.startswith(f"{part}-"):
            assert after == before or any(lane.holds(before.bounds) for lane in lanes)
        elif isinstance(before, Vector):
            assert astuple(after.bounds) == pytest.approx(astuple(before.bounds))
            assert [mark.width for mark in after.marks() if isinstance(mark, Stroke)].count(3) == 1
        assert [text.text for text in after.texts] == [text.text for text in before.texts]


def test_what_is_emphasized_is_on_a_band_in_its_colour():
    """With its arrow, which is heavy; a name on the band is in ink, and numbers are bold."""
    picture = unroll(read_keras(LSTM_CODE), WORDS[:3]).emphasize("memory-1", "state-1")
    for form in forms(picture):
        shapes = by_name(form)
        for role in ("memory", "state"):
            band, vector = shapes[f"{role}-1-band"], shapes[f"{role}-1"]
            assert [(mark.token, mark.opacity) for mark in band.marks()] == [(role, 0.16)]
            assert band.frame.holds(vector.bounds)
            assert all(text.style.weight == 600 for text in vector.texts)
            arrows = [it for it in form.shapes if isinstance(it, Arrow) and it.name.startswith(f"{role}-1-")]
            assert arrows
            assert all(it.is_heavy and it.role == role for it in arrows)
        first = form.shapes.index(shapes["memory-1-band"])
        assert all(isinstance(shape, Lane | Tint) for shape in form.shapes[:first])
        assert kind_of(band) == "ground"


def test_emphasis_is_for_both_forms_and_stays_in_sequences():
    """A lane counts with all that is on it; what is named alone in one form leaves the other as it is."""
    picture = unroll(read_keras(LSTM_CODE), WORDS[:3]).emphasize("lane")
    for form in forms(picture):
        heavy = {shape.name for shape in form.shapes if isinstance(shape, Emphasized)}
        assert {shape.name for shape in form.shapes if isinstance(shape, Block)} <= heavy
        assert not any("word" in name for name in heavy)
    assert any(isinstance(shape.shape, Emphasized) for shape in picture.focus(2).shapes if isinstance(shape, Staged))
    assert [shape.name for shape in picture.in_language("de").shapes] == [shape.name for shape in picture.shapes]
    assert not any(
        isinstance(as_drawn(shape), Tint) and shape.marks() for shape in picture.until(0).shapes if shape.step
    )


def bars_of(shape: Shape) -> list[Frame]:
    """Return the bars in the cells of a vector: its areas after the background."""
    return [mark.frame for mark in shape.marks() if isinstance(mark, Area)][1:]


@pytest.mark.parametrize("language", ["en", "de"])
def test_numbers_that_nobody_reads_are_bars_on_one_scale(language):
    """As high as their values, up or down, in both forms; the numbers stay in their places without ink, and answer."""
    whole = unroll(read_keras(LSTM_CODE), WORDS[:3]).in_language(language).emphasize("memory-1")
    picture = whole.print_only("output")
    assert picture.asks == whole.asks
    assert picture.description == whole.description
    heights = set()
    for form in forms(picture):
        check_picture(form)
        shapes = by_name(form)
        assert all(text.is_inked for text in shapes["output"].texts)
        assert not bars_of(shapes["output"])
        for name in ("state-1", "memory-1", "memory-2", "embedding-3"):
            vector = as_drawn(shapes[name])
            values = [number_in(text) for text in vector.cells]
            assert all(not text.is_inked for text in shapes[name].texts)
            for value, bar in zip(values, bars_of(shapes[name]), strict=True):
                assert vector.frame.holds(bar)
                assert (bar.bottom if value > 0 else bar.top) == pytest.approx(vector.frame.centre)
                heights.add(round(bar.height / abs(value) / vector.frame.height, 6))
    assert len(heights) == 1


def test_bars_never_have_the_colour_of_their_ground():
    """Not where fills by value covered a role that is ink, either."""
    bars = [shape for shape in positions(4).print_only().shapes if isinstance(shape, Vector)]
    assert len(bars) == 4
    for shape in bars:
        ground, *others = (mark for mark in shape.marks() if isinstance(mark, Area))
        assert ground.token not in {bar.token for bar in others}


def test_a_sequence_can_stop_at_a_step_that_is_left_out():
    """Of twelve steps, two are drawn and the last; up to the fifth, the last is an outline."""
    picture = unrolled(12).until(5)
    assert "up to step 5 of 12" in picture.alt
    assert not by_name(picture)["output"].texts
    assert by_name(picture)["state-1"].texts


def test_a_stage_is_not_called_a_step():
    """In a cell, a time step is something else."""
    inside = cell(stack(LSTM(2), shape=(3, 2)), WORDS[:3])
    assert "at step 3 of 3" in inside.until(2).alt
    assert "Shown up to stage 2 of 5." in inside.until(2).alt
    assert "Stage 2 of 5 is marked." in inside.focus(2).description["text"]


def test_only_a_whole_sequence_can_be_stepped_through():
    """Not a picture without steps, or one that is already at a step."""
    whole = unrolled()
    silent = replace(whole, description=replace(whole.description, steps=()), narrow=None)
    assert silent.moments == {}
    for picture in (unrolled().focus(2), unrolled().until(2)):
        assert [form.moments for form in forms(picture)] == [{}, {}]


SEQUENCES = [
    *cases(Path(__file__).with_name("stepping.md")),
    pytest.param(SimpleNamespace(draw=unrolled), id="unrolled"),
    pytest.param(SimpleNamespace(draw=lambda: unrolled(12)), id="many steps"),
    pytest.param(SimpleNamespace(draw=columns), id="a diagram"),
]
NUMERIC = {"state", "memory", "embedding", "output", "flow"}
"""The roles of what shows numbers, and which `without` names."""


Said = tuple[tuple[str, ...], int, str | None]


def numbers_said(value: object, step: int, role: str | None) -> Iterator[Said]:
    """Find the numbers in a text, those of a vector together, with the step from which on they are said, and a role."""
    match value:
        case Known():
            yield from numbers_said(value.content[0], max(step, value.step), value.role or role)
        case PrintedNumbers():
            yield from ((tuple(map(str, vector)), step, role) for vector in value.content)
        case Number():
            yield (str(value),), step, role
        case Translatable():
            yield from numbers_said(value.content, step, role)
        case dict():
            yield from numbers_said(tuple(value.values()), step, role)
        case tuple():
            for part in value:
                yield from numbers_said(part, step, role)


def numbers_drawn(picture: Picture) -> dict[tuple[str, ...], set[tuple[int, str]]]:
    """Map each text, and the numbers of each vector together, to the steps and roles of the shapes that show them."""
    drawn = defaultdict(set)
    for shape in (shape for form in forms(picture) for shape in form.shapes):
        inner = as_drawn(shape)
        vectors = [tuple(map(str, inner.cells))] if isinstance(inner, Vector) else []
        for numbers in (*vectors, *((text.text,) for text in shape.texts)):
            drawn[numbers].add((shape.step or 0, shape.role))
    return drawn


@pytest.mark.parametrize("case", SEQUENCES)
def test_a_page_gets_everything_focus_changes(case):
    """Each shape that appears at a step is listed, with the bar that `focus` draws, if the picture has steps."""
    for form in forms(case.draw()):
        assert {name: it["step"] for name, it in form.moments.items()} == {
            shape.name: shape.step for shape in form.shapes if shape.step and form.steps
        }
        for step in {it["step"] for it in form.moments.values()}:
            drawn = [
                Frame(bar.left - form.box.left, bar.top - form.box.top, bar.width, bar.height)
                for shape in form.focus(step).shapes
                if isinstance(shape, NowBar)
                for bar in shape.bars
            ]
            told = [bar for it in form.moments.values() if it["step"] == step for bar in it["bars"]]
            assert [Frame(*bar) for bar in told] == drawn


@pytest.mark.parametrize("case", SEQUENCES)
def test_every_number_is_said_from_the_step_on_at_which_it_is_drawn(case):
    """In the sentences, the table and the texts; and it has the role of what shows it."""
    picture = case.draw()
    description, drawn, count = picture.description, numbers_drawn(picture), 0
    for line in description.rows:
        for value, column in zip(line.cells, description.columns, strict=True):
            for numbers, since, role in numbers_said(value.text, value.step, line.role or column.role):
                places, count = drawn.get(numbers, set()), count + (numbers in drawn)
                assert not places or since in {step for step, _ in places}, (numbers, value)
                roles = {role for _, role in places}
                assert role in roles or not roles & NUMERIC, (numbers, value)
    texts = [(description.alt, 0), (description.text, 0)]
    for text, since in (*texts, *((sentence, step) for step, sentence in enumerate(description.steps, start=1))):
        for numbers, step, role in numbers_said(text, since, None):
            places, count = drawn.get(numbers, set()), count + (numbers in drawn)
            # A text may draw a conclusion from several steps, such as which number is the largest.
            assert not places or min(places)[0] <= step, (numbers, text)
            roles = {role for _, role in places}
            assert role in roles or not roles & NUMERIC or text is description.text, (numbers, text)
    assert count > 2


def test_a_number_that_is_printed_alike_hides_nothing_and_shows_nothing():
    """Only the step counts at which a number is known, not its digits."""
    first = logits(["a", "b"], [0.5, 0.5], temperature=[1, 2]).until(2)
    assert first.description["rows"] == [["a", "0.50", "0.50", ""], ["b", "0.50", "0.50", ""]]
    assert "at temperature 1, “a” gets 0.50" in first.alt
    assert "temperature 2" not in first.alt + "".join(first.steps)
    alike = reading(["a", "b"], [0.5, 0.5], [[0.3, 0.3], [0.3, 0.3]]).until(1)
    assert [row[2:] for row in alike.description["rows"]] == [["0.50", "0.3, 0.3"], ["", ""]]


@pytest.mark.parametrize("step", [1, 2])
def test_what_is_said_up_to_a_step_depends_on_nothing_later(step):
    """Whatever follows, the words of the picture are the same."""

    def said(later: float, memory: float) -> list[object]:
        answers, held = [0.2, 0.6, 0.4], [[0.3], [0.3], [-0.2]]
        answers[step:], held[step:] = [later] * (3 - step), [[memory]] * (3 - step)
        picture = reading(WORDS[:3], answers, held).until(step)
        return [picture.alt, picture.steps, picture.description["text"], picture.description["rows"]]

    assert said(0.6, 0.3) == said(0.2, 0.9) == said(0.71, -0.5)
