"""How much is tried: a little in `make test`, more in the gate, and everything at night: see `EFFORT`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import settings


@dataclass(frozen=True)
class Effort:
    """How many of its examples each property gets, one in so many, and how many edits, saves and killed builds run."""

    one_in: int
    edits: int
    kills: int


EFFORTS = {
    "test": Effort(one_in=30, edits=40, kills=2),
    "gate": Effort(one_in=5, edits=40, kills=5),
    "night": Effort(one_in=1, edits=200, kills=50),
}
CHOSEN = os.environ.get("EFFORT", "test")
EFFORT = EFFORTS[CHOSEN]
THOROUGH = CHOSEN != "test"
SEED = int(os.environ.get("SEED", "1"))
"""Which random edits are tried, and which tests are the tenth that runs: each commit has a seed of its own."""
DAY_S = 24 * 60 * 60


def sampled(most: int, *, at_once: int | None = None, **more: Any) -> settings:
    """Try a property on this many examples at night, otherwise on a share; in `make test` on `at_once`, if given."""
    if EFFORT.one_in == 1:
        return settings(max_examples=most, deadline=None, **more)
    tried = max(most // EFFORT.one_in, 3)
    if THOROUGH:
        return settings(max_examples=max(tried, at_once or 0), deadline=None, **more)
    return settings(max_examples=at_once or tried, derandomize=True, database=None, deadline=None, **more)


def some(cases: Iterable[Any], *, one_in: int) -> list[Any]:
    """Return one in so many cases of a long list in `make test`, and the others when there is time."""
    return [pytest.param(case, marks=pytest.mark.slow if at % one_in else ()) for at, case in enumerate(cases)]


def is_due(item: pytest.Item) -> bool:
    """Return whether a test runs: one that is marked `when_changed` does if a file it names is new, and at night."""
    mark = item.get_closest_marker("when_changed")
    return mark is None or CHOSEN != "gate" or any(path.startswith(mark.args) for path in changed_files())


@cache
def changed_files() -> frozenset[str]:
    """List the files that differ from HEAD, or that its commits of the last day before it have changed."""

    def lines(*command: str) -> list[str]:
        done = subprocess.run(["git", *command], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    (committed,) = lines("log", "-1", "--format=%ct")
    since = f"--since={int(committed) - DAY_S}"
    return frozenset(lines("log", since, "--name-only", "--format=") + lines("ls-files", "-mo", "--exclude-standard"))
