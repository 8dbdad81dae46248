"""Which file of the output an address means, and of what kind it is."""

from __future__ import annotations

import mimetypes
from contextlib import suppress
from pathlib import Path

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
