"""What a build, or the reading of an article, accesses: files, and the names in folders; and what else it does."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from hashlib import sha256
from importlib.machinery import all_suffixes
from typing import Any, Protocol

from ..files import read_regular

ELSEWHERE = tuple(
    f"{folder}{os.sep}"
    for folder in {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(),
        site.getusersitepackages(),
    }
)
"""The folders of Python and packages, which are covered by their versions."""

LISTS = ("os.listdir", "os.scandir")
STATS = ("os.access", "os.lstat", "os.readlink", "os.stat")
"""Functions without audit events of Python's own: `listening` makes some, for example for `os.path.exists`."""
UNKNOWABLE = (
    "os.exec",
    "os.fork",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.system",
    "shutil.",
    "socket.connect",
    "sqlite3.connect",
    "subprocess.Popen",
    "tempfile.",
    "urllib.Request",
)
"""Events that do more than look, or that may see something different the next time."""

FREQUENT = frozenset({"builtins.id", "object.__getattr__", "sys._getframe"})
"""Events that tell of no access: in a build of a thousand articles, there are a million."""

BOOTSTRAP = ("importlib._bootstrap_external", "_frozen_importlib_external")
"""The names of Python's own import machinery, after and before `importlib` is imported."""

IMPORTING = (*BOOTSTRAP, "importlib.metadata", "importlib_metadata")
"""The modules that import, and that search packages for their entry points: Python's own, and its backport."""

CODE = tuple(all_suffixes())

ENVIRONMENT = "environment"
"""Stands for the path of what else a process may ask: it isn't absolute."""
OF_STAT = "stat "
"""How the state of a file begins of which nothing was read but what `os.stat` says."""

SESSION = {
    *("_", "COLORTERM", "COLUMNS", "DISPLAY", "LINES", "OLDPWD", "PWD", "SHLVL", "STY", "WINDOWID"),
    *("MFLAGS", "PELICANOPTS"),  # how make passes options, which are compared as settings
}
"""The environment variables that only describe a terminal or a login, or how this process was called."""
OF_SESSION = ("DBUS_", "ITERM_", "KITTY_", "MAKE", "SSH_", "TERM", "TMUX", "VSCODE_", "VTE_", "WAYLAND_", "XDG_SESSION")
"""How others of this kind begin."""


def installed_packages() -> list[str]:
    """List the installed packages with their versions, by the folder names that pip gives them."""
    names: set[str] = set()
    for folder in ELSEWHERE:
        if os.path.isdir(folder):  # noqa: PTH112
            names.update(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))  # noqa: PTH208
    return sorted(names)


class Listener(Protocol):
    """Is told of Python's audit events."""

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of an event, before its action happens."""

    def fail(self, event: str, problem: Exception) -> None:
        """Take note of an event that can't be understood."""


class Observed:
    """The files and folders that were accessed; `is_all` is False if something unpredictable happened.

    The actions of all threads count: an extension may keep a pool of threads across articles, and nobody knows whose a
    thread is. An unrelated thread can cause an article to be read again, but never an outdated one to be kept. The
    preview's building process has no such thread, because another process serves.
    """

    def __init__(self) -> None:
        self.looked_at: dict[str, str | None] = {}
        self.is_all = True

    def fail(self, event: str, problem: Exception) -> None:
        """Record that an event can't be understood."""
        self.is_all = False

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Record an event, before its action happens."""
        looks = event == "open" or event in LISTS
        if event in STATS:
            self._look_at(arguments[0])
            return
        if not looks and not event.startswith(UNKNOWABLE):
            return
        is_importing = sys._getframe(2).f_globals.get("__name__") in IMPORTING  # the third frame is the audited one
        if looks:
            path, *how = arguments
            # Imported code is covered elsewhere; a package's data files may also be read by its importer.
            if is_importing and (event in LISTS or writes(*how) or str(path).endswith(CODE)):
                return
            if path is None:
                path = "."
            if not isinstance(path, str | bytes | os.PathLike):
                return  # a file that is already open
            absolute = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - it need not be there
            if event == "open" and writes(*how):
                self.is_all = self.is_all and absolute == os.devnull
            elif not absolute.startswith(ELSEWHERE) and (self.looked_at.get(absolute) or OF_STAT).startswith(OF_STAT):
                self.looked_at[absolute] = None  # because looking opens it, too
                self.looked_at[absolute] = digest = digest_of(absolute)
                # A pipe or a device gives something different each time, and a huge file would take too long to read.
                self.is_all = self.is_all and (digest is not None or not os.path.lexists(absolute))
        elif not is_importing:  # importing creates a folder for bytecode, and moves files there
            self.is_all = False

    def _look_at(self, path: object) -> None:
        """Record that a file wasn't there, or how large and how old it was; a folder counts if it is listed."""
        if isinstance(path, str | bytes | os.PathLike):
            absolute = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - it need not be there
            if not absolute.startswith(ELSEWHERE) and absolute not in self.looked_at and not os.path.isdir(absolute):  # noqa: PTH112
                self.looked_at[absolute] = _about(absolute)


def environment_state() -> str:
    """Return a digest of what Python and its packages may ask the process for, such as its variables."""
    variables = [
        variable
        for variable in os.environ.items()
        if variable[0] not in SESSION and not variable[0].startswith(OF_SESSION)
    ]
    zone = time.tzname, time.timezone, time.altzone
    facts = (sys.version, sys.flags, os.getcwd(), zone, sorted(variables))  # noqa: PTH109
    return sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def writes(mode: str | None = "r", flags: int = 0) -> bool:
    """Return whether a file that is opened like this may be changed."""
    return bool(flags & (os.O_WRONLY | os.O_RDWR)) or any(sign in (mode or "") for sign in "wax+")


def state_of(path: str, before: str | None) -> str | None:
    """Return what is now to be compared with an earlier state of a path in `Observed.looked_at`."""
    if path == ENVIRONMENT:
        return environment_state()
    return _about(path) if before and before.startswith(OF_STAT) else digest_of(path)


def _about(path: str) -> str | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - it may be text that is no path
    except (OSError, ValueError):
        return None
    return f"{OF_STAT}{status.st_mode} {status.st_size} {status.st_mtime_ns}"


def digest_of(path: str) -> str | None:
    """Return a digest of a file's contents, or of the names in a folder; None if there is neither."""
    try:
        if os.path.isdir(path):  # noqa: PTH112
            return sha256("\0".join(sorted(os.listdir(path))).encode("utf-8", "surrogateescape")).hexdigest()  # noqa: PTH208
        return sha256(read_regular(path)).hexdigest()
    except OSError:
        return None


_listeners: tuple[Listener, ...] = ()
_is_hooked = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    global _listeners
    if event not in FREQUENT and _listeners:
        hearing, _listeners = _listeners, ()  # what is done here isn't observed
        try:
            for listener in hearing:
                try:
                    listener.hear(event, arguments)
                except Exception as problem:  # of any kind: it would be raised where the file is opened
                    listener.fail(event, problem)
        finally:
            _listeners = hearing


@contextmanager
def listening(*listeners: Listener) -> Iterator[None]:
    """Tell these, and no others, of everything that is accessed inside the context."""
    global _is_hooked, _listeners
    if not _is_hooked:
        _is_hooked = True
        sys.addaudithook(_hear)  # it can't be removed
    before, _listeners = _listeners, listeners
    usual = {name: getattr(os, name.removeprefix("os.")) for name in STATS}
    for event, function in usual.items():
        setattr(os, event.removeprefix("os."), _telling(event, function))
    try:
        yield
    finally:
        _listeners = before
        for event, function in usual.items():
            setattr(os, event.removeprefix("os."), function)


@cache
def _telling(event: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a function raise an event, unless it already does."""
    if hasattr(function, "__wrapped__"):
        return function

    @wraps(function)
    def telling(path: Any, *arguments: Any, **named: Any) -> Any:
        if named.get("dir_fd") is None:
            _hear(event, (path,))
        return function(path, *arguments, **named)

    for supported in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if function in supported:
            supported.add(telling)
    return telling


@contextmanager
def observing(observed: Observed) -> Iterator[Observed]:
    """Observe everything that is accessed inside the context, besides what a whole build listens to."""
    with listening(*(listener for listener in _listeners if not isinstance(listener, Observed)), observed):
        yield observed
