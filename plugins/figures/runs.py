"""One run of a script: what the child is told of it, and the limits of time and memory that it is kept to."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import processes
from .children import Children
from .processes import Watch
from .records import Told, told_in
from .requests import Request
from .settings import Settings
from .tokens import tokens

GRACE_S = 2.0
"""How long a child that is to end may take to write down where it was, before it is killed."""


@dataclass
class Run:
    """A run that waits or is under way: `id` names it to the server, `over` says which limit it has passed.

    `first` is the script's run in the project's root, if this is its second, in its own folder; `told` is what the
    child told. A suspect was at work when the server was lost, and is tried again, alone.
    """

    request: int
    first: Run | None = None
    is_suspect: bool = False
    id: int = 0
    folder: Path = Path()
    watch: Watch | None = None
    over: str = ""
    told: Told = field(default_factory=lambda: Told())
    _ends_s: float = 0.0

    def job(self, asked: Request, settings: Settings) -> dict[str, Any]:
        """Return what the child needs to know."""
        return {
            "id": self.id,
            "folder": str(self.folder),
            "root": str(settings.root),
            "cwd": str(asked.script.parent if self.first else settings.root),
            "missed": self.first.told["only_beside"] if self.first else (),
            "diagrams": str(settings.diagrams),
            "store": str(settings.store),
            "shipped": str(settings.shipped or ""),
            "script": str(asked.script),
            "name": asked.name,
            "code": asked.code,
            "above": asked.above,
            "needed": asked.needed,
            "above_digests": asked.above_digests,
            "given": asked.given,
            "model": asked.model,
            "arguments": {name: repr(value) for name, value in asked.arguments.items()},
            "processor_s": settings.timeout_s,
            "saving": asdict(asked.saving),
            "tokens": {token.light: name for name, token in tokens(settings).items()},
        }

    def began(self, pid: int) -> None:
        """Note that the child is at work: its time counts from now."""
        self.watch = Watch(pid)

    def ended(self) -> Run | None:
        """Read what the child told; return a run to follow in the script's own folder, if its files are only there."""
        self.told = _told_in(self.folder)
        return Run(self.request, first=self) if self.told.get("only_beside") and not self.first else None

    @property
    def shown(self) -> Run:
        """The run whose outcome counts: if files are missing in either folder, paths are mended for the root."""
        return self.first if self.first and self.told.get("misses_files") else self

    def keep_to_limits(self, settings: Settings, children: Children) -> None:
        """Have a child that takes too long, or too much, say where it is and end; kill it if it does not."""
        if not self.watch:
            return
        pids = list(processes.family(self.watch.pid))
        self.watch.look(pids)
        if not self.over:
            self.over = self._passed(self.watch, processes.memory_mb(pids, settings.memory_mb), settings)
            if self.over:
                self._ends_s = self.watch.watched_s + GRACE_S
                children.send({"stop": self.id})
        elif self.watch.watched_s > self._ends_s:
            self._ends_s = math.inf
            children.send({"kill": self.id})

    def _passed(self, seen: Watch, memory_mb: float, settings: Settings) -> str:
        """Name the limit that is passed. A busy machine may be slow, so what a child uses counts, not the clock."""
        limits = {
            "memory": memory_mb > settings.memory_mb,
            "processor": seen.used_s > settings.timeout_s,
            "idle": seen.idle_s > settings.timeout_s,
            "clock": seen.watched_s > settings.clock_s,
        }
        return next((name for name, is_passed in limits.items() if is_passed), "")


def _told_in(folder: Path) -> Told:
    try:
        return told_in(folder)
    except ValueError as problem:
        said = f"what it told of its figures cannot be read: {problem}"
        return Told(failure=[said], advice="see what writes into its folder", block=None, block_line=None)
