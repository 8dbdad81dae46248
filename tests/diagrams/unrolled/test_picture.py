"""Pictures in notebooks and editors, which display themselves."""

import io
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from tests.conftest import REPOSITORY
from unrolled import GRU, LSTM, Picture, SimpleRNN, above, cell, chain, read_keras, row, tensor, unroll, word
from unrolled.description import Description
from unrolled.geometry import Frame
from unrolled.layout import LEAST_MARGIN, MARGIN, PAGE, PHONE, TABLET
from unrolled.palette import WORD_FILLS, WordFill, colour
from unrolled.picture import in_two_forms, laid_anew
from unrolled.shapes.blocks import Lane
from unrolled.shapes.shape import Area
from unrolled.shapes.text import Word

CODE = "model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"


@pytest.fixture
def picture() -> Picture:
    """Draw the unrolled layer of the guide."""
    return unroll(read_keras(CODE), ["I", "am", "groot"]).tied("units")


def test_a_picture_is_displayed_as_an_svg_of_its_page_size(picture):
    """In pixels; with letters as paths, since a notebook doesn't have our fonts."""
    root = ElementTree.fromstring(picture._repr_svg_())
    width, height = picture.size_px
    assert (float(root.get("width")), float(root.get("height"))) == (width, height)
    assert root.get("viewBox") == f"0 0 {width:g} {height:g}"
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
    ids = {element.get("id") for element in root.iter()}
    assert picture.parts.keys() <= ids


def test_a_picture_is_displayed_as_a_png_of_twice_its_size(picture):
    """On the theme's background, in the theme's colours."""
    image = Image.open(io.BytesIO(picture._repr_png_())).convert("RGB")
    assert image.size == tuple(2 * side for side in picture.size_px)
    assert "#{:02X}{:02X}{:02X}".format(*image.getpixel((0, 0))) == colour("paper")
    inks = {"#{:02X}{:02X}{:02X}".format(*pixel) for _, pixel in image.getcolors(2**24)}
    assert {colour("state"), colour("ink")} <= inks


def test_the_display_does_not_depend_on_the_notebook_s_settings(picture):
    """The same bytes whatever the settings, which stay as they are."""
    before = picture._repr_svg_(), picture._repr_png_()
    other = {"savefig.bbox": "tight", "savefig.transparent": True, "svg.fonttype": "none", "savefig.dpi": 300}
    other |= {"savefig.facecolor": "red", "font.size": 30, "text.hinting": "none", "path.snap": True}
    with mpl.rc_context(other):
        assert (picture._repr_svg_(), picture._repr_png_()) == before
        assert mpl.rcParams["svg.fonttype"] == "none"


@pytest.mark.slow
def test_displaying_needs_neither_pyplot_nor_the_engine():
    """For a notebook that only has the kit's directory on its path."""
    script = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "diagrams")!r})
from unrolled import tokens
assert tokens(["a", "b"])._repr_svg_() and tokens(["a"])._repr_png_()
assert "matplotlib.pyplot" not in sys.modules
assert not [name for name in sys.modules if name.startswith(("plugins", "pelican"))]
"""
    subprocess.run([sys.executable, "-c", script], cwd="/", check=True)


def test_the_narrow_layout_keeps_its_old_name():
    """Authors' scripts use `turned`."""
    wide, tall = chain(word("I"), word("am")), above(word("I"), word("am"))
    said = {"alt": "Two words."}
    assert wide.picture(**said, turned=tall).shapes == wide.picture(**said, narrow=tall).shapes
    picture = wide.picture(**said, turned=tall)
    assert picture.turned is picture.narrow is not None


def grounds_in(picture: Picture) -> set[str]:
    """Return the background colours of words a picture is drawn with."""
    svg = picture._repr_svg_().lower()
    return {name for name in WORD_FILLS if colour(name).lower() in svg}


def test_words_can_have_the_colours_of_an_article(picture):
    """In both layouts, including their vectors; nothing else changes."""
    assert picture.grounds == {"I": 0, "am": 1, "groot": 2}
    other = picture.with_grounds({"I": 4, "am": 1, "groot": 0, "tree": 2})
    assert other.grounds == {"groot": 0, "am": 1, "I": 4}
    for one, changed in ((picture, other), (picture.narrow, other.narrow)):
        assert [(shape.name, shape.texts) for shape in changed.shapes] == [(it.name, it.texts) for it in one.shapes]
        assert grounds_in(one) == {"word-1", "word-2", "word-3"}
        assert grounds_in(changed) == {"word-5", "word-2", "word-1"}
    assert picture.with_grounds(picture.grounds).shapes == picture.shapes
    solid = picture.with_grounds({"I": "ink", "am": "lane"})
    assert solid.grounds == {"groot": 2, "I": "ink", "am": "lane"}
    for shape in solid.shapes:
        under = {mark.token for mark in shape.marks() if isinstance(mark, Area)}
        assert shape.name != "word-1" or (under, {text.token for text in shape.texts}) == ({"ink"}, {"paper"})
        assert shape.name != "embedding-1" or under == {"lane"}, "its numbers are ink"
    assert other.in_language("de").grounds == other.focus(1).grounds == other.grounds


LETTERS = [chr(ord("a") + number) for number in range(10)]


@pytest.mark.parametrize(
    "picture",
    [
        tensor(np.zeros((2, 5, 2)), [LETTERS[:5], LETTERS[5:]]),
        above(*(row(*map(word, words)).picture("Words.") for words in (LETTERS[:5], [*LETTERS[5:], "a"]))).picture(
            "Rows."
        ),
    ],
    ids=["more words than colours", "two pictures that each number their words"],
)
def test_a_word_keeps_its_colour_whatever_others_have(picture):
    """Each word can be given any background, even if it shares its own with another word."""
    grounds = {text: 7 - number % 8 for number, text in enumerate(LETTERS)}
    changed = picture.with_grounds(grounds)
    assert changed.grounds.keys() == set(LETTERS)
    for form in filter(None, (changed, changed.narrow)):
        words = [shape for shape in form.shapes if isinstance(shape, Word) and shape.fill]
        assert words
        assert all(shape.fill == f"word-{grounds[shape.text] + 1}" for shape in words)


@pytest.mark.parametrize(
    ("widths", "wide", "narrow"),
    [
        ((900, 500, 200), 500 + 2 * MARGIN, 200 + 2 * MARGIN),
        ((900, 274), 274 + 2 * MARGIN, PHONE),
        ((PAGE - 2 * MARGIN, 290), PAGE, 290 + 2 * LEAST_MARGIN),
        ((PAGE,), PAGE + 2 * LEAST_MARGIN, PAGE + 2 * LEAST_MARGIN),
    ],
)
def test_the_most_spacious_layout_that_fits_is_drawn(widths, wide, narrow):
    """One for a page, and one for a phone, with the usual margin if it fits; the tightest if none does, with little."""

    def forms():
        for width in widths:
            yield (Lane(name="lane", frames=(Frame(0, 0, width, 40),)),)

    drawn = in_two_forms(forms(), forms(), Description("A lane."), illustrative=True)
    assert (drawn.size_px[0], drawn.narrow.size_px[0]) == (wide, narrow)
    assert drawn.narrow.illustrative
    assert drawn.narrow.alt == drawn.alt


def test_a_layout_for_tablets_that_was_found_on_the_way_is_not_laid_out_again() -> None:
    """The view is called a second time only if it has none."""
    calls = []

    def laid(width: int) -> tuple[Lane, ...]:
        return (Lane(name="lane", frames=(Frame(0, 0, width, 40),)),)

    for widths, times in ((800, 700), 1), ((800,), 2):
        calls.clear()

        @laid_anew
        def view(widths: tuple[int, ...] = widths) -> Picture:
            calls.append(widths)
            return in_two_forms(map(laid, widths), [laid(200)], Description("A lane."))

        view()
        assert len(calls) == times


@pytest.mark.parametrize("layer", [LSTM(2), GRU(2)])
def test_a_picture_too_wide_for_a_tablet_is_laid_out_for_one(layer: LSTM | GRU) -> None:
    """What happens to the picture happens to all its layouts; one that fits, or is as on a phone, is not laid out."""
    picture = cell(layer, ["I", "am", "groot"], step=3)
    assert picture.mid is not None
    assert picture.narrow is not None
    assert picture.narrow.box.width < picture.mid.box.width <= TABLET < picture.box.width <= PAGE
    names = {shape.name for shape in picture.shapes}
    assert {shape.name for shape in picture.mid.shapes} == names
    german = picture.focus(2).in_language("de")
    assert german.mid is not None
    assert german.mid.language == "de"
    assert cell(SimpleRNN(2), ["I", "am", "groot"]).mid is None


def test_a_part_that_only_tablets_show_can_be_named():
    """The parts of a picture are those of all its layouts, and so are the backgrounds of its words."""

    def words(text: str, **forms: Picture) -> Picture:
        frame = Frame(0, 0, 80, 30)
        shown = Word(name=text, step=1, frame=frame, text=text, fill=WordFill(text, 3))
        return Picture((shown,), frame, Description("A word."), **forms)

    picture = words("wide", narrow=words("phone"), mid=words("tablet"))
    assert picture.grounds == {"wide": 3, "phone": 3, "tablet": 3}
    assert picture.emphasize("tablet").mid is not None
