"""Text widths: the same in our measurement, in matplotlib, and so in browsers."""

import io
import re

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from unrolled import fonts
from unrolled.fonts import CODE, FONTS_FOLDER, NAME, NUMBER, ROW_LABEL, WORD, has_all, width
from unrolled.paint import register_fonts, typeface

STYLES = [NUMBER, NAME, NAME.bold(), ROW_LABEL, WORD, CODE]


def drawn_width(text, style):
    """Measure a text with the library that matplotlib draws it with."""
    family, weight = typeface(text, style)
    font = FT2Font(findfont(FontProperties(family=family, weight=weight)))
    font.set_size(style.size, 72)
    font.set_text(text, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("text", ["output = h", "AVATAR To Ty", "groot", "0.4, 1.7", "SimpleRNN(4, 2)", "The movie"])
def test_a_text_is_as_wide_as_matplotlib_draws_it(text, style):
    """Within a pixel, because ink may stick out or fall short a little at both ends."""
    assert width(text, style) == pytest.approx(drawn_width(text, style), abs=0.12 * style.size)


def test_digits_and_the_minus_have_the_same_width():
    """So that a sign never moves what follows it in a cell."""
    assert {round(width(char, NUMBER), 6) for char in "0123456789−"} == {round(0.497 * 11.5, 6)}


def test_a_negative_number_fits_its_cell():
    """That's the reason for this font."""
    assert width("−0.4", NUMBER) < 27 - 3


def test_kerning_counts():
    """A kerned pair is narrower than its letters."""
    assert width("AV", NAME) < width("A", NAME) + width("V", NAME)


@pytest.mark.parametrize("text", ["Żółw", "Жизнь", "Ψυχή", "ŠŁĄŻ", "שלום", "مرحبا"])
def test_a_text_in_another_script_is_measured_in_the_font_that_draws_it(text):
    """With some slack, because on the page it may be the reader's own font."""
    assert not has_all(text, WORD)
    assert drawn_width(text, WORD) <= width(text, WORD) <= drawn_width(text, WORD) + 0.1 * WORD.size


def test_every_subset_font_is_known_to_matplotlib_by_its_own_name():
    """A font given by its file would be written to the SVG under another name."""
    register_fonts()
    for style in STYLES:
        file = findfont(FontProperties(family=style.family, weight=style.weight), fallback_to_default=False)
        assert str(FONTS_FOLDER) in file
        assert FT2Font(file).family_name == style.family
        assert file.endswith(f"-{style.weight}.ttf")


def test_every_style_is_large_enough_to_read():
    """At least the smallest size allowed by LOOK."""
    styles = [value for value in vars(fonts).values() if isinstance(value, fonts.Style)]
    assert len(styles) > 5
    assert min(style.size for style in styles) >= 11.5


def test_the_licence_is_next_to_the_fonts():
    """It must accompany them wherever they go, and keep the authors' names."""
    text = (FONTS_FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text
    assert text.count("Reserved Font Name ‘Source’") == 3


@pytest.mark.parametrize("style", [NAME, NAME.bold(), WORD, CODE])
def test_an_eps_refers_to_glyph_names_the_font_has(style):
    """For a font without glyph names, matplotlib invents some, and those letters aren't drawn."""
    register_fonts()
    figure, file = Figure(figsize=(2, 1)), io.StringIO()
    family, weight = typeface("", style)
    figure.text(0, 0, "Groß 0.53 −1 “am”" if style != CODE else "LSTM(4) −1", family=family, weight=weight)
    with mpl.rc_context({"ps.fonttype": 42}):
        figure.savefig(file, format="eps")
    named = set(re.findall(r"^/(\S+) \d+ def$", file.getvalue(), re.MULTILINE))
    shown = set(re.findall(r"/(\S+) glyphshow", file.getvalue()))
    assert len(shown) > 6
    assert shown <= named
