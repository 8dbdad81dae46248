"""Wrapping code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.views.unroll import INDENT, breaks

CALLS = [
    "SimpleRNN(4, input_shape=(3, 2))",
    "SimpleRNN(128, input_shape=(12, 50))",
    'SimpleRNN(units=4, activation="tanh", input_shape=(3, 2), name="encoder")',
    "Input((3, 2))",
]


@given(st.sampled_from(CALLS), st.integers(10, 80))
def test_wrapping_loses_nothing_but_spaces_after_commas(call, most_chars):
    """One space at each break."""
    lines = [call[start:end] for start, end in breaks(call, most_chars)]
    assert " ".join(lines) == call
    assert all(line.endswith(",") for line in lines[:-1])


@pytest.mark.parametrize("call", CALLS)
def test_lines_fit_a_phone(call):
    """32 characters, including indentation."""
    first, *others = [call[start:end] for start, end in breaks(call, 32)]
    assert len(first) <= 32
    assert all(len(INDENT) + len(line) <= 32 for line in others)
