"""Attention heads as arcs: the right words are connected, and nothing overlaps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules, check_steps
from tests.sampling import sampled
from unrolled import Weights, heads, read_keras, run_model
from unrolled.i18n import text_of
from unrolled.shapes.arrows import Arc
from unrolled.shapes.text import Word

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree", "not", "movie", "w", "x", "y", "·"]
CODE = """
words = Input(({steps}, 4))
model = Model(words, MultiHeadAttention({heads}, 3)(words, words, use_causal_mask={causal}))
"""


def model_of(steps, count, causal=True):
    """Build a self-attention model."""
    return read_keras(CODE.format(steps=steps, heads=count, causal=causal))


def sharp(count, seed, scale):
    """Generate weights; the larger they are, the fewer words each word attends to."""
    rng = np.random.default_rng(seed)
    layer = model_of(2, count).nodes[0].layer
    return Weights(**{name: rng.normal(0, scale, size) for name, size in layer.weight_shapes((2, 4), (2, 4)).items()})


@st.composite
def gazes(draw):
    """Generate a model, a sentence for it, word vectors, and weights."""
    said = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    count = draw(st.integers(1, 5))
    seed = draw(st.integers(0, 99))
    vectors = np.random.default_rng(seed).normal(0, 1, (len(said), 4))
    return model_of(len(said), count, draw(st.booleans())), said, vectors, sharp(count, seed, draw(st.floats(0.1, 3)))


def looks_of(trace, head, least):
    """List the steps of query and key, from 1, with the printed weight."""
    return {
        (int(row) + 1, int(key) + 1): text_of(float(trace.shares[head, row, key]), 2)
        for row, key in np.argwhere((trace.shares[head] >= least) & trace.kept)
    }


@sampled(80, at_once=2)
@given(gazes(), st.sampled_from([0.15, 0.25, 0.5]))
def test_each_weight_that_is_large_enough_has_an_arc(drawn, least):
    """From query to key, with its number on it or beside it; nothing touches in either layout."""
    model, said, vectors, weights = drawn
    picture = heads(model, said, vectors, weights, least=least)
    trace = run_model(model, vectors, weights=[weights]).traces[0]
    for form in check_rules(picture):
        check_arcs(form)
        for head in range(min(len(trace.shares), 4)):
            wanted = looks_of(trace, head, least)
            arcs = [it for it in form.shapes if isinstance(it, Arc) and it.name.startswith(f"head-{head + 1}-")]
            assert {tuple(map(int, arc.name.split("-")[-2:])) for arc in arcs} == set(wanted)
            if any(arc.text for arc in arcs):
                assert all(arc.text == wanted[tuple(map(int, arc.name.split("-")[-2:]))] for arc in arcs)
            else:
                label = f"head-{head + 1}-weight-"
                texts = [it.text for it in form.shapes if it.name.startswith(label) and not it.name.endswith("word")]
                assert texts == [wanted[key] for key in sorted(wanted)]
    assert len(picture.steps) == len(said)
    assert all(text in " ".join(picture.steps) for text in looks_of(trace, 0, least).values())


def check_arcs(form):
    """Check that each arc connects the right words, stays outside all of them, and crosses no number but its own."""
    arcs = [shape for shape in form.shapes if isinstance(shape, Arc)]
    grounds = {shape.name: shape.frame for shape in form.shapes if isinstance(shape, Word)}
    numbers = {arc: [text.frame for text in arc.texts] for arc in arcs}
    texts = [text.frame for shape in form.shapes if not isinstance(shape, Arc) for text in shape.texts]
    for arc in arcs:
        head, (one, other) = "-".join(arc.name.split("-")[:2]), arc.name.split("-")[-2:]
        for point, word in ((arc.curve.start, one), (arc.curve.end, other)):
            ground = grounds[f"{head}-word-{word}"]
            off = max(ground.left - point.x, point.x - ground.right, ground.top - point.y, point.y - ground.bottom)
            assert 2 < off < 6, arc.name
        around = arc.curve.around
        others = [frame for other, frames in numbers.items() if other is not arc for frame in frames]
        near = [
            frame for frame in (*others, *texts, *(frame.grown(2) for frame in grounds.values())) if frame.meets(around)
        ]
        assert not any(inside(point, frame) for point in arc.curve.points for frame in near), arc.name
    ends = [(arc.curve.start.x, arc.curve.start.y) for arc in arcs] + [
        (arc.curve.end.x, arc.curve.end.y) for arc in arcs
    ]
    assert len(set(ends)) == len(ends)


def inside(point, frame):
    """Return whether a point is inside a frame."""
    return frame.left < point.x < frame.right and frame.top < point.y < frame.bottom


def test_arcs_back_are_above_the_words_and_arcs_ahead_below():
    """In the narrow layout, right and left of them."""
    said = ["a", "b", "c", "d"]
    picture = heads(model_of(4, 1, causal=False), said, np.eye(4), sharp(1, 5, 2.0), least=0.1)
    for form, axis in ((picture, "y"), (picture.narrow, "x")):
        words = {it.name: it.frame.midpoint for it in form.shapes if isinstance(it, Word)}
        ways = set()
        for arc in (it for it in form.shapes if isinstance(it, Arc)):
            one, other = map(int, arc.name.split("-")[-2:])
            off = getattr(arc.curve.at(0.5), axis) - getattr(words[f"head-1-word-{one}"], axis)
            ways.add((other > one, off > 0))
        assert ways == ({(False, False), (True, True)} if axis == "y" else {(False, True), (True, False)})


def test_a_thicker_arc_has_a_larger_weight():
    """So that two can be compared without their numbers."""
    picture = heads(model_of(5, 2), WORDS[:5], None, sharp(2, 1, 1.0), least=0.1)
    arcs = sorted((it for it in picture.shapes if isinstance(it, Arc)), key=lambda arc: arc.share)
    widths = [arc.width for arc in arcs]
    assert widths == sorted(widths)
    assert widths[-1] > widths[0]


def test_words_in_alike_share_a_background_and_the_others_recede():
    """For example if two words refer to the same person."""
    picture = heads(model_of(3, 1), WORDS[:3], alike=["I", "groot"])
    fills = {it.text: it.fill for it in picture.shapes if isinstance(it, Word)}
    assert fills["I"] == fills["groot"] != fills["am"] == "lane"


@sampled(20, at_once=3)
@given(st.integers(41, 300), st.booleans(), st.integers(0, 99), st.floats(0.2, 3))
def test_of_a_long_sentence_the_words_with_the_largest_weights_are_drawn(length, causal, seed, scale):
    """With ellipses where others are left out, and their numbers in the note; nothing touches in either layout."""
    rng = np.random.default_rng(seed)
    model, weights, vectors = model_of(length, 2, causal), sharp(2, seed, scale), rng.normal(0, 2, (length, 4))
    said = [f"{WORDS[at % len(WORDS)]}{at + 1}" for at in range(length)]
    picture = heads(model, said, vectors, weights)
    trace = run_model(model, vectors, weights=[weights]).traces[0]
    for form, most in ((picture, 848), (picture.narrow, 288)):
        assert form.box.width <= most
        check_picture(form)
        check_arcs(form)
        words = [it.text for it in form.shapes if isinstance(it, Word) and it.name.startswith("head-1-word-")]
        assert 1 <= len(words) <= 8
        shown = [said.index(word) for word in words]
        assert shown == sorted(shown)
        gaps = sum(it.name.startswith("head-1-more-") for it in form.shapes)
        ends = [-1, *shown, length]
        assert gaps == sum(other - one > 1 for one, other in pairwise(ends))
        _, query, key = np.unravel_index(np.where(trace.kept, trace.shares, 0).argmax(), trace.shares.shape)
        assert {query, key} <= {*shown}
        texts = " ".join(text.text for shape in form.shapes for text in shape.texts)
        assert f"{len(words)} of {length} words are drawn: those with the largest weights." in texts
        for arc in (it for it in form.shapes if isinstance(it, Arc)):
            head, one, other = (int(it) - 1 for it in (arc.name.split("-")[1], *arc.name.split("-")[-2:]))
            assert arc.share == pytest.approx(trace.shares[head, shown[one], shown[other]])
    check_steps(picture)
    assert len(picture.description["rows"]) == 2 * len(picture.steps)


def test_the_author_can_select_the_words():
    """By their steps; the others are left out, which the picture says."""
    picture = heads(model_of(41, 1), [f"w{at}" for at in range(1, 42)], shown=[40, 3, 4])
    assert [it.text for it in picture.shapes if isinstance(it, Word)] == ["w3", "w4", "w40"]
    assert sum(it.name.startswith("head-1-more-") for it in picture.shapes) == 3
    assert "3 of 41 words are drawn." in picture.description["text"]
