"""The front's hold on the process that builds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

TOLD_LINES = 8
"""How much of what a process said before it ended is told."""

LEAVE_S = 2.0


class Worker:
    """One process, in a session of its own: Ctrl+C is for the front, which ends it when it ends itself."""

    def __init__(self, name: str, arguments: Sequence[str], tell: Callable[[Worker, str, Any], None]) -> None:
        self._tell = tell
        self.said: deque[str] = deque(maxlen=TOLD_LINES)
        package = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.builder", name, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(package), *_path()])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._echo = threading.Thread(target=self._pass_on, args=(self._process.stderr,), daemon=True)
        self._echo.start()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def build(self, saved: Iterable[Path]) -> None:
        """Ask for a build of what was saved."""
        self._send([*map(str, saved)])

    def overtake(self) -> None:
        """Say that something was saved during a build: it gives up what takes long."""
        self._send(None)

    def end(self) -> None:
        """End it and whatever it has started, at once if it does not by itself."""
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":
                self._process.kill()
            else:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _send(self, order: list[str] | None) -> None:
        assert self._process.stdin
        with suppress(OSError):  # that it has ended is told
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            with suppress(ValueError):  # it was ended in the midst of a line
                for kind, about in json.loads(line).items():
                    self._tell(self, kind, about)
        self._echo.join(LEAVE_S)
        self._tell(self, "ended", self._process.wait())

    def _pass_on(self, lines: IO[str]) -> None:
        for line in lines:
            self.said.append(line.rstrip())
            print(line, end="", file=sys.stderr, flush=True)


def _path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
