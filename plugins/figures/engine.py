"""Renders many requests, a fresh child each, some at a time, with time-outs."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .freshness import Present
from .records import Figure, Form, Record
from .report import RenderError
from .requests import Request
from .settings import Settings
from .store import Store

SAID_LINES = 5
"""How much of what a script printed is told with a failure."""

GRACE_S = 5.0
"""How long a child may overstay the time-out that it keeps itself, before it is killed from outside."""


def render(
    requests: Sequence[Request], settings: Settings, store: Store, present: Present
) -> list[Record | RenderError]:
    """Render the requests; return for each the record or what went wrong."""
    if not requests:
        return []
    settings.store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="jobs-", dir=settings.store) as jobs:
        return _Run(requests, settings, store, present, Path(jobs)).results()


@dataclass
class _Running:
    job: int
    deadline: float
    killed: bool = False


class _Run:
    """One batch: its server process and what is under way."""

    def __init__(
        self, requests: Sequence[Request], settings: Settings, store: Store, present: Present, jobs: Path
    ) -> None:
        self._requests = requests
        self._settings = settings
        self._store = store
        self._present = present
        self._jobs = jobs
        self._done: dict[int, Record | RenderError] = {}
        self._heard: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def results(self) -> list[Record | RenderError]:
        with (self._jobs / "server.log").open("wb") as log, self._start(log) as server:
            threading.Thread(target=self._listen, args=(server,), daemon=True).start()
            try:
                self._work(server)
            finally:
                with suppress(BrokenPipeError):
                    server.communicate()
        return [self._done[job] for job in range(len(self._requests))]

    def _start(self, log: Any) -> subprocess.Popen[bytes]:
        package = __package__ or ""
        fonts = [str(self._settings.fonts)] if self._settings.fonts else []
        return subprocess.Popen(
            [sys.executable, "-m", f"{package}.server", *fonts],
            cwd=Path(__file__).resolve().parents[package.count(".") + 1],
            env=_environment(self._settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )

    def _listen(self, server: subprocess.Popen[bytes]) -> None:
        assert server.stdout
        for line in server.stdout:
            self._heard.put(json.loads(line))
        self._heard.put(None)

    def _work(self, server: subprocess.Popen[bytes]) -> None:
        waiting = list(range(len(self._requests)))[::-1]
        running: dict[int, _Running] = {}
        while waiting or running:
            while waiting and len(running) < self._settings.workers:
                job = waiting.pop()
                self._send(server, self._job(job))
                running[job] = _Running(job, time.monotonic() + self._settings.timeout_s + GRACE_S)
            try:
                heard = self._heard.get(timeout=1.0)
            except queue.Empty:
                self._end_overdue(server, running)
                continue
            if heard is None:
                lost = RenderError("the process that renders ended early", *self._log().splitlines()[-SAID_LINES:])
                self._done |= dict.fromkeys([*waiting, *running], lost)
                return
            if "id" in heard:
                del running[heard["id"]]
                self._done[heard["id"]] = self._result(heard["id"], heard["exit"])

    def _end_overdue(self, server: subprocess.Popen[bytes], running: dict[int, _Running]) -> None:
        for overdue in running.values():
            if not overdue.killed and time.monotonic() > overdue.deadline:
                overdue.killed = True
                self._send(server, {"kill": overdue.job})

    def _send(self, server: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        assert server.stdin
        with suppress(BrokenPipeError):  # its end is heard, and told with its log
            server.stdin.write(json.dumps(message).encode() + b"\n")
            server.stdin.flush()

    def _job(self, job: int) -> dict[str, Any]:
        folder = self._jobs / str(job)
        (folder / "scratch").mkdir(parents=True)
        asked = self._requests[job]
        return {
            "id": job,
            "folder": str(folder),
            "root": str(self._settings.root),
            "diagrams": str(self._settings.diagrams),
            "store": str(self._settings.store),
            "script": str(asked.script),
            "code": asked.code,
            "timeout_s": self._settings.timeout_s,
        }

    def _result(self, job: int, code: int) -> Record | RenderError:
        folder = self._jobs / str(job)
        try:
            told = json.loads((folder / "result.json").read_text("utf-8"))
        except (OSError, ValueError):
            return self._ended(folder, self._requests[job].script, code)
        if "failure" in told:
            said = _last_lines(_text(folder / "stdout") + _text(folder / "stderr"))
            lines = [*told["failure"], *(["it said:", *(f"    {line}" for line in said)] if said else [])]
            return RenderError(*lines, block=told["block"], block_line=told["block_line"])
        figures = tuple(self._figure(figure, folder) for figure in told["figures"])
        return Record(
            figures,
            self._present.inputs(told["read"], told["modules"]),
            told["cost_s"],
            tuple(_last_lines(_text(folder / "stderr"))),
        )

    def _figure(self, told: dict[str, Any], folder: Path) -> Figure:
        forms = {
            name: Form(
                {
                    ending: self._store.add((folder / file).read_bytes(), ending)
                    for ending, file in form["files"].items()
                },
                form["width"],
                form["height"],
                form["parts"],
            )
            for name, form in told["forms"].items()
        }
        words = {name: told[name] for name in ("alt", "description")}
        return Figure(forms["wide"], forms.get("turned"), **words, steps=tuple(told["steps"]))

    def _ended(self, folder: Path, script: Path, code: int) -> RenderError:
        """Tell of a child that left no result: it hung, crashed, or ended itself."""
        said = _text(folder / "stderr")
        shown = self._settings.shown(script)
        line = re.search(rf'File "{re.escape(str(script))}", line (\d+)', said)
        place = f"{shown}:{line[1]}" if line else shown
        if "Timeout (" in said or code == -9:
            return RenderError(
                f"{place}: still running after {self._settings.timeout_s:g} s, so it was ended",
                "make it end sooner, or raise FIGURES_TIMEOUT_S",
            )
        if code < 0:
            return RenderError(f"{place}: the process was ended by {signal.Signals(-code).name} and drew nothing")
        return RenderError(
            f"{place}: the process ended itself with exit code {code} and drew nothing", *_last_lines(said)
        )

    def _log(self) -> str:
        return _text(self._jobs / "server.log")


def _last_lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()][-SAID_LINES:]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _environment(settings: Settings) -> dict[str, str]:
    """Return the children's whole environment: nothing of the author's own reaches a figure."""
    cache = settings.store / "cache"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(cache),
        "LC_ALL": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(cache),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "SOURCE_DATE_EPOCH": "0",
    }
    if settings.style:
        environment["MATPLOTLIBRC"] = str(settings.style)
    cache.mkdir(parents=True, exist_ok=True)
    return environment
