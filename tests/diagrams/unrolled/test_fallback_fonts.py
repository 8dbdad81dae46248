"""Words in scripts our fonts lack: find an installed font that has them, or say what to install."""

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager, ft2font
from PIL import Image

from tests.conftest import REPOSITORY
from unrolled import PictureError, sentence, word
from unrolled.fallback_fonts import families_for, width_in_fallback
from unrolled.fonts import WORD, width
from unrolled.paint import register_fonts, typeface
from unrolled.shapes.text import Word

CAT = "猫"


@pytest.fixture
def fonts(monkeypatch):
    """Isolate matplotlib's list of fonts, so that a test can change it and nothing is cached from before or after."""

    def forget():
        for remembered in (families_for, width_in_fallback):
            remembered.cache_clear()

    register_fonts()
    forget()
    bundled = [entry for entry in font_manager.fontManager.ttflist if lacks_the_cat(entry.fname)]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", bundled)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    yield font_manager.fontManager
    forget()


def lacks_the_cat(file):
    """Hide installed fonts that have the letters used in these tests."""
    return ord(CAT) not in ft2font.FT2Font(file).get_charmap()


@pytest.fixture
def cat_font(tmp_path):
    """Create a font with a single letter, a square one em wide."""
    builder = FontBuilder(1000, isTTF=True)
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder.setupGlyphOrder([".notdef", "cat"])
    builder.setupCharacterMap({ord(CAT): "cat"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "cat": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "cat": (1000, 100)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "One Cat", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWeightClass=400)
    builder.setupPost()
    file = tmp_path / "one-cat.ttf"
    builder.save(file)
    return file


def test_a_font_that_has_the_letters_is_found_and_measured(fonts, cat_font):
    """Whatever its name: here it has one letter, of known size."""
    fonts.addfont(str(cat_font))
    assert typeface(CAT, WORD) == (("One Cat",), 400)
    assert WORD.size <= width(CAT, WORD) <= 1.1 * WORD.size
    assert 2 * WORD.size <= width(CAT + CAT, WORD) <= 2.1 * WORD.size


def test_a_word_of_two_scripts_is_drawn_in_two_fonts(fonts, cat_font):
    """If no single font has all letters; what is drawn is what was measured."""
    fonts.addfont(str(cat_font))
    families, _ = typeface(f"GPU{CAT}", WORD)
    assert families == ("DejaVu Serif", "One Cat")
    picture = word(f"GPU{CAT}").picture("A word.")
    (shape,) = picture.shapes
    ink = columns_with_ink(picture)
    assert shape.frame.left < ink.min() - 2
    assert ink.max() + 2 < shape.frame.right
    assert ink.max() - ink.min() > 0.9 * (shape.frame.width - 16)


def test_a_font_installed_after_matplotlib_built_its_list_is_found(fonts, cat_font, monkeypatch):
    """The author does what the error says, and builds again."""
    with pytest.raises(PictureError, match="no font on this machine has the characters of “猫”: install Noto Sans CJK"):
        word(CAT)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(cat_font)])
    families_for.cache_clear()
    assert typeface(CAT, WORD) == (("One Cat",), 400)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("ᠮᠣᠩ", "fonts-noto-core"),
        ("🤖", "emoji in a single colour"),
        ("ねこ", "fonts-noto-cjk"),
        ("고양이", "fonts-noto-cjk"),
    ],
)
def test_characters_without_a_font_raise_an_error_that_says_what_to_install(fonts, text, advice):
    """By script, since no package has them all."""
    fonts.ttflist = [entry for entry in fonts.ttflist if entry.name.startswith("DejaVu")]
    with pytest.raises(PictureError, match=advice):
        word(text)


def columns_with_ink(picture):
    """Find the pixel columns that contain ink in a picture of one word."""
    image = np.asarray(Image.open(io.BytesIO(picture._repr_png_())).convert("L")) < 100
    return np.flatnonzero(image.any(axis=0)) / 2 + picture.box.left


def test_the_first_letter_of_a_hebrew_word_is_on_its_right():
    """Lamed is the tallest letter."""
    picture = word("לאא").picture("A word.")
    image = np.asarray(Image.open(io.BytesIO(picture._repr_png_())).convert("L")) < 100
    top_row = np.flatnonzero(image.any(axis=1))[0]
    assert np.flatnonzero(image[top_row]).mean() > image.shape[1] / 2


def test_arabic_letters_join():
    """Within a word, each letter has a different shape, and is narrower, than on its own."""
    joined, apart = (columns_with_ink(word(text).picture("A word.")) for text in ("بببب", "ب ب ب ب"))
    assert len(joined) == joined[-1] * 2 - joined[0] * 2 + 1
    assert len(apart) < apart[-1] * 2 - apart[0] * 2 + 1


def test_right_to_left_words_need_a_matplotlib_that_supports_them(monkeypatch):
    """Before 3.11, it set them the wrong way round, which nobody noticed who couldn't read them."""
    families_for.cache_clear()
    monkeypatch.delattr(ft2font, "__libraqm_version__")
    with pytest.raises(PictureError, match="“שלום” runs from right to left"):
        word("שלום")


@pytest.mark.parametrize("text", ["הסרט היה לא טוב", "הסרט " * 30 + "טוב"])
def test_a_hebrew_sentence_is_read_from_the_right(text):
    """Its words run to the left, and its lines are right-aligned."""
    for picture in (sentence(text), sentence(text).narrow):
        frames = [shape.frame for shape in picture.shapes if isinstance(shape, Word)]
        lines = {}
        for frame in frames:
            lines.setdefault(frame.top, []).append(frame)
        for line in lines.values():
            assert all(after.right < before.left for before, after in pairwise(line))
            assert line[0].right == pytest.approx(frames[0].right)


def test_a_bracket_under_hebrew_words_spans_them():
    """From the left end of the last one to the right end of the first one."""
    picture = sentence("הסרט היה לא טוב", turning="לא").reads("לא טוב", "negative")
    words = {shape.text: shape.frame for shape in picture.shapes if isinstance(shape, Word)}
    (bracket,) = [shape for shape in picture.shapes if shape.name.endswith("bracket")]
    assert words["טוב"].left < bracket.start.x < words["טוב"].right
    assert words["לא"].left < bracket.to.x < words["לא"].right


def test_our_own_letters_need_no_matplotlib():
    """A picture is a value; only characters our fonts lack need it."""
    script = (
        "import sys; from unrolled import row, word; row(word('I'), word('am')); assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY / "diagrams", check=True)
