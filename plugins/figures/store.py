"""Rendered files by content; publishing what differs."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Container, Mapping, Sequence
from pathlib import Path

import msgspec

from .observations import hash_of
from .records import is_inside, read_regular, write_atomically
from .report import FigureError
from .settings import Settings


class Store:
    """A folder of rendered files, each named by the hash of its bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> str:
        """Return where a file is, or would be."""
        return f"{self._folder}{os.sep}{name}"

    def add(self, data: bytes, ending: str) -> str:
        """Keep some bytes; return their name."""
        name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
        if not self.holds(name):
            write_atomically(self._folder / name, data)
        return name

    def holds(self, name: str, stamp: Sequence[int] | None = None) -> bool:
        """Say whether a file is here, whole: one cut short by a full disk is none. Its stamp saves hashing it."""
        now = self.stamp(name)
        if now is None or (stamp and now == tuple(stamp)):
            return now is not None
        return hash_of(self.path(name)) == name.partition(".")[0]

    def stamp(self, name: str) -> tuple[int, int] | None:
        """Return a file's size and time; None where it is not here. A link is none: it would be published as one."""
        try:
            found = os.lstat(self.path(name))
        except OSError:
            return None
        return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None

    def keep(self, names: Container[str]) -> list[str]:
        """Remove every other file; return their names."""
        others = sorted(path for path in self._folder.glob("*.*") if path.name not in names)
        for path in others:
            path.unlink(missing_ok=True)
        return [path.name for path in others]


def publish(wanted: Mapping[str, str], store: Store, output: Path, manifest: Path) -> None:
    """Put the wanted files (output path -> name in the store) into the output; take out what nobody asks for now.

    The manifest names what an earlier build published there: nothing else is ever removed.
    """
    known = _read(manifest)
    before = set(known.get(str(output), ()))
    # First what may come to stand there: a build that is killed meanwhile must leave nothing that no manifest names.
    _write(manifest, {**known, str(output): sorted(before | set(wanted))})
    for path, name in wanted.items():
        _place(store.path(name), f"{output}{os.sep}{path}")
    for path in sorted(before - set(wanted)):
        if is_inside(path):
            place = (output / path).parent.resolve() / Path(path).name  # a folder in between may be a link
            if place.is_relative_to(output.resolve()) and place.is_file():
                place.unlink()
    _write(manifest, {**known, str(output): sorted(wanted)})


def _write(manifest: Path, known: Mapping[str, Sequence[str]]) -> None:
    if known != _read(manifest):
        write_atomically(manifest, json.dumps(known, indent=1).encode())


def _place(file: str, place: str) -> None:
    """Link a stored file to its place: a copy takes four times as long. Copy it where a link cannot be."""
    try:
        try:
            os.link(file, place)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.link(file, place)
    except OSError:
        data = Path(file).read_bytes()
        if not (os.path.isfile(place) and (os.path.samefile(file, place) or Path(place).read_bytes() == data)):
            write_atomically(Path(place), data)


def _read(manifest: Path) -> dict[str, list[str]]:
    try:
        return msgspec.json.decode(read_regular(manifest), type=dict[str, list[str]])
    except (OSError, ValueError, RecursionError):
        return {}


def unwritable(problem: OSError, settings: Settings) -> FigureError:
    """Say what cannot be written, and what to do."""
    place = Path(problem.filename2 or problem.filename or settings.store)
    place = place.parent if place.name.startswith((".new-", "jobs-")) else place
    room = "make room on the disk, and build again: nothing is lost"
    other = "let it be written to, or remove it; FIGURES_STORE and OUTPUT_PATH may name other places"
    advice = {errno.ENOSPC: room, errno.EDQUOT: room, errno.EFBIG: room}.get(problem.errno or 0, other)
    return FigureError(f"cannot write {settings.shown(place)}: {problem.strerror or problem}", advice)
