"""`make compare`: what counts as a difference between two pictures."""

from dataclasses import replace

import pytest

from plugins.figures.requests import Request
from tools.compare import differences, draw, failure, main, report, whole
from unrolled import LSTM, Picture, cell, row, stack, word
from unrolled.geometry import Point
from unrolled.shapes.shape import moved


@pytest.fixture
def picture() -> Picture:
    """Return two words side by side."""
    return row(word("not"), word("bad")).picture("Two words.")


def changed(picture: Picture, other: Picture) -> list[str]:
    """Return what differs."""
    return list(differences(whole(picture), whole(other)))


def test_a_picture_is_the_same_wherever_its_origin_is(picture):
    """Only distances between shapes, and to the edges, can be seen."""
    by = Point(30, -4)
    shapes = tuple(moved(shape, by) for shape in picture.shapes)
    box = replace(picture.box, left=picture.box.left + by.x, top=picture.box.top + by.y)
    assert changed(picture, replace(picture, shapes=shapes, box=box)) == []


def test_shapes_that_move_are_named(picture):
    """With the distance, but not if it is too small to be seen."""
    one, other = picture.shapes
    near, far = (replace(picture, shapes=(one, moved(other, Point(by, 0)))) for by in (0.001, 2))
    assert changed(picture, near) == []
    assert any(other.name in each and "frame left" in each for each in changed(picture, far))


def test_texts_that_differ_are_named(picture):
    """Those that aren't drawn, too."""
    other = row(word("not"), word("bad")).picture("Two.")
    assert "alt: Two words. → Two." in [each.strip() for each in changed(picture, other)]


def test_the_drawing_order_matters_where_shapes_overlap(picture):
    """Elsewhere, nobody can see it."""
    one, other = picture.shapes
    assert changed(picture, replace(picture, shapes=(other, one))) == []
    upon = moved(other, Point(one.bounds.left - other.bounds.left, 0))
    found = changed(replace(picture, shapes=(one, upon)), replace(picture, shapes=(upon, one)))
    assert any("is now in front of" in each for each in found)


def test_an_unknown_commit_is_reported(capsys):
    """With what to write instead."""
    assert main("no-such-commit") == 2
    assert "there is no commit no-such-commit" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["narrow", "mid"])
def test_what_pages_draw_of_a_step_counts_in_each_form(form):
    """Such as the bars, which no form has among its shapes."""
    drawn = cell(stack(LSTM(2), shape=(3, 2)), ["was", "not", "bad"])
    drawn = replace(drawn, mid=drawn.narrow)
    still = replace(drawn.narrow, shapes=tuple(replace(it, step=None) for it in drawn.narrow.shapes))
    assert any(f"{form} moments" in each for each in changed(drawn, replace(drawn, **{form: still})))


def test_scripts_may_define_dataclasses(tmp_path):
    """Which look their module up while it runs."""
    lines = ["from __future__ import annotations", "from dataclasses import dataclass", "from unrolled import word"]
    lines += ["@dataclass", "class Said:", "    text: str", 'draw = lambda: word(Said("not").text).picture("A word.")']
    script = tmp_path / "said.py"
    script.write_text("\n".join(lines), "utf-8")
    (picture,) = draw(Request(script, {}, script, name="said"))
    assert picture.alt == "A word."


def test_a_picture_that_cannot_be_drawn_is_a_failure_even_if_it_never_could(picture, capsys):
    """Two errors aren't two equal pictures."""
    broken = {"broken, 1": failure(ValueError("no layer")), "whole, 1": whole(picture)}
    assert report(broken, broken) == 1
    assert "broken, 1\n    failed: ValueError: no layer\n" in capsys.readouterr().out
    missing = {"whole, 1": whole(row(word("sauropod")).picture("Eats leaves."))}
    assert report(missing, missing) == 0, "a missing translation isn't one"
