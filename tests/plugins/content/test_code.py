"""Words of the prose that repeat what the code says."""

from plugins.catalogues import language_of
from plugins.content.code import value_of
from tests.plugins.test_catalogues import SETTINGS
from tests.tables import table


@table(__file__, "Words are read in the language of their article")
def test_words_are_read_in_the_language_of_their_article(language, words, value):
    """Numbers as words in any form, and with its decimal sign."""
    assert value_of(words, language_of(language, SETTINGS)) == value
