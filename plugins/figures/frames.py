"""Lines of source on the way to where a script was: as the author would name them, and none of ours."""

from __future__ import annotations

import linecache
import os
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

AT_MOST = 12
"""So many frames are told; of more, those in the middle are left out."""

_OURS = f"{Path(__file__).parent}{os.sep}"
_LIBRARIES = [sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")]


@dataclass(frozen=True)
class Frame:
    """A line that was being run, in a function."""

    file: str
    line: int
    name: str = ""

    @property
    def source(self) -> str:
        """The text of the line; empty where it cannot be read."""
        return linecache.getline(self.file, self.line).strip()


@dataclass(frozen=True)
class Places:
    """How places are named in a project: its root, and the folder of its diagram scripts."""

    root: Path
    diagrams: Path

    def shown(self, file: str) -> str:
        """Name a file from the project's root, or from the folder of libraries that it lies in."""
        for folder in (*_LIBRARIES, str(self.root)):
            if Path(file).is_relative_to(folder):
                return Path(file).relative_to(folder).as_posix()
        return file

    def is_own(self, frame: Frame) -> bool:
        """Say whether the author wrote this: it lies in the project, and not in a package beside the scripts."""
        path = Path(frame.file)
        if not path.is_relative_to(self.root) or any(path.is_relative_to(folder) for folder in _LIBRARIES):
            return False
        inside = [folder for folder in path.parents if folder != self.diagrams and folder.is_relative_to(self.diagrams)]
        return not any((folder / "__init__.py").is_file() for folder in inside)

    def place(self, frames: Sequence[Frame], script: str) -> Frame:
        """Return the author's innermost line; the script without a line where there is none."""
        return next((frame for frame in reversed(frames) if self.is_own(frame)), Frame(script, 0))

    def at(self, frame: Frame) -> str:
        """Name a frame's file and line."""
        return f"{self.shown(frame.file)}:{frame.line}" if frame.line else self.shown(frame.file)

    def way(self, frames: Sequence[Frame], place: str, head: str = "how it came there:") -> list[str]:
        """Tell frames, outermost first, a line each; nothing if the only one is the place that was told already.

        Of a deep recursion those in the middle are left out, and all but the last of what is a library's alone.
        """
        if len(frames) == 1 and place.startswith(f"{self.at(frames[0])}:"):
            return []
        before = half = AT_MOST // 2 if any(map(self.is_own, frames)) else 0
        lines = [self._line(frame) for frame in frames]
        if len(lines) > AT_MOST:
            half = AT_MOST // 2
            lines = [*lines[:before], f"… {len(lines) - before - half} more …", *lines[-half:]]
        return [head, *(f"    {line}" for line in lines)] if lines else []

    def _line(self, frame: Frame) -> str:
        return f"{self.at(frame)} in {frame.name}" + (f": {frame.source}" if frame.source else "")


def without_ours(frames: Sequence[Frame]) -> list[Frame]:
    """Leave out the engine's own frames, and Python's import system's."""
    return [frame for frame in frames if not frame.file.startswith((_OURS, "<frozen "))]


def source(frame: Frame) -> list[str]:
    """Return a frame's line of source, indented; nothing where it cannot be read."""
    return [f"    {frame.source}"] if frame.source else []
