"""The output folder: changed files are written into it, and URLs are looked up in it."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from ..files import copy_atomically, remove

PAGES = (".html", ".htm")


Same = dict[str, tuple[object, object]]
"""The stamps of two equal files, by the path that both have in their folders."""


def publish(
    built: Path,
    output: Path,
    gone: Collection[str],
    same: Same | None = None,
    written: Collection[str] | None = None,
) -> dict[str, str | None]:
    """Write changed files, pages last, then remove those in `gone`; return the hash of each, None for removed ones.

    If `written` is given, only these files are checked. `same` remembers what was published before, so that two files
    don't have to be read as long as nobody writes to them.
    """
    same = {} if same is None else same
    changed: dict[str, str | None] = {}
    for path in sorted(files(built) if written is None else written, key=lambda path: (path.endswith(PAGES), path)):
        if same.get(path) == (stamps := (_stamp(built / path), _stamp(output / path))):
            continue
        if not _is_same(built / path, output / path):
            _write(built / path, output, path)
            changed[path] = hash_of((output / path).read_bytes())
            stamps = stamps[0], _stamp(output / path)
        same[path] = stamps
    for path in sorted(gone):
        _remove(output, output / path)
        changed[path] = None
    return changed


def files(folder: Path) -> Iterator[str]:
    """Yield each file in a folder, with its path as in a URL."""
    for parent, _, names in os.walk(folder):
        below = os.path.relpath(parent, folder).replace(os.sep, "/")
        yield from names if below == "." else (f"{below}/{name}" for name in names)


def hash_of(data: bytes) -> str:
    """Return a short hash, with which a page can tell whether it is up to date."""
    return blake2b(data, digest_size=8).hexdigest()


def _stamp(file: Path) -> object:
    """Return values that change when a file is written again, but not when it is moved."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino


def _is_same(one: Path, other: Path) -> bool:
    """Compare two files by their bytes: times mean nothing for files that are written again."""
    is_there = other.is_file() and one.stat().st_size == other.stat().st_size
    return is_there and one.read_bytes() == other.read_bytes()


def _write(source: Path, output: Path, path: str) -> None:
    """Write a file atomically, so that no half-written page is served; replace a folder or a file in its way."""
    place = output / path
    for parent in place.relative_to(output).parents:
        if (output / parent).is_file():  # a folder may have been a file before, and the other way round
            (output / parent).unlink()
    if place.is_dir():
        remove(place)
    copy_atomically(source, place)


def _remove(output: Path, place: Path) -> None:
    if not (place.is_file() or place.is_symlink()):
        return  # a folder has replaced it, or a file its folder, and it was removed then
    place.unlink()
    for parent in place.parents:
        if parent == output or any(parent.iterdir()):
            return
        parent.rmdir()


# The system's types for these differ between machines.
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
    """Return the path for a URL; None if it is outside of the output folder."""
    with suppress(ValueError, OSError):  # a NUL, or a name that is too long
        place = (output / address.lstrip("/")).resolve()
        return place if place.is_relative_to(output.resolve()) else None
    return None


def file_at(place: Path | None) -> Path | None:
    """Return the file to show for a path: itself, a folder's index, or, as on hosts, the page with that name."""
    tries = [place, place / "index.html", place.with_name(place.name + ".html")] if place else []
    return next((file for file in tries if file.is_file()), None)


def kind_of(file: Path) -> str:
    """Return a file's content type; text is in UTF-8."""
    kind = (
        TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name, strict=False)[0] or "application/octet-stream"
    )
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT) else kind
