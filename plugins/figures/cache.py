"""Earlier renders: files by content, and whether a record still holds, or which input has changed."""

from __future__ import annotations

import errno
import inspect
import json
import os
import platform
import stat
import sys
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path

import msgspec

from ..files import BESIDE, read_regular, remove, write_atomically
from .grounds import registered
from .observations import ABSENT, State, digest, displayed, hash_of, module_in, path_of, state
from .records import ChildResult, Inputs, is_inside, stored_name
from .report import FigureError
from .requests import Request
from .settings import Settings


class Store:
    """A folder of rendered files, each named by the hash of its bytes.

    `published` is the folder in which they are published, by links.
    """

    def __init__(self, folder: Path, published: Path | None = None) -> None:
        self._folder = folder
        self._before = f"{folder}{os.sep}"
        self._links_in = published

    def path(self, name: str) -> str:
        """Return the path of a file, whether it exists or not."""
        return self._before + name

    def add(self, data: bytes, ending: str) -> str:
        """Store some bytes; return their name."""
        name = stored_name(data, ending)
        if not self.holds(name):
            place = self._folder / name
            if place.is_dir():
                remove(place)
            write_atomically(place, data)
        return name

    def holds(self, name: str, stamp: Sequence[int] | None = None) -> bool:
        """Return whether a file is here, with the bytes that it was stored with.

        It is hashed when it is about to be published; after that, its stamp will do.
        """
        status = self._found(name)
        if status is None:
            return False
        if stamp and _stamp(status) == tuple(stamp) and status.st_ino in self._published:
            return True
        return hash_of(self.path(name)) == name.partition(".")[0]

    @cached_property
    def _published(self) -> frozenset[int]:
        """The numbers of the files that are already published: a stored file is the same file as its link."""
        inodes: set[int] = set()
        waiting = [os.fspath(self._links_in)] if self._links_in else []
        with suppress(OSError):
            if self._links_in and os.stat(self._links_in).st_dev != os.stat(self._folder).st_dev:
                return frozenset()
            while waiting:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        else:
                            inodes.add(entry.inode())
        return frozenset(inodes)

    def stamp(self, name: str) -> tuple[int, int] | None:
        """Return a file's size and time; None if it isn't here, or is a link, which would be published as one."""
        status = self._found(name)
        return status and _stamp(status)

    def _found(self, name: str) -> os.stat_result | None:
        try:
            status = os.lstat(self.path(name))
        except OSError:
            return None
        return status if stat.S_ISREG(status.st_mode) else None

    def keep(self, names: Container[str]) -> list[str]:
        """Remove all other files; return their names."""
        unneeded = sorted(path for path in self._folder.glob("*.*") if path.name not in names)
        for path in unneeded:
            remove(path)
        return [path.name for path in unneeded]


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def publish(wanted: Mapping[str, str], store: Store, output: Path, manifest: Path) -> None:
    """Put the wanted files (output path -> name in the store) into the output; remove those no longer used.

    The manifest lists the files that an earlier build published there: nothing else is ever removed.
    """
    listed = _read(manifest)
    before = set(listed.get(str(output), ()))
    # First what may be published: a build that is killed meanwhile must leave no file that no manifest names.
    _write(manifest, {**listed, str(output): sorted(before | set(wanted))})
    folder = f"{output}{os.sep}"
    for path, name in wanted.items():
        put_out(store.path(name), folder + path)
    for path in sorted(before - set(wanted)):
        if is_inside(path):
            place = (output / path).parent.resolve() / Path(path).name  # a folder in the path may be a link
            if place.is_relative_to(output.resolve()) and place.is_file():
                place.unlink()
    _write(manifest, {**listed, str(output): sorted(wanted)})


def publish_data(path: str, data: bytes, output: Path, manifest: Path) -> None:
    """Put a file that a page loads into the output, and list it in the manifest, so that it is removed when unused."""
    list_as_published([path], output, manifest)
    write_atomically(output / path, data)


def list_as_published(paths: Collection[str], output: Path, manifest: Path) -> None:
    """List files that are about to be published in the manifest."""
    listed = _read(manifest)
    here = listed.get(str(output), [])
    _write(manifest, {**listed, str(output): sorted({*here, *paths})})


def _write(manifest: Path, listed: Mapping[str, Sequence[str]]) -> None:
    if listed != _read(manifest):
        write_atomically(manifest, json.dumps(listed, indent=1).encode())


def put_out(file: str, place: str) -> None:
    """Link a stored file to its place, because a copy takes four times as long. Copy it if that isn't possible."""
    try:
        try:
            os.link(file, place)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.link(file, place)
    except OSError:
        is_there = os.path.isfile(place)
        if is_there and os.path.samefile(file, place):
            return  # of an earlier build: nothing has to be read
        data = Path(file).read_bytes()
        if not (is_there and Path(place).read_bytes() == data):
            write_atomically(Path(place), data)


def _read(manifest: Path) -> dict[str, list[str]]:
    try:
        return msgspec.json.decode(read_regular(manifest), type=dict[str, list[str]])
    except (OSError, ValueError, RecursionError):
        return {}


def unwritable(problem: OSError, settings: Settings) -> FigureError:
    """Return an error that names what can't be written, and what to do."""
    place = Path(problem.filename2 or problem.filename or settings.store)
    place = place.parent if place.name.startswith((BESIDE, "jobs-")) else place
    room = "free some disk space, then build again: nothing is lost"
    access = "make it writable, or remove it; or choose other folders with FIGURES_STORE and OUTPUT_PATH"
    advice = {errno.ENOSPC: room, errno.EDQUOT: room, errno.EFBIG: room}.get(problem.errno or 0, access)
    return FigureError(f"can't write {settings.shown(place)}: {problem.strerror or problem}", advice)


KEY_VERSION = 7
"""Incremented when the meaning of records changes."""


class Present:
    """The state of all inputs in this build. Each is read only once, so that a build sees one state of the project."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._states: dict[tuple[str, str], State] = {}
        self._listed: dict[str, Collection[str]] = {}
        self._versions: dict[str, str | None] = {}
        self._installed: Mapping[str, str | None] = {}
        """Versions that some record has, and that are installed."""

    def key(self, request: Request) -> str:
        """Return the key of a request: its contents, and the version of the engine. The inputs are in the record."""
        code = [request.code, request.given, request.model, repr(sorted(request.arguments.items()))]
        language = [request.language, request.has_chosen_language]
        more = [vars(request.saving), repr(sorted(request.snapshots.items()))]
        about = [self._engine, self._settings.shown(request.script), *code, *language, *more]
        return digest(_sorted.encode(about).encode())

    @cached_property
    def _engine(self) -> str:
        folder = Path(__file__).parent
        modules = [(path.name, hash_of(path)) for path in sorted([*folder.glob("*.py"), *folder.glob("child/*.py")])]
        engine = [KEY_VERSION, sys.version, platform.machine(), modules, self.shared]
        return digest(json.dumps(engine).encode())

    def inputs(self, result: ChildResult) -> Inputs:
        """Return the observations of a render, with the files that all renders read, and the versions of imports."""
        shared = {path: {"content": self.state(path, "content")} for path in self.shared}
        return Inputs(
            {**shared, **result["observed"]}, self.versions(result["modules"]), result["above"], result["grounds"]
        )

    def changes(self, inputs: Inputs, request: Request) -> Iterator[str]:
        """Describe each input that has changed, once."""
        if inputs.above and inputs.above != request.above_digest:
            yield "the code above its own block has changed"
        own_grounds = registered(self._settings.words, inputs.grounds)
        known_grounds = {**(inputs.grounds if request.grounds is None else request.grounds), **own_grounds}
        if changed := {word for word, ground in inputs.grounds.items() if known_grounds.get(word, ground) != ground}:
            giving = "FIGURES_WORDS" if changed & own_grounds.keys() else "another figure of the article"
            yield f"{giving} now gives its words different colours"
        for path, aspects in inputs.observed.items():
            for aspect, recorded in aspects.items():
                now = self.state(path, aspect)
                if now != recorded:
                    yield _changed(path, aspect, recorded, now)
                    break
        if inputs.versions == self._installed:  # as of the last figure: most use the same packages
            return
        are_same = True
        for name, known_version in inputs.versions.items():
            if self.version(name) != known_version:
                are_same = False
                yield f"{name} has changed from {known_version} to {self.version(name) or 'not installed'}"
        if are_same:
            self._installed = inputs.versions

    def text(self, script: Path) -> bytes:
        """Return a script's text as it is in this build; empty if it has been deleted in the meantime."""
        try:
            text = read_regular(script)
        except OSError:
            return b""
        self._states[self._settings.shown(script), "content"] = digest(text)
        return text

    def state(self, path: str, aspect: str) -> State:
        """Return the state of one aspect of a path, by its name in a record."""
        cached = self._states.get((path, aspect), _UNKNOWN)
        if cached is _UNKNOWN:
            cached = self._states[path, aspect] = self._look(path, aspect)
        return cached  # type: ignore[return-value]

    def _look(self, path: str, aspect: str) -> State:
        place = path_of(path, self._settings.root)
        kind, _, name = aspect.partition(".")
        if kind != "module":
            return state(place, aspect)
        return module_in(self._names(place), name, lambda below: self._names(f"{place}{os.sep}{below}"))

    def _names(self, folder: str) -> Collection[str]:
        """Return the names in a folder; cached because many modules ask for the same one."""
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except (OSError, ValueError):
                self._listed[folder] = frozenset()
        return self._listed[folder]

    def version(self, name: str) -> str | None:
        """Return a distribution's version; None if it isn't installed."""
        if name not in self._versions:
            try:
                self._versions[name] = _version_of(metadata.distribution(name))
            except (metadata.PackageNotFoundError, ValueError):
                self._versions[name] = None
        return self._versions[name]

    def versions(self, modules: Sequence[str]) -> dict[str, str | None]:
        """Return the versions of the distributions that some top-level modules come from."""
        owners = _owners()
        names = sorted({owner for module in modules for owner in owners.get(module, ())})
        return {name: self.version(name) for name in names}

    @cached_property
    def shared(self) -> list[str]:
        """The style and the fonts, which the warm process reads for all renders, and the design tokens."""
        fonts = sorted(self._settings.fonts.glob("*.[ot]tf")) if self._settings.fonts else []
        paths = (self._settings.matplotlibrc, self._settings.tokens, *fonts)
        return [self._settings.shown(path) for path in paths if path]


def _version_of(distribution: metadata.Distribution) -> str:
    """Return a distribution's version, without parsing all of its description, as the library does."""
    header, _, _ = (distribution.read_text("METADATA") or "").partition("\n\n")
    versions = (line.removeprefix("Version:") for line in header.splitlines() if line.startswith("Version:"))
    return next(versions, "").strip() or distribution.version


def _owners() -> Mapping[str, list[str]]:
    """Return the distributions by their modules."""
    owners: dict[str, list[str]] = {}
    for folder in dict.fromkeys(sys.path):
        with suppress(OSError, ValueError):  # it may not exist
            for module, names in owners_in(folder, os.stat(folder or os.curdir).st_mtime_ns).items():
                owners.setdefault(module, []).extend(names)
    return owners


@lru_cache(maxsize=64)
def owners_in(folder: str, _time: int) -> Mapping[str, list[str]]:
    """Return the distributions in a folder by their modules, as `metadata.packages_distributions` does for all folders.

    A preview asks with each save, and it takes longer than drawing; installing a package changes the folder's time.
    """
    owners: dict[str, list[str]] = {}
    for distribution in metadata.distributions(path=[folder]):
        declared = (distribution.read_text("top_level.txt") or "").split()
        for module in declared or {_module_of(file) for file in distribution.files or ()} - {None}:
            owners.setdefault(str(module), []).append(distribution.metadata["Name"])
    return owners


def _module_of(file: metadata.PackagePath) -> str | None:
    """Return the top-level module that an installed file is of; None for one that can't be imported."""
    name = inspect.getmodulename(str(file)) if len(file.parts) == 1 else file.parts[0]
    return name if name and name.isidentifier() and name != "__pycache__" else None


def _changed(path: str, aspect: str, recorded: State, now: State) -> str:
    """Describe how an input has changed."""
    path = displayed(path)
    kind, _, name = aspect.partition(".")
    if kind == "module":
        taken = recorded or now
        gone = f"{path}/{str(taken).removesuffix('/')}".removeprefix("./")
        if recorded and now:
            return f"{path}/{now} is new, and is now imported instead of {recorded}".removeprefix("./")
        return f"{gone} {'has been removed' if recorded else 'is new'}"
    if recorded == ABSENT:
        return f"{path} is new"
    if now == ABSENT:
        return f"{path} has been removed"
    if kind == "listing":
        return f"the list of files in {path} has changed"
    if kind == "distributions":
        return f"the packages installed in {path} have changed"
    if kind == "link":
        return f"the symbolic link {path} has a new target"
    if kind in ("kind", "lkind"):
        return f"{path} was a {recorded}, and is now a {now}"
    if kind in ("stat", "lstat"):
        return f"{name} of {path} has changed"
    if kind == "access":
        return f"the permissions of {path} have changed"
    return f"{path} has changed"


_UNKNOWN = object()
_sorted = json.JSONEncoder(sort_keys=True)
