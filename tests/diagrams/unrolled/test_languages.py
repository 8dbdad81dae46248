"""A picture in another language: the same shapes and numbers, other words."""

from __future__ import annotations

import re

import pytest

from unrolled import Picture, PictureError, above, cells, label, read_keras, unroll

CODE = "Sequential([SimpleRNN({units}, input_shape=({steps}, {features}))])"


def english(units: int = 4, steps: int = 3, features: int = 2) -> Picture:
    """An unrolled layer."""
    return unroll(read_keras(CODE.format(units=units, steps=steps, features=features)), ["I", "am", "groot"][:steps])


@pytest.mark.parametrize("units", [2, 5])
def test_a_german_picture_says_the_same_numbers(units: int) -> None:
    """In alt text, description, table and steps, and not a sentence is left in English."""
    picture = english(units)
    german = picture.in_language("de")
    for one, other in (
        (picture.alt, german.alt),
        (picture.description["text"], german.description["text"]),
        *zip(picture.steps, german.steps, strict=True),
    ):
        assert sorted(re.findall(r"\d[\d.]*", one)) == sorted(re.findall(r"\d[\d.]*", other))
        assert not re.search(r"\b(the|of|and|with|is|always)\b", other), other
    assert german.alt.startswith(f"SimpleRNN mit {units} Einheiten, ausgerollt über 3 Zeitschritte: „I am groot“.")
    assert german.description["head"] == ["Zeitschritt", "Wort", "Embedding", "Zustand"]
    assert [row[1:] for row in german.description["rows"]] == [row[1:] for row in picture.description["rows"]]


def test_every_word_in_the_picture_is_said_and_nothing_moves() -> None:
    """In both forms; a shape keeps its name, its part in a sequence, and its place."""
    picture = english()
    german = picture.in_language("de")
    assert picture.turned
    assert german.turned
    for one, other in ((picture, german), (picture.turned, german.turned)):
        assert other.parts == one.parts
        assert other.moments.keys() == one.moments.keys()
        words = [
            (was.text, now.text)
            for a, b in zip(one.shapes, other.shapes, strict=True)
            for was, now in zip(a.texts, b.texts, strict=True)
        ]
        changed = {was: now for was, now in words if was != now}
        said = {"zero state": "Nullzustand", "output = h₃": "Ausgabe = h₃", "embedding": "Embedding"}
        assert changed == {was: now for was, now in said.items() if was in dict(words)}
        assert len(changed) >= 2
        assert all(
            was.at == now.at
            for a, b in zip(one.shapes, other.shapes, strict=True)
            for was, now in zip(a.texts, b.texts, strict=True)
        )


def test_a_longer_word_finds_room() -> None:
    """The picture grows with it."""
    picture = above(label("it"), cells([1, 2])).picture("Two cells.")
    longer = picture.in_language("de", {"it": "Donaudampfschifffahrt", "Two cells.": "Zwei Zellen."})
    assert longer.size_px[0] > picture.size_px[0]
    assert all(
        longer.box.left <= text.frame.left and text.frame.right <= longer.box.right
        for shape in longer.shapes
        for text in shape.texts
    )


def test_a_sentence_without_words_is_an_error_that_says_how_to_give_them() -> None:
    """Nothing is left in English without being told; a script brings its own words."""
    picture = above(label("it"), cells([1, 2])).picture("Two cells.")
    with pytest.raises(PictureError, match=r"no words in 'de' for “Two cells\.”: give them"):
        picture.in_language("de")
    said = picture.in_language("de", {"{count} cells.": "{count} Zellen.", "Two": "Zwei", "it": "es"})
    assert said.alt == "Zwei Zellen."


def test_a_language_that_the_kit_lacks_is_an_error() -> None:
    """It says which there are."""
    with pytest.raises(PictureError, match=r"does not speak 'fr' but, beside English, 'de'"):
        english().in_language("fr")
