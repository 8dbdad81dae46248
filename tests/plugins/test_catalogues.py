"""The words for numbers, in the languages that have them."""

from __future__ import annotations

import gettext
import os
from dataclasses import replace
from pathlib import Path

import pytest

from plugins.catalogues import ENGLISH, FILE, Language, forget, language_of, number_words
from plugins.figures.page.sliders import words_of
from tests.conftest import REPOSITORY

SETTINGS = {"DEFAULT_LANG": "en", "THEME": str(REPOSITORY / "theme"), "PATH": str(REPOSITORY / "content")}


@pytest.mark.parametrize("tag", ["en", "en-gb", "de", "de-at"])
def test_a_language_has_the_words_from_zero_to_twelve(tag):
    """Each once, in small letters."""
    words = number_words(language_of(tag, SETTINGS))
    forms = [form for each in words for form in each]
    assert len(words) == 13
    assert len({*forms}) == len(forms)
    assert all(form.isalpha() and form.islower() for form in forms)
    assert words[4][0] == ("four" if tag.startswith("en") else "vier")


def test_a_language_without_them_writes_digits():
    """Also if it has translations of everything else."""
    french = language_of("fr", SETTINGS)
    assert number_words(french) == []
    assert words_of(["2", "4"], french) == ["2", "4"]
    assert words_of(["1", "4", "13", "0.5"], language_of("de", SETTINGS)) == ["1", "vier", "13", "0.5"]


def test_a_word_may_be_the_same_as_in_english():
    """As “six” is in French."""

    class French(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return {"two": "deux"}.get(message, message)

    assert number_words(Language("fr", French()))[6] == ("six",)
    assert number_words(replace(ENGLISH, tag="fr")) == []


def test_a_catalogue_with_the_same_size_and_time_is_read_again(tmp_path: Path) -> None:
    """Its contents are compared; its digest, which pages and notebooks depend on, changes with them."""
    file = tmp_path / "de" / FILE
    file.parent.mkdir(parents=True)
    settings = {"LANGUAGES": str(tmp_path), "THEME": str(tmp_path), "DEFAULT_LANG": "en", "PATH": str(tmp_path)}
    found = []
    for word in ("eins", "zwei"):
        file.write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\nmsgid "One"\nmsgstr "{word}"\n')
        os.utime(file, (1, 1))
        forget()
        language = language_of("de", settings)
        found.append((language.gettext("One"), language.digest))
    forget()
    assert [said for said, _ in found] == ["eins", "zwei"]
    assert found[0][1] != found[1][1]
