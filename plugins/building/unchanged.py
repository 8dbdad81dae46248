"""A build in which nothing has changed ends at once: nothing is read, and the output stays as the last build left it.

After a build, its record says what the build depended on, in the state in which that was when the build began: the
settings, the environment, the installed packages, every file of the project, and every other file that was opened or
listed. It also has the state of every file of the output. The next build compares all of this before it does anything
else. Files are compared by size, inode and times, including the time of the last change of any kind, which nobody can
set; if these differ, a file of the project is the same all the same if its bytes are.

A build leaves a record only if nothing else can have had an effect on it: other people's plugins, readers, and
functions for templates may do anything. It leaves none if there was a warning, either, so that the next build gives it
again. While a build runs, the record of the last one is replaced by a claim. So a build that was killed leaves no
record, and of two builds at the same time, only one that nobody interrupted does.
"""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from blinker import Signal
from pelican import Pelican, signals
from pelican.log import console

from .. import is_listed, messages
from ..files import from_root, read_regular, write_atomically
from . import observing
from .dependencies import is_foreign, is_unsteady, name_of
from .incremental import WholeBuildError, inputs_of, shown_by
from .observing import ELSEWHERE, IMPORTING, LISTS, STATS, UNKNOWABLE, environment_state, listening, writes
from .output import OWN, Stamp, hash_of, is_young, output_of, stamp_of
from .pages import Warnings, callables_of, described_settings, foreign_receivers
from .pages import plugin as writing
from .values import OURS, Names, UncomparableError

log = logging.getLogger(__name__)

FOLDER = "unchanged"
"""In Pelican's CACHE_PATH: a record for each output."""
VERSION = 2
"""Incremented when the meaning of a record changes."""
MOST = 20_000
"""The most files that are compared: with more, the folder of a project holds something else than a site."""
LARGE = 2**22
"""The size in bytes from which a file's bytes aren't compared."""
LATE_NS = 60_000_000_000
"""The time within which this process has surely begun, where the system doesn't tell when."""
NEEDED = ("reading", "building.pages")
"""The plugins that know whether reading and rendering may have another result next time."""
ACCOUNTED = (
    "building.forking",
    "building.output",
    "building.pages",
    "figures",
    "processes",
    "reading",
    "repository",
    "search",
)
"""Our modules whose processes and connections are tracked elsewhere."""
BYTECODE = "__pycache__"
"""Folders that change whenever any process imports a module: they say nothing that their sources don't."""
LEFT_OUT = (BYTECODE, "node_modules")
"""Folders that hold nothing of a site."""
MOVES = ("os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate", "shutil.")
"""The events of changes to files and folders, which their paths show."""
COPIES = ("os.link", "os.symlink", "shutil.copy")
"""Those of them whose first path is only read."""
OF_SYSTEM = ("/proc/", "/sys/", "/dev/")
"""Where files are different each time."""
ENDINGS = (".dist-info", ".egg-info", ".pth", ".py", ".pyd", ".so")
"""The endings of files that imports load, or that list installed packages."""


class UnknownError(Exception):
    """Something may have an effect on the next build that isn't known here; the message says what."""


class BuildRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a build depended on, and what it left.

    `states` are digests by what they are of. `files` have a digest of their bytes, or an empty one if only their state
    counts. `level` is the least severe message that the build would have shown, `until` the time from which an article
    is due, and `notes` were printed.
    """

    version: int
    level: int
    until: float | None
    states: dict[str, str]
    files: dict[str, tuple[Stamp, str]]
    output: str
    notes: list[str]


def state_of(path: str, written: tuple[str, ...]) -> Stamp:
    """Return the same for anything that a build may look at: of a folder, only its names count, except what it wrote.

    `written` are the beginnings of such paths. Bytecode doesn't count either.
    """
    stamp = stamp_of(path)
    if stamp is None or not stat.S_ISDIR(stamp[-1]):
        return stamp
    try:
        names = set(os.listdir(path)) - {BYTECODE}  # noqa: PTH208
    except OSError:
        return ()
    listing = "\0".join(
        sorted(name for name in names if not f"{path}{os.sep}{name}{os.sep}".startswith(written))
    ).encode("utf-8", "surrogatepass")
    return (int.from_bytes(blake2b(listing, digest_size=7).digest(), "big"),)


def _began_ns() -> int:
    """Return when this process began: whatever it has imported itself was read after that."""
    if sys.platform == "linux":
        with suppress(OSError, ValueError, IndexError):
            ticks = int(Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()[19])
            since_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK")
            return time.time_ns() - since_ns
    return time.time_ns() - LATE_NS


class Imports:
    """When each module was imported. A fork inherits its parent's."""

    def __init__(self) -> None:
        self._began_ns = _began_ns()
        self._inherited: dict[str, int] = {}
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._fork)

    def _fork(self) -> None:
        self._inherited = dict.fromkeys(sys.modules, self._began_ns) | self._inherited
        self._began_ns = _began_ns()

    def files(self) -> Iterator[tuple[str, int]]:
        """Yield the file of each module, and a moment before it was read."""
        for name, module in [*sys.modules.items()]:
            file = getattr(module, "__file__", None)
            if isinstance(file, str):
                yield _whole(file), self._inherited.get(name, self._began_ns)


imports = Imports()


def project_files(folders: Iterable[str], content: str, left_out: Iterable[str]) -> dict[str, Stamp]:
    """Return the states of the files below some folders, except bytecode, environments, and what builds write.

    Hidden ones count only in the folder of articles, where Pelican may read them. The path of a folder ends with a
    separator.
    """
    stamps: dict[str, Stamp] = {}
    seen = {*map(os.path.realpath, left_out)}
    for top in folders:
        for folder, below, names in os.walk(top, followlinks=True):
            real = os.path.realpath(folder)
            # A link may lead back to it; the packages of an environment count by their versions.
            if real in seen or "pyvenv.cfg" in names:
                below.clear()
                continue
            seen.add(real)
            stamps[f"{folder}{os.sep}"] = ()
            is_content = f"{real}{os.sep}".startswith(f"{content}{os.sep}")
            below[:] = sorted(name for name in below if (name[0] != "." or is_content) and name not in LEFT_OUT)
            paths = (f"{folder}{os.sep}{name}" for name in names if name[0] != "." or is_content)
            stamps |= {path: stamp for path in paths if (stamp := stamp_of(path))}
            if len(stamps) > MOST:
                raise UnknownError(f"the project's folder has more than {MOST:,} files")
    return stamps


def digest_of(path: str, stamp: Stamp) -> str:
    """Return a digest of a file's bytes; empty if it is large, no regular file, or in another state by now."""
    if stamp and len(stamp) == OWN and stamp[0] < LARGE:
        with suppress(OSError):
            data = read_regular(path)
            return hash_of(data) if stamp_of(path) == stamp else ""
    return ""


class Looking:
    """What this process looks at during a build, from Python's audit events, with its state before that."""

    def __init__(self, known: Container[str], written: tuple[str, ...], project: Iterable[str]) -> None:
        self._known = known
        self._written = written
        self._project = beginnings(project)
        self._temporary = f"{tempfile.gettempdir()}{os.sep}"
        self.files: dict[str, Stamp] = {}
        self.unknown = ""
        """What else was done."""

    def fail(self, event: str, problem: Exception) -> None:
        """Note that an event can't be understood."""
        self.unknown = f"{event} can't be understood: {problem!r}"

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an event."""
        if event == "open":
            path, *how = arguments
            if isinstance(path, str | bytes | os.PathLike):
                (self._change if writes(*how) else self._look)(_whole(path))
        elif event in LISTS:
            if not isinstance(arguments[0], int):
                self._look(_whole(arguments[0] or "."))
        elif event in STATS:
            path = arguments[0]
            if isinstance(path, str | bytes | os.PathLike):
                absolute = _whole(path)
                # All files of the project count, and a folder counts if it is listed.
                if not (absolute.startswith((*self._project, *OF_SYSTEM)) or os.path.isdir(absolute)):  # noqa: PTH112
                    self._look(absolute)
        elif event.startswith(MOVES):
            if event.startswith("os.") and arguments[-1] != -1:
                return  # relative to an open folder: part of an event of `shutil`
            for path in arguments[1:2] if event.startswith(COPIES) else arguments[:2]:
                if isinstance(path, str | bytes | os.PathLike):
                    self._change(_whole(path))
        elif event.startswith("tempfile."):
            self._written += (f"{_whole(arguments[0])}{os.sep}",)  # what is in there is from this build
        elif event.startswith(UNKNOWABLE) and not self.unknown:
            self.unknown = _unaccounted(event)

    def _look(self, path: str) -> None:
        if path in self.files or path in self._known or path.startswith(ELSEWHERE) or self._is_written(path):
            return
        if _is_bytecode(path):
            return
        if sys._getframe(3).f_globals.get("__name__") in IMPORTING:  # the fourth frame is the audited one
            return  # what is imported counts anyway, and its bytecode doesn't
        if path.startswith(OF_SYSTEM) and not path.startswith((*self._project, self._temporary)):  # as in /dev/shm
            self.unknown = self.unknown or _unaccounted(path)
            return
        self.files[path] = state_of(path, self._written)

    def _change(self, path: str) -> None:
        is_temporary = f"{path}{os.sep}".startswith(self._temporary) and not path.startswith(self._project)
        is_device = path.startswith("/dev/") and not path.startswith(self._project)
        if not (self.unknown or self._is_written(path) or is_temporary or _is_bytecode(path) or is_device):
            self.unknown = f"the build writes {path}"

    def _is_written(self, path: str) -> bool:
        return f"{path}{os.sep}".startswith(self._written)


def beginnings(folders: Iterable[str]) -> tuple[str, ...]:
    """Return the beginnings of all paths in some folders."""
    return tuple(
        f"{os.path.abspath(path)}{os.sep}"  # noqa: PTH100
        for folder in folders
        for path in {folder, os.path.realpath(folder)}
    )


def _is_bytecode(path: str) -> bool:
    return f"{os.sep}{BYTECODE}{os.sep}" in f"{path}{os.sep}"


def _whole(path: str | bytes | os.PathLike[Any]) -> str:
    return os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - it need not be there


def _unaccounted(event: str) -> str:
    """Name the unaccounted caller of an unpredictable operation; empty if there is none."""
    frame = sys._getframe(1)
    while frame:
        name = str(frame.f_globals.get("__name__"))
        if name.startswith(OURS) and name not in (__name__, observing.__name__):
            is_known = f"{name}.".removeprefix(OURS).startswith(tuple(f"{package}." for package in ACCOUNTED))
            return "" if is_known else f"{name} does or reads {event}"
        above = frame.f_back
        if above is None:
            break
        frame = above
    return f"something does or reads {event}"


class Build:
    """A build: what it depends on, as it was when it began, and its record."""

    def __init__(self, pelican: Any, remark_count: Callable[[], int]) -> None:
        settings = pelican.settings
        self._pelican, self._settings, self._remark_count = pelican, settings, remark_count
        self._output, self._retention = str(pelican.output_path), list(pelican.output_retention)
        name = blake2b(os.path.realpath(self._output).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        self._file = Path(settings["CACHE_PATH"], FOLDER, f"{name}.json")
        self._began_ns = time.time_ns()
        self._claim = b""
        self.notes: Sequence[str] = ()
        """What the last build printed about the site, once it is known to be the same."""
        self._level = logging.getLogger().getEffectiveLevel()
        content = os.path.realpath(settings["PATH"])
        above = os.path.dirname(content)  # noqa: PTH120
        root = os.path.join(above, str(settings.get("FIGURES_ROOT", "")))  # noqa: PTH118
        store = os.path.join(root, str(settings.get("FIGURES_STORE", ".figures")))  # noqa: PTH118
        self._store = store
        written = [self._output, str(settings["CACHE_PATH"]), store]
        self._written = beginnings(written)
        self._folders = [content, above, *_folders_in(settings)]
        self._project = project_files(self._folders, content, written)
        self._known: Mapping[str, tuple[Stamp, str]] = {}
        self._states = {
            "the settings": _settings_state(settings),
            "the environment": environment_state(),
            "a package": _packages_state(),
            "the store of figures": output_of(store, ["cache"]),
            **{f"the {name}": state(settings) for name, state in shown_by.items() if is_listed(name, settings)},
        }

    def changed(self) -> str:
        """Return what has changed since the last build, or why that isn't known; empty if nothing has."""
        try:
            record = msgspec.convert(json.loads(read_regular(self._file)), BuildRecord)
        except (OSError, ValueError, RecursionError):  # msgspec's own errors are ValueErrors
            return "there is no record of a whole build"
        if record.version != VERSION:
            return "there is no record of a whole build"
        self._known = record.files
        if record.level > self._level:
            return "more messages are asked for"
        if record.until is not None and time.time() >= record.until:
            return "an article is due"
        for name, state in self._states.items():
            if record.states.get(name) != state:
                return f"{name} changed"
        if new := self._project.keys() - record.files.keys():
            return f"{min(new)} is new"
        for path, (stamp, digest) in record.files.items():
            now = self._project[path] if path in self._project else state_of(path, self._written)
            is_alike = digest and stamp and now and now[-1] == stamp[-1]
            if now != stamp and not (is_alike and digest_of(path, now) == digest):
                return f"{path} changed"
        if output_of(self._output, self._retention) != record.output:
            return "the output changed"
        self.notes = record.notes
        return ""

    def claim(self) -> Looking:
        """Replace the record before anything is written; return what notes what the build looks at."""
        self._claim = os.urandom(16)
        with suppress(OSError):
            self._file.unlink(missing_ok=True)  # if there is no space for a claim
            write_atomically(self._file, self._claim)
        return Looking(self._project, self._written, self._folders)

    def note(self, looking: Looking, generators: Sequence[Any]) -> None:
        """Write the record of this build. Raise UnknownError if the next one may be different all the same."""
        if self._remark_count():
            raise UnknownError("there was a warning")
        if looking.unknown:
            raise UnknownError(looking.unknown)
        files = {**looking.files, **self._project}
        inputs = set(self._inputs())
        for path, read_ns in [*imports.files(), *((path, self._began_ns) for path in inputs)]:
            if f"{path}{os.sep}".startswith(self._written):
                continue
            stamp = files.get(path) or state_of(path, self._written)
            if is_young(stamp, read_ns):
                raise UnknownError(f"{path} is too new")
            files[path] = stamp
        if young := [path for path, state in files.items() if is_young(state, self._began_ns)]:
            raise UnknownError(f"{young[0]} is too new")
        self._refuse_strangers(generators)
        until = min(due(generators, self._began_ns / 1e9), default=None)
        # The store is what this build has left.
        store = output_of(self._store, ["cache"])
        states = {**self._states, "the store of figures": store}
        output = output_of(self._output, self._retention)
        described = self.described(files, inputs)
        record = BuildRecord(VERSION, self._level, until, states, described, output, messages.noted())
        with suppress(OSError):
            if read_regular(self._file) == self._claim:
                write_atomically(self._file, json.dumps(msgspec.to_builtins(record)).encode())  # names may not be UTF-8

    def described(self, files: Mapping[str, Stamp], inputs: Collection[str]) -> dict[str, tuple[Stamp, str]]:
        """Return files with the digests that count: something may look at the time of what is among the inputs."""
        described: dict[str, tuple[Stamp, str]] = {}
        by_time = self._settings.get("DEFAULT_DATE") == "fs"
        for path, stamp in files.items():
            recorded, digest = self._known.get(path), ""
            if path in self._project and path not in inputs and not by_time:
                digest = recorded[1] if recorded and recorded[0] == stamp else digest_of(path, stamp)
            described[path] = stamp, digest
        return described

    def _inputs(self) -> Iterator[str]:
        """Yield the files that the plugins' parts of the build depend on."""
        for name, inputs in inputs_of.items():
            if is_listed(name, self._settings):
                yield from inputs()
        if writing.run:
            yield from writing.run.files()

    def _refuse_strangers(self, generators: Sequence[Any]) -> None:
        """Raise UnknownError if pages may be different each time, because of other code than Pelican's and ours."""
        run = writing.run
        if run is None or run.foreign:
            raise UnknownError(run.foreign if run else "pages aren't written")
        if not run.is_complete:
            raise UnknownError("some pages are rendered in each build")
        all_code = [*map(type, generators), *callables_of(generators)]
        all_code += [
            extension
            for generator in generators
            if hasattr(generator, "env")
            for extension in generator.env.extensions.values()
        ]
        if strange := next((code for code in all_code if is_foreign(code) or is_unsteady(code)), None):
            raise UnknownError(f"nothing is known about {name_of(strange)}")


def _folders_in(settings: Mapping[str, Any]) -> list[str]:
    """Return the folders outside of the project that settings name; what looks like one may also be a URL."""
    named = [value for name, value in settings.items() if not name.endswith("URL")]
    texts = [item for value in named for item in (value if isinstance(value, list | tuple) else [value])]
    places = {os.fspath(text) for text in texts if isinstance(text, str | os.PathLike) and os.path.isabs(text)}  # noqa: PTH117
    own_folders = [f"{os.path.realpath(settings[name])}{os.sep}" for name in ("PATH", "OUTPUT_PATH", "CACHE_PATH")]
    outer = {
        place
        for place in places
        if any(folder.startswith(f"{os.path.realpath(place).rstrip(os.sep)}{os.sep}") for folder in own_folders)
    }
    return sorted(place for place in places - outer if isinstance(place, str) and os.path.isdir(place))  # noqa: PTH112


def _settings_state(settings: Mapping[str, Any]) -> str:
    """Return a digest of the settings, so that no password among them is stored."""
    try:
        return hash_of(repr(described_settings(settings, Names({}))).encode("utf-8", "surrogatepass"))
    except UncomparableError as problem:
        raise UnknownError(str(problem)) from problem


def _packages_state() -> str:
    """Return a digest of the names that imports may find."""
    digest = blake2b(digest_size=16)
    for folder in sys.path:
        with suppress(OSError):
            names = sorted(name for name in os.listdir(folder or ".") if name.endswith(ENDINGS))  # noqa: PTH208
            digest.update(f"{folder}{names}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def due(generators: Sequence[Any], began: float) -> Iterator[float]:
    """Yield the times from which a build may be different: when the day of a future article begins, and its moment.

    An article of the future is one that was so when the build began: it may have become due since.
    """
    for generator in generators:
        for listed in vars(generator).values():
            for content in listed if isinstance(listed, list) else ():
                date = getattr(content, "date", None)
                if isinstance(date, datetime) and date.timestamp() > began:
                    day = date.replace(hour=0, minute=0, second=0, microsecond=0)
                    yield (day if day.timestamp() > began else date).timestamp()


def _strange_in(pelican: Any) -> str:
    """Return who else takes part in a build; empty if only Pelican and our plugins do."""
    missing = [name for name in NEEDED if not is_listed(name, pelican.settings)]
    if missing:
        return f"the plugin {missing[0]} isn't listed"
    if type(pelican) is not Pelican:
        return f"nothing is known about {name_of(type(pelican))}"
    for plugin in pelican.plugins:
        name = getattr(plugin, "__name__", "") or name_of(type(plugin))
        if not f"{name}.".startswith(OURS):
            return f"nothing is known about the plugin {name}"
    for signal in vars(signals).values():
        if isinstance(signal, Signal) and (strange := foreign_receivers(signal)):
            return f"nothing is known about {name_of(strange[0])}, which listens to Pelican"
    return ""


class Skipping:
    """Is asked before each build."""

    def __init__(self) -> None:
        self.skips = True
        """Whether a build may end at once; a preview needs the generators of its builds."""
        self._warnings = Warnings()
        self._generators: Sequence[Any] = ()

    def attach(self, pelican: Any) -> None:
        """Be asked whenever Pelican is about to build."""
        logging.getLogger().addHandler(self._warnings)
        pelican.run = partial(self._run, pelican, pelican.run)

    def meet(self, generators: Sequence[Any]) -> None:
        """Keep the generators until the end of the build."""
        self._generators = generators

    def _run(self, pelican: Any, run: Callable[[], None]) -> None:
        if not self.skips:
            run()
            return
        build, changed = None, ""
        try:
            build = self._begun(pelican)
            changed = "caches are ignored" if self._warnings.count or _ignores_caches() else build.changed()
        except Exception as problem:  # of any kind: the site is built
            build = None
            self._explain(problem)
        if build is None:
            self._invalidate(pelican)
            run()
            return
        if not changed:
            output = from_root(pelican.output_path, Path.cwd())
            text = f"Nothing has changed since the last build, so {output}/ is up to date."
            for note in build.notes:
                messages.note(console, note)
            console.print(text, highlight=False, markup=False, soft_wrap=True)
            return
        log.info("building, because %s", changed)
        self._build(build, run)

    def _begun(self, pelican: Any) -> Build:
        if strange := _strange_in(pelican):
            raise UnknownError(strange)
        return Build(pelican, lambda: self._warnings.count)

    def _build(self, build: Build, run: Callable[[], None]) -> None:
        """Build, and note what it depended on."""
        messages.noted()
        usual = warnings.showwarning

        def warned(*about: Any, **named: Any) -> None:
            self._warnings.count += 1
            usual(*about, **named)

        warnings.showwarning = warned
        looking = build.claim()
        try:
            with listening(looking):
                run()
        finally:
            warnings.showwarning = usual
            generators, self._generators = self._generators, ()
        try:
            build.note(looking, generators)
        except Exception as problem:  # of any kind: the site is built
            self._explain(problem)

    @staticmethod
    def _explain(problem: Exception) -> None:
        """Say why there is no record: not to everyone, because it only costs time."""
        why = problem if isinstance(problem, UnknownError | WholeBuildError) else repr(problem)
        log.info("the next build can't be skipped: %s", why)

    @staticmethod
    def _invalidate(pelican: Any) -> None:
        """Remove the records of earlier builds with other settings, because this one changes the output."""
        with suppress(OSError):  # whatever can't be read is no record
            for file in [*Path(pelican.settings["CACHE_PATH"], FOLDER).glob("*.json")]:
                with suppress(OSError):
                    file.unlink()


def _ignores_caches() -> bool:
    """Return whether Pelican was called with `--ignore-cache`: the setting has that value anyway."""
    return any(len(argument) > len("--i") and "--ignore-cache".startswith(argument) for argument in sys.argv)


plugin = Skipping()


def register() -> None:
    """Connect the plugin."""
    signals.initialized.connect(plugin.attach)
    signals.all_generators_finalized.connect(plugin.meet)
