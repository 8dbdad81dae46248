"""Wall-clock and processor time; the best of several measurements."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Took:
    """Wall-clock and processor time in seconds; the latter depends less on the load of the machine."""

    clock: float = 0.0
    cpu: float = 0.0

    def __sub__(self, other: Took) -> Took:
        return Took(self.clock - other.clock, self.cpu - other.cpu)

    def __mul__(self, factor: float) -> Took:
        return Took(self.clock * factor, self.cpu * factor)


@dataclass(frozen=True)
class Measured:
    """The time of a build, and of the same build without figures."""

    build: Took
    without: Took = Took()


def now() -> Took:
    """Return the wall-clock time, and the processor time of all child processes that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(time.perf_counter(), ended.ru_utime + ended.ru_stime)


def best(measured: Sequence[Measured]) -> Took:
    """Return the cost of figures: the fastest build minus the fastest build without them."""
    return _shortest([run.build for run in measured]) - _shortest([run.without for run in measured])


def _shortest(times: Sequence[Took]) -> Took:
    return Took(min(took.clock for took in times), min(took.cpu for took in times))
