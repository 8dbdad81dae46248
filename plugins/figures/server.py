"""The warm process that forks the children: JSON lines in, exits out. It knows no project code.

In: {"id": 1, …the job…} starts a child, {"kill": 1} ends it, the end of input ends all.
Out: {"ready": true} once, then {"id": 1, "exit": 0} for each child that has ended.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

from . import child


def warm(fonts: str | None) -> None:
    """Import matplotlib, register the fonts and draw one figure, so that no child pays for it."""
    import matplotlib.figure
    import matplotlib.pyplot
    from matplotlib import font_manager

    for font in sorted(Path(fonts).glob("*.[ot]tf")) if fonts else []:
        font_manager.fontManager.addfont(font)
    figure = matplotlib.figure.Figure(figsize=(1, 1))
    axes = figure.add_subplot()
    axes.set_title("0123456789 abc ABC $x_1$")
    axes.plot([0, 1])
    for ending in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=ending)


class Server:
    """Forks a child for each job and tells when it has ended."""

    def __init__(self) -> None:
        self._children: dict[int, int] = {}
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Read jobs until the input ends; then end what still runs."""
        unread = b""
        while True:
            readable, _, _ = select.select([0, self._woken], [], [])
            if self._woken in readable:
                os.read(self._woken, 4096)
                self._reap()
            if 0 in readable:
                chunk = os.read(0, 65536)
                if not chunk:
                    break
                *lines, unread = (unread + chunk).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))
        for job in list(self._children.values()):
            self._kill(job)

    def _obey(self, message: dict[str, Any]) -> None:
        if "kill" in message:
            self._kill(message["kill"])
            return
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            child.main(message)
        self._children[pid] = message["id"]

    def _kill(self, job: int) -> None:
        for pid, known in self._children.items():
            if known == job:
                try:
                    os.killpg(pid, signal.SIGKILL)  # with whatever the script started
                except ProcessLookupError:
                    os.kill(pid, signal.SIGKILL)  # it has not yet made its own group

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            job = self._children.pop(pid, None)
            if job is not None:
                say({"id": job, "exit": os.waitstatus_to_exitcode(status)})


def say(message: dict[str, Any]) -> None:
    """Write one line to the engine."""
    os.write(1, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    warm(sys.argv[1] if len(sys.argv) > 1 else None)
    say({"ready": True})
    Server().serve()
