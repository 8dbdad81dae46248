"""Running an article's code safely: forbidden operations, limits on time and memory, and restoring global state."""

from __future__ import annotations

import locale
import math
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from .unknown import Session

resource: Any = None if sys.platform == "win32" else import_module("resource")
"""Windows has no such limits."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSED = {
    "socket.connect": "uses the network",
    "socket.sendto": "uses the network",
    "socket.bind": "uses the network",
    "socket.getaddrinfo": "uses the network",
    "socket.gethostbyname": "uses the network",
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.exec": "starts a process",
    "os.posix_spawn": "starts a process",
    "os.spawn": "starts a process",
    "os.startfile": "starts a process",
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "pty.spawn": "starts a process",
    "_thread.start_new_thread": "starts a thread",
    "_thread.start_joinable_thread": "starts a thread",
    "os.kill": "ends a process",
    "os.killpg": "ends a process",
    "signal.pthread_kill": "ends a process",
    "os.remove": "removes a file",
    "os.rmdir": "removes a folder",
    "shutil.rmtree": "removes a folder",
    "os.rename": "moves a file",
    "shutil.move": "moves a file",
    "os.mkdir": "creates a folder",
    "os.link": "creates a file",
    "os.symlink": "creates a file",
    "os.truncate": "writes a file",
    "os.utime": "changes a file",
    "os.chmod": "changes a file",
    "os.chown": "changes a file",
    "os.chdir": "changes the working directory",
    "os.fchdir": "changes the working directory",
    "ctypes.dlopen": "loads a C library",
    "sqlite3.connect": "opens a database",
    "webbrowser.open": "opens a browser",
    "mmap.__new__": "maps memory",
}


@dataclass(frozen=True)
class Limits:
    """The limits on a block: `processor_s` seconds of processor time, and `memory_mb` beyond what is in use already."""

    processor_s: float = 2.0
    memory_mb: int = 768


class RefusedError(Exception):
    """The code tried something that isn't allowed while it is being read."""


_watching: list[Session] = []
_hooked = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Block forbidden operations. An audit hook can't be removed, so it only acts while code is being read."""
    if not _watching:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & WRITES and not str(path).startswith("/dev/null"):
            _refuse(f"writes {path}")
    elif event in REFUSED:
        _refuse(REFUSED[event])


@contextmanager
def _without_threads() -> Iterator[None]:
    """Prevent threads from starting before they are registered; an audit hook would be called too late."""
    before = threading.Thread.start
    threading.Thread.start = lambda *_: _refuse("starts a thread")  # type: ignore[method-assign]
    try:
        yield
    finally:
        threading.Thread.start = before  # type: ignore[method-assign]


def _refuse(does: str) -> None:
    session = _watching[-1]
    _watching.append(session)  # so that the hook ignores what follows
    try:
        session.stop(
            f"this code {does}, which isn't allowed while it is read for a figure: remove it, or skip the whole block "
            "with ```{.python .skip}"
        )
    finally:
        _watching.pop()


def guarded_run(run: Callable[[], object], limits: Limits, session: Session) -> None:
    """Run code under the guard and within the limits."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hear)
        _hooked = True
    with _as_before(), _without_threads(), _in_time(limits.processor_s, session), _in_memory(limits.memory_mb, session):
        _watching.append(session)
        try:
            run()
        finally:
            _watching.pop()


@contextmanager
def _in_time(seconds: float, session: Session) -> Iterator[None]:
    """Stop code that takes too long; only the main thread receives signals."""
    if sys.platform == "win32":
        yield
        return
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        sys.setrecursionlimit(sys.getrecursionlimit() + 100)  # recursive code may have used up the whole stack
        session.stop(
            f"this code takes more than {seconds:g} seconds, which is too long for a figure: have it do less, or skip "
            "the whole block with ```{.python .skip}"
        )

    before = signal.signal(signal.SIGPROF, late)
    limits = _end_process_after(seconds)
    # Repeatedly, since code that catches everything would carry on.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_CPU, limits)


def _end_process_after(seconds: float) -> tuple[int, int]:
    """Have the system end this process if it runs too long; return the previous limits.

    Python handles no signals while C code runs. A second timer therefore sends SIGVTALRM half a second later, which
    isn't handled and ends the process. That timer doesn't count system time, so there is also a limit in whole seconds.
    This only applies to processes that are already limited, such as those that draw figures.
    """
    assert sys.platform != "win32"
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if sys.platform != "win32" and soft != resource.RLIM_INFINITY:
        used = resource.getrusage(resource.RUSAGE_SELF)
        wanted = math.ceil(used.ru_utime + used.ru_stime + seconds + 1)
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft, wanted), hard))
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds + 0.5)
    return soft, hard


@contextmanager
def _in_memory(megabytes: int, session: Session) -> Iterator[None]:
    """Make oversized allocations fail."""
    if sys.platform == "win32":
        yield
        return
    statm = Path("/proc/self/statm")
    if not statm.exists():
        yield
        return
    used = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + megabytes * 2**20
    lower = wanted if soft == resource.RLIM_INFINITY else min(wanted, soft)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (lower, hard))
    session.out_of_memory = (
        f"this code needs more than {megabytes} MB, which is too much for a figure: have it use less, or skip the "
        "whole block with ```{.python .skip}"
    )
    try:
        yield
    except MemoryError as problem:
        session.stop(session.out_of_memory, session.site_of(problem))
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def _as_before() -> Iterator[None]:
    """Restore the process state that code may change: names, directories, random generators, limits."""
    environment, path, modules = dict(os.environ), list(sys.path), dict(sys.modules)
    arguments, recursion, hooks = sys.argv, sys.getrecursionlimit(), (sys.excepthook, sys.displayhook)
    numpy_random = sys.modules.get("numpy.random")  # importing it takes 20 ms, and it isn't needed here
    random_state, numpy_state = random.getstate(), numpy_random.get_state() if numpy_random else None
    printing = np.get_printoptions()
    places = locale.setlocale(locale.LC_ALL)
    errors = np.geterr()
    timeout = sys.modules["socket"].getdefaulttimeout() if "socket" in sys.modules else None
    sys.argv, no_bytecode = ["article"], sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # modules imported meanwhile mustn't be written either
    try:
        with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.dont_write_bytecode = no_bytecode
        sys.argv, (sys.excepthook, sys.displayhook) = arguments, hooks
        sys.setrecursionlimit(recursion)
        sys.path[:] = path
        for name in [name for name, module in modules.items() if sys.modules.get(name) is not module]:
            sys.modules[name] = modules[name]
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        random.setstate(random_state)
        if numpy_random:
            numpy_random.set_state(numpy_state)
        np.set_printoptions(**printing)
        np.seterr(**errors)
        if "socket" in sys.modules:
            sys.modules["socket"].setdefaulttimeout(timeout)
        if locale.setlocale(locale.LC_ALL) != places:
            locale.setlocale(locale.LC_ALL, places)


class _Nowhere(StringIO):
    """A stream that discards what code prints."""

    def write(self, text: str) -> int:
        """Discard the text."""
        return len(text)
