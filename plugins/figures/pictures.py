"""Hand-made pictures: their size in CSS pixels."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from .report import AddressError


def size_of(picture: Path) -> tuple[int, int] | None:
    """Return a picture's width and height; None for an SVG that tells none. Raise AddressError if it is no picture."""
    if picture.suffix.lower() == ".svg":
        return _svg_size(picture)
    from PIL import Image, UnidentifiedImageError  # heavy, and most sites draw all their figures

    try:
        with Image.open(picture) as opened:
            return opened.size
    except (UnidentifiedImageError, OSError) as problem:
        raise AddressError(f"{picture.name} is no picture that can be read: {problem}", "save it anew") from problem


def _svg_size(picture: Path) -> tuple[int, int] | None:
    try:
        root = ElementTree.parse(picture).getroot()
    except ElementTree.ParseError as problem:
        raise AddressError(f"{picture.name} is no SVG that can be read: {problem}", "save it anew") from problem
    sizes = [re.fullmatch(r"\s*([\d.]+)(?:px)?\s*", root.get(side, "")) for side in ("width", "height")]
    if all(sizes):
        width, height = (round(float(size[1])) for size in sizes if size)
        return width, height
    box = root.get("viewBox", "").replace(",", " ").split()
    return (round(float(box[2])), round(float(box[3]))) if len(box) == 4 else None
