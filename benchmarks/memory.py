"""Watches a build's processes in /proc (Linux) for their peak of resident memory."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PERIOD_S = 0.01


@dataclass(frozen=True)
class Peak:
    """In MB: the largest child that rendered, what of it was its own, and all processes together.

    Pages that a child shares with the process it was forked from count once in `whole`.
    """

    child: float
    child_own: float
    whole: float


def watch(process: subprocess.Popen[str]) -> Peak:
    """Look at a process and all below it until it ends."""
    drain = threading.Thread(target=process.communicate)
    drain.start()
    child = child_own = whole = 0.0
    while drain.is_alive():
        servers = _children(process.pid)
        children = [pid for server in servers for pid in _children(server)]
        sizes = [_sizes(pid) for pid in children]
        child = max([child, *(size["Rss"] for size in sizes)])
        child_own = max([child_own, *(size["Private_Clean"] + size["Private_Dirty"] for size in sizes)])
        whole = max(
            whole, sum(size["Pss"] for size in sizes) + sum(_sizes(it)["Pss"] for it in [process.pid, *servers])
        )
        time.sleep(PERIOD_S)
    return Peak(child, child_own, whole)


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended, as any process may between two looks
        return []


def _sizes(pid: int) -> dict[str, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        lines = []
    kilobytes = {line.partition(":")[0]: int(line.split()[1]) for line in lines}
    return {name: kilobytes.get(name, 0) / 1024 for name in ("Rss", "Pss", "Private_Clean", "Private_Dirty")}
