"""Says which files have changed, and leaves out what editors and Python leave lying about."""

from __future__ import annotations

import fnmatch
import os
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from watchfiles import Change

# By itself, as watchfiles.watch does not say when it has begun.
from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from .watched import PASSING

STEP_MS = 15
"""So long nothing more must happen before a change is told: an editor writes a file in several steps."""

LONGEST_MS = 60
POLL_MS = 200
FOLDERS = ("__pycache__", ".git", ".figures", ".mypy_cache", ".ruff_cache", ".pytest_cache", "node_modules")


class Watching:
    """Watches folders with all in them, and single files. What is added stays watched."""

    def __init__(self, tell: Callable[[set[str]], None]) -> None:
        self._tell = tell
        self._named: set[Path] = set()
        self._folders: set[Path] = set()
        self._files: set[Path] = set()
        self._parents: set[Path] = set()
        self._outputs: set[Path] = set()

    def leave_out(self, output: Path) -> None:
        """Say nothing of a folder that the builds write."""
        self._outputs = self._outputs | {output.resolve()}

    def add(self, folders: Collection[str | Path], files: Collection[str | Path] = ()) -> None:
        """Watch more folders, and more single files: of these the folder is looked at, but only they are told."""
        named = set(map(_resolved, folders))
        wanted = {path for path in named if path.is_dir() and not self._is_watched(path)}
        # That a folder is made, for the first time or anew, is seen from above.
        singles = {*map(_resolved, files), *named}
        self._named |= named
        # New sets, as threads are looking through the old ones.
        self._folders = self._folders | wanted
        self._files = self._files | singles
        parents = {path.parent for path in singles if path.parent.is_dir() and not self._is_watched(path)}
        self._start(wanted, recursive=True)
        self._start(parents - self._parents, recursive=False)
        self._parents |= parents

    def _is_watched(self, path: Path) -> bool:
        return not self._folders.isdisjoint((path, *path.parents))

    def _start(self, paths: Collection[Path], *, recursive: bool) -> None:
        """Begin at once: what is saved from now on is noticed, even before the thread runs."""
        there = [str(path) for path in sorted(paths) if path.is_dir()]
        if not there:
            return
        polls = "WATCHFILES_FORCE_POLLING" in os.environ
        try:
            notify = RustNotify(there, False, polls, POLL_MS, recursive, True)
        except (OSError, WatchfilesRustInternalError):  # the system watches no more: then we look, now and again
            notify = RustNotify(there, False, True, POLL_MS, recursive, True)
        threading.Thread(target=self._listen, args=(notify, recursive), daemon=True).start()

    def _listen(self, notify: RustNotify, recursive: bool) -> None:
        while True:
            changes = notify.watch(LONGEST_MS, STEP_MS, 0, None)
            if isinstance(changes, str):
                return
            added = {path for change, path in changes if change == Change.added}
            told = {path for _, path in changes if self._is_told(Path(path), recursive)}
            self._renew(set(map(Path, added & told)))
            lasting = {path for path in told if path not in added or os.path.lexists(path)}
            if lasting:  # what came and went at once was a step on the way
                self._tell(lasting)

    def _renew(self, added: set[Path]) -> None:
        for folder in added & self._named:
            self._folders = self._folders - {folder}
            self.add([folder])

    def _is_told(self, path: Path, recursive: bool) -> bool:
        if not recursive:
            return path in self._files
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in PASSING):
            return False
        below = {
            part for folder in self._folders if path.is_relative_to(folder) for part in path.relative_to(folder).parts
        }
        return below.isdisjoint(FOLDERS) and self._outputs.isdisjoint(path.parents)


def _resolved(path: str | Path) -> Path:
    return Path(path).resolve()
