"""Numbers that don't fit: what is wrong with words, vectors, masks and weights, and what to do."""

from pathlib import Path

import pytest

from tests.diagrams.cases import cases, check_error


@pytest.mark.parametrize("case", cases(Path(__file__).with_name("errors.md")))
def test_numbers_that_do_not_fit_are_an_error(case):
    """At the line of the layer if code is at fault; NumPy would silently broadcast some of them."""
    check_error(case, case.draw, case.blocks[:-1])
