"""Saving a picture: its files, its words, and the frames of its animation."""

import base64
import io
import itertools
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure
from PIL import Image

from plugins.figures.child import saving
from plugins.figures.child.saving import MOST_FRAMES, SHORTEST_MS, animations_of, figure_animated, play, saved
from plugins.figures.child.svg import SVG
from plugins.figures.report import NothingDrawnError
from plugins.figures.requests import Saving


def mesh(cells: int = 20, words: int = 1) -> Figure:
    """Draw a mesh, with text next to it."""
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.pcolormesh(np.arange(cells**2).reshape(cells, cells), shading="gouraud")
    axes.set_title("A mesh")
    for number in range(words):
        axes.text(number % 7, number % 5, f"word {number}")
    return figure


@pytest.fixture(scope="module")
def rasterized(tmp_path_factory) -> tuple[Figure, dict[str, Any], dict[str, bytes]]:
    """Save a mesh with more marks than an SVG may have; return it, its result, and its files."""
    figure = mesh()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(saving, "LARGEST_SVG_BYTES", 100_000)
        return figure, *told(figure, tmp_path_factory.mktemp("rasterized"))


def told(figure: Figure, folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Save a figure as the child does; return its result, and the files by extension."""
    saving = asdict(Saving(("png", "svg", "pdf"), themed=True))
    job = {"name": "mesh", "saving": saving, "tokens": {}, "dark": {}, "folder": str(folder)}
    found = saved(figure, 1, {"alt": "A mesh."}, job)
    return found, {ending: (folder / file).read_bytes() for ending, file in found["wide"]["files"].items()}


def images(svg: bytes) -> list[ElementTree.Element]:
    """Find the images in an SVG."""
    return list(ElementTree.fromstring(svg).iter(f"{{{SVG}}}image"))


def pixels(png: bytes) -> np.ndarray:
    """Read a PNG."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)


@pytest.mark.slow
def test_too_many_marks_become_an_image_in_the_svg(tmp_path, rasterized):
    """Text stays text, the PNG and everything else is unchanged, and a note says so."""
    _, usual = told(mesh(), tmp_path)
    figure, found, files = rasterized
    assert len(usual["svg"]) > 1_000_000
    assert len(files["svg"]) < 100_000
    assert (len(images(usual["svg"])), len(images(files["svg"]))) == (0, 1)
    assert b">A mesh</text>" in files["svg"]
    assert b"<title>A mesh.</title>" in files["svg"]
    assert files["png"] == usual["png"]
    assert files["pdf"] == usual["pdf"]
    assert "themed" not in files
    assert found["notes"] == [saving.AS_IMAGE]
    assert not any(mark.get_rasterized() for mark in figure.axes[0].collections)


def test_the_image_is_as_sharp_as_the_png(rasterized):
    """It has twice the pixels, too, and shows the same in its place."""
    *_, files = rasterized
    (image,) = images(files["svg"])
    shown = pixels(base64.b64decode(image.get("href").partition(",")[2]))
    whole = pixels(files["png"])
    across = float(image.get("width")) / float(ElementTree.fromstring(files["svg"]).get("viewBox").split()[2])
    assert shown.shape[1] / whole.shape[1] == pytest.approx(across, rel=0.02)


@pytest.mark.slow
def test_a_figure_too_large_even_without_its_marks_is_one_image(tmp_path, monkeypatch):
    """That of its PNG, with its text for readers who can't see it."""
    monkeypatch.setattr(saving, "LARGEST_SVG_BYTES", 20_000)
    found, files = told(mesh(words=500), tmp_path)
    (image,) = images(files["svg"])
    assert base64.b64decode(image.get("href").partition(",")[2]) == files["png"]
    assert b"<title>A mesh.</title>" in files["svg"]
    assert found["notes"] == [saving.ALL_AS_IMAGE]


def test_equal_figures_have_equal_bytes_even_as_images(tmp_path, monkeypatch, rasterized):
    """Otherwise each build would publish another file."""
    monkeypatch.setattr(saving, "LARGEST_SVG_BYTES", 100_000)
    assert told(mesh(), tmp_path)[1] == rasterized[2]


def test_an_animation_is_found_from_its_figure_and_back():
    """Without drawing anything."""
    shown, other, drawn = Figure(), Figure(), []
    moving = FuncAnimation(shown, drawn.append, frames=3)
    assert animations_of(shown) == [moving]
    assert animations_of(other) == []
    assert figure_animated(moving) is shown
    assert drawn == []


def test_an_animation_stops_when_told_to_and_returns_its_frame_time():
    """The remaining frames aren't drawn."""
    drawn: list[int] = []
    moving = FuncAnimation(Figure(), drawn.append, frames=range(5, 9), interval=40, init_func=lambda: None)
    assert play([moving], lambda: len(drawn) == 2) == 40
    assert drawn == [5, 6]


@pytest.mark.filterwarnings("ignore:frames=")
def test_an_endless_animation_raises_an_error_with_advice():
    """Beyond a thousand frames, it is more likely to be endless."""
    moving = FuncAnimation(Figure(), lambda frame: None, frames=itertools.count, init_func=lambda: None)
    with pytest.raises(NothingDrawnError, match=f"more than {MOST_FRAMES} frames") as raised:
        play([moving], lambda: False)
    assert "FuncAnimation(fig, update, frames=100)" in raised.value.advice


def test_an_animation_without_a_pause_is_as_fast_as_browsers_allow():
    """Even though matplotlib divides by its interval."""
    moving = FuncAnimation(Figure(), lambda frame: None, frames=2, interval=0, init_func=lambda: None)
    assert play([moving], lambda: False) == SHORTEST_MS
