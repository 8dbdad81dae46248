"""The warm process that forks the children: JSON lines in, exits out. It has no project code.

In: {"id": 1, …the job…} starts a child as soon as fewer than the limit are running, {"stop": 1} has it report where it
is and end, {"kill": 1} kills it, {"compile": ["path"]} compiles modules for future children, {"ping": 1} asks for a
sign of life, the end of input ends everything. Out: {"id": 1, "pid": 123}, then {"id": 1, "exit": 0} for each child;
{"pong": 1}.

If forks aren't safe, `server one` is a child itself: it reads one job, and writes nothing.
"""

from __future__ import annotations

import gc
import io
import json
import os
import select
import signal
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import processes
from .child.main import main
from .child.sandbox import compile_ahead
from .child.tracing import install
from .observations import libraries

ONE = "one"
"""If given instead of the number of children, this process is a child itself."""


def load(fonts: str | None = None) -> None:
    """Import matplotlib, and register the fonts."""
    install()
    libraries()  # once, rather than in each child
    os.chdir(os.environ["HOME"])  # in any other folder, matplotlib would prefer a matplotlibrc there to the style
    import matplotlib.pyplot  # noqa: F401
    import numpy.random  # noqa: F401  (NumPy itself loads it when it is first used: by each child's seed)

    if fonts:
        add_fonts(fonts)


def add_fonts(folder: str) -> None:
    """Register a folder's fonts."""
    from matplotlib import font_manager

    for font in sorted(Path(folder).glob("*.[ot]tf")):
        try:
            font_manager.fontManager.addfont(font)
        except RuntimeError as problem:
            raise SystemExit(f"can't read {font}: {problem}") from problem


def warm(fonts: str | None = None) -> None:
    """Load what every child needs and draw one figure, so that no child has to."""
    load(fonts)
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(1, 1))
    axes = figure.add_subplot()
    axes.set_title("0123456789 abc ABC $x_1$")
    axes.plot([0, 1])
    for ending in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=ending)


class Server:
    """Forks a child for each job, several at a time, and reports when it has ended."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._waiting: deque[dict[str, Any]] = deque()
        self._running: dict[int, int] = {}
        self._uncompiled: deque[str] = deque()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the engine handles Ctrl-C: it closes the input
        processes.adopt_orphans()
        gc.collect()
        gc.freeze()  # otherwise the first collection in each child would copy all of this memory

    def serve(self) -> None:
        """Read jobs until the input ends; then end everything that is still running."""
        unread = b""
        while True:
            readable, _, _ = select.select([0, self._woken], [], [], 0 if self._uncompiled else None)
            if not readable:  # one at a time, because a child that ends must not wait
                compile_ahead(self._uncompiled.popleft())
            if self._woken in readable:
                os.read(self._woken, 4096)
                self._reap()
            if _is_deserted():
                break
            if 0 in readable:
                *lines, unread = (unread + os.read(0, 65536)).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))
            while self._waiting and len(self._running) < self._at_most:
                self._fork(self._waiting.popleft())
        for pid in self._running:
            processes.end(pid)
        while self._running:
            self._note(*os.waitpid(-1, 0))

    def _obey(self, message: dict[str, Any]) -> None:
        for pid, job in self._running.items():
            if job == message.get("stop"):
                os.kill(pid, signal.SIGUSR1)
                processes.wake(pid)
            elif job == message.get("kill"):
                processes.end(pid)
        if "ping" in message:
            say({"pong": message["ping"]})
        self._uncompiled += message.get("compile", ())
        if "folder" in message:
            self._waiting.append(message)

    def _fork(self, job: dict[str, Any]) -> None:
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            os.close(self._woken)
            os.close(self._wake)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            processes.die_with_parent(server)
            processes.adopt_orphans()  # while it runs, orphans are its own, and die after it
            main(job)
        self._running[pid] = job["id"]
        say({"id": job["id"], "pid": pid})

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._note(*ended)

    def _note(self, pid: int, status: int) -> None:
        """Report that a child has ended, after all of its descendants: this process adopts the orphans."""
        if pid in self._running:
            processes.end_group(pid)
            job = self._running.pop(pid)
            while orphans := set(processes.children(os.getpid())) - self._running.keys():
                for orphan in orphans:
                    processes.end(orphan)
                    os.waitpid(orphan, 0)
            say({"id": job, "exit": os.waitstatus_to_exitcode(status)})


def _is_deserted() -> bool:
    """Return whether the engine has closed the input, or was killed, so that no further job may start."""
    input_ = select.poll()
    input_.register(0, 0)
    return bool(input_.poll(0))  # POLLHUP is always reported


def say(message: dict[str, Any]) -> None:
    """Write one line to the engine."""
    with suppress(BrokenPipeError):  # it has ended, so the input ends too
        os.write(1, json.dumps(message).encode() + b"\n")


def serve(at_most: int, *fonts: str) -> None:
    """Fork a child for each requested job, several at a time."""
    warm(*fonts)
    Server(at_most).serve()


def run_one(*fonts: str) -> None:
    """Be this process's only child, without a fork; its job is the input."""
    processes.die_with_parent(os.getppid())
    processes.adopt_orphans()  # so that they are visible while it runs
    job = json.load(sys.stdin)
    load(*fonts)
    main(job)


if __name__ == "__main__":
    first, *arguments = sys.argv[1:]
    if first == ONE:
        run_one(*arguments)
    else:
        serve(int(first), *arguments)
