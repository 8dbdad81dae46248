"""Thumbnails: as much of a figure as can be read, in both colour schemes."""

import io
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from PIL import Image

from plugins.figures.child import svg
from plugins.figures.child.saving import saved
from plugins.figures.child.views import LEGIBLE_PX
from plugins.figures.requests import Saving
from plugins.figures.routing import BOX_PX

TOKENS = {"#ffffff": "paper", "#1749a6": "state", "#1b2430": "ink"}
DARK = {"#ffffff": "#12161c", "#1749a6": "#5aa0fa", "#1b2430": "#e9edf2"}


def drawn(line: str = "#1749a6", inches: tuple[float, float] = (8, 4)) -> Figure:
    """Draw a line with a small label, `label`, and a large word, `WORD`."""
    figure = Figure(figsize=inches, facecolor="#ffffff")
    figure.add_artist(Line2D([0.1, 0.9], [0.1, 0.9], color=line))
    figure.text(0.1, 0.1, "label", size=9, color="#1b2430")
    figure.text(0.5, 0.5, "WORD", size=20, color="#1b2430")
    return figure


def job_in(folder: Path, is_themed: bool = True) -> dict[str, Any]:
    """Return the job of saving a figure in a folder."""
    return {
        "name": "x",
        "saving": asdict(Saving(themed=is_themed)),
        "tokens": TOKENS,
        "dark": DARK,
        "folder": str(folder),
    }


def thumbnail(figure: Figure, folder: Path) -> dict[str, bytes]:
    """Save a figure as the child does; return its thumbnails, by colour scheme."""
    files = saved(figure, 1, {"alt": "A line."}, job_in(folder))["thumbnail"]
    return {scheme: (folder / file).read_bytes() for scheme, file in files.items()}


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> dict[str, bytes]:
    """The thumbnails of a line with a label and a word, in the theme's colours."""
    return thumbnail(drawn(), tmp_path_factory.mktemp("thumbnails"))


def letters(image: bytes) -> set[str]:
    """Return the letters that are drawn as shapes in an SVG."""
    glyphs = {it.get("href", "").rpartition("-")[2] for it in ElementTree.fromstring(image).iter(f"{{{svg.SVG}}}use")}
    known = {f"{glyph:x}": chr(code) for code, glyph in get_font(findfont("DejaVu Sans")).get_charmap().items()}
    return {known[glyph] for glyph in glyphs}


def colours(image: bytes) -> set[str]:
    """Return all colours of an SVG."""
    names = ("fill", "stroke")
    return {it.get(name) for it in ElementTree.fromstring(image).iter() for name in names if it.get(name)} - {"none"}


def test_the_part_with_most_labels_is_shown(images):
    """Letters are shapes, because an image can't use the page's fonts; those beyond the part are left out."""
    for image in images.values():
        assert letters(image) == set("WORD")
        root = ElementTree.fromstring(image)
        assert (root.get("width"), root.get("height")) == ("254", "143")
        left, top, width, height = (float(side) * 96 / 72 for side in root.get("viewBox").split())
        assert width / height == pytest.approx(BOX_PX[0] / BOX_PX[1], rel=0.01)
        assert 12 * BOX_PX[0] / width == pytest.approx(LEGIBLE_PX, rel=0.01)
        assert left < 0.5 * 768 < left + width
        assert top < 0.5 * 384 < top + height
        assert not list(root.iter(f"{{{svg.SVG}}}text"))


def test_shapes_beyond_the_part_are_left_out(tmp_path, images):
    """They would be half of the file, and nobody sees them."""
    figure = drawn()
    figure.add_artist(Line2D([0.01, 0.02], [0.98, 0.98], color="#1749a6"))
    assert thumbnail(figure, tmp_path) == images


def test_letters_have_no_more_digits_than_can_be_seen(images):
    """Within a sixteenth of a pixel: the shapes of letters are most of a file. Nor is a group left without any."""
    root = ElementTree.fromstring(images["light"])
    for glyph in root.iterfind(f".//{{{svg.SVG}}}defs/*"):
        assert all(abs(int(number)) < 6400 / 32 for number in re.findall(r"-?[\d.]+", glyph.get("d")))
        assert glyph.get("transform") == "scale(0.5)"
    assert all(len(group) for group in root.iter(f"{{{svg.SVG}}}g"))


def test_a_small_figure_is_whole(tmp_path):
    """With all that is written in it, in the middle."""
    image = thumbnail(drawn(inches=(2, 1)), tmp_path)["light"]
    assert letters(image) == set("labelWORD")
    left, top, width, height = map(float, ElementTree.fromstring(image).get("viewBox").split())
    assert (left + width / 2, top + height / 2) == pytest.approx((72, 36), abs=0.1)


def test_the_theme_s_colours_have_light_and_dark_versions_without_background(images):
    """The page has its own, so a thumbnail fits any."""
    assert colours(images["light"]) == {"#1749a6", "#1b2430"}
    assert colours(images["dark"]) == {"#5aa0fa", "#e9edf2"}


def test_other_colours_are_kept_on_their_own_background(tmp_path):
    """Nobody knows how they look in the dark."""
    images = thumbnail(drawn("#bada55"), tmp_path)
    assert images.keys() == {"light"}
    assert colours(images["light"]) == {"#bada55", "#ffffff", "#1b2430"}


@pytest.mark.parametrize("marks", [900, pytest.param(20_000, marks=pytest.mark.slow)])
def test_many_marks_become_a_bitmap_at_twice_the_displayed_size(tmp_path, marks):
    """A gallery shows many figures at once; a gigantic SVG isn't even tried."""
    figure = drawn()
    figure.subplots().scatter(*np.random.default_rng(0).random((2, marks)), c=np.linspace(0, 1, marks))
    images = thumbnail(figure, tmp_path)
    assert images.keys() == {"light"}
    with Image.open(io.BytesIO(images["light"])) as image:
        assert image.format == "WEBP"
        assert image.size == (2 * BOX_PX[0], BOX_PX[0])
    assert len(images["light"]) < svg.LARGEST_SMALL_BYTES


def test_equal_figures_have_equal_thumbnails(tmp_path, images):
    """Otherwise each build would publish others."""
    assert thumbnail(drawn(), tmp_path) == images


def all_kinds_of_text() -> Figure:
    """Draw small and large text: in several lines, as mathematics, as a link, clipped, with an effect, and in axes."""
    figure = drawn()
    figure.text(0.2, 0.8, "two\nlines", size=24)
    figure.text(0.2, 0.6, r"$\frac{a}{\sqrt{b}}$ and $c_1$", size=22)
    figure.text(0.2, 0.4, r"$\frac{d}{e}$", size=8, url="https://example.org")
    figure.text(0.2, 0.2, "outline", size=9, path_effects=[withStroke(linewidth=2, foreground="#ffffff")])
    axes = figure.add_axes((0.6, 0.6, 0.3, 0.3))
    axes.text(0.5, 0.5, "clipped at the edge", size=20, clip_on=True)
    axes.scatter([0, 1], [0, 1], label="a legend")
    axes.legend()
    return figure


@pytest.mark.slow
def test_the_drawing_for_the_page_is_unaffected_by_its_thumbnail(tmp_path):
    """Both come from one drawing, and nothing of the thumbnail's is left in the page's, not even a space."""
    both, alone = (
        (tmp_path / saved(all_kinds_of_text(), 1, {"alt": "A line."}, job)["wide"]["files"]["svg"]).read_bytes()
        for job in (job_in(tmp_path), job_in(tmp_path, is_themed=False))
    )
    assert both == alone
    assert b"label" in both
    assert b"figures:" not in both
