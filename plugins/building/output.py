"""The output folder: one build at a time."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.log import console

from .incremental import on_edit

try:
    import fcntl
except ImportError:  # on Windows, simultaneous builds aren't prevented
    fcntl = None  # type: ignore[assignment]


class Lock:
    """A lock on the folder itself, which leaves no file behind and ends with its process.

    Pelican empties the folder and then copies files into it, so that two builds would collide.
    """

    def __init__(self) -> None:
        self._handle: int | None = None

    def take(self, generator: Any) -> None:
        """Wait until no other build writes there; called when a build creates its generators, before it writes."""
        self.release(generator)  # a failed build in this process may not have released it
        if sys.platform == "win32" or fcntl is None:
            return
        folder = Path(generator.output_path)
        folder.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print(f"Waiting for another build to finish writing {folder.name}/ …")
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            return

    @on_edit()
    def release(self, _sender: Any) -> None:
        """Let the next build in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


lock = Lock()


def register() -> None:
    """Take the lock before Pelican empties the folder; release it when everything is written."""
    # Commands that only read articles create generators too, but none for static files.
    signals.static_generator_init.connect(lock.take)
    signals.finalized.connect(lock.release)
