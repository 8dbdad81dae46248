"""The processes that draw: forks of a warm server, or, if that isn't safe, an interpreter for each script."""

from __future__ import annotations

import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

from .. import processes
from ..files import ABOVE, BESIDE
from .observations import hash_of
from .report import last_lines
from .settings import Settings

if sys.platform != "win32":  # it doesn't have such locks, so nothing is ever cleaned up there
    import fcntl

PACKAGE = __package__ or ""
PASSED_ON = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SYSTEMROOT", "TEMP", "TMP")
"""Where, and whether, Python writes bytecode; and what Windows can't start a process without."""


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables of the children and of the process that forks them; create their home and cache folders."""
    cache, home = settings.store / "cache", settings.store / "home"
    for folder in (cache, home):
        folder.mkdir(parents=True, exist_ok=True)
    variables = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
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
    variables |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    style = settings.matplotlibrc
    return variables | ({"MATPLOTLIBRC": str(style)} if style.is_file() else {})


WRITING_S = 60
"""No file takes this long to write: an older temporary file will never be moved into place."""


@contextmanager
def jobs_folder(store: Path) -> Iterator[Path]:
    """Make a new folder in the store, and remove it at the end."""
    store.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with _locked(store):  # otherwise a folder that isn't locked yet would look abandoned
            _remove_leftovers(store)
            # A file that is still being written to during the removal must not cause an error at the end.
            jobs = tempfile.TemporaryDirectory(prefix="jobs-", dir=store, ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(jobs))
            stack.enter_context(_locked(folder))
        yield folder


def _remove_leftovers(store: Path) -> None:
    for jobs in store.glob("jobs-*"):
        with suppress(OSError), _locked(jobs, only_if_free=True):  # locked: another build is running; or already gone
            shutil.rmtree(jobs)
    for file in store.glob(f"*/**/{BESIDE}*"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > WRITING_S:
                file.unlink()


@contextmanager
def _locked(folder: Path, only_if_free: bool = False) -> Iterator[None]:
    if sys.platform == "win32":
        if only_if_free:
            raise OSError("it is not known whether that is so")
        yield
    else:
        handle = os.open(folder, os.O_RDONLY)
        try:
            if only_if_free:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                with suppress(OSError):  # some network file systems have no locks: then nothing is ever cleaned up
                    fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


PING_S = 2.0
"""After this much silence, the server is asked for a sign of life."""

SILENT_S = 60.0
"""If it is then silent and idle, it was stopped, and must not hold up the build."""

CLOSING_S = 5.0
"""How long the server may take to end its children and itself before they are killed."""


class LostError(Exception):
    """The server couldn't start, has ended, or doesn't answer; with its last output.

    `has_worked` is whether it had forked a child before.
    """

    def __init__(self, has_worked: bool, *said: str) -> None:
        super().__init__(*said)
        self.has_worked = has_worked
        self.said = said


@dataclass(frozen=True)
class _Start:
    """The arguments of a server, and the state of the files that it reads when it starts."""

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
    """Has a server process (`server`) fork the children."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._start: _Start | None = None
        self._log: IO[bytes] | None = None
        self._has_worked = False
        self._unread = self._unsent = b""
        self._watch = processes.Watch(0)
        self._is_asked = False

    def ready(self, settings: Settings) -> None:
        """Start the server, unless one with the same settings is running; return at once.

        Call it while no child is running.
        """
        if sys.platform == "win32":
            raise LostError(False, "this system cannot fork")
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
                cwd=ABOVE,
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
        """Send the server a job, or have it end one; return at once, even if it isn't reading now."""
        self._unsent += json.dumps(message).encode() + b"\n"
        self._send_on()

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return the server's messages, none if there are none within the timeout; raise LostError if it has ended."""
        if sys.platform == "win32":
            raise LostError(False, "this system cannot fork")
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
        """End the server and all children: ask it, and if it doesn't react, kill them."""
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
        except BrokenPipeError:  # its end is noticed elsewhere, and reported with its log
            self._unsent = b""

    def _look(self) -> None:
        """Ping a silent server; give it up if it neither answers nor does anything else."""
        assert self._server
        self._watch.look()
        if self._watch.idle_s > PING_S and not self._is_asked:
            self._is_asked = True
            self.send({"ping": 1})
        elif self._watch.idle_s > SILENT_S:
            self._kill(self._server)
            raise self._lost(f"it didn't answer for {SILENT_S:g} s")

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
        lines = last_lines(self._log.read().decode("utf-8", "replace"))
        self.close()
        return LostError(self._has_worked, *why, *lines)


LOOK_S = 0.01
"""How often to check whether a child has ended."""


class Interpreters:
    """Starts an interpreter (`server one`) for each job, several at a time; has the same interface as the server."""

    def __init__(self) -> None:
        self._at_most = 1
        self._arguments: list[str] = []
        self._variables: dict[str, str] = {}
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def ready(self, settings: Settings) -> None:
        """Note the settings for starting children."""
        self._at_most = settings.workers
        self._arguments = [str(settings.fonts)] if settings.fonts else []
        self._variables = environment(settings)

    def send(self, message: Mapping[str, Any]) -> None:
        """Accept a job, or end one."""
        if "folder" in message:
            self._waiting.append(message)
        if child := self._running.get(message.get("stop", 0)):
            with suppress(OSError):
                child.send_signal(getattr(signal, "SIGUSR1", signal.SIGTERM))  # it reports where it is, and ends
                processes.wake(child.pid)
        if child := self._running.get(message.get("kill", 0)):
            _end(child)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Start what can be started, and return which children have started and ended."""
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
            _end(child)  # including everything it has left behind
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
            [sys.executable, "-m", f"{PACKAGE}.server", "one", *self._arguments],
            cwd=ABOVE,
            env=self._variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdin
        with suppress(OSError):  # it has already ended, which is noticed elsewhere
            child.stdin.write(json.dumps(job).encode())
            child.stdin.close()
        self._running[job["id"]] = child
        return {"id": job["id"], "pid": child.pid}


def _end(child: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        processes.end_group(child.pid)
    with suppress(OSError):
        child.kill()


GRACE_S = 2.0
"""How long a child that is stopped may take to write down where it was, before it is killed."""


@dataclass
class Limits:
    """Ends a child that takes too long, or too much; `over` names the limit that it has exceeded."""

    watch: processes.Watch | None = None
    over: str = ""
    _ends_s: float = 0.0

    def began(self, pid: int) -> None:
        """Note that the child has started: its time counts from now."""
        self.watch = processes.Watch(pid)

    def keep(self, job: int, settings: Settings, children: Children) -> None:
        """Stop a child that is over a limit, so that it reports where it is; kill it if it doesn't end."""
        if not self.watch:
            return
        pids = list(processes.family(self.watch.pid))
        self.watch.look(pids)
        if not self.over:
            self.over = _passed(self.watch, processes.memory_mb(pids, settings.memory_mb), settings)
            if self.over:
                self._ends_s = self.watch.watched_s + GRACE_S
                children.send({"stop": job})
        elif self.watch.watched_s > self._ends_s:
            self._ends_s = math.inf
            children.send({"kill": job})


def _passed(seen: processes.Watch, memory_mb: float, settings: Settings) -> str:
    """Return the exceeded limit. A busy machine may be slow, so a child's processor time counts, not the clock."""
    limits = {
        "memory": memory_mb > settings.memory_mb,
        "processor": seen.used_s > settings.timeout_s,
        "idle": seen.idle_s > settings.timeout_s,
        "clock": seen.watched_s > settings.clock_s,
    }
    return next((name for name, is_passed in limits.items() if is_passed), "")


class OtherMachines(Protocol):
    """Other machines that draw."""

    @property
    def at_once(self) -> int:
        """How many jobs they do at a time."""

    def take(self, message: Mapping[str, Any]) -> bool:
        """Accept a job; return False if it has to run on this machine."""

    def hear(self, timeout_s: float) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
        """Return the messages about the jobs, as children send them, and the jobs that have to run here after all."""

    def give_up(self) -> None:
        """Stop everything that is running."""


TURN_S = 0.02
"""How long to listen to the local children if other machines draw too."""


class Children:
    """The children for one batch after another: a live preview keeps this open for its whole session.

    If other machines draw (`elsewhere`), only the jobs that they return are drawn here.
    """

    def __init__(self) -> None:
        self._by: WarmServer | Interpreters | None = None
        self._settings: Settings | None = None
        self._here: set[int] = set()
        self.elsewhere: OtherMachines | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ready(self, settings: Settings) -> None:
        """Start the processes; return at once. Call it while no child is running."""
        self._settings = settings
        self._here.clear()
        if not settings.cluster:  # otherwise there may be nothing to do here
            self._start(settings)

    @property
    def at_once(self) -> int:
        """How many jobs run at a time."""
        assert self._settings, "ready() comes first"
        return self.elsewhere.at_once if self.elsewhere else self._settings.workers

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a job, or stop one."""
        if "folder" not in message:
            if self._by:
                self._by.send(message)
        elif not (self.elsewhere and self.elsewhere.take(message)):
            self._send_here(message)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return the messages about jobs, none if none come in time; raise LostError if the server has ended."""
        heard: list[dict[str, Any]] = []
        try:
            if self._here:
                assert self._by
                heard = self._by.hear(TURN_S if self.elsewhere else timeout_s)
                self._here -= {news["id"] for news in heard if "exit" in news}
            if self.elsewhere:
                more, back = self.elsewhere.hear(0 if self._here or heard else timeout_s)
                heard += more
                for message in back:
                    self._send_here(message)
        except LostError:
            if self.elsewhere:  # all jobs start again, with new numbers
                self.elsewhere.give_up()
            raise
        return heard

    def close(self) -> None:
        """End all children."""
        if self.elsewhere:
            self.elsewhere.give_up()
        if self._by:
            self._by.close()

    def _send_here(self, message: Mapping[str, Any]) -> None:
        assert self._settings, "ready() comes first"
        if self._settings.cluster and not self._here:
            self._start(self._settings)
        assert self._by
        self._here.add(message["id"])
        self._by.send(message)

    def _start(self, settings: Settings) -> None:
        if not isinstance(self._by, WarmServer if settings.forks else Interpreters):
            if self._by:
                self._by.close()
            self._by = WarmServer() if settings.forks else Interpreters()
        self._by.ready(settings)
