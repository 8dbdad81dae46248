"""How numbers are printed; and made-up ones, which every picture declares as such."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled import NumbersError, Picture, above, cells, chain, illustrative, label, read_keras, table, unroll, word
from unrolled.arrays import Illustrative, opened
from unrolled.description import Description
from unrolled.i18n import MINUS, counted, text_of
from unrolled.picture import INVENTED

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
def test_numbers_are_formatted_consistently(value, decimals, text):
    """Integers have no decimals, anything that rounds to zero is 0.0, and minus is a true minus sign."""
    assert text_of(value, decimals) == text


@given(finite, st.integers(1, 4))
def test_the_printed_number_is_the_rounded_value(value, decimals):
    """Readers can trust every digit."""
    printed = float(text_of(value, decimals).replace(MINUS, "-"))
    assert abs(printed - value) <= 0.5 * 10**-decimals * (1 + 1e-9)


@given(finite, st.integers(1, 4))
def test_no_hyphen_and_no_negative_zero_is_printed(value, decimals):
    """A zero with a sign would suggest that it isn't zero."""
    text = text_of(value, decimals)
    assert re.fullmatch(rf"−?\d+(\.\d{{{decimals}}})?", text)
    assert not re.fullmatch(r"−0(\.0+)?", text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_raise_an_error(value):
    """A figure with `nan` in it mustn't be published."""
    with pytest.raises(NumbersError, match="finite"):
        text_of(value)


@pytest.mark.parametrize(("number", "text"), [(0, "0 units"), (1, "1 unit"), (5, "5 units")])
def test_one_is_singular(number, text):
    """No person would write "1 units"."""
    assert counted(number, "unit") == text


VALUES = np.array([[0.1, 0.7], [0.2, 0.4]])
numbers = st.lists(st.floats(-9, 9), min_size=1, max_size=5)

COMPUTED = {
    "a sum": lambda values: values + 1,
    "what is added to": lambda values: 1 + values,
    "a product with an array": lambda values: np.ones((3, 2)) @ values,
    "a product": lambda values: values @ VALUES,
    "a function": np.exp,
    "a function of many": lambda values: np.concatenate([values, VALUES]),
    "a mean": lambda values: np.mean(values, axis=0),
    "a largest value": np.max,
    "a part": lambda values: values[0],
    "one number": lambda values: values[0][1],
    "the first of all": lambda values: next(iter(values)),
    "a softmax": lambda values: np.exp(values) / np.sum(np.exp(values), axis=1, keepdims=True),
    "an array changed in place": lambda values: np.add(VALUES, values),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_results_of_made_up_numbers_are_made_up_too(name):
    """With the value they would have otherwise."""
    result = COMPUTED[name](illustrative(VALUES))
    assert isinstance(result, Illustrative)
    assert np.array_equal(opened(result), COMPUTED[name](VALUES))


@pytest.mark.parametrize("forget", [np.array, np.asarray, lambda values: np.array(values, dtype=float), list, float])
def test_made_up_numbers_never_become_plain_ones(forget):
    """An array would lose track of their origin; the error says what to do."""
    values = illustrative([0.5])
    with pytest.raises(NumbersError, match=r"illustrative, which means invented.*draw them with cells or table"):
        np.asarray(forget(values)[0]) if forget is list else forget(values)


def test_a_layer_does_not_run_on_made_up_numbers():
    """Its states would look as if they had been computed from real input."""
    model = read_keras("SimpleRNN(2, input_shape=(2, 2))")
    with pytest.raises(NumbersError, match="illustrative"):
        unroll(model, ["I", "am"], illustrative(VALUES))


@pytest.mark.parametrize("values", [[np.nan], [np.inf, 1]])
def test_made_up_numbers_are_finite(values):
    """Like all numbers in figures."""
    with pytest.raises(NumbersError, match="finite"):
        illustrative(values)


PICTURES = {
    "cells": lambda: cells(illustrative([0.1, 0.7])).picture("Two numbers."),
    "a part of a diagram": lambda: chain(word("I"), above(label("x"), cells(illustrative([1])))).picture("A word."),
    "a table": lambda: table(["I", "am"], illustrative(VALUES)),
    "a table in a diagram": lambda: chain(word("I"), table(["I", "am"], illustrative(VALUES))).picture("A table."),
    "one whose narrow form shows some": lambda: word("I").picture("A word.", narrow=cells(illustrative([1]))),
    "one with a narrow form": lambda: cells(illustrative([1])).picture("A number.", narrow=word("I")),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_made_up_numbers_says_so(name):
    """In its alt text and in its description, once."""
    picture = PICTURES[name]()
    assert picture.illustrative
    for form in (picture, picture.narrow or picture):
        assert form.alt.count(INVENTED) == form.description["text"].count(INVENTED) == 1


def test_other_pictures_do_not_say_so():
    """Otherwise the words would mean nothing."""
    for picture in (cells([0.1]).picture("A number."), table(["I"]), word("I").picture("A word.")):
        assert not picture.illustrative
        assert INVENTED not in picture.alt + picture.description["text"]


def test_no_change_of_a_picture_removes_the_note():
    """Neither another alt text, nor leaving things out."""
    picture = chain(word("I", step=1), cells(illustrative([0.5]), "state", step=2)).picture("A word and a number.")
    others = [
        replace(picture, description=replace(picture.description, alt="Another text.")),
        replace(picture, description=Description("Another text.")),
        replace(picture, illustrative=True, description=Description("x")),
        picture.until(1),
        picture.focus(2),
        picture.without("flow"),
        replace(picture, narrow=word("I").picture("A word.")).narrow,
        chain(word("I"), picture).picture("A picture in another."),
    ]
    for other in others:
        assert isinstance(other, Picture)
        assert other.illustrative
        assert INVENTED in other.alt
        assert INVENTED in other.description["text"]


@settings(deadline=None)
@given(numbers)
def test_made_up_numbers_are_drawn_like_any_others(values):
    """Only the words differ."""
    real, invented = (cells(given).picture("Numbers.") for given in (values, illustrative(values)))
    assert real.shapes == invented.shapes
    assert real.description["rows"] == invented.description["rows"]
