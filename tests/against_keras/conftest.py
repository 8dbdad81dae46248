"""Which of the comparisons run on which backend of Keras.

On NumPy, Keras answers many times sooner than on JAX, but it doesn't train or differentiate there, and lacks a few
other things. Whatever fails on NumPy is left to JAX, which `make verify` runs next. A tenth of the other files runs
there, too: a different tenth for each commit, and all of them at night.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.sampling import CHOSEN, SEED

BACKEND = os.environ.get("KERAS_BACKEND")
LEFT = Path(__file__).resolve().parents[2] / ".pytest_cache/left-to-jax"
"""A list of the tests that have failed on NumPy."""
TENTH = 10


def pytest_configure(config: pytest.Config) -> None:
    """Begin the list, before there are other processes that add to it."""
    if BACKEND == "numpy" and not hasattr(config, "workerinput"):
        LEFT.parent.mkdir(exist_ok=True)
        LEFT.write_text("")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave a test that fails on NumPy to JAX."""
    report = yield
    if BACKEND == "numpy" and report.failed and item.get_closest_marker("keras"):
        with LEFT.open("a") as left:
            left.write(f"{item.nodeid}\n")
        report.outcome = "skipped"
        report.longrepr = (str(item.path), 0, "left to JAX")
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On JAX, keep what was left to it, and the files whose turn it is."""
    if BACKEND == "numpy" or CHOSEN == "night" or not LEFT.exists():
        return
    compared = {item for item in items if item.get_closest_marker("keras")}
    left = set(LEFT.read_text().splitlines())
    due = sorted({item.path for item in compared})[SEED % TENTH :: TENTH]
    dropped = {item for item in compared if item.nodeid not in left and item.path not in due}
    config.hook.pytest_deselected(items=[*dropped])
    items[:] = [item for item in items if item not in dropped]
