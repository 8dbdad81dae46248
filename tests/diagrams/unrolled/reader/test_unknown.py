"""Unknown values: they can be passed around, but nothing may depend on them."""

import copy
import math
import operator
import pickle
import random
import statistics
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.cases import Code, cases, check_reading
from tests.sampling import sampled
from unrolled import LSTM, read_keras
from unrolled.errors import CodeError
from unrolled.reader.places import Site, parse
from unrolled.reader.unknown import (
    Origin,
    Session,
    Stopped,
    Unknown,
    active,
    find_unknown,
    holds_unknown,
    invalidate,
    is_a,
    is_unknown,
    text_of,
)


@pytest.fixture(autouse=True)
def session():
    """Simulate being in the middle of reading a block."""
    block = parse("from mine import x\n")
    with active(Session(lambda: Site(block, 1), lambda _: Site(block, 1))) as found:
        yield found


def x(shape=None):
    """Create an unknown value as an import does."""
    return Unknown("x", Origin("mine", "isn't run here", Site(parse("from mine import x"), 1)), shape)


CASES = Path(__file__).with_name("unknown.md")
MODULES = {"copy": copy, "math": math, "np": np, "operator": operator, "pickle": pickle, "x": x}


@pytest.mark.parametrize("case", cases(CASES, "Anything computed"))
def test_anything_computed_from_an_unknown_is_unknown(case):
    """Whatever the operation."""
    assert is_unknown(eval(case.text, {**MODULES, "v": x()}))


@pytest.mark.parametrize("case", cases(CASES, "A decision on an unknown value"))
def test_a_decision_on_an_unknown_stops_the_reading(case, session):
    """With an error that names it, its origin, and what to do; no `except` in the article can catch it."""
    with pytest.raises(Stopped) as caught:
        eval(case.text, {**MODULES, "v": x()})
    assert session.stopped is caught.value.error
    message = str(caught.value.error)
    assert "mine" in message
    assert "isn't run here" in message
    assert "{given=" in message
    assert not isinstance(caught.value, Exception)


def test_setting_part_of_an_unknown_is_allowed():
    """It stays unknown."""
    value = x()
    value.units = 3
    value["units"] = 3
    del value["units"]
    del value.units
    assert is_unknown(value.units)
    assert is_unknown(value["units"])


def test_an_unknown_has_no_type():
    """`is_a` checks without querying it."""
    assert not is_a(x(), int)
    assert not is_a(x(), int | str)
    assert is_a(3, int)


def test_an_unknown_is_found_inside_containers():
    """In lists, tuples, dicts and slices."""
    value = x()
    for holder in ([value], (1, (value,)), {"a": [value]}, slice(None, value)):
        assert find_unknown(holder) is value
    assert not holds_unknown([1, (2,)], {"a": 3})


def test_an_array_of_unknown_numbers_has_its_shape():
    """That's enough for a model."""
    array = x((8, 3, 2))
    assert (array.shape, array.ndim, array.size, len(array)) == ((8, 3, 2), 3, 48, 8)
    assert [each.shape for each in (array.T, array[0], array[:, -1], array + np.ones(2), -array, np.tanh(array))] == [
        (2, 3, 8),
        (3, 2),
        (8, 2),
        (8, 3, 2),
        (8, 3, 2),
        (8, 3, 2),
    ]
    assert array.reshape(8, 6).shape == (8, 6)
    assert len(list(array)) == 8
    with pytest.raises(Stopped):
        bool(array[0, 0, 0] > 1)


def test_arguments_of_an_unknown_function_become_unknown():
    """Other references to the same list or dict see unknown items."""
    numbers, names = [1, 2], {"a": 1}
    invalidate(numbers, x())
    invalidate(names, x())
    assert is_unknown(numbers[0])
    assert is_unknown(names["a"])


MODEL = "m = Sequential([Input((3, 2)), LSTM(units)])\n"


@pytest.mark.parametrize("case", [case for case in cases(CASES) if case.values[0].expected])
def test_no_layer_depends_on_what_is_unknown(case):
    """An error names it, and where it comes from; what has no consequences is no obstacle."""
    check_reading(case)


@pytest.mark.parametrize("case", cases(CASES, "Random numbers that a seed controls"))
def test_what_a_seed_controls_is_known(case):
    """And the same number as Python's own."""
    names = dict.fromkeys(("Sequential", "Input", "LSTM"), lambda *_: None)
    exec(case.code, names)
    assert read_keras(case.code).layers == (LSTM(names["units"]),)


@pytest.mark.skipif(not hasattr(statistics, "kde_random"), reason="new in Python 3.13")
@pytest.mark.parametrize("given", [{}, {"seed": None}])
def test_a_generator_created_by_the_standard_library_needs_a_seed_too(given):
    """It is independent of `random.seed`."""
    said = ", ".join(f"{name}={value}" for name, value in given.items())
    code = f"import random, statistics\nrandom.seed(1)\nunits = round(statistics.kde_random([5.0], 1, {said})())\n"
    with pytest.raises(CodeError, match="differs each time"):
        read_keras(code + MODEL)


def test_reading_leaves_python_s_own_random_numbers_alone():
    """Code that draws some afterwards gets them from the usual generator."""
    before = dict(vars(random))
    read_keras("import random, statistics, tempfile\nx = random.gauss(statistics.mean([1, 2]), 1)\nunits = 4\n" + MODEL)
    assert dict(vars(random)) == before


def test_random_numbers_continue_from_block_to_block():
    """Even if other code has drawn numbers in between."""
    generator = random.Random(1)
    generator.random()
    random.random()
    code = Code("units = random.randint(1, 99)\n" + MODEL, ("import random\nrandom.seed(1)\nrandom.random()\n",))
    assert read_keras(code).layers == (LSTM(generator.randint(1, 99)),)


def test_an_unknown_is_named_in_messages_without_being_queried():
    """Even inside other values."""
    assert text_of([1, x(), "a"]) == "[1, x, 'a']"
    assert text_of({"a": x()}) == "{…}"


leaves = st.sampled_from(["u", "u.size", "u[0]", "f(u)", "1", "2", "n", "[n, u]", "np.tanh(u)", "len(w)"])
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%", "**", "==", "<", "is", "in"]), inner).map(
            lambda each: f"({each[0]} {each[1]} {each[2]})"
        ),
        inner.map(lambda each: f"f({each})"),
        inner.map(lambda each: f"str({each})"),
        inner.map(lambda each: f"int({each})"),
        inner.map(lambda each: f"(lambda v: v)({each})"),
        st.tuples(inner, inner).map(lambda each: f"[{each[0]}, {each[1]}][0]"),
        inner.map(lambda each: f"dict(a={each})['a']"),
        inner.map(lambda each: f"getattr({each}, 'real', {each})"),
        inner.map(lambda each: f"({each} or 3)"),
        inner.map(lambda each: f"(4 if {each} else 5)"),
        inner.map(lambda each: f"isinstance({each}, int)"),
        inner.map(lambda each: f"f'{{{each}!r:>3}}'" if "'" not in each else each),
    ),
    max_leaves=6,
)


@sampled(600, at_once=40)
@given(expressions)
def test_no_expression_makes_an_unknown_known(expression):
    """With other values, the units would differ; so it must raise an error, or not depend on the value."""
    code = (
        "from mine import u, f\nw, n = 'abc', 2\n"
        + f"units = {expression}\n"
        + "m = Sequential([Input((3, 2)), LSTM(units)])\n"
    )
    try:
        found = read_keras(code).layers
    except CodeError:
        return
    answers = set()
    for u in (7, 8.5, "x", [5, 6], None, np.ones(2)):
        for f in (lambda v: v, lambda v: 9, lambda v: [v]):
            with suppress(Exception):  # a run that fails has no model
                answers.add(repr(eval(expression, {"u": u, "f": f, "w": "abc", "n": 2, "np": np})))
    assert answers <= {repr(found[0].units)}
