"""Path data in fewer letters: the same lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.path_data import compact

POINT = st.tuples(*[st.floats(-900, 900).map(lambda value: round(value, 6))] * 2)
PIECES = st.lists(
    st.one_of(
        st.tuples(st.just("L"), st.tuples(POINT)),
        st.tuples(st.just("Q"), st.tuples(POINT, POINT)),
        st.tuples(st.just("C"), st.tuples(POINT, POINT, POINT)),
        st.tuples(st.just("z"), st.just(())),
        st.tuples(st.just("M"), st.tuples(POINT)),
    ),
    max_size=12,
)


def absolute(data: str) -> list[tuple[str, tuple[float, ...]]]:
    """Read path data as a browser does: commands with places of their own."""
    found: list[tuple[str, tuple[float, ...]]] = []
    x = y = left = top = 0.0
    for command, rest in re.findall(r"([MLQChvlqcz])([^A-Za-z]*)", data):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", rest)]
        if command == "h":
            numbers, command = [numbers[0], 0], "l"
        elif command == "v":
            numbers, command = [0, numbers[0]], "l"
        if command.islower() and command != "z":
            numbers = [number + (x, y)[axis % 2] for axis, number in enumerate(numbers)]
        if command == "z":
            x, y = left, top
        else:
            x, y = numbers[-2:]
        if command == "M":
            left, top = x, y
        found.append((command.upper(), tuple(numbers)))
    return found


@given(POINT, PIECES)
def test_it_draws_the_same_lines(
    first: tuple[float, float], pieces: list[tuple[str, tuple[tuple[float, float], ...]]]
) -> None:
    """To a hundredth of a pixel, however many pieces there are before."""
    data = " ".join(
        " ".join([command, *(f"{number:f}" for point in points for number in point)])
        for command, points in [("M", (first,)), *pieces]
    )
    wanted, got = absolute(data), absolute(compact(data))
    shown = [
        it for it, after in zip(wanted, [*wanted[1:], ("", ())], strict=True) if not (it[0] == "L" and after[0] == "Z")
    ]
    kept = [it for it, after in zip(got, [*got[1:], ("", ())], strict=True) if not (it[0] == "L" and after[0] == "Z")]
    assert [command for command, _ in kept] == [command for command, _ in shown]
    for (_, some), (_, others) in zip(kept, shown, strict=True):
        assert some == pytest.approx(others, abs=0.011)


def test_a_shape_elsewhere_differs_in_its_first_point_only() -> None:
    """So that a page of many like shapes packs well; a line back to where a shape closes anyway is left out."""
    one = compact("M 10 20 \nL 30 20 \nC 31 20 32 21 32 22 \nL 10 20 \nz\n")
    other = compact("M 15.5 0.254 L 35.5 0.254 C 36.5 0.254 37.5 1.254 37.5 2.254 L 15.5 0.254 z")
    assert one == "M10 20h20c1 0 2 1 2 2z"
    assert other == one.replace("M10 20", "M15.5 0.25")
    assert compact("M 0 0 L 2 0 L 2 2 z") == compact("M 0 0 L 2 0 L 2 2 L 0 0 L 0 0 z") == "M0 0h2v2z"


def test_what_matplotlib_does_not_write_stays() -> None:
    """Arcs, and what is cut short."""
    assert compact("M 0 0 A 1 1 0 0 0 2 2") == "M 0 0 A 1 1 0 0 0 2 2"
    assert compact("M 0 0\nL 1") == "M 0 0 L 1"
