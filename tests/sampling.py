"""How many examples a property is tried on: a few, always the same, in `make test`; all in `make browser`."""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

THOROUGH = "THOROUGH" in os.environ


def sampled(most: int, *, at_once: int | None = None, **more: Any) -> settings:
    """Try a property on this many examples when there is time; otherwise on a thirtieth, or on `at_once`."""
    if THOROUGH:
        return settings(max_examples=most, deadline=None, **more)
    return settings(max_examples=at_once or max(most // 30, 3), derandomize=True, database=None, deadline=None, **more)


def some(cases: Iterable[Any], *, one_in: int) -> list[Any]:
    """Return one in so many cases of a long list in `make test`, and the others when there is time."""
    return [pytest.param(case, marks=pytest.mark.slow if at % one_in else ()) for at, case in enumerate(cases)]
