"""Which files a script read: seen by an audit hook, and the modules that it imported."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

_DEVICES = ("/proc/", "/dev/", "/sys/", "/etc/")


class Trace:
    """Collects the files that this process opens for reading, until it ends: an audit hook cannot be taken off."""

    def __init__(self, leave_out: list[Path]) -> None:
        libraries = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        folders = (*libraries, *map(str, leave_out), sys.base_prefix)
        self._left_out = (*_DEVICES, *(f"{folder}{os.sep}" for folder in folders))
        self._opened: set[str] = set()
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            flags = arguments[2]
            if isinstance(flags, int) and flags & os.O_ACCMODE != os.O_WRONLY:
                self._opened.add(os.path.abspath(os.fsdecode(arguments[0])))  # noqa: PTH100  (no link is followed)

    def files(self) -> list[Path]:
        """Return what was read or looked for: no library, no device, nothing left out."""
        modules = {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
        return [Path(path) for path in sorted(self._opened | modules) if not path.startswith(self._left_out)]
