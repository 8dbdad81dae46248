"""The folder that is shown: what differs is written into it, and addresses are looked up in it."""

from __future__ import annotations

import mimetypes
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from ..files import copy_atomically

PAGES = (".html", ".htm")


Same = dict[str, tuple[object, object]]
"""What two files were like that were the same, by the path that both have in their folders."""


def publish(
    built: Path,
    shown: Path,
    gone: Collection[str],
    same: Same | None = None,
    written: Collection[str] | None = None,
) -> dict[str, str | None]:
    """Write what differs, pages last, and then remove what is gone; return the hash of each, None for the removed.

    If it is known what was `written`, nothing else is looked at. `same` remembers what was published before, so that
    two files need not be read as long as nobody writes to them.
    """
    same = {} if same is None else same
    changed: dict[str, str | None] = {}
    for path in sorted(files(built) if written is None else written, key=lambda path: (path.endswith(PAGES), path)):
        if same.get(path) == (stamps := (_stamp(built / path), _stamp(shown / path))):
            continue
        if not _is_same(built / path, shown / path):
            _write(built / path, shown, path)
            changed[path] = hash_of((shown / path).read_bytes())
            stamps = stamps[0], _stamp(shown / path)
        same[path] = stamps
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


def _stamp(file: Path) -> object:
    """Return what changes when a file is written anew; to move it changes nothing of that."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _is_same(one: Path, other: Path) -> bool:
    """Compare two files by their bytes: times say nothing of files that are written anew."""
    is_there = other.is_file() and one.stat().st_size == other.stat().st_size
    return is_there and one.read_bytes() == other.read_bytes()


def _write(source: Path, shown: Path, path: str) -> None:
    """Write a file whole, so that no half-written page is ever served; make room where a folder or a file was."""
    place = shown / path
    for parent in place.relative_to(shown).parents:
        if (shown / parent).is_file():  # what is a folder now was a file before, or the other way round
            (shown / parent).unlink()
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    copy_atomically(source, place)


def _remove(shown: Path, place: Path) -> None:
    if not (place.is_file() or place.is_symlink()):
        return  # a folder has taken its place, or a file that of its folder, and it went then
    place.unlink()
    for parent in place.parents:
        if parent == shown or any(parent.iterdir()):
            return
        parent.rmdir()


# What the system says of these differs from machine to machine.
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
TEXT = ("text/", "application/json", "application/xml", "image/svg+xml", "application/manifest+json")


def within(output: Path, address: str) -> Path | None:
    """Return the place that an address names; None if that is not inside the output folder."""
    with suppress(ValueError, OSError):  # a NUL, or a name that is too long
        place = (output / address.lstrip("/")).resolve()
        return place if place.is_relative_to(output.resolve()) else None
    return None


def file_at(place: Path | None) -> Path | None:
    """Return the file that is shown at a place: itself, a folder's index, or as hosts do, the page of that name."""
    tries = [place, place / "index.html", place.with_name(place.name + ".html")] if place else []
    return next((file for file in tries if file.is_file()), None)


def kind_of(file: Path) -> str:
    """Return a file's content type; what is text is in UTF-8."""
    kind = (
        TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name, strict=False)[0] or "application/octet-stream"
    )
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind
