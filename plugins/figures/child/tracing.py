"""Traces what a script observes of the file system while it runs (in the child).

There are two sources: Python's audit events, which also come from code that kept a reference to a function of `os`, and
wrappers around the functions of `os` without such events. `FUNCTIONS` lists every function of `os` that takes a path or
an open folder, with what it observes. Files that a C library opens itself, and that another process reads, can't be
seen.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import BuiltinFunctionType, ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from ..observations import ABSENT, State, libraries, module_in, named, real, state

_DEVICES = ("/proc/", "/dev/", "/sys/", "/etc/")
_IMPORTS = frozenset({"<frozen importlib._bootstrap_external>", "<frozen importlib._bootstrap>"})
_METADATA = frozenset({"importlib.metadata", "importlib_metadata"})
"""The modules that look through the folders of `sys.path` for distributions: again only if a folder's time is new."""
_TIMES = frozenset({"st_mtime", "st_ctime", "st_birthtime", "st_mtime_ns", "st_ctime_ns", "st_birthtime_ns"})
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_LAST_READ = frozenset({"st_atime", "st_atime_ns"})
_ORDER = ("st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime", "st_ctime")
_ASK_FOR_KIND = frozenset({"genericpath", "posixpath", "ntpath", "glob", "os"})
"""The standard library's modules that use a mode only to tell files, folders and links apart, as `pathlib` does."""

_ABOUT_A_PLACE = frozenset({"exists", "lexists", "kind", "lkind", "link"})
_CLOCK_NS = 20_000_000
"""The clock of a file system may tick this slowly: a more recent file may change again without a new time."""

_ATTACH = 24  # sqlite3's own number of the action
_ATTACHES = re.compile(r"\s*attach\s+(?:database\s+)?", re.IGNORECASE)
_NOWHERE = -1

UNSEEN = "starts another process, whose files can't be tracked: list them in depends = [...]"


class Trace:
    """Collects what this process observes, until it ends: an audit hook can't be removed.

    `left_out` are folders that don't count, and `root` is the project's. An observation keeps the first state that was
    seen. At the end, every one is made again: those that no longer hold, or were seen in two states, are `unsteady`.
    """

    def __init__(self, left_out: Iterable[Path], root: Path) -> None:
        global _current
        install()
        self._libraries = tuple(f"{folder}{os.sep}" for folder in libraries())
        devices = (device for device in _DEVICES if not f"{root}/".startswith(device))  # a project can be in /dev/shm
        self._left_out = (*devices, *self._libraries, *(f"{folder}{os.sep}" for folder in left_out))
        self._root = str(root)
        self._above = {self._root, *map(str, root.parents)}
        self._observed: dict[str, dict[str, State]] = {}
        self._unsteady: dict[str, None] = {}
        self._times: dict[str, None] = {}
        self._signatures: dict[str, tuple[tuple[int, ...] | None, int]] = {}
        self._own: set[str] = set()
        self._named_by_script: set[str] = set()
        self._starts_another = False
        self._depends = False
        _current = self

    def told(self) -> dict[str, Any]:
        """Return the observations by path and aspect, and which of them make the result impossible to record."""
        # On copies: a thread that the script has left running may observe more in the meantime.
        observed = {path: dict(sorted(self._observed[path].copy().items())) for path in sorted(self._observed.copy())}
        with unheard():
            for path, aspects in observed.items():
                if any(self._now(path, aspect) != recorded for aspect, recorded in self._with_modules(path, aspects)):
                    self._unsteady[path] = None
        return {
            "observed": {self._named(path): aspects for path, aspects in observed.items()},
            "unsteady": [*map(self._named, self._unsteady.copy())],
            "times": [*map(self._named, self._times.copy())],
        }

    def notes(self) -> list[str]:
        """Report what couldn't be seen, unless the script lists it."""
        return [UNSEEN] if self._starts_another and not self._depends else []

    def add(self, depends: Iterable[str | os.PathLike[str]], root: Path, beside: Path) -> None:
        """Record the paths in a script's `depends`, which tracing can't see: files, or folders by their names."""
        for path in depends:
            self._depends = True
            first = self.place(root / path)
            if first:  # it takes precedence, also if it is created later
                self.note(first, "exists")
                self._named_by_script.add(first)
            with unheard():
                is_beside = os.path.lexists(beside / path) and not os.path.lexists(root / path)
                place = self.place(beside / path if is_beside else root / path)
                is_folder = place is not None and os.path.isdir(place)
            if place:
                self.note(place, "listing" if is_folder else "content")

    def run(self, script: Path) -> None:
        """Record the script itself, wherever it is, even if it comes with an installed kit."""
        self.note(_tidied(str(script)), "content")

    def only_beside(self, beside: Path, root: Path) -> list[str]:
        """Return what was looked for in the root without success, but exists next to the script."""
        observed = sorted(self._observed.items())
        vain = [
            path
            for path, observations in observed
            if ABSENT in observations.values() and path not in self._named_by_script
        ]
        places = [Path(path) for path in vain if Path(path).is_relative_to(root)]
        with unheard():
            return [
                self._named(str(place))
                for place in places
                if not place.exists() and (beside / place.relative_to(root)).exists()
            ]

    def look_for(self, path: object) -> None:
        """Record whether a path exists."""
        place = self.place(path)
        if place:
            self.note(place, "exists")

    def is_library(self, path: str) -> bool:
        """Return whether a file or folder is part of Python or installed, so that it counts by its version."""
        return f"{path}{os.sep}".startswith(self._libraries)

    def found(self, folder: str, name: str, taken: str | None) -> None:
        """Record which file or folder was taken for a module; None if there is none."""
        place = self.place(folder)
        if place:
            self._keep(place, f"module.{name}", taken)

    def missing(self, folder: str, name: str) -> None:
        """Record that a folder of libraries doesn't have a module: it may be installed later."""
        self._keep(_tidied(folder), f"module.{name}", None)

    def look_for_distributions(self, folder: object) -> None:
        """Record which distributions are installed in a folder, also in one of libraries."""
        place = self.place(folder)
        if place is None and isinstance(folder, str) and self.is_library(os.path.abspath(folder)):
            place = _tidied(os.path.abspath(folder))
        if place:
            self.note(place, "distributions")

    def start_another(self) -> None:
        """Note that another process is started, whose observations can't be seen."""
        self._starts_another = True

    def place(self, path: object, folder: int | None = None) -> str | None:
        """Return an absolute path without following links or `..`; None if it doesn't count.

        `path` may be an open file or folder; in that case, or if `folder` is one, the system provides its path.
        """
        if isinstance(path, int):
            absolute = path_of_handle(path)
        elif path is None or isinstance(path, str | bytes | os.PathLike):
            text = os.curdir if path is None else os.fsdecode(path)
            if "\0" in text:
                return None
            if os.path.isabs(text):
                absolute = text
            else:
                base = path_of_handle(folder) if folder is not None and folder != _NOWHERE else _here()
                absolute = base and f"{base}{os.sep}{text}"
        else:
            return None
        if absolute is None:
            return None
        absolute = _tidied(absolute)
        return absolute if self._counts(absolute) and not self._owns(absolute) else None

    def note(self, place: str, aspect: str) -> None:
        """Make an observation, before the script does."""
        if aspect in _ABOUT_A_PLACE and place in self._above:
            return  # the location of the project is no input: its copies draw the same
        with unheard():
            now = self._now(place, aspect)
        self._keep(place, aspect, now)

    def note_field(self, place: str, stat: str, field: str, value: State, reader: Mapping[str, Any]) -> None:
        """Record a field of a `stat` result that is read by code with these globals."""
        name = reader.get("__name__", "")
        if field in _LAST_READ or (field in _TIMES and name == "linecache"):
            return  # linecache checks whether to read the lines in messages again
        if field in _TIMES:
            self._times[place] = None
        elif field == "st_mode" and (name in _ASK_FOR_KIND or name.partition(".")[0] == "pathlib"):
            self.note(place, "kind" if stat == "stat" else "lkind")
        else:
            self._keep(place, f"{stat}.{field}", value)

    def ask_for_time(self, place: str) -> None:
        """Record what differs on each machine and at each moment, such as the free disk space."""
        self._times[place] = None

    def opened(self, place: str, flags: int) -> None:
        """Record a file that is about to be opened; files that the script creates itself are no inputs."""
        if flags & os.O_CREAT and flags & os.O_EXCL:
            with unheard():
                is_there = state(place, "lexists") is True
            if is_there or not _is_temporary(place):
                self.note(place, "lexists")
            if not is_there:
                self._own.add(place)
        elif flags & os.O_TRUNC:
            with unheard():
                if state(place, "lexists") is not True or real["access"](place, os.W_OK):
                    self._own.add(place)
        elif flags & _ACCESS != os.O_WRONLY:
            self.note(place, "content")

    @contextmanager
    def changing(self, places: Iterable[str | None]) -> Iterator[None]:
        """Record paths that are about to be created, moved or removed; after that, they are the script's own."""
        counted = [place for place in places if place]
        for place in counted:
            if not _is_temporary(place):
                self.note(place, "lexists")
        yield
        self._own.update(counted)

    def database(self, name: object) -> None:
        """Record an SQLite database, with the files that it keeps changes in: given as a path or a URI."""
        if isinstance(name, str) and name.startswith("file:"):
            parts = urlsplit(name)
            name = unquote(parts.path)
            if "mode=memory" in parts.query.split("&"):
                return
        if name in ("", ":memory:", b"", b":memory:"):
            return
        place = self.place(name)
        for ending in ("", "-wal", "-journal") if place else ():
            self.note(f"{place}{ending}", "content")

    def connected(self, connection: Any) -> None:
        """Get notified of the databases that an SQLite connection attaches."""

        def heard(action: int, path: str | None, *_: object) -> int:
            if action == _ATTACH and path:
                self.database(path)
            elif action == _ATTACH:  # the name is a parameter, or computed: it's known once the statement runs
                connection.set_trace_callback(self._attached)
            return 0

        connection.set_authorizer(heard)

    def _attached(self, statement: str) -> None:
        """Record the database that a statement attaches; SQLite has put the parameters in, and computes the name."""
        if attaching := _ATTACHES.match(statement):
            with unheard():
                name = _value_before_as(statement[attaching.end() :])
            self.database(name)

    def _keep(self, place: str, aspect: str, now: State) -> None:
        if self._observed.setdefault(place, {}).setdefault(aspect, now) != now:
            self._unsteady[place] = None

    def _now(self, place: str, aspect: str) -> State:
        if aspect != "content":
            return state(place, aspect)
        recorded = self._observed.get(place, {}).get("content")
        if recorded is not None and self._is_as_signed(place):
            return recorded
        self._sign(place)
        return state(place, "content")

    def _sign(self, place: str) -> None:
        self._signatures[place] = _signature(place), time.time_ns()

    def _is_as_signed(self, place: str) -> bool:
        """Return whether a file certainly hasn't changed since it was read: not written, nor too recent to tell."""
        signature, when = self._signatures.get(place, (None, 0))
        if signature is None or signature != _signature(place):
            return False
        return max(signature[-2:]) < when - _CLOCK_NS

    def _with_modules(self, path: str, aspects: Mapping[str, State]) -> Iterator[tuple[str, State]]:
        """Yield the observations to check again; modules are checked here, with one listing of their folder."""
        modules = {aspect: recorded for aspect, recorded in aspects.items() if aspect.startswith("module.")}
        yield from ((aspect, recorded) for aspect, recorded in aspects.items() if aspect not in modules)
        if modules:
            names = _names(path)
            for aspect, before in modules.items():
                name = aspect.partition(".")[2]
                if module_in(names, name, lambda below: _names(f"{path}{os.sep}{below}")) != before:
                    yield aspect, before

    def _counts(self, path: str) -> bool:
        resolved = os.path.realpath(path) if ".." in path else path
        return not f"{resolved}{os.sep}".startswith(self._left_out)

    def _owns(self, path: str) -> bool:
        return any(path == folder or path.startswith(f"{folder}{os.sep}") for folder in self._own)

    def _named(self, path: str) -> str:
        return named(path, self._root)


_current: Trace | None = None
"""The trace that collects, in a child; None in the process that forks the children."""


class _Thread(threading.local):
    is_unheard = False


_thread = _Thread()


@contextmanager
def unheard() -> Iterator[None]:
    """Look at the file system without recording it as the script's observation."""
    before, _thread.is_unheard = _thread.is_unheard, True
    try:
        yield
    finally:
        _thread.is_unheard = before


def _hearing() -> Trace | None:
    return None if _thread.is_unheard else _current


def _tidied(path: str) -> str:
    """Remove `.` and doubled separators, but no `..`, which after a link doesn't lead back."""
    if os.name == "nt":
        return os.path.normpath(path)
    ends = os.sep if path.endswith(os.sep) and path.strip(os.sep) else ""
    return os.sep + os.sep.join(part for part in path.split(os.sep) if part not in ("", os.curdir)) + ends


def _value_before_as(text: str) -> object:
    """Return the value of the SQL expression before the word `as`, which it may contain itself; None if it has none."""
    import sqlite3

    with closing(sqlite3.connect(":memory:")) as empty:
        for match in re.finditer(r"\bas\b", text, re.IGNORECASE):
            with suppress(sqlite3.Error):
                return empty.execute(f"select {text[: match.start()]}").fetchone()[0]
    return None


def _here() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it has been removed
        return None


def path_of_handle(handle: int | None) -> str | None:
    """Return the path of an open file or folder, if the system provides it; None for pipes and the like."""
    with suppress(OSError, ValueError):
        if sys.platform == "darwin":
            import fcntl

            return fcntl.fcntl(handle or 0, 50, bytes(1024)).rstrip(b"\0").decode()  # F_GETPATH
        path = str(real["readlink"](f"/proc/self/fd/{handle}"))
        return path if path.startswith("/") and not path.endswith(" (deleted)") else None
    return None


def _is_temporary(path: str) -> bool:
    """Return whether something is directly in the folder of temporary files, where each run uses other names."""
    folder = getattr(sys.modules.get("tempfile"), "tempdir", None)
    return os.path.dirname(path) == (folder or os.environ.get("TMPDIR") or "/tmp")


def _signature(place: str) -> tuple[int, ...] | None:
    try:
        status = real["stat"](place)
    except (OSError, ValueError):
        return None
    assert isinstance(status, os.stat_result)
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _names(folder: str) -> set[str]:
    try:
        names = real["listdir"](folder)
        assert isinstance(names, list)
        return set(names)
    except OSError:
        return set()


class StatResult:
    """A `stat` result that records which of its fields are read."""

    __slots__ = ("_kind", "_place", "_real", "_trace")

    def __init__(self, real: os.stat_result, place: str, kind: str, trace: Trace) -> None:
        self._real, self._place, self._kind, self._trace = real, place, kind, trace

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return os.stat_result

    def __getattr__(self, field: str) -> Any:
        value = getattr(self._real, field)
        if field.startswith("st_"):
            self._trace.note_field(self._place, self._kind, field, value, sys._getframe(1).f_globals)
        return value

    def _whole(self) -> os.stat_result:
        for field in _ORDER:
            self._trace.note_field(self._place, self._kind, field, getattr(self._real, field), {})
        return self._real

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int) and -len(_ORDER) <= index < len(_ORDER):
            field = _ORDER[index]
            value = self._real[index]
            self._trace.note_field(self._place, self._kind, field, value, sys._getframe(1).f_globals)
            return value
        return self._whole()[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._real)

    def __eq__(self, other: object) -> bool:
        return self._whole() == (other._whole() if isinstance(other, StatResult) else other)

    def __hash__(self) -> int:
        return hash(self._whole())

    def __repr__(self) -> str:
        return repr(self._whole())

    def __reduce__(self) -> Any:
        return self._whole().__reduce__()


class _Entry:
    """An entry of a folder that records when more than its name and kind is read."""

    __slots__ = ("_place", "_real", "_trace")

    def __init__(self, real: Any, place: str, trace: Trace) -> None:
        self._real, self._place, self._trace = real, place, trace

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return os.DirEntry

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __fspath__(self) -> Any:
        return self._real.__fspath__()

    def __repr__(self) -> str:
        return repr(self._real)

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        self._trace.note(self._place, "exists" if follow_symlinks else "lexists")
        status = self._real.stat(follow_symlinks=follow_symlinks)
        return StatResult(status, self._place, "stat" if follow_symlinks else "lstat", self._trace)

    def inode(self) -> int:
        self._trace.note(self._place, "lstat.st_ino")
        return int(self._real.inode())


class _Entries:
    """The result of `os.scandir`, with entries that record their use."""

    def __init__(self, real: Any, place: str, trace: Trace) -> None:
        self._real, self._place, self._trace = real, place, trace

    def __iter__(self) -> _Entries:
        return self

    def __next__(self) -> Any:
        entry = next(self._real)
        place = self._trace.place(f"{self._place}{os.sep}{os.fsdecode(entry.name)}")
        return _Entry(entry, place, self._trace) if place else entry

    def __enter__(self) -> _Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._real.close()


Watcher = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Wraps a function of `os`."""


def _is_importing(frame: Any) -> bool:
    return frame.f_code.co_filename in _IMPORTS  # the taken module is recorded in `modules`


def _is_looking_for_distributions(frame: Any) -> bool:
    return frame.f_globals.get("__name__") in _METADATA


def _stat(follows: bool = True) -> Watcher:
    def watch(function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            trace, reader = _hearing(), sys._getframe(1)
            path = arguments[0] if arguments else options.get("path", options.get("fd", _NOWHERE))
            if trace and _is_looking_for_distributions(reader):
                trace.look_for_distributions(path)
                return function(*arguments, **options)
            place = trace.place(path, options.get("dir_fd")) if trace and not _is_importing(reader) else None
            if not trace or not place:
                return function(*arguments, **options)
            follow = follows and options.get("follow_symlinks", True)
            trace.note(place, "exists" if follow else "lexists")
            status = function(*arguments, **options)
            return StatResult(status, place, "stat" if follow else "lstat", trace)

        return watched

    return watch


def _look(aspect: Callable[..., str], *of: str) -> Watcher:
    """Record one aspect, which may depend on the named arguments, given by position or by keyword."""

    def watch(function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            trace = _hearing()
            if trace:
                by_name = dict(zip(("path", *of), arguments, strict=False)) | options
                place = trace.place(by_name.get("path", by_name.get("fd")), by_name.get("dir_fd"))
                if place:
                    trace.note(place, aspect(by_name))
            return function(*arguments, **options)

        return watched

    return watch


def _xattr(kind: str) -> Callable[[Mapping[str, Any]], str]:
    def aspect(by_name: Mapping[str, Any]) -> str:
        link = "" if by_name.get("follow_symlinks", True) else "l"
        attribute = by_name.get("attribute")
        return f"{link}{kind}" + (f".{os.fsdecode(attribute)}" if attribute is not None else "")

    return aspect


def _change(*paths: str) -> Watcher:
    """Record what is created, moved or removed: `paths` names arguments, as PATH or PATH/FOLDER_DESCRIPTOR."""

    def watch(function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            trace = _hearing()
            if not trace:
                return function(*arguments, **options)
            names = [name.partition("/")[0] for name in paths]
            order = ["src", "dst"] if "dst" in names else ["path"]
            by_name = dict(zip(order, arguments, strict=False)) | options
            folders = [by_name.get(name.partition("/")[2] or "dir_fd") for name in paths]
            places = [trace.place(by_name.get(name), at) for name, at in zip(names, folders, strict=True)]
            with trace.changing(places):
                return function(*arguments, **options)

        return watched

    return watch


def _open(function: Callable[..., Any]) -> Callable[..., Any]:
    """Record files opened relative to an open folder, which the audit event doesn't name."""

    def watched(*arguments: Any, **options: Any) -> Any:
        trace, folder = _hearing(), options.get("dir_fd")
        if not trace or folder is None:
            return function(*arguments, **options)
        by_name = dict(zip(("path", "flags"), arguments, strict=False)) | options
        place = trace.place(by_name["path"], folder)
        if place:
            trace.opened(place, by_name["flags"])
        with unheard():
            return function(*arguments, **options)

    return watched


def _scandir(function: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*arguments: Any, **options: Any) -> Any:
        trace = _hearing()
        place = trace.place(arguments[0] if arguments else options.get("path")) if trace else None
        entries = function(*arguments, **options)
        return _Entries(entries, place, trace) if place and trace else entries

    return watched


def _momentary(function: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*arguments: Any, **options: Any) -> Any:
        trace = _hearing()
        place = trace.place(next(iter((*arguments, *options.values())), None)) if trace else None
        if trace and place:
            trace.ask_for_time(place)
        return function(*arguments, **options)

    return watched


def _process(function: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*arguments: Any, **options: Any) -> Any:
        trace = _hearing()
        if trace:
            trace.start_another()
        return function(*arguments, **options)

    return watched


def _connect(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(*arguments: Any, **options: Any) -> Any:
        connection, trace = function(*arguments, **options), _hearing()
        if trace:
            trace.connected(connection)
        return connection

    return watched


HEARD = None
"""The function has an audit event."""

_moves = _change("src/src_dir_fd", "dst/dst_dir_fd")

FUNCTIONS: Mapping[str, Watcher | None] = {
    # content
    "open": _open,  # its audit event covers the rest
    # stat
    "stat": _stat(),
    "lstat": _stat(follows=False),
    "fstat": _stat(),
    "access": _look(lambda by_name: f"access.{by_name['mode']}", "mode"),
    "chdir": _look(lambda _: "kind"),
    "fchdir": _look(lambda _: "kind"),
    "getxattr": _look(_xattr("xattr"), "attribute"),
    "listxattr": _look(_xattr("xattrs")),
    # different at each moment
    "statvfs": _momentary,
    "fstatvfs": _momentary,
    "pathconf": _momentary,
    "fpathconf": _momentary,
    # link target
    "readlink": _look(lambda _: "link"),
    # listing
    "listdir": HEARD,
    "scandir": _scandir,
    # changes need the path to exist, or not to exist
    "mkdir": _change("path"),
    "mkfifo": _change("path"),
    "mknod": _change("path"),
    "rmdir": _change("path"),
    "remove": _change("path"),
    "unlink": _change("path"),
    "link": _moves,
    "symlink": _change("dst/dir_fd"),
    "rename": _moves,
    "replace": _moves,
    "truncate": _look(lambda _: "content"),
    "ftruncate": _look(lambda _: "content"),
    "chmod": _look(lambda _: "exists"),
    "lchmod": _look(lambda _: "lexists"),
    "fchmod": _look(lambda _: "exists"),
    "chown": _look(lambda _: "exists"),
    "lchown": _look(lambda _: "lexists"),
    "fchown": _look(lambda _: "exists"),
    "chflags": _look(lambda _: "exists"),
    "lchflags": _look(lambda _: "lexists"),
    "utime": _look(lambda _: "exists"),
    "setxattr": _look(lambda _: "exists"),
    "removexattr": _look(lambda _: "exists"),
    "chroot": _look(lambda _: "kind"),
    # other processes
    "execv": HEARD,
    "execve": HEARD,
    "posix_spawn": HEARD,
    "posix_spawnp": HEARD,
    "startfile": HEARD,
}
"""How to watch each function of `os` that takes a path or an open folder."""

_STARTS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork", "os.forkpty")

_EVENTS: Mapping[str, Callable[[Trace, tuple[Any, ...]], None]] = {
    "open": lambda trace, arguments: _opened(trace, *arguments),
    "os.listdir": lambda trace, arguments: _listed(trace, arguments[0]),
    "os.scandir": lambda trace, arguments: _listed(trace, arguments[0]),
    "sqlite3.connect": lambda trace, arguments: trace.database(arguments[0]),
    "subprocess.Popen": lambda trace, _: trace.start_another(),
    **{event: lambda trace, _: trace.start_another() for event in _STARTS},
}


def _opened(trace: Trace, path: object, _: object, flags: object) -> None:
    if isinstance(flags, int) and not isinstance(path, int):
        place = trace.place(path)
        if place:
            trace.opened(place, flags)


def _listed(trace: Trace, path: object) -> None:
    frame: Any = sys._getframe(3)
    while frame and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    if frame and (_is_importing(frame) or _is_looking_for_distributions(frame)):
        return
    place = trace.place(path)
    if place:
        trace.note(place, "listing")


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _current is not None and event in _EVENTS and not _thread.is_unheard:
        _EVENTS[event](_current, arguments)


def _watch_in_classes(watched: Mapping[Any, Callable[..., Any]]) -> None:
    """Replace functions that classes of the standard library hold already, as `Path.glob`'s do since Python 3.13."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, ModuleType) and name.partition(".")[0] in sys.stdlib_module_names:
            for kind in [
                value for value in vars(module).values() if isinstance(value, type) and value.__module__ == name
            ]:
                for attribute, held in list(vars(kind).items()):
                    function = held.__func__ if isinstance(held, staticmethod) else None
                    if isinstance(function, BuiltinFunctionType) and function in watched:
                        setattr(kind, attribute, staticmethod(watched[function]))


@functools.cache
def install() -> None:
    """Watch the functions of `os`, once per process; call this before importing libraries that keep some of them."""
    sys.addaudithook(_hear)
    system = sys.modules.get("posix") or sys.modules.get("nt")
    all_watched: dict[Any, Callable[..., Any]] = {}
    for name, watch in FUNCTIONS.items():
        if watch is not None and name in real:
            function = real[name]
            watched = all_watched[function] = functools.wraps(function)(watch(function))
            for module in (os, system):
                if getattr(module, name, None) is function:
                    setattr(module, name, watched)
            for supported in (
                os.supports_dir_fd,
                os.supports_fd,
                os.supports_follow_symlinks,
                os.supports_effective_ids,
            ):
                if function in supported:
                    supported.add(watched)
    _watch_in_classes(all_watched)
    if sys.platform != "win32":  # multiprocessing starts its processes with this, which has no audit event
        import _posixsubprocess

        _posixsubprocess.fork_exec = _process(_posixsubprocess.fork_exec)
    with suppress(ImportError):  # Python may be built without it
        import sqlite3.dbapi2

        sqlite3.connect = sqlite3.dbapi2.connect = _connect(sqlite3.connect)
