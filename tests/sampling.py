"""How much is tried: a little in `make test`, more in the gate, and everything at night: see `EFFORT`."""

import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

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
REPOSITORY = Path(__file__).resolve().parent.parent

Case = TypeVar("Case")


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


def in_turn(cases: Iterable[Case], *, one_in: int, source: Callable[[Case], str] = lambda _: "") -> list[Case]:
    """Return the cases whose turn it is in the gate, others for each commit, and those whose source is new."""
    known = list(cases)
    if CHOSEN != "gate":
        return known
    return [case for at, case in enumerate(known) if (at + SEED) % one_in == 0 or are_new(source(case))]


def due(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the tests that run, of all that there are.

    In the gate, one that is marked `when_changed` runs if a file it names is new, or its own; of the cases of one that
    is marked `takes_turns`, one in so many runs, others for each commit.
    """
    if CHOSEN != "gate":
        return {*items}
    turns: defaultdict[object, count[int]] = defaultdict(lambda: count(SEED))

    def is_due(item: pytest.Item) -> bool:
        new, in_turns = (item.get_closest_marker(name) for name in ("when_changed", "takes_turns"))
        turn = next(turns[item.path, getattr(item, "originalname", item.name)])
        if new and are_new(*new.args, item.path.relative_to(REPOSITORY).as_posix()):
            return True
        return turn % in_turns.kwargs["one_in"] == 0 if in_turns else not new

    return {item for item in items if is_due(item)}


def are_new(*paths: str) -> bool:
    """Return whether a file whose path begins like one of these is new, or if Git can't tell."""
    known = changed_files(REPOSITORY)
    return known is None or any(path.startswith(tuple(filter(None, paths))) for path in known)


@cache
def changed_files(root: Path) -> frozenset[str] | None:
    """List the files that differ from HEAD, or that its commits of the last day before it have changed.

    A merge has changed what any of its parents hasn't; the last commit of a shallow clone has changed everything. None
    if this isn't a clone.
    """

    def lines(*command: str) -> list[str]:
        done = subprocess.run(["git", "-C", str(root), *command], capture_output=True, text=True, check=True)
        return done.stdout.split("\0")

    try:
        (committed, *_) = lines("log", "-1", "-z", "--format=%ct")
        since = f"--since={int(committed) - DAY_S}"
        told = [*lines("log", since, "-m", "--no-renames", "--name-only", "-z", "--format=")]
        told += lines("diff", "--no-renames", "--name-only", "-z", "HEAD")
        told += lines("ls-files", "--others", "--exclude-standard", "-z")
    except (OSError, subprocess.CalledProcessError):
        return None
    return frozenset(filter(None, told))
