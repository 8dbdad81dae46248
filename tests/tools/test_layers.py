"""The drawing of the layers."""

from tools.layers import DRAWING, SHOWN, draw, layers


def test_the_drawing_is_that_of_the_contracts() -> None:
    """Otherwise `make layers` draws it again."""
    assert DRAWING.read_text("utf-8") == draw()


def test_each_module_has_a_box() -> None:
    """And nothing else has one."""
    count = sum(len(row) for package in SHOWN for row in layers(package))
    assert draw().count("<rect") == count > 60
