"""How numbers are printed."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.errors import NumbersError
from unrolled.numbers import MINUS, counted, text_of

finite = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 1, "0"),
        (-0.0, 1, "0"),
        (1.0, 1, "1"),
        (-3, 2, "−3"),
        (0.04, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-0.004, 2, "0.00"),
        (-0.36, 1, "−0.4"),
        (0.996, 1, "1.0"),
        (0.25, 2, "0.25"),
    ],
)
def test_numbers_are_printed_by_the_house_rule(value, decimals, text):
    """Whole numbers have no decimals, what rounds to nought is 0.0, and minus is a minus."""
    assert text_of(value, decimals) == text


@given(finite, st.integers(1, 4))
def test_what_is_printed_is_the_value_rounded(value, decimals):
    """A reader may trust every digit."""
    printed = float(text_of(value, decimals).replace(MINUS, "-"))
    assert abs(printed - value) <= 0.5 * 10**-decimals * (1 + 1e-9)


@given(finite, st.integers(1, 4))
def test_no_hyphen_and_no_negative_nought_is_printed(value, decimals):
    """A nought that carries a sign would say that it is not nought."""
    text = text_of(value, decimals)
    assert re.fullmatch(rf"−?\d+(\.\d{{{decimals}}})?", text)
    assert not re.fullmatch(r"−0(\.0+)?", text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_refused(value):
    """A figure with `nan` in it must not be published."""
    with pytest.raises(NumbersError, match="finite"):
        text_of(value)


@pytest.mark.parametrize(("number", "text"), [(0, "0 units"), (1, "1 unit"), (5, "5 units")])
def test_one_is_singular(number, text):
    """A sentence that says "1 units" was written by a machine."""
    assert counted(number, "unit") == text
