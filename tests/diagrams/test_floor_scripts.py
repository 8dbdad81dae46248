"""Figures without a view: building blocks and NumPy only."""

import re

import numpy as np
import pytest

import convolution_grid
import pipeline
from tests.conftest import REPOSITORY
from tests.diagrams.pictures import check_picture, saved_svg, texts_of
from tests.diagrams.unrolled.floor.diagrams import stretches_of
from unrolled.palette import tokens
from unrolled.shapes.cells import Grid

SCRIPTS = {"convolution_grid": convolution_grid, "pipeline": pipeline}
WIDEST, NARROWEST = 720, 288


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_figure_keeps_to_the_rules_and_fits_the_page(name):
    """In the wide layout, and in the narrow one if there is one."""
    picture = SCRIPTS[name].draw()
    check_picture(picture)
    assert picture.size_px[0] <= WIDEST
    assert picture.alt
    assert picture.description["rows"]
    if picture.narrow is not None:
        check_picture(picture.narrow)
        assert picture.narrow.size_px[0] <= NARROWEST


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_script_is_short_and_has_no_colours_or_coordinates(name):
    """10 to 30 lines of meaningful words."""
    text = (REPOSITORY / f"diagrams/{name}.py").read_text("utf-8")
    assert 10 <= len(text.splitlines()) <= 30
    roles = {"state", "embedding", "output", "memory", "ink", "muted"}
    assert not re.search(r"#[0-9a-fA-F]{6}|Point|Frame|\b(x|y|left|top)=", text)
    assert not set(re.findall(r'"([\w-]+)"', text)) & (set(tokens()) - roles)
    assert "unrolled.views" not in text


def grid(svg, number):
    """Read a grid of cells from a saved picture."""
    return [float(text.replace("−", "-")) for text in texts_of(svg, f"cells-{number}")]


def test_the_convolution_is_correct(tmp_path):
    """Nine products add up to the marked cell, and every other cell is the same sum at its own position."""
    picture = convolution_grid.draw()
    svg = saved_svg(picture, tmp_path / "p.svg")
    image, kernel, products, output = (np.array(grid(svg, number)) for number in (1, 2, 3, 4))
    image, kernel = image.reshape(5, 5), kernel.reshape(3, 3)
    sums = [(image[row : row + 3, column : column + 3] * kernel).sum() for row in range(3) for column in range(3)]
    assert output.tolist() == sums
    shown, answer = (shape for shape in picture.shapes if isinstance(shape, Grid) and shape.marked)
    ((row, column),) = answer.marked
    assert shown.marked == {(row + down, column + across) for down in range(3) for across in range(3)}
    assert products.sum() == output.reshape(3, 3)[row, column]
    assert f"add up to {products.sum():.0f}" in picture.alt


def test_the_pipeline_shows_what_its_model_computes(tmp_path):
    """Each stage is connected to the next by a straight arrow, and to its output by another."""
    picture = pipeline.draw()
    for form in (picture, picture.narrow):
        ways = stretches_of(form)
        assert len(ways) == 8
        assert all(len(stretches) == 1 for stretches in ways.values())
    assert picture.description["rows"] == picture.narrow.description["rows"]
    rows = dict(picture.description["rows"])
    svg = saved_svg(picture, tmp_path / "p.svg")
    assert grid(svg, 3) == pytest.approx([float(number.replace("−", "-")) for number in rows["last state"].split(", ")])
    assert texts_of(svg, "cells-4") == [rows["prediction"]]
    assert 0 < float(rows["prediction"]) < 1
