"""Rendered files by content; publishing what differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from pathlib import Path

from .freshness import hash_of
from .records import write_atomically


class Store:
    """A folder of rendered files, each named by the hash of its bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, data: bytes, ending: str) -> str:
        """Keep some bytes; return their name."""
        name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
        if not self.holds(name):
            write_atomically(self._folder / name, data)
        return name

    def holds(self, name: str) -> bool:
        """Say whether a file is here, whole: one cut short by a full disk is none."""
        return hash_of(self._folder / name) == name.partition(".")[0]

    def keep(self, names: Container[str]) -> list[str]:
        """Remove every other file; return their names."""
        others = sorted(path for path in self._folder.glob("*.*") if path.name not in names)
        for path in others:
            path.unlink(missing_ok=True)
        return [path.name for path in others]

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        return (self._folder / name).read_bytes()


def publish(wanted: Mapping[str, str], store: Store, output: Path, manifest: Path) -> None:
    """Put the wanted files (output path -> name in the store) into the output; take out what nobody asks for now.

    The manifest names what an earlier build published there: nothing else is ever removed.
    """
    for path, name in wanted.items():
        data = store.read(name)
        place = output / path
        if not place.is_file() or place.read_bytes() != data:
            write_atomically(place, data)
    before = _read(manifest)
    for path in sorted(set(map(str, before.get(str(output), ()))) - set(wanted)):
        (output / path).unlink(missing_ok=True)
    write_atomically(manifest, json.dumps({**before, str(output): sorted(wanted)}, indent=1).encode())


def _read(manifest: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(manifest.read_text("utf-8"))
        return {output: paths for output, paths in known.items() if isinstance(paths, list)}
    except (OSError, ValueError, AttributeError):
        return {}
