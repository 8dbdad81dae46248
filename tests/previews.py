"""The preview of a tiny site, run as an author runs it, and what it sends to a browser."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.conftest import REPOSITORY, Site

PATIENCE_S = 30


class Preview:
    """`python -m plugins.live` on a site, at a free port."""

    def __init__(self, site: Site, *options: str, settings: str = "pelicanconf_here.py") -> None:
        self.site = site
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plugins.live", "-s", settings, *(options or ("--port", "0"))],
            cwd=site.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.SIG_DFL
            ),  # in a shell's background jobs it is ignored
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.address = self.line(r"Serving the site at (\S+)")[1]
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        self._host = urlsplit(self.address)

    def line(self, pattern: str) -> re.Match[str]:
        """Wait for a line in the terminal."""
        while True:
            line = self._lines.get(timeout=PATIENCE_S)
            assert line is not None, "\n".join(self.said)
            if found := re.search(pattern, line):
                return found

    def built(self) -> str:
        """Wait for the line that reports a build."""
        return self.line(r".*: .*, \d+\.\d\d s.*")[0]

    def get(self, path: str) -> tuple[HTTPResponse, bytes]:
        """Send a request."""
        connection = HTTPConnection(self._host.hostname or "", self._host.port, timeout=PATIENCE_S)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def searched(self) -> dict[str, bytes]:
        """Open the search page, which updates the index; return all files of the output."""
        assert self.get("/pagefind/pagefind.js")[0].status == 200
        return self.site.output()

    def stream(self, **asked: str) -> Generator[dict[str, Any], None, None]:
        """Listen as a page does; the first event is the state at the start."""
        connection = HTTPConnection(self._host.hostname or "", self._host.port, timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        connection.request("GET", f"/-live/events?{urlencode(asked)}")
        with closing(connection), closing(connection.getresponse()) as response:
            for line in response:
                name, _, data = line.decode().partition(": ")
                if name == "data":
                    yield json.loads(data)
                assert time.monotonic() < deadline, self.said

    def since(self, page: str) -> str:
        """Return the state in a page served now."""
        found = re.search(r'data-since="([^"]*)"', self.get(f"/{page}")[1].decode())
        assert found
        return found[1]

    def event(self, condition: Callable[[dict[str, Any]], Any], **asked: str) -> dict[str, Any]:
        """Wait for an event that meets a condition."""
        with closing(self.stream(**asked)) as events:
            return next(event for event in events if condition(event))

    def stop(self, how: int = signal.SIGINT) -> int:
        """Press Ctrl+C, or end it another way; return the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            self._lines.put(line.rstrip())
        self._lines.put(None)
