"""The values of a slider, and the number in the code that it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.markdown import Block
from plugins.figures.report import ArgumentError
from plugins.figures.varying import MOST_SNAPSHOTS, Text, Vary, literals
from tests.tables import table


def found(code: str, **signatures: list[str]) -> list[tuple[str, object]]:
    """Return the numbers in a block by name, each with its text."""
    block = Block(code)
    (them,) = literals([block], signatures)
    assert [it.start for it in them] == sorted(it.start for it in them)
    return [(it.name, code[it.start : it.end]) for it in them]


@table(__file__, "A number has the name that the code gives it")
def test_a_number_has_the_name_that_the_code_gives_it(code, numbers):
    """In a call by keyword or position, a variable, a default, an entry, or the axis of a shape."""
    assert found(code, LSTM=["units", "rate"]) == numbers


def test_a_number_is_replaced_at_its_place_in_its_own_block():
    """Whatever comes before it, and nowhere else."""
    block, other = Block("é = f(1, units=4)  # units=4\n"), Block("f(units=4)\n")
    (own, _) = literals([block, other], {})
    assert own[0].replaced(block, "12") == "é = f(1, units=12)  # units=4\n"
    assert own[0].replaced(other, "12") == other.text


@given(st.lists(st.integers(-99, 99), min_size=2, max_size=MOST_SNAPSHOTS, unique=True))
def test_a_list_of_values_is_parsed_in_order(values):
    """With any spacing, and with a true minus."""
    text = ",  ".join(str(value).replace("-", "−") for value in values)
    assert Vary.of(f" n = {text} ").values == tuple(map(str, values))


@given(st.integers(-99, 99), st.integers(-20, 140))
def test_a_range_includes_both_ends_or_is_an_error(first, more):
    """Backwards, with one value or too many values is an error, because nobody can have meant that."""
    text = f"n={first}..{first + more}"
    if 1 <= more < MOST_SNAPSHOTS:
        assert Vary.of(text).values == tuple(str(first + at) for at in range(more + 1))
    else:
        with pytest.raises(ArgumentError, match="is backwards" if more < 0 else "at most 101|at least two"):
            Vary.of(text)


@pytest.mark.parametrize(
    "text", ["", "=", "2..3", "n", "n=", "n=..", "n=1..", "n=nan, 1", "n=1_0, 2", "n=True, 2", "@2=1, 2"]
)
def test_an_invalid_list_of_numbers_is_an_error_with_advice(text):
    """Each message has an example."""
    with pytest.raises(ArgumentError, match=r"write .*2\.\.6"):
        Vary.of(text)


def test_leading_zeros_are_removed_because_python_rejects_them():
    """`007` would be a syntax error in the code."""
    assert Vary.of("n=007, 8").values == ("7", "8")


def test_places_are_counted_in_characters_and_lines():
    """Python counts bytes."""
    text = Text("a\nß = f(2)\n")
    assert text.line_at(text.code.index("2")) == 2
