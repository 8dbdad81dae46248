"""Processes and their descendants, where Linux provides this; elsewhere only process groups are known."""

from __future__ import annotations

import ctypes
import math
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

if sys.platform != "win32":
    import resource

UNWRITABLE = 74
"""The exit code of a child that can't write to its folder."""

LONGEST_LOOK_S = 1.0
"""The most that counts between two looks: after a longer pause, the whole machine was busy or asleep."""

IDLE_SHARE = 0.01
"""A process that uses a smaller share of a processor is idle; even a busy machine gives an active process more."""

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has one way to end a process, and accepts any signal for it."""

_DIE_WITH_PARENT = 1
_ADOPT_ORPHANS = 36


def die_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent ends, for whatever reason; Linux only."""
    _control(_DIE_WITH_PARENT, _KILL)
    if os.getppid() != parent:  # the parent had already ended
        os._exit(1)


def adopt_orphans() -> None:
    """Have descendants whose parents end become children of this process; Linux only."""
    _control(_ADOPT_ORPHANS, 1)


def children(pid: int) -> list[int]:
    """Return the running child processes of a process; none if that can't be found out."""
    pids: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  (ten times a second)
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                pids += map(int, file.read().split())
    return pids


def family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for child in children(pid):
        yield from family(child)


def memory_mb(pids: Sequence[int], more_than: float) -> float:
    """Return the memory of some processes; if the total is too high, shared memory is counted only once.

    The sum of the resident memory is quick, but counts a fork's memory twice; the exact value is only computed if the
    sum is too high.
    """
    total = sum(map(_resident_mb, pids))
    return total if total <= more_than or len(pids) == 1 else sum(map(_share_mb, pids))


def processor_s(pids: Sequence[int]) -> float:
    """Return the processor time of some processes and of their children that have ended; 0 if unknown."""
    return sum(map(_processor_s, pids))


@dataclass
class Watch:
    """What a process was seen to do: `used_s` of processor time in `watched_s`, and idle for the last `idle_s`.

    Time between looks that are far apart doesn't count: then the machine was busy, or asleep.
    """

    pid: int
    used_s: float = 0.0
    watched_s: float = 0.0
    idle_s: float = 0.0
    _looked: float = field(default_factory=time.monotonic)
    _used_before: float = 0.0

    def look(self, pids: Sequence[int] = ()) -> None:
        """Look again, at the process, or at all the given ones."""
        now = time.monotonic()
        passed_s = min(now - self._looked, LONGEST_LOOK_S)
        self._looked = now
        self.watched_s += passed_s
        self.idle_s += passed_s
        self.used_s = max(self.used_s, processor_s(pids or [self.pid]))
        if not TELLS_USE or self.used_s - self._used_before > IDLE_SHARE * self.idle_s:
            self.has_worked()

    def has_worked(self) -> None:
        """Note that it is doing something now."""
        self.idle_s, self._used_before = 0.0, self.used_s


def end_after(seconds: float) -> None:
    """Have the system end this process, and its descendants, with SIGXCPU after this much processor time."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        limit = math.ceil(seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def wake(pid: int) -> None:
    """Resume a stopped process, so that it can receive other signals."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.kill(pid, signal.SIGCONT)


def end(pid: int) -> None:
    """Kill a process and everything in its group."""
    end_group(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, _KILL)  # it hasn't created its group yet, or has left it


def end_group(pid: int) -> None:
    """Kill everything in the group of a process, which may itself have ended; Windows has no groups."""
    if sys.platform == "win32":
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS: no permission if all of them have ended
        os.killpg(pid, _KILL)


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        _libc.prctl(option, value, 0, 0, 0)


def _resident_mb(pid: int) -> float:
    if sys.platform == "win32":
        return 0
    with suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0


def _processor_s(pid: int) -> float:
    if sys.platform == "win32":
        return 0
    with suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
        fields = file.read().rpartition(b")")[2].split()  # before that is its name, which may contain anything
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0


def _share_mb(pid: int) -> float:
    with suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("Pss:"))) / 2**10
    return _resident_mb(pid)


TELLS_USE = Path("/proc/self/stat").exists()
"""Whether processor use is known; if not, only the clock shows that a process hangs."""

if sys.platform == "linux":
    _libc = ctypes.CDLL(None)
