"""Watches for changed files, except temporary files of editors and Python."""

from __future__ import annotations

import fnmatch
import os
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from watchfiles import Change

from ..private import rust_notify

PASSING = (
    ".#*",
    "#*#",
    "*~",
    ".*.sw?",
    ".*.sw??",
    "*.tmp",
    "4913",
    ".goutputstream-*",
    "*___jb_???___",
    ".DS_Store",
    "*.py[cod]",
)
"""The names of temporary files of editors and Python, which are never content."""

STEP_MS = 15
"""How long nothing more must happen before a change is reported: an editor writes a file in several steps."""

LONGEST_MS = 60
CLOCK_S = 0.02
"""The clock of a file system may tick this slowly."""

POLL_MS = 200
FOLDERS = ("__pycache__", ".git", ".figures", ".mypy_cache", ".ruff_cache", ".pytest_cache", "node_modules")


class Watching:
    """Watches folders with all of their contents, and single files. Everything added stays watched."""

    def __init__(self, tell: Callable[[set[str]], None]) -> None:
        self._tell = tell
        self._named: set[Path] = set()
        self._folders: set[Path] = set()
        self._files: set[Path] = set()
        self._listed: set[Path] = set()
        self._parents: set[Path] = set()
        self._outputs: set[Path] = set()
        self._lock = threading.RLock()

    def leave_out(self, output: Path) -> None:
        """Ignore a folder that the builds write."""
        self._outputs = self._outputs | {output.resolve()}

    def add(
        self,
        folders: Collection[str | Path],
        files: Collection[str | Path] = (),
        listed: Collection[str | Path] = (),
        absent: Collection[str | Path] = (),
        since: float | None = None,
    ) -> None:
        """Watch more folders with their contents, single files, and folders whose list of names counts.

        For a single file, which may be a link, its folder is watched, but only the file is reported. A build has read
        these since the time `since`, when the `absent` files didn't exist: changes since then are reported, too.
        """
        with self._lock:
            named = {Path(path).resolve() for path in folders}
            wanted = {path for path in named if path.is_dir() and not self._is_watched(path)}
            self._named |= named
            before = self._files | self._listed
            # New sets, because threads iterate over the old ones.
            self._folders = self._folders | wanted
            # The creation of a folder, the first time or again, is noticed in its parent.
            self._files = self._files | {Path(path).parent.resolve() / Path(path).name for path in files} | named
            self._listed = self._listed | {Path(path).resolve() for path in listed}
            self._start(wanted, recursive=True)
            self._look_into_parents()
            new = {path for path in (self._files | self._listed) - before - named if path.name not in FOLDERS}
        missing = set(map(Path, absent))
        if since is not None and (missed := {str(path) for path in new if _changed(path, path in missing, since)}):
            self._tell(missed)

    def _look_into_parents(self) -> set[Path]:
        """Watch the folders of single files that aren't watched yet; return the files that exist there."""
        files = {path for path in self._files if not self._is_watched(path)}
        listed = {path for path in self._listed if not self._is_watched(path)}
        parents = {folder for folder in {*(path.parent for path in files), *listed} if folder.is_dir()} - self._parents
        self._start(parents, recursive=False)
        self._parents |= parents
        present = {path for path in files if path.parent in parents and os.path.lexists(path)}
        return present | (parents & listed)

    def _is_watched(self, path: Path) -> bool:
        return not self._folders.isdisjoint((path, *path.parents))

    def _start(self, paths: Collection[Path], *, recursive: bool) -> None:
        """Start at once, so that every save from now on is noticed, even before the thread runs."""
        folders = [str(path) for path in sorted(paths) if path.is_dir()]
        if not folders:
            return
        polls = "WATCHFILES_FORCE_POLLING" in os.environ
        watch, failed = rust_notify()
        try:
            notify = watch(folders, False, polls, POLL_MS, recursive, True)
        except (OSError, failed):  # the system can't watch any more: fall back to polling
            notify = watch(folders, False, True, POLL_MS, recursive, True)
        threading.Thread(target=self._listen, args=(notify, recursive), daemon=True).start()

    def _listen(self, notify: Any, recursive: bool) -> None:
        while True:
            changes = notify.watch(LONGEST_MS, STEP_MS, 0, None)
            if isinstance(changes, str):
                return
            added = {path for change, path in changes if change == Change.added}
            paths = {path for _, path in changes if self._is_told(Path(path), recursive)}
            paths |= self._renew(set(map(Path, added & paths)))
            lasting = {path for path in paths if path not in added or os.path.lexists(path)}
            if lasting:  # a file that came and went at once was an intermediate step
                self._tell(lasting)

    def _renew(self, added: set[Path]) -> set[str]:
        """Watch what has appeared in place of an expected or a previous folder; return the files that came with it."""
        if not added:
            return set()
        for folder in added & self._named:
            self._folders = self._folders - {folder}
            self.add([folder])
        with self._lock:
            self._parents = {
                parent for parent in self._parents if parent not in added and added.isdisjoint(parent.parents)
            }
            came: set[Path] = set()
            while more := self._look_into_parents():
                came |= more
            return set(map(str, came))

    def _is_told(self, path: Path, recursive: bool) -> bool:
        if path in self._files and not recursive:
            return True
        if not recursive and path.parent not in self._listed:
            return False
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in PASSING):
            return False
        if not recursive:
            return path.name not in FOLDERS
        below = {
            part for folder in self._folders if path.is_relative_to(folder) for part in path.relative_to(folder).parts
        }
        return below.isdisjoint(FOLDERS) and self._outputs.isdisjoint(path.parents)


def _changed(path: Path, was_absent: bool, since: float) -> bool:
    """Return whether a path has appeared, is gone, or was written or moved after a time."""
    try:
        changed = path.lstat().st_ctime
    except OSError:
        return not was_absent
    return was_absent or changed > since - CLOCK_S
