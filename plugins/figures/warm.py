"""The warm server process: started when it is first needed, and anew if it died or what it has read is not so now."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Self

from .environment import ABOVE_PACKAGE, PACKAGE, environment
from .observations import hash_of
from .outcomes import last_lines
from .settings import Settings


class LostError(Exception):
    """The server could not be started, or has ended by itself; with what it said last.

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
        self._unread = b""

    def ready(self, settings: Settings) -> None:
        """Start the server, if none that fits runs; return at once. To be called while no child is at work."""
        start = _Start.of(settings)
        if self._server and self._server.poll() is None and start == self._start:
            return
        self.close()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the server)
        self._start, self._has_worked, self._unread = start, False, b""
        try:
            self._server = subprocess.Popen(
                [sys.executable, "-m", f"{PACKAGE}.server", *start.arguments],
                cwd=ABOVE_PACKAGE,
                env=start.variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
            )
        except OSError as problem:
            raise LostError(False, str(problem)) from problem

    def send(self, message: Mapping[str, Any]) -> None:
        """Give the server a job, or have it end one."""
        assert self._server
        assert self._server.stdin
        with suppress(BrokenPipeError):  # its end is heard, and told with its log
            self._server.stdin.write(json.dumps(message).encode() + b"\n")
            self._server.stdin.flush()

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return what the server has to say, none if it says nothing for so long; raise LostError if it has ended."""
        assert self._server
        assert self._server.stdout
        poll = select.poll()
        poll.register(self._server.stdout, select.POLLIN)
        if not poll.poll(timeout_s * 1000):
            return []
        chunk = self._server.stdout.read1(65536)  # type: ignore[attr-defined]
        if not chunk:
            raise self._lost()
        self._has_worked = True
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """End the server, and with it all children."""
        server, self._server = self._server, None
        if server:
            with suppress(BrokenPipeError):
                server.communicate()
        if self._log:
            self._log.close()
            self._log = None

    def _lost(self) -> LostError:
        assert self._log
        self._log.seek(0)
        said = last_lines(self._log.read().decode("utf-8", "replace"))
        self.close()
        return LostError(self._has_worked, *said)
