"""What the kit raises when something is wrong."""

import pytest

from unrolled.errors import CodeError, KitError, NumbersError, PictureError


@pytest.mark.parametrize("kind", [CodeError, NumbersError, PictureError])
def test_every_kind_is_caught_as_a_kit_error(kind):
    """Who calls the kit catches one class; it is a ValueError, so that a plain script can do without it."""
    with pytest.raises(KitError, match="too wide") as caught:
        raise kind("too wide", block="SimpleRNN(4)", lineno=1)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.block, caught.value.lineno) == ("SimpleRNN(4)", 1)


def test_an_error_need_not_know_a_place():
    """Not everything that goes wrong stands in a code block."""
    error = KitError("no words")
    assert (error.block, error.lineno) == (None, None)
