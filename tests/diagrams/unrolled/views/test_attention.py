"""Attention: how much each word attends to every other, and the full computation for one of them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules, check_steps
from tests.sampling import sampled
from unrolled import MultiHeadAttention, attention, read_keras, run_model
from unrolled.i18n import text_of
from unrolled.shapes.cells import Shares, Vector
from unrolled.shapes.plots import Share

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree", "not", "movie", "w", "x", "y"]
CODE = """
words = Input(({steps}, {features}))
model = Model(words, MultiHeadAttention({heads}, {key}, value_dim={value})(words, words, use_causal_mask={causal}))
"""


@st.composite
def models(draw):
    """Generate a self-attention layer and a sentence for it."""
    said = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    sizes = st.integers(1, 6)
    options = {"features": draw(sizes), "heads": draw(st.integers(1, 3)), "key": draw(sizes), "value": draw(sizes)}
    return read_keras(CODE.format(steps=len(said), causal=draw(st.booleans()), **options)), said


def trace_of(model, inputs):
    """Run the only layer."""
    return run_model(model, inputs).traces[0]


@sampled(60)
@given(models())
def test_each_row_shows_the_shares_of_a_word(drawn):
    """Those of the trace, as far as they fit; masked ones are blank; nothing touches in either layout."""
    model, said = drawn
    vectors = np.random.default_rng(len(said)).uniform(-1, 1, (len(said), model.entries[0].shape[1]))
    picture, trace = attention(model, said, vectors), trace_of(model, vectors)
    for form in check_rules(picture):
        rows = [shape for shape in form.shapes if isinstance(shape, Shares)]
        for row in rows:
            *head, _, query = row.name.split("-")
            at = (int(head[1]) - 1 if head else 0, int(query) - 1)
            shown = [text for text in row.cells if text != "…"]
            texts = [
                text_of(float(share), 2) if kept else None
                for share, kept in zip(trace.shares[at], trace.kept[at[1]], strict=True)
            ]
            assert shown == [*texts[: len(shown) - 1], texts[-1]]
    assert len(picture.steps) == (len(said) if len(said) <= 8 else 7), "a step for each word, except for those left out"


@sampled(30, at_once=3)
@given(st.integers(5, 24), st.integers(1, 90), st.booleans(), st.integers(0, 99))
def test_of_many_heads_a_sample_is_drawn(count, length, causal, seed):
    """The first two and the last, with the number of the others and the real shapes, and only computed numbers."""
    model = read_keras(CODE.format(steps=length, features=4, heads=count, key=3, value=9, causal=causal))
    vectors = np.random.default_rng(seed).normal(0, 3, (length, 4))
    said = [WORDS[at % len(WORDS)] for at in range(length)]
    picture, trace = attention(model, said, vectors), trace_of(model, vectors)
    for form, (width, height) in ((picture, (848, 1060)), (picture.narrow, (288, 1160))):
        assert form.size_px[0] <= width
        assert form.size_px[1] <= height
        check_picture(form)
        titles = [shape.text for shape in form.shapes if shape.name.endswith("title")]
        assert titles == ["head 1", "head 2", f"head {count}"]
        texts = " ".join(text.text for shape in form.shapes for text in shape.texts)
        assert f"{count - 3} more heads" in texts
        assert f"In full: {count} heads, shares {length} × {length}, weighted sums {length} × 9" in texts
        for row in (shape for shape in form.shapes if isinstance(shape, Shares)):
            head, query = int(row.name.split("-")[1]) - 1, int(row.name.split("-")[-1]) - 1
            printed = {text_of(float(share), 2) for share in trace.shares[head, query]}
            assert {text for text in row.cells if text not in (None, "…")} <= printed
    check_steps(picture)
    assert len(picture.description["rows"]) == 3 * len(picture.steps) <= 18


def test_a_head_is_named_once_in_the_alt_text():
    """Not again for each word."""
    alt = attention(MultiHeadAttention(2, 4), WORDS[:3]).alt
    assert [alt.count("in head 1"), alt.count("in head 2"), alt.count("looks most at")] == [1, 1, 6]


@sampled(60)
@given(models(), st.data())
def test_a_query_s_equation_is_that_of_the_trace(drawn, data):
    """Scores, shares and the sum, in both layouts, which describe everything they show."""
    model, said = drawn
    assume(len(set(said)) == len(said))
    vectors = np.random.default_rng(len(said)).uniform(-1, 1, (len(said), model.entries[0].shape[1]))
    trace = trace_of(model, vectors)
    head = data.draw(st.integers(1, len(trace.shares)))
    step = data.draw(st.integers(1, len(said)))
    picture = attention(model, said, vectors, query=step, head=head)
    for form in check_rules(picture):
        for bar in (shape for shape in form.shapes if isinstance(shape, Share)):
            key = int(bar.name.split("-")[-1]) - 1
            assert bar.text == text_of(float(trace.shares[head - 1, step - 1, key]), 2)
        (total,) = [shape for shape in form.shapes if isinstance(shape, Vector) and shape.name == "sum"]
        mixed = [text_of(float(value), 2) for value in trace.mixed[head - 1, step - 1]]
        assert (total.cells[0], total.cells[-1]) == (mixed[0], mixed[-1])
        if total.heat:  # a cell's fill is its value, on one scale with all values and products
            ratios = np.array(total.heat) / trace.mixed[head - 1, step - 1]
            np.testing.assert_allclose(ratios, ratios[0])
            assert np.abs(total.heat).max() <= 1


@pytest.mark.parametrize("options", [{}, {"query": 2}])
def test_the_code_s_numbers_are_tied_to_what_they_govern(options):
    """The heads by their titles, key_dim by the size of keys and values."""
    code = CODE.format(steps=3, features=2, heads=2, key=4, value=3, causal=False)
    picture, wanted = attention(read_keras(code), WORDS[:3], **options), {"num_heads", "value_dim"}
    wide, narrow = (
        {each["argument"]["name"] for each in form.parts.values() if each["argument"]}
        for form in (picture, picture.narrow)
    )
    assert wide == ({"key_dim", "value_dim"} if options else wanted)
    assert narrow == wide
    plain = attention(MultiHeadAttention(2, 4), WORDS[:3], **options)
    assert not any(each["argument"] for each in plain.parts.values())


@pytest.mark.parametrize(
    ("layer", "heads"),
    [
        ("Attention()", ["query · key"]),
        ("Attention(use_scale=True)", ["score"]),
        ("AdditiveAttention()", ["score"]),
        ("MultiHeadAttention(1, 4)", ["query · key", "÷ 2"]),
    ],
)
def test_a_score_has_the_right_name_and_is_shown_once(layer, heads):
    """Only MultiHeadAttention scales it."""
    given = "x, x" if layer.startswith("Multi") else "[x, x]"
    picture = attention(read_keras(f"x = Input((3, 4))\nmodel = Model(x, {layer}({given}))\n"), WORDS[:3], query=2)
    shown = {shape.name: shape.text for shape in picture.shapes if shape.name.endswith("-head")}
    assert [shown[name] for name in ("keys-scores-head", "keys-scaled-head") if name in shown] == heads
    names = [shape.name for shape in picture.shapes]
    assert ("keys-scaled-1" in names) == (len(heads) == 2)


def test_sums_can_be_left_out():
    """Where no values are drawn, nobody could check them."""
    with_sums, without = (attention(MultiHeadAttention(2, 2), WORDS[:3], sums=sums) for sums in (True, False))
    for form in (without, without.narrow):
        assert not any("mixed" in shape.name for shape in form.shapes)
        said = [text.text for shape in form.shapes for text in shape.texts]
        assert (said.count("query: asks"), said.count("key: answers")) == (2, 2)  # once for each head
    assert {shape.name for shape in without.shapes} < {shape.name for shape in with_sums.shapes}
    assert without.size_px[0] < with_sums.size_px[0]


def test_one_word_can_end_at_its_shares():
    """Then nothing is said of a sum, and no value is drawn."""
    whole, ended = (attention(MultiHeadAttention(1, 2), WORDS[:3], query=2, sums=sums) for sums in (True, False))
    assert [*ended.steps] == [*whole.steps][:2]
    for form, other in ((ended, whole), (ended.narrow, whole.narrow)):
        gone = {shape.name for shape in other.shapes} - {shape.name for shape in form.shapes}
        assert {"sum", "sum-name", "sum-line"} <= gone
        assert not any(shape.role == "output" for shape in form.shapes)
