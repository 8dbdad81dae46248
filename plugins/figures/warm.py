"""The warm server process: started when it is first needed, and anew if it died or what it has read is not so now."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Self

from . import processes
from .environment import ABOVE_PACKAGE, PACKAGE, environment
from .observations import hash_of
from .outcomes import last_lines
from .settings import Settings

PING_S = 2.0
"""After so long without a word the server is asked whether it is there."""

SILENT_S = 20.0
"""One that then says nothing, and does nothing, was stopped: it must not hold up the build."""

CLOSING_S = 5.0
"""How long the server may take to end its children, and itself, before that is done for it."""


class LostError(Exception):
    """The server could not be started, has ended by itself, or does not answer; with what it said last.

    `has_worked` tells whether it had forked a child before.
    """

    def __init__(self, has_worked: bool, *said: str) -> None:
        super().__init__(*said)
        self.has_worked = has_worked
        self.said = said


@dataclass(frozen=True)
class _Start:
    """What a server is started with, and the state of what it reads then."""

    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    read: Mapping[str, str | None]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        fonts = sorted(settings.fonts.glob("*.[ot]tf")) if settings.fonts else []
        return cls(
            (str(settings.workers), *([str(settings.fonts)] if settings.fonts else [])),
            environment(settings),
            {str(path): hash_of(path) for path in (*fonts, settings.matplotlibrc)},
        )


class WarmServer:
    """Has children forked by a server process (`server`)."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._start: _Start | None = None
        self._log: IO[bytes] | None = None
        self._has_worked = False
        self._unread = self._unsent = b""
        self._watch = processes.Watch(0)
        self._is_asked = False

    def ready(self, settings: Settings) -> None:
        """Start the server, if none that fits runs; return at once. To be called while no child is at work."""
        start = _Start.of(settings)
        if self._server and self._server.poll() is None and start == self._start:
            return
        self.close()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the server)
        self._start, self._has_worked, self._is_asked = start, False, False
        self._unread = self._unsent = b""
        try:
            self._server = subprocess.Popen(
                [sys.executable, "-m", f"{PACKAGE}.server", *start.arguments],
                cwd=ABOVE_PACKAGE,
                env=start.variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                bufsize=0,
            )
        except OSError as problem:
            raise LostError(False, str(problem)) from problem
        assert self._server.stdin
        os.set_blocking(self._server.stdin.fileno(), False)
        self._watch = processes.Watch(self._server.pid)

    def send(self, message: Mapping[str, Any]) -> None:
        """Give the server a job, or have it end one; return at once, though it may not read now."""
        self._unsent += json.dumps(message).encode() + b"\n"
        self._send_on()

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return what the server has to say, none if it says nothing for so long; raise LostError if it is no more."""
        assert self._server
        assert self._server.stdin
        assert self._server.stdout
        self._send_on()
        poll = select.poll()
        poll.register(self._server.stdout, select.POLLIN)
        if self._unsent:
            poll.register(self._server.stdin, select.POLLOUT)
        if not any(file == self._server.stdout.fileno() for file, _ in poll.poll(timeout_s * 1000)):
            self._look()
            return []
        chunk = os.read(self._server.stdout.fileno(), 65536)
        if not chunk:
            raise self._lost()
        self._has_worked = True
        self._is_asked = False
        self._watch.has_worked()
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        return [message for message in map(json.loads, lines) if "id" in message]

    def close(self) -> None:
        """End the server, and with it all children: by asking it, and if it does not hear, by the system."""
        server, self._server = self._server, None
        if server:
            assert server.stdin
            assert server.stdout
            server.stdin.close()
            server.stdout.close()
            processes.wake(server.pid)
            with suppress(subprocess.TimeoutExpired):
                server.wait(CLOSING_S)
            self._kill(server)
        if self._log:
            self._log.close()
            self._log = None

    def _send_on(self) -> None:
        assert self._server
        assert self._server.stdin
        try:
            while self._unsent:
                sent = os.write(self._server.stdin.fileno(), self._unsent)
                self._unsent = self._unsent[sent:]
        except BlockingIOError:
            return
        except BrokenPipeError:  # its end is heard, and told with its log
            self._unsent = b""

    def _look(self) -> None:
        """Ask a silent server whether it is there; give it up if it does not answer, and does nothing else either."""
        assert self._server
        self._watch.look()
        if self._watch.idle_s > PING_S and not self._is_asked:
            self._is_asked = True
            self.send({"ping": 1})
        elif self._watch.idle_s > SILENT_S:
            self._kill(self._server)
            raise self._lost(f"it did not answer for {SILENT_S:g} s, as if it had been stopped")

    @staticmethod
    def _kill(server: subprocess.Popen[bytes]) -> None:
        if server.poll() is None:
            for pid in [*processes.family(server.pid)][::-1]:
                processes.end(pid)
        with suppress(subprocess.TimeoutExpired):  # the system itself may be stuck
            server.wait(CLOSING_S)

    def _lost(self, *why: str) -> LostError:
        assert self._log
        self._log.seek(0)
        said = last_lines(self._log.read().decode("utf-8", "replace"))
        self.close()
        return LostError(self._has_worked, *why, *said)
