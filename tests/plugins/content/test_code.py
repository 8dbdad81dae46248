"""Words of the prose that repeat what the code says."""

from __future__ import annotations

import pytest

from plugins.catalogues import language_of
from plugins.content.code import value_of
from tests.plugins.test_catalogues import SETTINGS


@pytest.mark.parametrize(
    ("language", "words", "value"),
    [
        ("en", "four", 4),
        ("en", "**Four**", 4),
        ("en", "zero", 0),
        ("en", "vier", "vier"),
        ("en", "0.5", 0.5),
        ("en", "(2, 3)", (2, 3)),
        ("en", "'relu'", "relu"),
        ("de", "vier", 4),
        ("de", "Zwölf", 12),
        ("de", "einen", 1),
        ("de", "eins", 1),
        ("de", "four", "four"),
        ("de", "4", 4),
        ("de", "0,5", 0.5),
        ("de", "0.5", 0.5),
        ("de", "(2,3)", (2, 3)),
        ("de", "True", True),
        ("fr", "0,5", 0.5),
        ("fr", "quatre", "quatre"),
    ],
)
def test_words_are_read_in_the_language_of_their_article(language, words, value):
    """Numbers as words in any form, and with its decimal sign."""
    assert value_of(words, language_of(language, SETTINGS)) == value
