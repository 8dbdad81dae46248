"""Processes and all that they have started, where Linux tells of them; elsewhere only groups of processes are known."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

UNWRITABLE = 74
"""The exit code of a child that cannot write into its folder."""

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


def memory_mb(pid: int, more_than: float) -> float:
    """Return the memory of a process and of all below it; what they share is counted once where it comes to more.

    The sum of what is resident is quick, but counts a fork's memory twice; only if that is too much, it is done well.
    """
    pids = list(family(pid))
    total = sum(map(_resident_mb, pids))
    return total if total <= more_than or len(pids) == 1 else sum(map(_share_mb, pids))


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


def _share_mb(pid: int) -> float:
    with suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("Pss:"))) / 2**10
    return _resident_mb(pid)


if sys.platform == "linux":
    _libc = ctypes.CDLL(None)
