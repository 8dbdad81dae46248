"""The engine's jobs on a Dask cluster: it gets the project by content, and returns files and observations.

A result counts only if all of its observations hold here, too. If something differs because a file hadn't been sent,
the file is sent and the job runs again; after any other difference, and whenever the cluster fails, the job runs on
this machine.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import platform
import queue
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker, LocalCluster

from ..files import ABOVE, write_atomically
from .cache import Present
from .child.sandbox import may_write
from .cluster_worker import FigureWorker, tell
from .manifest import EMPTY, Manifest, Project, engine_files, parts
from .observations import ABSENT, displayed, libraries, library_folders
from .records import ChildResult, Records, child_result_in
from .report import say_once
from .requests import Request
from .settings import LOCAL, Settings
from .workers import PACKAGE

CONNECTING_S = 10
"""A scheduler that doesn't answer within this time counts as unreachable."""

SILENT_S = 15.0
"""After this time without a result, the scheduler is asked whether the cluster still exists."""

WORKERLESS_S = 30.0
"""How long a cluster may be without a worker that can draw."""

ROUNDS = 12
"""How often a job runs again because files were missing; after that, it runs on this machine."""

RETRIES = 3
"""How often Dask retries a job that failed there through no fault of the script."""

AGREEING = ("matplotlib", "numpy", "pillow", "msgspec")
"""The packages that every figure needs; the versions of other imports are compared after the run."""


_NOTHING = (ABSENT, False, None)
"""The states of a missing path."""


class UnfitError(Exception):
    """The cluster can't be used, or not any longer."""


@dataclass
class Sent:
    """A job that the cluster has: the same message that children here get, and how often it has been sent.

    `project` is the state of the project that was sent with it.
    """

    message: Mapping[str, Any]
    number: int
    project: str = ""
    rounds: int = 0


class Connection:
    """A cluster that has been reached, for all batches of this process."""

    def __init__(self, address: str, workers: int) -> None:
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # we report the important messages ourselves
        self.address = address
        self.engine = engine_files()
        self.observed: dict[str, dict[str, None]] = {}
        """Everything that scripts have observed so far: it is sent right away the next time."""
        self.numbers = itertools.count(1)
        self.unfit: dict[str, str] = {}
        self.lost = ""
        self._own: Any = None
        try:
            if address == LOCAL:
                # In this process, because others would import everything again that this one runs. Drawing uses
                # processes anyway.
                options = {"processes": False, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
                self._own = LocalCluster(n_workers=workers, **options)  # type: ignore[no-untyped-call]
            reached = self._own or address
            self.client: Any = Client(reached, timeout=CONNECTING_S, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, ImportError) as problem:
            raise UnfitError(f"it can't be reached ({problem})") from problem
        self.name = f"figures-{os.getpid()}-{time.time_ns():x}"
        atexit.register(self.close)
        if not self._agree_on_python():
            raise UnfitError("its workers run other versions of Python: use the same version everywhere")
        self.client.register_plugin(FigureWorker(self.name, f"{PACKAGE}.remote"), self.name)

    def _agree_on_python(self) -> bool:
        """Return whether the workers run this version of Python: pickled code can't run in any other."""
        own = sys.version_info
        there = self.client.get_versions()["workers"]
        for address, versions in there.items():
            known = versions["host"]["python"]
            if known.split(".")[:2] != [str(own.major), str(own.minor)]:
                say_once(f"the cluster worker {address} runs Python {known}, this machine {platform.python_version()}")
                return False
        return True

    @property
    def threads(self) -> int:
        """The number of jobs that the usable workers do at a time."""
        return sum(count for address, count in self.client.nthreads().items() if address not in self.unfit)

    def provide(self, manifests: Sequence[Manifest], present: Present, workers: Sequence[str] | None = None) -> None:
        """Send workers (all if none are named) the files that they lack; note which workers can't be used."""
        needed = {
            "Python": sys.version,
            "the processor": platform.machine(),
            **{name: present.version(name) for name in AGREEING},
        }
        listed = {manifest.digest: manifest.data for manifest in manifests}
        answers = self._ask("offer", needed, listed, workers=workers)
        lacking: dict[str, list[str]] = {}
        for address, answer in answers.items():
            self.unfit.pop(address, None)
            if answer["differs"]:
                said = (
                    f"{name} {version or 'missing'}, but {needed[name]} here"
                    for name, version in answer["differs"].items()
                )
                self.unfit[address] = f"has {' and '.join(said)}"
                say_once(f"the cluster worker {address} is not used: it {self.unfit[address]}")
            for content in answer["lacks"]:
                lacking.setdefault(content, []).append(address)
        places = {content: place for manifest in manifests for content, place in manifest.places.items()}
        for content, addresses in lacking.items():
            for start, data, is_last in parts(places[content]) if content != EMPTY else [(0, b"", True)]:
                self._ask("keep", content, start, data, is_last, workers=addresses)

    def submit(self, order: Mapping[str, Any]) -> Any:
        """Submit a job to a worker."""
        name = self.name

        # Defined here, because only then it is sent to the workers by value
        def drawn(order: Mapping[str, Any]) -> Any:
            return tell(name, "draw", order)

        fit = None
        if self.unfit:
            fit = [address for address in self.client.nthreads() if address not in self.unfit]
            if not fit:
                raise UnfitError("none of its workers matches this machine")
        return self.client.submit(drawn, order, pure=False, retries=RETRIES, workers=fit)

    def stop(self, numbers: Sequence[int]) -> None:
        """Stop running jobs."""
        with suppress(Exception):  # nobody waits for them, so any error is fine
            self._ask("stop", numbers)

    def is_there(self) -> bool:
        """Return whether the scheduler answers."""
        try:
            self.client.sync(self.client.scheduler.identity, callback_timeout=CONNECTING_S)
        except Exception:  # of any kind, for example from a connection that is being closed
            return False
        return True

    def close(self) -> None:
        """Leave the cluster as it was."""
        atexit.unregister(self.close)
        with suppress(Exception):  # it may no longer exist
            if not self.lost:
                self.client.unregister_worker_plugin(self.name)
        with suppress(Exception):
            self.client.close(timeout=2)
        if self._own:
            with suppress(Exception):
                self._own.close(timeout=5)

    def _ask(self, method: str, *arguments: Any, workers: Sequence[str] | None = None) -> dict[str, Any]:
        answers: dict[str, Any] = self.client.run(
            tell, self.name, method, *arguments, workers=workers, on_error="ignore"
        )
        return answers


_reached: dict[tuple[int, str], Connection | None] = {}
"""The clusters of this process; None for one that couldn't be used. A fork has none of its parent's threads."""


def reach(requests: Sequence[Request], settings: Settings, present: Present) -> Cluster | None:
    """Return the cluster from the settings for a batch of requests; if it can't be used, say why once."""
    assert settings.cluster
    key = os.getpid(), settings.cluster
    outside = _outside(settings)
    if outside:
        say_once(
            f"the cluster can't be used, because {outside} is outside of the project's root. "
            "Figures are drawn on this machine"
        )
        return None
    try:
        if key not in _reached:
            _reached[key] = None
            _reached[key] = Connection(settings.cluster, settings.workers)
        connection = _reached[key]
        if connection is None or connection.lost:
            return None
        return Cluster(connection, requests, settings, present)
    except Exception as problem:  # of any kind: the site matters more than where it is drawn
        _say_unused(settings.cluster, problem)
        _reached[key] = None
        return None


def _say_unused(address: str, problem: object) -> None:
    reason = f"{type(problem).__name__}: {problem}" if isinstance(problem, Exception) else str(problem)
    reason = str(problem) if isinstance(problem, UnfitError) else reason
    say_once(f"the cluster {address} is not used: {reason}. Figures are drawn on this machine")


def _failed(problem: BaseException) -> str:
    if isinstance(problem, KilledWorker):
        return f"{problem.allowed_failures + 1} workers were lost while they had it"
    return f"the cluster failed ({type(problem).__name__}: {problem})"


def _outside(settings: Settings) -> Path | None:
    """Return a folder or file that all figures need, if it is neither in the project nor installed."""
    needed = (settings.diagrams, settings.shipped, settings.style, settings.fonts, settings.tokens)
    known = [settings.root, *map(Path, libraries())]
    return next((path for path in needed if path and not any(path.is_relative_to(it) for it in known)), None)


class Cluster:
    """Sends the jobs of one batch to a cluster (see `workers.OtherMachines`)."""

    def __init__(
        self, connection: Connection, requests: Sequence[Request], settings: Settings, present: Present
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._present = present
        self._project = Project(settings, present)
        self._orders: dict[str, Sent] = {}
        self._futures: dict[str, Any] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._begun: list[dict[str, Any]] = []
        self._back: list[Mapping[str, Any]] = []
        self._heard = time.monotonic()
        for asked in requests:
            self._project.supply(settings.shown(asked.script), "content")
        for path, aspects in [*self._remembered(requests), *connection.observed.items()]:
            for aspect in aspects:
                self._project.supply(path, aspect)
        self._provide()
        self.at_once = max(1, connection.threads)

    def take(self, message: Mapping[str, Any]) -> bool:
        """Accept a job; return False if it has to run on this machine."""
        if self._connection.lost or may_write(Path(message["script"])):
            return False
        order = Sent(message, next(self._connection.numbers))
        if self._submitted(order):
            self._begun.append({"id": message["id"], "pid": None})
            return True
        return False

    def hear(self, timeout_s: float) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
        """Return the messages about the jobs, and the jobs that have to run on this machine after all."""
        heard, self._begun = self._begun, []
        try:
            done = self._done.get(timeout=0 if heard or self._back else timeout_s)
        except queue.Empty:
            self._look()
        else:
            self._heard = time.monotonic()
            order = self._orders.pop(done.key, None)  # if there is none, the job was given up
            self._futures.pop(done.key, None)
            if order:
                heard += self._of(order, done)
        back, self._back = self._back, []
        return heard, back

    def give_up(self) -> None:
        """Stop all running jobs."""
        numbers = [order.number for order in self._orders.values()]
        futures = list(self._futures.values())
        self._orders.clear()
        self._futures.clear()
        self._begun.clear()
        self._back.clear()
        if futures and not self._connection.lost:
            with suppress(Exception):
                self._connection.client.cancel(futures)
            self._connection.stop(numbers)

    def _remembered(self, requests: Sequence[Request]) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield the observations of the figures from the last time they were drawn."""
        records = Records(self._settings.store / "records")
        for asked in requests:
            for record in records.newest(asked.name, self._settings.shown(asked.script))[:1]:
                yield from record.inputs.observed.items()

    def _provide(self, workers: Sequence[str] | None = None) -> None:
        self._connection.provide([self._connection.engine, self._project], self._present, workers)

    def _submitted(self, order: Sent) -> bool:
        try:
            future = self._connection.submit(self._written(order))
        except Exception as problem:
            self._lose(problem)
            return False
        self._orders[future.key] = order
        self._futures[future.key] = future
        future.add_done_callback(self._done.put)
        return True

    def _written(self, order: Sent) -> dict[str, Any]:
        settings = {it.name: getattr(self._settings, it.name) for it in fields(Settings)}
        order.project = self._project.digest
        return {
            "job": {**order.message, "id": order.number},
            "engine": self._connection.engine.digest,
            "project": order.project,
            "home": {
                "root": str(self._settings.root),
                "store": str(self._settings.store),
                "engine": str(ABOVE),
                "libraries": library_folders(),
            },
            "settings": {
                name: str(value) if isinstance(value, Path) else value
                for name, value in settings.items()
                if name != "extra"
            }
            | {"extra": []},
        }

    def _of(self, order: Sent, done: Any) -> list[dict[str, Any]]:
        """Process the outcome of a job."""
        try:
            if done.status == "finished":
                return self._result(order, done.result())
            if done.status == "error":
                self._return(order, _failed(done.exception()))
                return []
            raise UnfitError("the connection to it was lost")
        except Exception as problem:
            self._back.append(order.message)
            self._lose(problem)
            return []

    def _result(self, order: Sent, result: Mapping[str, Any]) -> list[dict[str, Any]]:
        worker = result["worker"]
        if result.get("lacks"):
            order.rounds += 1
            self._provide([worker])
            if order.rounds > ROUNDS:
                self._return(order, f"{worker} doesn't have the files for it")
            elif not self._submitted(order):
                self._back.append(order.message)
            return []
        if "lost" in result:
            self._return(order, f"{worker} could not draw it: {' '.join(result['lost'])}")
            return []
        folder = Path(order.message["folder"])
        for name, data in result["files"].items():
            write_atomically(folder / name, data)
        try:
            child = child_result_in(folder)
        except ValueError:
            child = {}
        reason = self._differs(order, result, child)
        if reason is None:
            return [{"id": order.message["id"], "exit": result["exit"], "over": result["over"]}]
        for name in result["files"]:
            (folder / name).unlink(missing_ok=True)
        if reason or not self._submitted(order):
            self._return(order, reason)
        return []

    def _differs(self, order: Sent, result: Mapping[str, Any], child: ChildResult) -> str | None:
        """Return why a result doesn't count; empty if it only lacked files that workers have now; None if it counts."""
        worker = result["worker"]
        if not child:
            # A limit would have stopped it here, too. If it ended in another way, the cause may be a difference between
            # machines.
            return None if result["over"] else f"it ended without a result on {worker}"
        if b"findfont:" in result["files"].get("stderr", b""):
            return f"{worker} doesn't have all of its fonts"
        versions = self._present.versions(child.get("modules", []))
        for name in sorted(versions.keys() | result["versions"].keys()):
            if versions.get(name) != result["versions"].get(name):
                own, other = (it.get(name) or "missing" for it in (versions, result["versions"]))
                return f"{name} is {other} on {worker}, but {own} here"
        for path, aspects in child["observed"].items():
            if self._is_outside(path) and any(known not in _NOTHING for known in aspects.values()):
                return f"it reads {displayed(path)}, which is outside of the project"
        differing = [
            (path, aspect)
            for path, aspects in child["observed"].items()
            for aspect, known in aspects.items()
            if self._present.state(path, aspect) != known
        ]
        differing += [(path, "content") for path in self._beside(order, child)]
        if not differing:
            return None
        self._connection.observed |= {path: {} for path, _ in differing if path not in self._connection.observed}
        for path, aspect in differing:
            self._connection.observed[path][aspect] = None
        order.rounds += 1
        for path, aspect in differing:
            self._project.supply(path, aspect)
        # Another job may have sent the same file in the meantime.
        if self._project.digest == order.project or order.rounds > ROUNDS:
            path, aspect = differing[0]
            return f"{displayed(path)} isn't on {worker}, or is different there ({aspect})"
        self._provide()
        return ""

    def _is_outside(self, path: str) -> bool:
        """Return whether a path is outside of the project, the store, this package and the folders of libraries."""
        known = (*libraries(), str(ABOVE), str(self._settings.store))
        return path.startswith("/") and not f"{path}/".startswith(tuple(f"{folder}/" for folder in known))

    def _beside(self, order: Sent, child: ChildResult) -> Iterator[str]:
        """Yield files next to the script that it looked for in the root: with them, it runs again in its own folder."""
        folder = self._settings.shown(Path(order.message["script"]).parent)
        for path, aspects in child["observed"].items():
            beside = f"{folder}/{path}"
            is_absent = ABSENT in aspects.values() and not path.startswith(("/", "\0"))
            if is_absent and beside not in self._project.entries and (self._settings.root / beside).is_file():
                yield beside

    def _return(self, order: Sent, reason: str) -> None:
        if reason:
            say_once(f"{self._settings.shown(Path(order.message['script']))} is drawn on this machine: {reason}")
        self._back.append(order.message)

    def _look(self) -> None:
        """Check the cluster if it has been silent for long."""
        if not self._orders or time.monotonic() < self._heard + SILENT_S:
            return
        if not self._connection.is_there():
            self._lose(UnfitError("it doesn't answer"))
        elif self._connection.threads:
            self._heard = time.monotonic()
        elif time.monotonic() > self._heard + WORKERLESS_S:
            self._lose(UnfitError("none of its workers can draw"))

    def _lose(self, problem: Exception) -> None:
        """Take back all jobs from the cluster, to run them on this machine."""
        self._connection.lost = str(problem) or type(problem).__name__
        _say_unused(self._connection.address, problem)
        self._back += [order.message for order in self._orders.values()]
        self._orders.clear()
        self._futures.clear()
