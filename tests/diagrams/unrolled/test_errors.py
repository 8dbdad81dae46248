"""The kit's exceptions."""

import pytest

from unrolled.errors import CodeError, KitError, NumbersError, PictureError


@pytest.mark.parametrize("kind", [CodeError, NumbersError, PictureError])
def test_every_error_is_a_kit_error(kind):
    """Callers can catch a single class, which is a ValueError for scripts that don't know it."""
    with pytest.raises(KitError, match="too wide") as caught:
        raise kind("too wide", block="SimpleRNN(4)", lineno=1)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.block, caught.value.lineno) == ("SimpleRNN(4)", 1)


def test_an_error_may_have_no_position():
    """Not everything that goes wrong is in a code block."""
    error = KitError("no words")
    assert (error.block, error.lineno) == (None, None)
