"""Monitors processes and their descendants in /proc (Linux): their peak memory, and their processor time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PERIOD_S = 0.01
QUIET_S, PATIENCE_S = 0.5, 120
"""How long processes are idle once they have finished their work, and how long to wait for that."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Peak:
    """In MB: the largest rendering child, its private memory, and all processes together.

    Pages that a child shares with the process it was forked from count once in `whole`.
    """

    child: float
    child_own: float
    whole: float


def watch(process: subprocess.Popen[str]) -> Peak:
    """Monitor a process and its descendants until it ends."""
    drain = threading.Thread(target=process.communicate)
    drain.start()
    child = child_own = whole = 0.0
    while drain.is_alive():
        sizes = {pid: _sizes(pid) for pid in _tree(process.pid)}
        rendering = [pid for server in _children(process.pid) for pid in _children(server)]
        children = [sizes[pid] for pid in rendering if pid in sizes]
        child = max([child, *(size["Rss"] for size in children)])
        child_own = max([child_own, *(size["Private_Clean"] + size["Private_Dirty"] for size in children)])
        whole = max(whole, sum(size["Pss"] for size in sizes.values()))
        time.sleep(PERIOD_S)
    return Peak(child, child_own, whole)


def cpu_s(pid: int) -> float:
    """Return the processor time in seconds of a process and its descendants, including those that have ended."""
    return sum(_ticks(descendant) for descendant in _tree(pid)) / TICKS


def settled(pid: int) -> float:
    """Wait until a process and its descendants are idle for a while; return their processor time in seconds so far."""
    until = time.monotonic() + PATIENCE_S
    used, since = cpu_s(pid), time.monotonic()
    while time.monotonic() < min(since + QUIET_S, until):
        time.sleep(QUIET_S / 10)
        if (now := cpu_s(pid)) > used:
            used, since = now, time.monotonic()
    return used


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _tree(child)


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended, as any process may between two checks
        return []


def _ticks(pid: int) -> int:
    """Return the processor time of a process and of its children that have ended."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(ticks) for ticks in after_name[11:15])  # user and system time, and both of the children


def _sizes(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        lines = []
    kilobytes = {line.partition(":")[0]: int(line.split()[1]) for line in lines}
    return {name: kilobytes.get(name, 0) / 1024 for name in ("Rss", "Pss", "Private_Clean", "Private_Dirty")}
