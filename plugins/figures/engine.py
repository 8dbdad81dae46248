"""Renders many requests, a fresh child each, some at a time, with time-outs."""

from __future__ import annotations

import json
import linecache
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .freshness import Present
from .records import Figure, Form, Record
from .report import RenderError
from .requests import Request
from .settings import Settings
from .store import Store

SAID_LINES = 5
"""How much of what a script printed is told with a failure."""

LOOK_S = 0.1
"""How often the memory and the time of the children are looked at."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

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
    """A child at work on a job. `killed` and `is_too_big` say how it was ended from here.

    `first` is what was told of the same script in the project's root, if this is its second time, in its own folder.
    """

    job: int
    folder: Path
    deadline: float
    killed: bool = False
    is_too_big: bool = False
    first: Mapping[str, Any] = field(default_factory=dict)

    def resident(self) -> tuple[int, float]:
        """Return the child's process and its resident memory in MB; 0, 0 where that is not known."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.folder / "pid").read_text())
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            return pid, pages * os.sysconf("SC_PAGE_SIZE") / 2**20
        return 0, 0


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
                running[job] = self._begin(server, job)
            self._watch(server, running)
            try:
                heard = self._heard.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if heard is None:
                lost = RenderError("the process that renders ended early", *self._log().splitlines()[-SAID_LINES:])
                self._done |= dict.fromkeys([*waiting, *running], lost)
                return
            if "id" in heard:
                ended = running.pop(heard["id"])
                told = _told(ended.folder)
                if told.get("only_beside") and not ended.first:
                    running[ended.job] = self._begin(server, ended.job, told)
                else:
                    # If files are missing in either folder, the paths are mended for the root.
                    shown = ended.first if ended.first and "only_beside" in told else told
                    self._done[ended.job] = self._result(ended, shown, heard["exit"])

    def _begin(self, server: subprocess.Popen[bytes], job: int, first: Mapping[str, Any] = NOTHING) -> _Running:
        """Start a script in the project's root; or again, in its own folder, if its files are only there."""
        folder = self._jobs / (f"{job}-beside" if first else str(job))
        (folder / "scratch").mkdir(parents=True)
        asked = self._requests[job]
        about = {
            "id": job,
            "folder": str(folder),
            "root": str(self._settings.root),
            "cwd": str(asked.script.parent if first else self._settings.root),
            "missed": first.get("only_beside", ()),
            "diagrams": str(self._settings.diagrams),
            "store": str(self._settings.store),
            "script": str(asked.script),
            "code": asked.code,
            "saving": asdict(asked.saving),
            "timeout_s": self._settings.timeout_s,
        }
        self._send(server, about)
        return _Running(job, folder, time.monotonic() + self._settings.timeout_s + GRACE_S, first=first)

    def _watch(self, server: subprocess.Popen[bytes], running: dict[int, _Running]) -> None:
        for child in running.values():
            pid, resident_mb = child.resident()
            if not child.is_too_big and resident_mb > self._settings.memory_mb:
                child.is_too_big = True
                child.deadline = min(child.deadline, time.monotonic() + 1)  # by then it has said where it was
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGUSR1)
            if not child.killed and time.monotonic() > child.deadline:
                child.killed = True
                self._send(server, {"kill": child.job})

    def _send(self, server: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        assert server.stdin
        with suppress(BrokenPipeError):  # its end is heard, and told with its log
            server.stdin.write(json.dumps(message).encode() + b"\n")
            server.stdin.flush()

    def _result(self, ended: _Running, told: Mapping[str, Any], code: int) -> Record | RenderError:
        folder = ended.folder
        if not told:
            return self._ended(ended, self._requests[ended.job].script, code)
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

    def _ended(self, ended: _Running, script: Path, code: int) -> RenderError:
        """Tell of a child that left no result: it hung, grew too big, crashed, or ended itself."""
        said = _text(ended.folder / "stderr")
        shown = self._settings.shown(script)
        line = re.search(rf'File "{re.escape(str(script))}", line (\d+)', said)
        place = f"{shown}:{line[1]}" if line else shown
        if ended.is_too_big:
            return RenderError(
                f"{place}: it used more than {self._settings.memory_mb:g} MB of memory, so it was ended",
                *_source(script, line),
                "make it need less, or raise FIGURES_MEMORY_MB",
            )
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


def _told(folder: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
        return told
    except (OSError, ValueError):
        return {}


def _source(script: Path, line: re.Match[str] | None) -> list[str]:
    source = linecache.getline(str(script), int(line[1])).strip() if line else ""
    return [f"    {source}"] if source else []


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
