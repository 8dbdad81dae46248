"""Word vectors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unrolled import embed
from unrolled.i18n import text_of

words = st.lists(st.text(max_size=12), min_size=1, max_size=6)


@given(words, st.integers(1, 60))
def test_every_number_has_one_decimal_and_none_is_zero(sentence, features):
    """So that printing one decimal loses nothing."""
    vectors = embed(sentence, features)
    assert vectors.shape == (len(sentence), features)
    assert np.array_equal(vectors, np.round(vectors, 1))
    assert (np.abs(vectors) >= 0.1).all()
    assert (np.abs(vectors) <= 0.9).all()


@given(words, words, st.integers(1, 20))
def test_a_word_has_the_same_vector_everywhere(before, after, features):
    """It doesn't depend on neighbours or position."""
    alone = embed(["groot"], features)[0]
    assert np.array_equal(embed([*before, "groot", *after], features)[len(before)], alone)


@given(words, st.integers(2, 40))
def test_the_first_two_numbers_of_a_word_never_change(sentence, features):
    """An article can use longer vectors further down without changing the numbers in the figure above."""
    assert np.array_equal(embed(sentence, features)[:, :2], embed(sentence))


def test_the_words_of_the_guide_are_easy_to_tell_apart():
    """Their numbers are in published figures: they never change, and no two have the same signs."""
    printed = [[text_of(value) for value in vector] for vector in embed(["I", "am", "groot"])]
    assert printed == [["0.5", "0.4"], ["0.2", "−0.6"], ["−0.7", "0.3"]]


def test_chosen_vectors_are_used_unchanged():
    """For all words or for some; the others keep the kit's own, with the same length."""
    assert embed({"I": (1, 2, 3)}, 3).shape == (1, 3)
    assert embed({"I": (0.5, 0.4), "am": (0.25, -2)}).tolist() == [[0.5, 0.4], [0.25, -2]]
    some = embed(["I", "am", "I"], chosen={"I": (1, 2, 3)})
    assert some[0].tolist() == some[2].tolist() == [1, 2, 3]
    assert np.array_equal(some[1], embed(["am"], 3)[0])


@given(words.map(dict.fromkeys), st.integers(1, 5))
def test_chosen_vectors_are_in_the_order_of_the_sentence(sentence, features):
    """A mapping keeps its order, and its words can be any text."""
    own = {word: tuple(range(place, place + features)) for place, word in enumerate(sentence)}
    assert embed(own).tolist() == [list(vector) for vector in own.values()]
