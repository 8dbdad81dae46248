"""Rendered files by content; publishing what differs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from .freshness import hash_of
from .records import write_atomically


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
        if stamp and self.stamp(name) == tuple(stamp):
            return True
        return hash_of(self.path(name)) == name.partition(".")[0]

    def stamp(self, name: str) -> tuple[int, int] | None:
        """Return a file's size and time; None where it is not here."""
        try:
            state = os.stat(self.path(name))
        except OSError:
            return None
        return state.st_size, state.st_mtime_ns

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
    for path, name in wanted.items():
        _place(store.path(name), f"{output}{os.sep}{path}")
    before = _read(manifest)
    for path in sorted(set(map(str, before.get(str(output), ()))) - set(wanted)):
        (output / path).unlink(missing_ok=True)
    write_atomically(manifest, json.dumps({**before, str(output): sorted(wanted)}, indent=1).encode())


def _place(file: str, place: str) -> None:
    """Link a stored file to its place: a copy takes four times as long. Copy it where a link cannot be."""
    try:
        os.link(file, place)
    except OSError:
        data = Path(file).read_bytes()
        if not (os.path.isfile(place) and (os.path.samefile(file, place) or Path(place).read_bytes() == data)):
            write_atomically(Path(place), data)


def _read(manifest: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(manifest.read_text("utf-8"))
        return {output: paths for output, paths in known.items() if isinstance(paths, list)}
    except (OSError, ValueError, AttributeError):
        return {}
