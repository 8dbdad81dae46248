"""The words for numbers, in the languages that have them."""

import gettext
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plugins.catalogues import ENGLISH, FILE, Language, forget, language_of, number_in, number_words
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


@pytest.mark.parametrize(
    ("text", "tag", "said"),
    [
        ("5799", "en", "5,799"),
        ("-5799.25", "de", "-5.799,25"),
        ("0.00001", "de-AT", "0,00001"),
        ("7", "xx", "7"),
        ("'adam'", "en", "'adam'"),
    ],
)
def test_a_number_is_written_as_in_its_language(text: str, tag: str, said: str) -> None:
    """What is no number stays."""
    assert number_in(text, tag) == said


def test_a_word_may_be_the_same_as_in_english():
    """As “six” is in French."""

    class French(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return {"two": "deux"}.get(message, message)

    assert number_words(Language("fr", French()))[6] == ("six",)
    assert number_words(replace(ENGLISH, tag="fr")) == []


def read(folder: Path, name: str, text: str) -> Language:
    """Write a file of translations, and return its language."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (1, 1))
    forget()
    settings = {"LANGUAGES": str(folder), "THEME": str(folder), "DEFAULT_LANG": "en", "PATH": str(folder)}
    return language_of("de", settings)


def test_a_catalogue_with_the_same_size_and_time_is_read_again(tmp_path: Path) -> None:
    """Its contents are compared; its digest, which pages and notebooks depend on, changes with them."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\nmsgid "One"\n'
    one, two = (read(tmp_path, f"de/{FILE}", f'{head}msgstr "{word}"\n') for word in ("eins", "zwei"))
    assert (one.gettext("One"), two.gettext("One")) == ("eins", "zwei")
    assert one.digest != two.digest


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("de.json", '{"page": {"Guides": "Artikel"}}', "de.json: this file is no longer read.*/de/LC_MESSAGES"),
        (f"de/{FILE}", 'msgid "Guides"\nmsgst "Artikel"\n', "messages.po:2: not a gettext catalogue"),
        (f"de/{FILE}", 'msgid ""\nmsgstr ""\n\nmsgid "Code %(number)s"\nmsgstr "Code %(nummer)s"\n', "messages.po:4: "),
    ],
)
def test_an_invalid_catalogue_is_a_problem_at_its_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    """The texts of others are still translated."""
    language = read(tmp_path, name, text)
    (problem,) = language.problems
    assert re.search(said, problem, re.DOTALL), problem
    assert language.gettext("Code %(number)s", number=1) == "Code 1"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Leave no language of a test behind."""
    yield
    forget()
