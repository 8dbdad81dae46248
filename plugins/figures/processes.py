"""Processes and all that they have started, where Linux tells of them; elsewhere only groups of processes are known."""

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
"""The exit code of a child that cannot write into its folder."""

LONGEST_LOOK_S = 1.0
"""So much is counted at most from one look to the next: who looks more seldom was kept from it, and so were others."""

IDLE_SHARE = 0.01
"""Who uses less of a processor does nothing; on a busy machine, who wants one has more of it."""

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has one way to end a process, and takes any signal for it."""

_DIE_WITH_PARENT = 1
_ADOPT_ORPHANS = 36


def die_with_parent(parent: int) -> None:
    """Have the system end this process when its parent ends, however that ends; Linux only."""
    _control(_DIE_WITH_PARENT, _KILL)
    if os.getppid() != parent:  # it had ended before
        os._exit(1)


def adopt_orphans() -> None:
    """Have processes whose parents end become children of this one, if they stand below it; Linux only."""
    _control(_ADOPT_ORPHANS, 1)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run; none where that is not known."""
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  (ten times a second)
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    return found


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that stand below it."""
    yield pid
    for child in children(pid):
        yield from family(child)


def memory_mb(pids: Sequence[int], more_than: float) -> float:
    """Return the memory of some processes; what they share is counted once where it comes to more.

    The sum of what is resident is quick, but counts a fork's memory twice; only if that is too much, it is done well.
    """
    total = sum(map(_resident_mb, pids))
    return total if total <= more_than or len(pids) == 1 else sum(map(_share_mb, pids))


def processor_s(pids: Sequence[int]) -> float:
    """Return the processor time of some processes, and of those they had started that have ended; 0 if not known."""
    return sum(map(_processor_s, pids))


@dataclass
class Watch:
    """What a process is seen to do: `used_s` of the processor, in `watched_s` of the clock, the last `idle_s` idly.

    Time in which nobody looked does not count: then the machine was busy, or asleep.
    """

    pid: int
    used_s: float = 0.0
    watched_s: float = 0.0
    idle_s: float = 0.0
    _looked: float = field(default_factory=time.monotonic)
    _used_before: float = 0.0

    def look(self, pids: Sequence[int] = ()) -> None:
        """Look again, at the process, or at all those given."""
        now = time.monotonic()
        passed_s = min(now - self._looked, LONGEST_LOOK_S)
        self._looked = now
        self.watched_s += passed_s
        self.idle_s += passed_s
        self.used_s = max(self.used_s, processor_s(pids or [self.pid]))
        if not TELLS_USE or self.used_s - self._used_before > IDLE_SHARE * self.idle_s:
            self.has_worked()

    def has_worked(self) -> None:
        """Note that it does something now."""
        self.idle_s, self._used_before = 0.0, self.used_s


def end_after(seconds: float) -> None:
    """Have the system end this process, and each that it starts, by SIGXCPU after so much processor time."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        limit = math.ceil(seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def wake(pid: int) -> None:
    """Have a process that was stopped go on, so that it can hear what else it is told."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.kill(pid, signal.SIGCONT)


def end(pid: int) -> None:
    """Kill a process, with all that are in its group."""
    end_group(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, _KILL)  # it has not yet made its group, or has left it


def end_group(pid: int) -> None:
    """Kill all that are in the group of a process, which may itself have ended; Windows knows no groups."""
    if sys.platform == "win32":
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS: no permission where all of them have ended
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
        fields = file.read().rpartition(b")")[2].split()  # before that stands its name, which may hold anything
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0


def _share_mb(pid: int) -> float:
    with suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("Pss:"))) / 2**10
    return _resident_mb(pid)


TELLS_USE = Path("/proc/self/stat").exists()
"""Whether it is known what processes use: else only the clock tells that one hangs."""

if sys.platform == "linux":
    _libc = ctypes.CDLL(None)
