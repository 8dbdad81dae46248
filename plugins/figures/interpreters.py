"""A new interpreter for each child: on systems that do not fork safely. Slower, and the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from . import processes
from .environment import ABOVE_PACKAGE, PACKAGE, environment
from .settings import Settings

LOOK_S = 0.01
"""How often it is looked whether a child has ended."""


class Interpreters:
    """Starts `one_child` for each job, some at a time; speaks as the server does."""

    def __init__(self) -> None:
        self._at_most = 1
        self._arguments: list[str] = []
        self._variables: dict[str, str] = {}
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def ready(self, settings: Settings) -> None:
        """Note how children are to be started."""
        self._at_most = settings.workers
        self._arguments = [str(settings.fonts)] if settings.fonts else []
        self._variables = environment(settings)

    def send(self, message: Mapping[str, Any]) -> None:
        """Take a job, or end one."""
        if "folder" in message:
            self._waiting.append(message)
        if child := self._running.get(message.get("stop", 0)):
            with suppress(OSError):
                child.send_signal(getattr(signal, "SIGUSR1", signal.SIGTERM))  # it says where it is, and ends
                processes.wake(child.pid)
        if child := self._running.get(message.get("kill", 0)):
            _end(child)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Start what can be started, and return which children have begun and ended."""
        heard = []
        while self._waiting and len(self._running) < self._at_most:
            heard.append(self._started(self._waiting.popleft()))
        until = time.monotonic() + timeout_s
        while not (ended := [job for job, child in self._running.items() if child.poll() is not None]):
            if heard or time.monotonic() > until:
                return heard
            time.sleep(LOOK_S)
        for job in ended:
            child = self._running.pop(job)
            _end(child)  # with what it has left behind
            heard.append({"id": job, "exit": child.returncode})
        return heard

    def close(self) -> None:
        """End all children."""
        self._waiting.clear()
        for child in self._running.values():
            _end(child)
            child.wait()
        self._running.clear()

    def _started(self, job: Mapping[str, Any]) -> dict[str, Any]:
        child = subprocess.Popen(
            [sys.executable, "-m", f"{PACKAGE}.one_child", *self._arguments],
            cwd=ABOVE_PACKAGE,
            env=self._variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdin
        with suppress(OSError):  # it has ended already, and that is heard
            child.stdin.write(json.dumps(job).encode())
            child.stdin.close()
        self._running[job["id"]] = child
        return {"id": job["id"], "pid": child.pid}


def _end(child: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        processes.end_group(child.pid)
    with suppress(OSError):
        child.kill()
