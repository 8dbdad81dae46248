"""How numbers are printed, and invented ones: wherever they go, the picture says that nobody computed them."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled import NumbersError, Picture, above, cells, chain, illustrative, label, read_keras, table, unroll, word
from unrolled.description import Description
from unrolled.numbers import MINUS, Illustrative, counted, opened, text_of
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
def test_what_is_computed_from_invented_numbers_is_invented(name):
    """And has the value that it would have otherwise."""
    result = COMPUTED[name](illustrative(VALUES))
    assert isinstance(result, Illustrative)
    assert np.array_equal(opened(result), COMPUTED[name](VALUES))


@pytest.mark.parametrize("forget", [np.array, np.asarray, lambda values: np.array(values, dtype=float), list, float])
def test_they_never_turn_into_plain_numbers(forget):
    """An array would forget where they come from; what they are asked for says what to do."""
    values = illustrative([0.5])
    with pytest.raises(NumbersError, match=r"illustrative, that is invented.*draw them with cells or table"):
        np.asarray(forget(values)[0]) if forget is list else forget(values)


def test_a_layer_is_not_run_on_them():
    """Its states would look as if they had been computed from something."""
    model = read_keras("SimpleRNN(2, input_shape=(2, 2))")
    with pytest.raises(NumbersError, match="illustrative"):
        unroll(model, ["I", "am"], illustrative(VALUES))


@pytest.mark.parametrize("values", [[np.nan], [np.inf, 1]])
def test_they_are_finite(values):
    """As all numbers in figures are."""
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
def test_a_picture_of_invented_numbers_says_so(name):
    """In its alt text and in its description, once."""
    picture = PICTURES[name]()
    assert picture.illustrative
    for form in (picture, picture.narrow or picture):
        assert form.alt.count(INVENTED) == form.description["text"].count(INVENTED) == 1


def test_other_pictures_do_not_say_so():
    """The words mean something."""
    for picture in (cells([0.1]).picture("A number."), table(["I"]), word("I").picture("A word.")):
        assert not picture.illustrative
        assert INVENTED not in picture.alt + picture.description["text"]


def test_no_change_of_a_picture_makes_it_forget():
    """Whoever writes another alt text, or leaves things out."""
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
def test_they_are_drawn_as_they_are(values):
    """Only the words differ."""
    real, invented = (cells(given).picture("Numbers.") for given in (values, illustrative(values)))
    assert real.shapes == invented.shapes
    assert real.description["rows"] == invented.description["rows"]
