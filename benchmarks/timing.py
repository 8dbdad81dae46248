"""Time by the clock and of the processors; the best of several measurements."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and seconds that the processors spent on it: these suffer less from a busy machine."""

    clock: float = 0.0
    cpu: float = 0.0

    def __sub__(self, other: Took) -> Took:
        return Took(self.clock - other.clock, self.cpu - other.cpu)

    def __mul__(self, factor: float) -> Took:
        return Took(self.clock * factor, self.cpu * factor)


@dataclass(frozen=True)
class Measured:
    """What a build took, and what the same build takes without figures."""

    build: Took
    without: Took = Took()


def now() -> Took:
    """Return the clock, and the processor time of all processes that were started and have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(time.perf_counter(), ended.ru_utime + ended.ru_stime)


def best(measured: Sequence[Measured]) -> Took:
    """Return what figures take: the shortest build less the shortest build without them."""
    return _shortest([it.build for it in measured]) - _shortest([it.without for it in measured])


def _shortest(times: Sequence[Took]) -> Took:
    return Took(min(it.clock for it in times), min(it.cpu for it in times))
