"""Work in forked children, which inherit everything this process has in memory; done serially if that fails."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import selectors
import signal
import struct
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from pelican.log import FatalLogger, console

from ..messages import Hearing, Message, tell
from ..private import console_lock
from ..processes import Watch, die_with_parent

Job = TypeVar("Job")
Value = TypeVar("Value")

MOST_WORKERS = 8
"""The default limit: with more, distributing the work costs more than it saves, even for a large site."""

HANGS_S = 30.0
"""How long a child may be idle before its jobs are done here."""

LOST = "a worker process died or hung, so its work was done in the main process"

COLLECTED_AFTER = 20_000
"""How many new objects make a garbage collection worthwhile while pages are written: they hold few cycles."""

_LENGTH = struct.Struct("!Q")
_LOOK_S = 1.0


@dataclass(frozen=True)
class Finished(Generic[Value]):
    """The result of a job in a child: its value, and the messages that haven't been printed yet.

    `again` is set for a job to be done in this process: because it failed in a child, and only here an exception has
    its traceback; or because the child was lost; or because there was none.
    """

    value: Value | None = None
    messages: Sequence[Message] = ()
    again: Callable[[], Value] | None = None

    def result(self) -> Value:
        """Print the messages and return the value; do the job now if necessary. Call this once."""
        if self.again:
            return self.again()
        tell(self.messages)
        return self.value  # type: ignore[return-value]  # it is there


def workers(settings: Mapping[str, Any]) -> int:
    """Return how many children may work at a time: WORKERS, or one for each core; 1 if forking isn't possible."""
    wanted = settings.get("WORKERS")
    if wanted is not None and (not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1):
        raise SystemExit(f"WORKERS is {wanted!r}, but must be a whole number, 1 or more")
    if sys.platform != "linux":  # some libraries on macOS don't survive a fork
        return 1
    return wanted or min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def striped(
    jobs: Sequence[Job], do: Callable[[Job], Value], children: int, least: int = 1
) -> Generator[Finished[Value], None, None]:
    """Do jobs in several children, with at least `least` jobs each; yield the results in order, as they arrive.

    The first child gets the first job, the second the second, and so on in turn, because slow jobs are often next to
    each other. A job must not change anything except files and its own value. Its log messages, warnings and output are
    printed when its result is used.
    """
    count = 1 if _is_child else min(children, len(jobs) // max(least, 1))
    results: dict[int, Finished[Value] | None] = {}
    next_one = 0
    if count > 1:
        stripes = [_Stripe(range(first, len(jobs), count)) for first in range(count)]
        try:
            with _ready_to_fork():
                for stripe in stripes:
                    stripe.start(jobs, do)
            for number, finished in _heard(stripes):
                results[number] = finished
                while next_one in results:
                    yield results.pop(next_one) or Finished(again=_later(do, jobs[next_one]))
                    next_one += 1
        except OSError as problem:  # no more processes, or not enough memory for one
            _say_once(f"building in one process, because no other can be started: {problem.strerror}")
        finally:
            for stripe in stripes:
                stripe.end()
        if any(stripe.is_lost for stripe in stripes):
            _say_once(LOST)
    for number in range(next_one, len(jobs)):
        yield results.get(number) or Finished(again=_later(do, jobs[number]))


def _later(do: Callable[[Job], Value], job: Job) -> Callable[[], Value]:
    return lambda: do(job)


class _Stripe:
    """A child that does every n-th job, from its parent's side."""

    def __init__(self, numbers: range) -> None:
        self._numbers = numbers
        self._waiting = [*numbers]
        self._pid = 0
        self._read = bytearray()
        self.pipe = -1
        self.is_lost = False

    def start(self, jobs: Sequence[Any], do: Callable[[Any], Any]) -> None:
        """Fork; in the child, this doesn't return."""
        self.pipe, into = os.pipe()
        is_child = False
        try:
            parent = os.getpid()
            self._pid = os.fork()
            is_child = not self._pid
        finally:
            if not is_child:
                os.close(into)
        if is_child:
            try:
                die_with_parent(parent)
                _leave_all_to_parent()
                _work(self._numbers, jobs, do, into)
            finally:  # whatever happens: it would continue as if it were the parent
                os._exit(1)
        self._watch, self._looked = Watch(self._pid), time.monotonic()

    def receive(self) -> Iterator[tuple[int, Finished[Any] | None]]:
        """Read what the child has sent, and yield the finished jobs; None for one that has to be done here."""
        data = os.read(self.pipe, 1 << 20)
        self._watch.has_worked()
        self._read += data
        while len(self._read) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._read)[0]
            if len(self._read) < end:
                break
            sent = bytes(self._read[_LENGTH.size : end])
            del self._read[:end]
            finished = None
            if sent:  # otherwise the job failed there
                with suppress(Exception):  # it has a type that only the child could create
                    finished = Finished(*pickle.loads(sent))
            yield self._waiting.pop(0), finished
        if not data:
            self.is_lost = bool(self._waiting)
            self._close()

    def look(self) -> None:
        """Give up a child that is idle for too long. A look takes half a millisecond, and the others send often."""
        now = time.monotonic()
        if now - self._looked < _LOOK_S / 2:
            return
        self._looked = now
        self._watch.look()
        if self._watch.idle_s > HANGS_S:
            self.is_lost = True
            self._close()

    def end(self) -> None:
        """Kill the child."""
        self._close()
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)  # a finished one has exited, or is about to
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._pid = 0

    def _close(self) -> None:
        if self.pipe >= 0:
            os.close(self.pipe)
            self.pipe = -1


def _heard(stripes: Sequence[_Stripe]) -> Iterator[tuple[int, Finished[Any] | None]]:
    with selectors.DefaultSelector() as selector:
        for stripe in stripes:
            selector.register(stripe.pipe, selectors.EVENT_READ, stripe)
        while listening := [key.data for key in selector.get_map().values()]:
            ready = [key.data for key, _ in selector.select(_LOOK_S)]
            for stripe in listening:
                pipe = stripe.pipe
                if stripe in ready:
                    yield from stripe.receive()
                else:
                    stripe.look()
                if stripe.pipe < 0:
                    selector.unregister(pipe)


@contextmanager
def sparing_collection() -> Iterator[None]:
    """Collect garbage less often, and only what is created meanwhile: the rest of the site is needed until the end."""
    usual, is_ours = gc.get_threshold(), not gc.get_freeze_count()
    gc.set_threshold(COLLECTED_AFTER, *usual[1:])
    if is_ours:
        gc.freeze()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if is_ours:
            gc.unfreeze()


@contextmanager
def _ready_to_fork() -> Iterator[None]:
    """Hold locks that a child would otherwise find held by a thread that it lacks, and make memory shareable."""
    is_ours = not gc.get_freeze_count()
    # On a terminal, Pelican has a thread that draws its progress under this lock.
    with console_lock(console), warnings.catch_warnings():
        # Python warns if there are threads, but no child needs these.
        warnings.simplefilter("ignore", DeprecationWarning)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()  # otherwise a child could write the buffered text again
        if is_ours:
            gc.freeze()  # garbage collection would touch, and so copy, every page of memory
        try:
            yield
        finally:
            if is_ours:
                gc.unfreeze()


def _work(numbers: range, jobs: Sequence[Any], do: Callable[[Any], Any], pipe: int) -> NoReturn:
    """Run as the child: do the jobs, send the result of each, and exit without the interpreter's usual steps."""
    for number in numbers:
        sent = _done(do, jobs[number])
        _write(pipe, _LENGTH.pack(len(sent)) + sent)
    os._exit(0)


def _leave_all_to_parent() -> None:
    """Silence the child, and have it ignore Ctrl+C, which the parent receives too."""
    global _is_child
    _is_child = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.disable()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    # The parent's streams may be locked by one of its threads.
    sys.stdout, sys.stderr = (os.fdopen(os.dup(nothing), "w", encoding="utf-8") for _ in range(2))
    with suppress(IndexError):  # those of the parent's progress display, which has a lock, too
        while True:
            console.pop_render_hook()
    FatalLogger.fatal_lvl = sys.maxsize  # whether a message is fatal is decided where it is printed
    logging.lastResort = logging.NullHandler()
    for logger in (logging.getLogger(), *logging.getLogger().manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers = []


def _done(do: Callable[[Any], Any], job: Any) -> bytes:
    """Do a job; return its value and its messages, pickled, or nothing if the parent has to do it itself."""
    hearing = Hearing(to_prints=True)
    try:
        with hearing:
            value = do(job)
        return pickle.dumps((value, hearing.messages), pickle.HIGHEST_PROTOCOL) if hearing.is_exact else b""
    except BaseException:  # of any kind, including SystemExit: it is raised again where it can be reported
        return b""


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def is_child() -> bool:
    """Return whether this process is such a child."""
    return _is_child


_said: set[str] = set()
_is_child = False


def _say_once(text: str) -> None:
    """Print a note, but not as a warning, which could fail a build whose pages are all fine."""
    if text not in _said:
        _said.add(text)
        console.print(text, highlight=False, markup=False, soft_wrap=True)
