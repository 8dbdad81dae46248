"""The output folder: what the last build has left there, by the stamps of files; and one build at a time."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.log import console
from pelican.utils import clean_output_dir

from ..files import write_atomically

try:
    import fcntl
except ImportError:  # on Windows, simultaneous builds aren't prevented
    fcntl = None  # type: ignore[assignment]


FOLDER = "written"
"""In Pelican's CACHE_PATH: what was written, and during a build, the previous output."""
UNSURE_NS = 20_000_000
"""A file that was changed this shortly before it was read may change again within one tick of the clock."""
COARSE_NS = 2_000_000_000
"""The unit of time of some file systems; times on others have a fraction of a second."""

Stamp = tuple[int, ...] | None
"""The state of a file or folder; None if there is none. A link also has the state of its target."""
OWN = 5
"""The number of values for one file: its size, its times, its inode and its mode."""

Content = tuple[int, ...]
"""The size, time and inode of a file, which it keeps when it is moved, and when anything about it last changed."""
MOVED = 3
"""The number of those that it keeps."""


def hash_of(data: bytes) -> str:
    """Return a short hash."""
    return blake2b(data, digest_size=12).hexdigest()


def stamp_of(path: str | Path) -> Stamp:
    """Return what shows whether a file or folder is unchanged; of a link, this is about the link and its target."""
    try:
        status = os.lstat(path)
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode)
        if not stat.S_ISLNK(status.st_mode):
            return stamp
        with suppress(OSError):
            status = os.stat(path)  # noqa: PTH116 - there may be thousands, and a Path takes longer
            return (*stamp, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode)
        return stamp
    except (OSError, ValueError):
        return None


def times_of(stamp: Stamp) -> Sequence[int]:
    """Return when a file changed, and its target if it is a link; what Windows calls `ctime` is something else."""
    changed = 2 if os.name == "posix" else 1
    return () if stamp is None else stamp[changed::OWN]


def is_young(stamp: Stamp, moment_ns: int) -> bool:
    """Return whether a file may have changed since a moment, as far as its times show."""
    times = times_of(stamp)
    unit = UNSURE_NS if any(time_ns % 1_000_000_000 for time_ns in times) else COARSE_NS
    return max(times, default=0) >= moment_ns - unit


def content_of(path: str | Path) -> Content | None:
    """Return what shows whether a file is unchanged; None if there is none."""
    stamp = stamp_of(path)
    if stamp is None:
        return None
    size, written_ns, changed_ns, inode, _ = stamp[-OWN:]
    return size, written_ns, inode, changed_ns


def output_of(folder: str, retention: Sequence[str]) -> str:
    """Return the state of all files of an output, except what Pelican never removes there, such as `.git`."""
    digest = blake2b(digest_size=16)
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError:
            digest.update(f"{place}?".encode("utf-8", "surrogatepass"))
            continue
        digest.update(f"{place}/".encode("utf-8", "surrogatepass"))
        for name in names:
            if place == folder and name in retention:
                continue
            path = f"{place}{os.sep}{name}"
            stamp = stamp_of(path)
            if stamp and stat.S_ISDIR(stamp[-1]):
                waiting.append(path)
            else:
                digest.update(f"{path}{stamp}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _move(place: str, to: str, kept: Container[str]) -> None:
    """Move the files that are kept from one folder to another: folders that hold nothing else as a whole."""
    for entry in _entries(place):
        target = f"{to}{os.sep}{entry.name}"
        is_folder = entry.is_dir()
        if is_folder and (os.path.lexists(target) or not _holds_only(entry, kept)):
            _move(entry.path, target, kept)
        elif is_folder or entry.path in kept:
            os.makedirs(to, exist_ok=True)  # noqa: PTH103 - there may be thousands, and a Path takes longer
            os.replace(entry.path, target)  # noqa: PTH105


def _holds_only(folder: os.DirEntry[str], kept: Container[str]) -> bool:
    """Return whether a folder holds something, and only what is kept; one behind a link isn't a folder of its own."""
    entries = [] if folder.is_symlink() else _entries(folder.path)
    return bool(entries) and all(
        _holds_only(entry, kept) if entry.is_dir() else entry.path in kept for entry in entries
    )


def _entries(place: str) -> list[os.DirEntry[str]]:
    with os.scandir(place) as entries:
        return [*entries]


class PreviousOutput:
    """The state of an output before a build, and what is still known of it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.output = Path(settings["OUTPUT_PATH"])
        folder = Path(settings["CACHE_PATH"], FOLDER, hash_of(str(self.output.resolve()).encode())[:12])
        self.aside = folder
        self._file = folder.with_suffix(".json")
        self._used = folder.with_suffix(".used.json")
        self._found: set[str] = set()
        """The unchanged files that are still aside."""
        self._changed_ns: dict[str, int] = {}
        """When the files that were put aside had last changed: moving them counts as a change, too."""

    def put_aside(self, retention: Sequence[str]) -> None:
        """Empty the output, as Pelican would."""
        for top in (self.aside, self.output):
            for place, _, names in os.walk(top):
                for file in (f"{place}{os.sep}{name}" for name in names):
                    if content := content_of(file):
                        self._changed_ns[os.path.relpath(file, top)] = content[-1]
        if os.path.exists(self.aside) and os.path.exists(self._file):  # noqa: PTH110 - raises nothing, whosever it is
            clean_output_dir(str(self.output), retention)  # the last build ended before it wrote a page
            return
        self.forget()
        if not self.output.is_dir():
            clean_output_dir(str(self.output), retention)
            return
        try:
            self.aside.mkdir(parents=True)
            for path in [*self.output.iterdir()]:
                if path.name not in retention:
                    path.rename(self.aside / path.name)
        except OSError:  # on another disk: then everything is written again
            clean_output_dir(str(self.output), retention)
            self.forget()

    def forget(self) -> None:
        """Delete what was put aside."""
        shutil.rmtree(self.aside, ignore_errors=True)

    def read(self) -> bytes:
        """Read what was stored of it, which then is invalid until everything is written; empty if nothing was."""
        with suppress(OSError):
            self._used.unlink()
        try:
            data = self._file.read_bytes()
            self._file.replace(self._used)
        except OSError:
            with suppress(OSError):
                self._file.unlink()
            return b""
        return data

    def note(self, data: bytes | None) -> None:
        """Store what is known of the current state, or, for None, the same as before."""
        with suppress(OSError):  # otherwise the next build writes everything
            if data is None:
                self._used.replace(self._file)
            else:
                write_atomically(self._file, data)
                self._used.unlink(missing_ok=True)

    def has(self, name: str, content: Content) -> bool:
        """Return whether a file from the last build is there and unchanged; if it is aside, `put_back` moves it."""
        for folder in (self.aside, self.output):
            now = content_of(f"{folder}{os.sep}{name}")
            if now and now[:MOVED] == content[:MOVED] and self._changed_ns.get(name, now[-1]) == content[-1]:
                if folder is self.aside:
                    self._found.add(name)
                return True
        return False

    def stamps(self, name: str) -> Content | None:
        """Return the state in which a file is now."""
        return content_of(self.output / name)

    def put_back(self, names: Iterable[str]) -> None:
        """Move files that `has` has found into the output, where nothing has taken their places since."""
        paths = self._found.intersection(names)
        self._found -= paths
        if paths:
            _move(
                str(self.aside), str(self.output), {f"{self.aside}{os.sep}{os.path.normpath(path)}" for path in paths}
            )


class Lock:
    """A lock on the folder itself, which leaves no file behind and ends with its process.

    Pelican empties the folder and then copies files into it, so that two builds would collide.
    """

    def __init__(self) -> None:
        self._handle: int | None = None

    def take(self, generator: Any) -> None:
        """Wait until no other build writes there; called when a build creates its generators, before it writes."""
        self.release(generator)  # a failed build in this process may not have released it
        if sys.platform == "win32" or fcntl is None:
            return
        folder = Path(generator.output_path)
        folder.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print(f"Waiting for another build to finish writing {folder.name}/ …")
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            return

    def release(self, _sender: Any) -> None:
        """Let the next build in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


lock = Lock()


def register() -> None:
    """Take the lock before Pelican empties the folder; release it when everything is written."""
    # Commands that only read articles create generators too, but none for static files.
    signals.static_generator_init.connect(lock.take)
    signals.finalized.connect(lock.release)
