"""The part that runs on a Dask worker: a store of files by content, and the drawing processes.

Workers don't have this package installed, so the module is sent by value: it can use the standard library and Dask
only.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import platform
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import cloudpickle
from distributed import WorkerPlugin, get_worker

from .manifest import EMPTY, Entry

cloudpickle.register_pickle_by_value(sys.modules[__name__])

CLOSING_S = 10
"""How long a drawing process may take to exit."""

ENDED = "the drawing process there has ended"


class Bridge:
    """A drawing process on a worker (`remote`), with a folder for the project."""

    def __init__(self, folder: Path, engine: Path, module: str) -> None:
        self.folder = folder
        self.engine = engine
        self.state = ""
        self.entries: dict[str, Entry] = {}
        self.busy = 0
        self._answers: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._sending = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=engine, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def runs(self) -> bool:
        """Whether the process still accepts messages."""
        return self._process.poll() is None

    def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Run a job, and wait for it."""
        number = message["job"]["id"]
        answer = self._answers[number] = queue.SimpleQueue()
        self.tell(message)
        if not self.runs:
            answer.put({"lost": [ENDED]})
        return answer.get()

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send a message."""
        with self._sending, suppress(OSError, ValueError):
            assert self._process.stdin
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """Stop the process and everything it has started, and remove its folder."""
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            self._process.wait(CLOSING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            answer = json.loads(line)
            if waiting := self._answers.pop(answer["id"], None):
                waiting.put(answer)
        for waiting in list(self._answers.values()):
            waiting.put({"lost": [ENDED]})


class FigureWorker(WorkerPlugin):
    """Everything a Dask worker needs to draw: a store of files by content, and drawing processes."""

    def __init__(self, name: str, module: str) -> None:
        self.name = name
        self._module = module

    def setup(self, worker: Any) -> None:
        """Start on a worker."""
        self._address = worker.address
        self._threads = worker.state.nthreads
        self._folder = Path(worker.local_directory) / self.name
        self._blobs = self._folder / "files"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._bridges: list[Bridge] = []
        self._made = itertools.count(1)
        self._choosing = threading.Lock()
        self._is_fit = False

    def teardown(self, worker: Any) -> None:
        """Stop all processes, and remove all files."""
        for bridge in self._bridges:
            bridge.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def offer(self, needed: Mapping[str, str], manifests: Mapping[str, bytes]) -> dict[str, Any]:
        """Store lists of files; return how this machine differs from what is needed, and which files it lacks."""
        here: dict[str, str | None] = {"Python": sys.version, "the processor": platform.machine()}
        for name in needed.keys() - here.keys():
            try:
                here[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                here[name] = None
        differs = {name: here[name] for name in needed if here[name] != needed[name]}
        self._is_fit = not differs
        for name, data in manifests.items():
            write(self._blobs / name, data)
        wanted = {entry[1] for name in manifests for entry in self._entries(name).values() if entry[0] == "file"}
        return {"differs": differs, "lacks": sorted(name for name in wanted if not (self._blobs / name).is_file())}

    def keep(self, name: str, start: int, data: bytes, is_last: bool) -> None:
        """Store a part of a file."""
        part = self._blobs / f"{name}.part"
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.write(data)
        if is_last:
            with part.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != name:
                    raise OSError(f"a file changed while it was being sent to {self._address}")
            part.replace(self._blobs / name)

    def draw(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Run a job; return the files of its folder, or report missing files, or why it failed."""
        manifests = [order["engine"], order["project"]]
        if not self._is_fit or not all((self._blobs / name).is_file() for name in manifests):
            return {"worker": self._address, "lacks": True}
        wanted = {entry[1] for name in manifests for entry in self._entries(name).values() if entry[0] == "file"}
        if not all((self._blobs / name).is_file() for name in wanted):
            return {"worker": self._address, "lacks": True}
        with self._choosing:
            bridge = self._bridge(order)
            bridge.busy += 1
        try:
            given = {name: order[name] for name in ("job", "home", "settings")}
            answer = bridge.ask({**given, "root": str(bridge.folder / "project"), "at_most": self._threads})
            if "lost" not in answer:
                folder = Path(answer.pop("folder"))
                answer["files"] = {name: (folder / name).read_bytes() for name in answer["files"]}
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            bridge.busy -= 1
        return {**answer, "worker": self._address}

    def stop(self, jobs: Sequence[int]) -> None:
        """Stop the jobs that run here."""
        for bridge in self._bridges:
            for job in jobs:
                bridge.tell({"stop": job})

    def _bridge(self, order: Mapping[str, Any]) -> Bridge:
        """Return a process with this state of the project: one that has it already, an idle one, or a new one.

        The folder of a busy process must not change while its scripts run.
        """
        engine = self._folder / "engines" / order["engine"]
        if not engine.is_dir():
            made = engine.with_suffix(".new")
            self._make(made, self._entries(order["engine"]), {})
            made.replace(engine)
        state = json.dumps([order["project"], order["settings"]])
        self._bridges = [bridge for bridge in self._bridges if bridge.runs]
        fitting = [bridge for bridge in self._bridges if bridge.engine == engine]
        for bridge in fitting:
            if bridge.state == state:
                return bridge
        bridge = next((bridge for bridge in fitting if not bridge.busy), None) or self._started(engine)
        entries = self._entries(order["project"])
        self._make(bridge.folder / "project", entries, bridge.entries)
        bridge.state, bridge.entries = state, entries
        return bridge

    def _started(self, engine: Path) -> Bridge:
        folder = self._folder / "projects" / str(next(self._made))
        (folder / "project").mkdir(parents=True)
        self._bridges.append(Bridge(folder, engine, self._module))
        return self._bridges[-1]

    def _entries(self, name: str) -> dict[str, Entry]:
        known: dict[str, Entry] = json.loads((self._blobs / name).read_bytes())
        return known

    def _make(self, root: Path, entries: Mapping[str, Entry], before: Mapping[str, Entry]) -> None:
        """Fill a folder with the listed files, and remove those that were only listed before."""
        for path in sorted((path for path in before if entries.get(path) != before[path]), reverse=True):
            place = root / path
            if place.is_dir() and not place.is_symlink():
                with suppress(OSError):  # it contains other files, which are listed themselves
                    place.rmdir()
            else:
                place.unlink(missing_ok=True)
        for path, (kind, *more) in sorted(entries.items()):
            if before.get(path) == [kind, *more]:
                continue
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if kind == "folder":
                place.mkdir(exist_ok=True)
            elif kind == "link":
                place.symlink_to(more[0])
            elif more[0] == EMPTY:
                place.touch()
                place.chmod(more[1])
            else:
                shutil.copyfile(self._blobs / more[0], place)
                place.chmod(more[1])


def write(place: Path, data: bytes) -> None:
    """Write a file completely or not at all; used where this package isn't installed."""
    beside = place.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(place)


def tell(name: str, method: str, *arguments: Any, dask_worker: Any = None) -> Any:
    """Call a method of the plugin with this name; Dask provides the worker."""
    worker = dask_worker or get_worker()
    return getattr(worker.plugins[name], method)(*arguments)
