"""The engine's jobs on a Dask cluster, whose workers have the project and its environment at the same paths.

A result counts only if all of its observations hold here, too. After any difference, and whenever the cluster fails,
the job runs on this machine.
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
import platform
import queue
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import cloudpickle
from distributed import Client, Event, KilledWorker, LocalCluster

from ..files import ABOVE, write_atomically
from .cache import Present
from .child.sandbox import may_write
from .observations import displayed
from .records import child_result_in
from .remote import Answer, Task
from .report import say_once
from .settings import LOCAL, Settings
from .workers import PACKAGE

CONNECTING_S = 10
"""A scheduler that doesn't answer within this time counts as unreachable."""

SILENT_S = 15.0
"""After this time without a result, the scheduler is asked whether the cluster still exists."""

WORKERLESS_S = 30.0
"""How long a cluster may be without a worker that can draw."""

WANTED_S = 1.0
"""How often a worker asks whether its job is still wanted."""

RETRIES = 3
"""How often Dask retries a job that failed there through no fault of the script."""

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # a worker's own process needs none of our code


class UnfitError(Exception):
    """The cluster can't be used, or not any longer."""


def described(project: str) -> dict[str, str]:
    """Describe a machine by everything that has to be the same where the figures of a project are drawn."""
    packages = {distribution.name: distribution.version for distribution in reversed(list(metadata.distributions()))}
    return {
        "Python": sys.version,
        "the processor": platform.machine(),
        "the environment": sys.prefix,
        "the project": project if Path(project).is_dir() else "",
        **packages,
    }


def draw(task: bytes, module: str, folder: str, batch: str) -> bytes:
    """Draw on a worker, in a process that runs the project's own code, until nobody wants the batch any more."""
    unwanted: Any = Event(batch)  # type: ignore[no-untyped-call]
    with subprocess.Popen(
        [sys.executable, "-c", f"from {module} import main; main()"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        data: bytes | None = task
        while True:
            try:
                answer, errors = process.communicate(data, timeout=WANTED_S)
            except subprocess.TimeoutExpired:
                data = None
                if unwanted.is_set():
                    process.kill()
            else:
                break
    if process.returncode:
        raise RuntimeError(errors.decode("utf-8", "replace").strip().rpartition("\n")[2] or "its process was killed")
    return answer


class Connection:
    """A cluster that has been reached, for all batches of this process."""

    def __init__(self, address: str, workers: int) -> None:
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # we report the important messages ourselves
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
        atexit.register(self.close)

    def fitting(self, project: Path) -> list[str]:
        """Return the workers that are like this machine, and have the project; say how others differ."""
        here, fitting = described(str(project)), []
        for address, there in self.client.run(described, str(project), on_error="ignore").items():
            names = (name for name in here if here[name] != there.get(name))
            differs = [f"{name} is {there.get(name) or 'missing'}, but {here[name]} here" for name in names]
            if differs:
                more = f", and {len(differs) - 1} more differences" if len(differs) > 1 else ""
                say_once(f"the cluster worker {address} is not used: {differs[0]}{more}")
            else:
                fitting.append(address)
        return fitting

    def threads(self, workers: list[str]) -> int:
        """Return the number of jobs that some workers do at a time."""
        return sum(count for address, count in self.client.nthreads().items() if address in workers)

    def is_there(self) -> bool:
        """Return whether the scheduler answers."""
        try:
            self.client.sync(self.client.scheduler.identity, callback_timeout=CONNECTING_S)
        except Exception:  # of any kind, for example from a connection that is being closed
            return False
        return True

    def close(self) -> None:
        """Leave the cluster."""
        atexit.unregister(self.close)
        for closing in filter(None, (self.client, self._own)):
            with suppress(Exception):  # it may no longer exist
                closing.close(timeout=5)


@cache
def _connected(process: int, address: str, workers: int) -> Connection | str:
    """Return the connection of a process, or why there is none: a fork has none of its parent's threads."""
    try:
        return Connection(address, workers)
    except Exception as problem:  # of any kind: the site matters more than where it is drawn
        return _reason(problem)


def reach(settings: Settings, present: Present) -> Cluster | None:
    """Return the cluster from the settings for a batch; if it can't be used, say why once."""
    assert settings.cluster
    connection = _connected(os.getpid(), settings.cluster, settings.workers)
    if isinstance(connection, str) or connection.lost:
        _say_unused(settings.cluster, connection if isinstance(connection, str) else connection.lost)
        return None
    try:
        return Cluster(connection, settings, present)
    except Exception as problem:  # as above
        connection.lost = _reason(problem)
        _say_unused(settings.cluster, connection.lost)
        return None


def _say_unused(address: str, reason: str) -> None:
    say_once(f"the cluster {address} is not used: {reason}. Figures are drawn on this machine")


def _reason(problem: BaseException) -> str:
    if isinstance(problem, KilledWorker):
        return f"{problem.allowed_failures + 1} workers were lost while they had it"
    return str(problem) if isinstance(problem, UnfitError) else f"{type(problem).__name__}: {problem}"


class Cluster:
    """Sends the jobs of one batch to a cluster (see `workers.OtherMachines`)."""

    def __init__(self, connection: Connection, settings: Settings, present: Present) -> None:
        self._connection = connection
        self._settings = settings
        self._present = present
        self._there = replace(settings, cluster=None, workers=1)
        self._batch = f"figures-{os.getpid()}-{time.time_ns():x}"
        self._messages: dict[str, Mapping[str, Any]] = {}
        self._futures: dict[str, Any] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._begun: list[dict[str, Any]] = []
        self._back: list[Mapping[str, Any]] = []
        self._heard = time.monotonic()
        self._workers = connection.fitting(settings.root)
        if not self._workers:
            raise UnfitError("none of its workers matches this machine")
        self.at_once = max(1, connection.threads(self._workers))

    def take(self, message: Mapping[str, Any]) -> bool:
        """Accept a job; return False if it has to run on this machine."""
        if self._connection.lost or may_write(Path(message["script"])):
            return False
        task, batch = pickle.dumps(Task(message, self._there)), self._batch

        # Defined here, because only then it is sent to the workers by value
        def drawn() -> bytes:
            return draw(task, f"{PACKAGE}.remote", str(ABOVE), batch)

        try:
            future = self._connection.client.submit(drawn, pure=False, retries=RETRIES, workers=self._workers)
        except Exception as problem:
            self._lose(problem)
            return False
        self._messages[future.key], self._futures[future.key] = message, future
        future.add_done_callback(self._done.put)
        self._begun.append({"id": message["id"], "pid": None})
        return True

    def hear(self, timeout_s: float) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
        """Return the messages about the jobs, and the jobs that have to run on this machine after all."""
        heard, self._begun = self._begun, []
        try:
            done = self._done.get(timeout=0 if heard or self._back else timeout_s)
        except queue.Empty:
            self._look()
        else:
            self._heard = time.monotonic()
            self._futures.pop(done.key, None)
            if message := self._messages.pop(done.key, None):  # otherwise, the job was given up
                heard += self._of(message, done)
        back, self._back = self._back, []
        return heard, back

    def give_up(self) -> None:
        """Stop all running jobs."""
        if self._futures and not self._connection.lost:
            with suppress(Exception):  # nobody waits for them, so any error is fine
                unwanted: Any = Event(self._batch, client=self._connection.client)  # type: ignore[no-untyped-call]
                unwanted.set()
                self._connection.client.cancel(list(self._futures.values()))
        for forgotten in (self._messages, self._futures, self._begun, self._back):
            forgotten.clear()

    def _of(self, message: Mapping[str, Any], done: Any) -> list[dict[str, Any]]:
        """Process the outcome of a job."""
        try:
            if done.status == "cancelled":
                raise UnfitError("the connection to it was lost")
            if done.status == "error":
                self._return(message, f"the cluster failed ({_reason(done.exception())})")
                return []
            answer = pickle.loads(done.result())
        except Exception as problem:
            self._back.append(message)
            self._lose(problem)
            return []
        folder = Path(message["folder"])
        for name, data in answer.files.items():
            write_atomically(folder / name, data)
        if differs := self.differs(folder, answer):
            for name in answer.files:
                (folder / name).unlink(missing_ok=True)
            self._return(message, differs)
            return []
        return [{"id": message["id"], "exit": answer.exit, "over": answer.over}]

    def differs(self, folder: Path, answer: Answer) -> str:
        """Return why a result doesn't count here; nothing if it does."""
        try:
            child = child_result_in(folder)
        except ValueError:
            child = {}
        if not child:
            # A limit would have stopped it here, too. If it ended in another way, the cause may be a difference between
            # machines.
            return "" if answer.over else "it ended without a result on the cluster"
        if b"findfont:" in answer.files.get("stderr", b""):
            return "the cluster doesn't have all of its fonts"
        for path, aspects in child["observed"].items():
            for aspect, recorded in aspects.items():
                if self._present.state(path, aspect) != recorded:
                    return f"{displayed(path)} is different on the cluster ({aspect})"
        return ""

    def _return(self, message: Mapping[str, Any], reason: str) -> None:
        say_once(f"{self._settings.shown(Path(message['script']))} is drawn on this machine: {reason}")
        self._back.append(message)

    def _look(self) -> None:
        """Check the cluster if it has been silent for long."""
        if not self._messages or time.monotonic() < self._heard + SILENT_S:
            return
        if not self._connection.is_there():
            self._lose(UnfitError("it doesn't answer"))
        elif self._connection.threads(self._workers):
            self._heard = time.monotonic()
        elif time.monotonic() > self._heard + WORKERLESS_S:
            self._lose(UnfitError("none of its workers can draw"))

    def _lose(self, problem: Exception) -> None:
        """Take back all jobs from the cluster, to run them on this machine."""
        self._connection.lost = _reason(problem)
        _say_unused(str(self._settings.cluster), self._connection.lost)
        self._back += self._messages.values()
        self._messages.clear()
        self._futures.clear()
