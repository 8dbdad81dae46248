"""Which files and folders a script read or looked for (in the child)."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_DEVICES = ("/proc/", "/dev/", "/sys/", "/etc/")
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_DIRECTORY: int = getattr(os, "O_DIRECTORY", 0)  # Windows has none
_IMPORTS = "<frozen importlib._bootstrap_external>"


class Trace:
    """Collects what this process reads, until it ends: an audit hook cannot be taken off.

    `files` were opened for reading, or could not be; `folders` were listed; `looked_for` were asked whether they exist.
    What a C library opens by itself, and what another process reads, is not seen.
    """

    def __init__(self, leave_out: list[Path]) -> None:
        libraries = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        folders = (*libraries, *map(str, leave_out), sys.base_prefix)
        self._left_out = (*_DEVICES, *(f"{folder}{os.sep}" for folder in folders))
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._looked_for: set[str] = set()
        self._depended_on: set[str] = set()
        self._starts_another = False
        self._depends = False
        self._events: dict[str, Callable[[tuple[Any, ...]], None]] = {
            "open": self._opened,
            "os.listdir": self._listed,
            "os.scandir": self._listed,
            "subprocess.Popen": lambda _: self._start_another(),
            "os.system": lambda _: self._start_another(),
            "sqlite3.connect": lambda arguments: self._note(self._files, arguments[0]),
        }
        sys.addaudithook(self._hear)
        self._watch_stat()

    def told(self) -> dict[str, list[str]]:
        """Return the paths by kind, sorted, without libraries, devices and what was left out."""
        # Of a file it may have asked how long it is: that is in what it says, as its being there is.
        files = self._files | {path for path in sorted(self._looked_for) if Path(path).is_file()}
        there = (self._looked_for | self._depended_on) - files
        kinds = {"files": files, "folders": self._folders, "there": there}
        return {kind: sorted(path for path in paths if self._counts(path)) for kind, paths in kinds.items()}

    def notes(self) -> list[str]:
        """Say what could not be seen, if the script does not name it."""
        unseen = "starts another process, and what that reads is not seen: name those files in depends = [...]"
        return [unseen] if self._starts_another and not self._depends else []

    def add(self, depends: Iterable[str | os.PathLike[str]], root: Path, beside: Path) -> None:
        """Count what a script names in `depends` because tracing cannot see it: files, or folders by their names."""
        for path in depends:
            self._depends = True
            self._note(self._depended_on, root / path)  # it goes first, also when it appears later
            is_beside = os.path.lexists(beside / path) and not os.path.lexists(root / path)  # not heard of, as stat is
            place = beside / path if is_beside else root / path
            self._note(self._folders if place.is_dir() else self._files, place)

    def only_beside(self, beside: Path, root: Path) -> list[str]:
        """Name what was looked for from the root in vain, and is there beside the script."""
        places = [Path(path) for path in sorted(self._files | self._looked_for) if Path(path).is_relative_to(root)]
        return [str(place) for place in places if not place.exists() and (beside / place.relative_to(root)).exists()]

    def look_for(self, path: object) -> None:
        """Count a path whose being there or not matters."""
        self._note(self._looked_for, path)

    def _start_another(self) -> None:
        self._starts_another = True

    def _counts(self, path: str) -> bool:
        return not f"{path}{os.sep}".startswith(self._left_out)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        hear = self._events.get(event)
        if hear:
            hear(arguments)

    def _opened(self, arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _ACCESS != os.O_WRONLY and not flags & _DIRECTORY:
            self._note(self._files, path)

    def _listed(self, arguments: tuple[Any, ...]) -> None:
        # The import system lists the folder of the scripts for every figure. A new script is no reason to redraw them.
        if sys._getframe(2).f_code.co_filename != _IMPORTS:
            self._note(self._folders, "." if arguments[0] is None else arguments[0])

    def _note(self, where: set[str], path: object) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            where.add(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100  (no link is followed)

    def _watch_stat(self) -> None:
        """Hear of `os.path.exists` and its like, for which Python has no audit event."""
        stat = os.stat

        def watched(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
            self.look_for(path)
            return stat(path, *arguments, **options)

        os.stat = watched
