"""On how many examples a property is tried: few, and always the same, in `make test`; all in `make browser`."""

import os
from typing import Any

from hypothesis import settings

THOROUGH = "THOROUGH" in os.environ


def sampled(most: int, *, at_once: int | None = None, **more: Any) -> settings:
    """Try a property on so many examples when there is time; on a tenth, or `at_once`, when somebody waits."""
    if THOROUGH:
        return settings(max_examples=most, deadline=None, **more)
    return settings(max_examples=at_once or max(most // 10, 10), derandomize=True, database=None, deadline=None, **more)
