"""From the folder in which Pelican builds to the one that is shown: only what differs is written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from hashlib import blake2b
from pathlib import Path

PAGES = (".html", ".htm")
BESIDE = ".live-"
"""How the name of a file begins that is being written."""


def publish(built: Path, shown: Path, gone: Collection[str]) -> dict[str, str | None]:
    """Write what differs, pages last, and then remove what is gone; return the hash of each, None for the removed."""
    changed: dict[str, str | None] = {}
    for path in sorted(files(built), key=lambda path: (path.endswith(PAGES), path)):
        if not _is_same(built / path, shown / path):
            _write(built / path, shown, path)
            changed[path] = hash_of((shown / path).read_bytes())
    for path in sorted(gone):
        _remove(shown, shown / path)
        changed[path] = None
    return changed


def files(folder: Path) -> Iterator[str]:
    """Name each file below a folder, as an address does."""
    for parent, _, names in os.walk(folder):
        below = os.path.relpath(parent, folder).replace(os.sep, "/")
        yield from names if below == "." else (f"{below}/{name}" for name in names)


def hash_of(data: bytes) -> str:
    """Return a short hash, by which a page knows whether it is still what is there."""
    return blake2b(data, digest_size=8).hexdigest()


def _is_same(one: Path, other: Path) -> bool:
    """Compare two files by their bytes: times say nothing, as Pelican writes all pages anew."""
    is_there = other.is_file() and one.stat().st_size == other.stat().st_size
    return is_there and one.read_bytes() == other.read_bytes()


def _write(source: Path, shown: Path, path: str) -> None:
    """Write beside the place and rename, so that no half-written page is ever served."""
    place = shown / path
    for parent in place.relative_to(shown).parents:
        if (shown / parent).is_file():  # what is a folder now was a file before, or the other way round
            (shown / parent).unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    beside = place.with_name(BESIDE + place.name)
    shutil.copyfile(source, beside)
    beside.replace(place)


def _remove(shown: Path, place: Path) -> None:
    if not (place.is_file() or place.is_symlink()):
        return  # a folder has taken its place, or a file that of its folder, and it went then
    place.unlink()
    for parent in place.parents:
        if parent == shown or any(parent.iterdir()):
            return
        parent.rmdir()
