"""How long an article takes to read."""

from __future__ import annotations

import pytest

from plugins.articles import figures, minutes


@pytest.mark.parametrize(("words", "expected"), [(0, 1), (20, 1), (220, 1), (440, 2), (2200, 10)])
def test_time_goes_with_the_words_and_is_never_nought(words: int, expected: int):
    """Tags are no words."""
    assert minutes('<p class="a b c">word</p> ' * words) == expected


def test_a_figure_takes_time_too():
    """Five of them take a minute, wherever they stand; decoration takes none."""
    figure = '<img alt="a b c d" class="diagram" src="x.png">'
    assert minutes("word " * 440 + figure * 5) == 3
    assert figures(figure * 2 + '<img class="line decorative" src="x.png"><svg viewBox="0 0 1 1"></svg>') == 3


def test_languages_without_blanks_between_words_take_time_too():
    """A character counts half a word."""
    assert minutes("<p>" + "深度学习" * 220 + "</p>") == 2
