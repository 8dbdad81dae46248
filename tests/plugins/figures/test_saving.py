"""What is saved of a figure whose marks are too many for an SVG."""

from __future__ import annotations

import base64
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from plugins.figures import formats
from plugins.figures.requests import Saving
from plugins.figures.saving import saved
from plugins.figures.svg import SVG


def mesh(cells: int = 20, words: int = 1) -> Figure:
    """Draw a mesh, with words beside it."""
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.pcolormesh(np.arange(cells**2).reshape(cells, cells), shading="gouraud")
    axes.set_title("A mesh")
    for number in range(words):
        axes.text(number % 7, number % 5, f"word {number}")
    return figure


def told(figure: Figure, folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Save a figure as the child does; return what it tells, and the files by their endings."""
    saving = asdict(Saving(("png", "svg", "pdf"), themed=True))
    job = {"name": "mesh", "saving": saving, "tokens": {}, "folder": str(folder)}
    found = saved(figure, 1, {"alt": "A mesh."}, job)
    return found, {ending: (folder / file).read_bytes() for ending, file in found["forms"]["wide"]["files"].items()}


def images(svg: bytes) -> list[ElementTree.Element]:
    """Find the images in an SVG."""
    return list(ElementTree.fromstring(svg).iter(f"{{{SVG}}}image"))


def pixels(png: bytes) -> np.ndarray:
    """Read a PNG."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)


def test_marks_that_are_too_many_become_an_image_in_the_svg(tmp_path, monkeypatch):
    """Its words stay words, the PNG and all else are as ever, and the page is told."""
    _, usual = told(mesh(), tmp_path)
    monkeypatch.setattr(formats, "LARGEST_SVG_BYTES", 100_000)
    figure = mesh()
    found, files = told(figure, tmp_path)
    assert len(usual["svg"]) > 1_000_000
    assert len(files["svg"]) < 100_000
    assert (len(images(usual["svg"])), len(images(files["svg"]))) == (0, 1)
    assert b">A mesh</text>" in files["svg"]
    assert b"<title>A mesh.</title>" in files["svg"]
    assert files["png"] == usual["png"]
    assert files["pdf"] == usual["pdf"]
    assert "themed" not in files
    assert found["notes"] == [formats.AS_IMAGE]
    assert not any(mark.get_rasterized() for mark in figure.axes[0].collections)


def test_the_image_is_as_sharp_as_the_png(tmp_path, monkeypatch):
    """It has twice the pixels, too, and shows the same where it lies."""
    monkeypatch.setattr(formats, "LARGEST_SVG_BYTES", 100_000)
    _, files = told(mesh(), tmp_path)
    (image,) = images(files["svg"])
    shown = pixels(base64.b64decode(image.get("href").partition(",")[2]))
    whole = pixels(files["png"])
    across = float(image.get("width")) / float(ElementTree.fromstring(files["svg"]).get("viewBox").split()[2])
    assert shown.shape[1] / whole.shape[1] == pytest.approx(across, rel=0.02)


def test_a_figure_that_is_too_large_without_its_marks_is_an_image_as_a_whole(tmp_path, monkeypatch):
    """Of its PNG, with its words for those who cannot see it."""
    monkeypatch.setattr(formats, "LARGEST_SVG_BYTES", 20_000)
    found, files = told(mesh(words=500), tmp_path)
    (image,) = images(files["svg"])
    assert base64.b64decode(image.get("href").partition(",")[2]) == files["png"]
    assert b"<title>A mesh.</title>" in files["svg"]
    assert found["notes"] == [formats.ALL_AS_IMAGE]


def test_equal_figures_have_equal_bytes_as_images_too(tmp_path, monkeypatch):
    """Or each build would publish another."""
    monkeypatch.setattr(formats, "LARGEST_SVG_BYTES", 100_000)
    assert told(mesh(), tmp_path)[1] == told(mesh(), tmp_path)[1]
