"""Lines of text in several colours."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.fonts import NAME
from unrolled.geometry import Point
from unrolled.shapes.phrase import Phrase, Run, phrase_width

runs = st.lists(st.builds(Run, st.sampled_from([" · ", "4", "(", " + 1) = 28", "1,000"]), st.just("ink")), min_size=1)


@given(runs, st.sampled_from(["start", "middle", "end"]))
def test_runs_stand_one_after_the_other_at_the_anchor(said, anchor):
    """They touch at most, none begins or ends with a blank, and the point is where the anchor says."""
    phrase = Phrase(name="p", runs=tuple(said), at=Point(100, 50), anchor=anchor)
    frames = [text.frame for text in phrase.texts]
    assert all(one.right <= other.left + 0.01 for one, other in pairwise(frames))
    assert all(text.text == text.text.strip() for text in phrase.texts)
    left = 100 - {"start": 0, "middle": 0.5, "end": 1}[anchor] * phrase_width(said, NAME)
    first = len(said[0].text) - len(said[0].text.lstrip())
    assert frames[0].left == pytest.approx(left + phrase_width([Run(" " * first)], NAME))
