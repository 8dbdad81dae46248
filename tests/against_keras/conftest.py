"""Which of the comparisons run on which backend of Keras.

On NumPy, Keras answers many times sooner than on JAX. What trains or differentiates needs JAX; of the other files, a
tenth runs there, a different one for each commit, and all of them at night.
"""

from __future__ import annotations

import os

import pytest

from tests.sampling import CHOSEN, SEED

TENTH = 10


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the comparisons that the backend is for."""
    compared = [item for item in items if item.get_closest_marker("keras")]
    needs_jax = {item for item in compared if item.get_closest_marker("jax")}
    if os.environ.get("KERAS_BACKEND") == "numpy":
        left_out = needs_jax
    else:
        files = sorted({item.path for item in compared})
        due = files if CHOSEN == "night" else files[SEED % TENTH :: TENTH]
        left_out = {item for item in compared if item not in needs_jax and item.path not in due}
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [item for item in items if item not in left_out]
