"""From logits to the next word: shares, temperatures, and top-k."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules, check_steps
from tests.sampling import sampled
from unrolled import logits
from unrolled.shapes.plots import Share
from unrolled.shapes.text import Word

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree", "not", "movie", "w", "x", "y"]


def shares_of(form):
    """Read the shares that are drawn, column by column."""
    found = {}
    for shape in form.shapes:
        if isinstance(shape, Share):
            found.setdefault(shape.name.rpartition("-")[0].removeprefix("1-").removeprefix("2-"), []).append(
                shape.share
            )
    return list(found.values())


@sampled(60)
@given(
    st.lists(st.floats(-20, 20), min_size=1, max_size=12),
    st.lists(st.floats(0.05, 9).map(lambda it: round(it, 2)), min_size=1, max_size=4, unique=True),
    st.data(),
)
def test_shares_are_the_softmax_of_scores_divided_by_temperature(scores, temperatures, data):
    """In the order of the scores, at every temperature; words excluded by top-k get none."""
    top = data.draw(st.integers(1, len(scores)))
    picture = logits(WORDS[: len(scores)], scores, temperature=temperatures, top_k=top)
    kept = np.sort(scores)[::-1][:top]
    check_rules(picture, page=None)
    assert len(picture.steps) == 1 + len(temperatures)
    for shown, temperature in zip(shares_of(picture), temperatures, strict=True):
        raised = np.exp((kept - kept[0]) / temperature)
        np.testing.assert_allclose(shown, raised / raised.sum(), rtol=1e-9, atol=1e-12)


@sampled(40)
@given(
    st.integers(13, 3000), st.lists(st.sampled_from([0.2, 0.7, 1, 3]), min_size=1, max_size=4, unique=True), st.data()
)
def test_of_a_large_vocabulary_the_others_share_a_row(count, temperatures, data):
    """The words with the largest scores, or those that the author chooses; the shares of a column still add up to 1."""
    scores = np.random.default_rng(count).normal(0, 2, count)
    words = [f"w{at}" for at in range(count)]
    top = data.draw(st.integers(1, count))
    named = data.draw(st.none() | st.integers(1, 12) | st.lists(st.sampled_from(words), min_size=1, max_size=12))
    picture = logits(words, scores, temperature=temperatures, top_k=top, shown=named)
    order = np.argsort(-scores)
    most = 11 if named is None else named if isinstance(named, int) else 0
    wanted = [words[at] for at in order[:most]] or [words[at] for at in order if words[at] in named]
    for form, box in ((picture, 720), (picture.narrow, 288)):
        assert form.box.width <= box
        check_picture(form)
        first = [it.text for it in form.shapes if isinstance(it, Word)][: len(wanted)]
        assert first == wanted
        others = {it.text for it in form.shapes if it.name.endswith("others")}
        assert f"{count - len(wanted):,} others" in others
    for shown, temperature in zip(shares_of(picture), temperatures, strict=True):
        raised = np.exp((scores[order][:top] - scores.max()) / temperature)
        kept = [at for at, word in enumerate(words[at] for at in order[:top]) if word in wanted]
        np.testing.assert_allclose(shown[: len(kept)], raised[kept] / raised.sum(), rtol=1e-9, atol=1e-12)
        assert len(shown) == len(kept) + (len(kept) < top)
        assert sum(shown) == pytest.approx(1)
    check_steps(picture)
    assert len(picture.description["rows"]) <= 64
