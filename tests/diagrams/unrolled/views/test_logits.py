"""From logits to the next word: shares, temperatures, and top-k."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_told
from tests.sampling import sampled
from unrolled import PictureError, illustrative, logits
from unrolled.shapes.plots import Share

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
    assert picture.narrow.box.width <= 288
    kept = np.sort(scores)[::-1][:top]
    for form in (picture, picture.narrow):
        check_picture(form)
    for shown, temperature in zip(shares_of(picture), temperatures, strict=True):
        raised = np.exp((kept - kept[0]) / temperature)
        np.testing.assert_allclose(shown, raised / raised.sum(), rtol=1e-9, atol=1e-12)
    check_told(picture)


def test_the_most_likely_word_is_named():
    """In the alt text, with its share."""
    picture = logits(["no", "yes"], [0, 1], temperature=0.5)
    assert picture.alt == "The next word, from its logits: at temperature 0.5, “yes” gets 0.88."


def test_made_up_scores_are_declared():
    """As in every picture."""
    assert "invented" in logits(["no", "yes"], illustrative([0.0, 1.0])).alt


@pytest.mark.parametrize(
    ("words", "scores", "options", "says"),
    [
        (["a"], [1, 2], {}, "1 word need as many scores|need as many scores"),
        (["a", "b"], [1, 2], {"temperature": 0}, "a temperature must be a number above 0"),
        (["a", "b"], [1, 2], {"temperature": [1] * 5}, "up to 4 of them"),
        (["a", "b"], [1, 2], {"top_k": 3}, "top_k must be a whole number from 1 to 2"),
        (["a"] * 13, [1] * 13, {}, "at most 12 words can be drawn, not 13"),
        ("ab", [1, 2], {}, "pass a list of words"),
    ],
)
def test_invalid_input_raises_errors(words, scores, options, says):
    """They say what would be valid."""
    with pytest.raises(PictureError, match=says):
        logits(words, scores, **options)


def test_a_given_temperature_is_shown_even_if_it_is_1():
    """A slider passes through it; without a temperature, there is nothing to show."""
    texts = [
        {getattr(shape, "text", "") for shape in logits(["no", "yes"], [0, 1], **given).shapes}
        for given in ({"temperature": 1.0}, {})
    ]
    assert "÷ 1, softmax" in texts[0] - texts[1]
    assert "softmax" in texts[1] - texts[0]
