"""The parameters of a script's `draw` are read from its text, and attributes are converted accordingly."""

import ast
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.report import ArgumentError
from plugins.figures.signature import Signature
from tests.tables import blocks, table

(SCRIPT,) = blocks(__file__).values()
SIGNATURE = Signature.of(SCRIPT.encode())


@table(__file__, "A value is converted by annotation or default")
def test_a_value_is_converted_by_annotation_or_default(name, text, value):
    """Nothing of the script is run; annotations may be strings, aliases, and from `typing`."""
    parameter = "N" if name == "n" else name
    found = SIGNATURE.arguments({name: text}, "diagrams/x.py")
    assert found == {parameter: value}
    assert type(found[parameter]) is type(value)


@table(__file__, "An invalid value is an error that says what is allowed")
def test_an_invalid_value_is_an_error_that_says_what_is_allowed(name, text, says):
    """And suggests similar values."""
    with pytest.raises(ArgumentError) as raised:
        SIGNATURE.arguments({name: text}, "diagrams/x.py")
    assert says in str(raised.value)


def test_an_annotation_without_a_conversion_is_an_error():
    """It says what to write in the script."""
    with pytest.raises(
        ArgumentError, match=r"takes a np\.ndarray for rows, which can't be written as an attribute\nannotate it"
    ):
        Signature.of(b"def draw(rows: np.ndarray): ...").arguments({"rows": "1"}, "x.py")


def test_a_parameter_without_a_default_is_a_block_unless_an_attribute_sets_it():
    """By the id of its fence; a parameter that can't be code needs an attribute."""
    signature = Signature.of(b"def draw(code, encoder: str, size: int, tail=1, *, kind): ...")
    assert signature.required == ("code", "encoder", "size", "kind")
    assert signature.blocks({"size", "kind"}) == ["code", "encoder"]
    with pytest.raises(ArgumentError, match="draw\\(\\) needs `size`: a whole number"):
        signature.blocks()


@pytest.mark.parametrize(
    "text", [b"x = 1", b"def drawn(code): ...", b"def draw(code:", b"class A:\n def draw(code): ..."]
)
def test_a_script_without_draw_takes_nothing(text):
    """Neither does a broken one, which its render reports."""
    signature = Signature.of(text)
    assert signature.parameters == ()
    with pytest.raises(ArgumentError, match="doesn't define draw"):
        signature.arguments({"words": "a"}, "diagrams/x.py")


def test_draw_is_found_with_any_spacing():
    """Scripts are searched for it before they are parsed."""
    for text in (b"def  draw(code): ...", b"def \\\n draw (code): ..."):
        assert Signature.of(text).required == ("code",)


def test_draw_can_accept_any_attribute():
    """As text, because nothing declares a type."""
    assert Signature.of(b"def draw(**more): ...").arguments({"a": "1"}, "x.py") == {"a": "1"}


@given(st.text())
def test_any_text_is_converted_or_raises_one_of_our_errors(text):
    """Whatever an author writes."""
    for parameter in SIGNATURE.parameters:
        with suppress(ArgumentError):
            (value,) = SIGNATURE.arguments({parameter.name: text}, "x.py").values()
            assert ast.literal_eval(repr(value)) == value, "the child process gets the same value"
