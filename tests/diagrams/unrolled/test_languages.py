"""Translated pictures: the same shapes and values, with different words."""

import re
from collections import defaultdict
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from _words._examples import pictures_of
from tests.diagrams.cases import cases
from tests.diagrams.pictures import check_picture
from tests.sampling import sampled
from unrolled import (
    EXPORTS,
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Model,
    Picture,
    PictureError,
    SimpleRNN,
    above,
    beside,
    block,
    cell,
    cells,
    gettext,
    gradient,
    label,
    model_shapes,
    ngettext,
    read_keras,
    stack,
    unroll,
)
from unrolled.description import Description, TableRow
from unrolled.errors import TranslationError
from unrolled.i18n import CATALOGUE, TRANSLATIONS, Language, Listing, numbers, quoted

CODE = "Sequential([SimpleRNN({units}, input_shape=({steps}, {features}))])"
PLACE = re.compile(r"%\((\w+)\)s|%%")
LETTERS = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")
DECIMAL = re.compile(r"[−-]?\d+\.\d+")
OF_CODE = {"kernel", "bias", "batch", "units", "sum", "softmax"}
"""Text that comes from the code, or from a table of what it computes."""
CHARACTERS = "aZéß“”„\"'’,.;:!?%{}()[]<>&0123456789-−|…αЖא"
slow = sampled(25, at_once=1, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
words_of_any_kind = st.lists(
    st.one_of(
        st.text(CHARACTERS, min_size=1, max_size=7),
        st.sampled_from(["Hallo!", "Welt", "da", "and", "state", "output", "output = h₁", "Step 1 of 3:", "%(word)s"]),
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


def english(units: int = 4, steps: int = 3, features: int = 2) -> Picture:
    """Draw an unrolled layer."""
    return unroll(read_keras(CODE.format(units=units, steps=steps, features=features)), ["I", "am", "groot"][:steps])


def catalogue(language: str) -> Catalog:
    """Load the translations of a language."""
    with (TRANSLATIONS / language / CATALOGUE).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def said(picture: Picture) -> list[str]:
    """Collect all text of a picture, in both layouts."""
    forms = [picture] if picture.narrow is None else [picture, picture.narrow]
    painted = [text.text for form in forms for shape in form.shapes for text in shape.texts]
    return [*described(picture), *painted]


def described(picture: Picture) -> list[str]:
    """Collect all text of a picture except what is drawn."""
    told = picture.description
    return [picture.alt, told["text"], *picture.steps, *told["head"], *(cell for row in told["rows"] for cell in row)]


def english_words(words: list[str]) -> set[str]:
    """List the words of English messages that occur in no German message and weren't written by an author."""
    german = catalogue("de")
    pairs = [
        (text, one.string) for one in german if one.id for text in ([one.id] if isinstance(one.id, str) else one.id)
    ]
    there = {word for text, _ in pairs for word in LETTERS.findall(PLACE.sub(" ", text))}
    others = [text for _, string in pairs for text in ([string] if isinstance(string, str) else string)]
    return there - {word for text in (*others, *words) for word in LETTERS.findall(PLACE.sub(" ", text))} - OF_CODE


VIEWS = [case for (case,) in (parameters.values for parameters in cases(Path(__file__).with_name("languages.md")))]


def views(model: Model, words: list[str]) -> dict[str, list[Picture]]:
    """Map each view's name to pictures of it, for this model or these words: as listed, or as in its docstring."""
    drawn = defaultdict(list)
    for case in VIEWS:
        drawn[case.name.partition("(")[0]].append(case.draw(model=model, words=words))
    others = [name for name, module in EXPORTS.items() if module.startswith("views.") and name not in drawn]
    return drawn | {name: list(pictures_of(name, WORDS=words)) for name in others}


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[Picture]]:
    """Draw every view."""
    return views(stack(LSTM(2), shape=(3, 2)), ["I", "am", "groot"])


def test_every_view_is_drawn_in_this_module(drawn: dict[str, list[Picture]]) -> None:
    """So that its German text and layout are tested with any words."""
    assert drawn.keys() == {name for name, module in EXPORTS.items() if module.startswith("views.")}
    assert all(drawn.values())


MODELS = {
    "a layer": lambda steps, units: stack(SimpleRNN(units), shape=(steps, 2)),
    "an LSTM that answers every step": lambda steps, units: stack(LSTM(units, return_sequences=True), shape=(steps, 2)),
    "a GRU that reads backwards": lambda steps, units: stack(GRU(units, go_backwards=True), shape=(steps, 2)),
    "two layers": lambda steps, units: stack(
        GRU(units, return_sequences=True, reset_after=False), LSTM(2), Dense(3), shape=(steps, 2)
    ),
}


@slow
@given(words_of_any_kind, st.sampled_from(sorted(MODELS)), st.integers(1, 6))
def test_any_words_are_translated_to_german(words: list[str], model: str, units: int) -> None:
    """Every word and value is there, and no word of an English message is left, whatever the words are."""
    strangers = english_words(words)
    for picture in chain.from_iterable(views(MODELS[model](len(words), units), words).values()):
        german = picture.in_language("de")
        one, other = " ".join(described(picture)), " ".join(described(german))
        for word in words:
            assert (f"„{word}“" in other) == (f"“{word}”" in one), word
        printed = {
            number for cells in picture.description["rows"] for cell in cells for number in DECIMAL.findall(cell)
        }
        for number in printed - {number for word in words for number in DECIMAL.findall(word)}:
            assert number.replace(".", ",") in other, number
        for text in said(german):
            rest = text
            drawn = [*words, *(f"x{word}" for word in words)]  # as logits are given
            for word in sorted(drawn, key=len, reverse=True):  # as a whole, because German words may contain it too
                rest = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", rest)
            assert not strangers & set(LETTERS.findall(rest)), text


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave", None])
def test_both_directions_are_translated_to_german(merge_mode: str | None) -> None:
    """However their outputs are merged."""
    words = ["Hallo!", "Welt", "da"]
    layer = Bidirectional(LSTM(2, return_sequences=True), merge_mode=merge_mode)
    german = unroll(stack(layer, shape=(3, 2)), words).in_language("de")
    strangers = english_words(words)
    for text in said(german):
        assert not strangers & set(LETTERS.findall(text)), text
    assert "vorwärts" in " ".join(german.steps)


def test_sequences_can_be_translated_before_or_after() -> None:
    """A picture keeps its text as data, whatever languages it has been translated to."""
    picture = english()
    for change in (lambda it: it.until(2), lambda it: it.focus(2), lambda it: it.without("state")):
        first, last = change(picture.in_language("de")), change(picture).in_language("de")
        assert [first.shapes, first.box] == [last.shapes, last.box]
        assert described(first) == described(change(picture).in_language("de").in_language("de")) == described(last)


@pytest.mark.parametrize("units", [1, 2, 5])
def test_a_german_picture_has_the_same_numbers(units: int) -> None:
    """In alt text, description, table and steps, with the language's decimal commas."""
    picture = english(units)
    german = picture.in_language("de")
    for one, other in (
        (picture.alt, german.alt),
        (picture.description["text"], german.description["text"]),
        *zip(picture.steps, german.steps, strict=True),
    ):
        numbers_of = [re.findall(r"\d+(?:[.,]\d+)?", text) for text in (one, other)]
        assert sorted(numbers_of[0]) == sorted(number.replace(",", ".") for number in numbers_of[1])
        assert not re.search(r"\b(the|of|and|with|is|always)\b", other), other
    said_units = "1 Einheit" if units == 1 else f"{units} Einheiten"
    assert german.alt.startswith(f"SimpleRNN mit {said_units}, ausgerollt über 3 Zeitschritte: „I am groot“.")
    assert german.description["head"] == ["Zeitschritt", "Wort", "Embedding", "Zustand"]
    rows = [[cell.replace(", ", "; ").replace(".", ",") for cell in row[1:]] for row in picture.description["rows"]]
    assert [row[1:] for row in german.description["rows"]] == rows


def test_every_word_in_the_picture_is_translated() -> None:
    """In both layouts; a shape keeps its name, and its part in a sequence."""
    picture = english()
    german = picture.in_language("de")
    assert picture.narrow
    assert german.narrow
    for one, other in ((picture, german), (picture.narrow, german.narrow)):
        assert other.parts == one.parts
        assert other.moments.keys() == one.moments.keys()
        words = [
            (was.text, now.text)
            for a, b in zip(one.shapes, other.shapes, strict=True)
            for was, now in zip(a.texts, b.texts, strict=True)
        ]
        changed = {was: now for was, now in words if was != now}
        labels = {"zero state": "Nullzustand", "output = h₃": "Ausgabe = h₃", "embedding": "Embedding"}
        labels["3 time steps"] = "3 Zeitschritte"
        decimals = {text: text.replace(".", ",") for text, _ in words if DECIMAL.fullmatch(text)}
        assert changed == {was: now for was, now in {**labels, **decimals}.items() if was in dict(words)}
        assert len(changed) >= 2


LONG = {
    "stacked": lambda: unroll(stack(LSTM(4, return_sequences=True), LSTM(4), shape=(3, 2)), ["I", "am", "groot"]),
    "many steps": lambda: unroll(stack(SimpleRNN(2), shape=(12, 2)), ["the"] * 12),
    "tied": lambda: unroll(read_keras(CODE.format(units=4, steps=1, features=2)), ["I"]).tied("time_steps", "features"),
    "both directions": lambda: unroll(
        stack(
            Bidirectional(LSTM(2, return_sequences=True)), Bidirectional(LSTM(2, return_sequences=True)), shape=(3, 2)
        ),
        ["I", "am", "groot"],
    ),
    "inside": lambda: cell(stack(GRU(2), shape=(3, 2)), ["I", "am", "groot"]),
    "shapes": lambda: model_shapes(stack(LSTM(4), Dense(3), shape=(3, 2))),
    "things": lambda: beside(block("embedding layer"), block("loss")).picture("Two blocks."),
}
WORDS = {"embedding layer": "Einbettungsschicht", "loss": "Verlustfunktion", "Two blocks.": "Zwei Blöcke."}


@pytest.mark.parametrize("kind", LONG)
def test_a_translated_picture_is_laid_out_in_its_language(kind: str) -> None:
    """German words are longer; titles once ran into each other, because they were set in the space for English ones."""
    german = LONG[kind]().in_language("de", WORDS)
    for form in filter(None, (german, german.narrow)):
        check_picture(form)


def test_every_view_can_repeat_its_layout(drawn: dict[str, list[Picture]]) -> None:
    """With the same result: nothing the layout needs is used up or changed."""
    for picture in chain.from_iterable(drawn.values()):
        assert picture.again is not None
        repeated = picture.again()
        assert (repeated.shapes, repeated.box) == (picture.shapes, picture.box)


def test_translating_back_to_english_restores_the_layout() -> None:
    """No space for longer words is left over."""
    picture = LONG["things"]()
    german = picture.in_language("de", WORDS)
    english = german.in_language("en")
    assert (english.shapes, english.box) == (picture.shapes, picture.box)
    assert german.size_px[0] > picture.size_px[0]


def test_a_word_of_the_sentence_is_not_translated() -> None:
    """It stays as the author wrote it, unless the script supplies a translation."""
    picture = unroll(read_keras(CODE.format(units=2, steps=2, features=2)), ["output", "state"])
    assert "„output state“" in picture.in_language("de").alt
    german = picture.in_language("de", {"state": "Zustand"})
    words = [text.text for shape in german.shapes if shape.name.startswith("word-") for text in shape.texts]
    assert words == ["output", "Zustand"]
    assert "„Zustand“" in german.steps[1]


def test_a_longer_word_gets_more_space() -> None:
    """The picture grows with it."""
    picture = above(label("it"), cells([1, 2])).picture("Two cells.")
    longer = picture.in_language("de", {"it": "Donaudampfschifffahrt", "Two cells.": "Zwei Zellen."})
    assert longer.size_px[0] > picture.size_px[0]
    assert all(
        longer.box.left <= text.frame.left and text.frame.right <= longer.box.right
        for shape in longer.shapes
        for text in shape.texts
    )


def test_lists_numbers_and_quotation_marks_follow_the_language() -> None:
    """As does the decimal separator, and the separator between decimal numbers."""
    german = Language("de")
    assert str(Listing("I", "am", "groot")) == "I, am and groot"
    assert Listing("I", "am", "groot").said_in(german) == "I, am und groot"
    assert Listing("groot").said_in(german) == "groot"
    assert numbers([0.5, -1.25], 2).said_in(german) == "0,50; −1,25"
    assert gettext("%(number)s parameters", number=0.5).said_in(german) == "0,5 Parameter"
    assert quoted('so, "ja"').said_in(german) == '„so, "ja"“'
    assert [ngettext("%(num)s head", "%(num)s heads", num).said_in(german) for num in (1, 2)] == ["1 Kopf", "2 Köpfe"]


def test_the_numbers_of_a_logarithmic_scale_follow_the_language() -> None:
    """In both layouts; powers of ten are the same everywhere."""
    picture = gradient([stack(SimpleRNN(4), shape=(3, 2))], ["I", "am", "groot"], scale="log").in_language("de")
    assert picture.narrow
    for form in (picture, picture.narrow):
        labels = [text.text for shape in form.shapes if shape.name.endswith("-scale") for text in shape.texts]
        assert "1" in labels
        assert "0,1" in labels
        assert not any("." in label for label in labels)


def test_a_missing_translation_is_an_error_that_says_how_to_supply_it() -> None:
    """No English is left unnoticed; a script supplies its own translations, with placeholders."""
    picture = above(label("it"), cells([1, 2])).picture(gettext("%(count)s cells.", count="Two"))
    with pytest.raises(PictureError, match=r"“%\(count\)s cells\.” has no translation into 'de': give one"):
        picture.in_language("de")
    german = picture.in_language("de", {"%(count)s cells.": "%(count)s Zellen.", "Two": "Zwei", "it": "es"})
    assert german.alt == "Zwei Zellen."
    with pytest.raises(PictureError, match=r"lacks its placeholders: %\(count\)s"):
        picture.in_language("de", {"%(count)s cells.": "%(many)s Zellen."})


def test_an_unsupported_language_is_an_error() -> None:
    """It lists the supported ones; a region falls back to its language."""
    with pytest.raises(TranslationError, match=r"has no translations for 'fr', only for 'de'"):
        english().in_language("fr")
    assert english().in_language("de-AT").alt == english().in_language("de").alt
    assert english().in_language("en-GB").alt == english().alt


def test_a_picture_knows_the_language_that_was_chosen() -> None:
    """So that nobody else chooses one; in whatever way it is changed."""
    assert english().language is None
    german = english().in_language("de")
    assert german.language == german.narrow.language == "de"
    assert german.until(1).without("embedding").language == "de"
    assert german.in_language("en").language == "en"
    assert german.in_language("en").alt == english().alt
    assert english().in_language("en").language == "en"


def test_a_missing_translation_is_a_lookup_error() -> None:
    """Which the engine knows, too; it doesn't know the kit."""
    with pytest.raises(LookupError, match=r"“Two kernels.” has no translation into 'de'"):
        block("kernel").picture("Two kernels.").in_language("de")


def test_a_page_reads_plain_values() -> None:
    """A description is a mapping with strings as keys, and hides its structure."""
    description = Description("A sum.", rows=(TableRow.of("sum", numbers([0.5, 1])),))
    assert dict(description) == {"text": "", "head": [], "rows": [["sum", "0.5, 1"]]}
    assert {type(text) for text in (english().alt, *english().steps, *english().description["head"])} == {str}
