"""The table of formats that figures are saved in; their pixels, and the sizes of pictures."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .report import AddressError, NothingDrawnError

SHORTEST_MS = 20
"""Browsers show a frame of a shorter time for 100 ms."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """The properties of a format.

    matplotlib writes it, with `metadata`, in which None omits an entry if that is allowed; or Pillow does, with the
    options `pillow` of its `Image.save`, from the pixels of the PNG, on a white background if `opaque`. PNG itself is
    written by `png`. `animated` combines the frames of an animation (PNGs, and milliseconds), with the same options; a
    format that can only be animated is not `still`. `in_page` is whether browsers show it; if not, articles can only
    link to it. `longest_px` is its limit of pixels per side.
    """

    metadata: Mapping[str, str | None] = field(default_factory=dict)
    pillow: Mapping[str, Any] | None = None
    opaque: bool = False
    animated: Callable[..., bytes] | None = None
    still: bool = True
    in_page: bool = True
    longest_px: int | None = None


ORIENTATION, TURNED = 0x0112, 5
"""What Exif says of how a camera was held: from this number on, width and height change places."""
UP = 2
"""The PNG filter that stores the difference of each row from the row above."""

OPAQUE = 255


def png(pixels: memoryview, dpi: float) -> bytes:
    """Write pixels (rows of RGBA, as matplotlib draws them) as a PNG; without the alpha channel if all are opaque.

    Pillow tries five filters on each row, which takes more than half of its time. Most drawings are smallest without a
    filter; those with large areas and few words are smallest if each row stores its difference from the one above. A
    sample of rows decides.
    """
    import numpy as np

    rgba = np.asarray(pixels)
    height, width, _ = rgba.shape
    bands = 3 if rgba[..., 3].min() == OPAQUE else 4
    rows = np.zeros((height, 1 + bands * width), np.uint8)  # each starts with the number of its filter
    for band in range(bands):
        rows[:, 1 + band :: bands] = rgba[..., band]
    some = np.flatnonzero(np.arange(height) % 64 < 8)
    less_above = rows[some] - rows[np.maximum(some - 1, 0)]
    # A sample this small has less of what repeats farther up, which compresses well without a filter.
    if len(zlib.compress(less_above.data, 1)) < 0.85 * len(zlib.compress(rows[some].data, 1)):
        rows[1:] -= rows[:-1]  # NumPy detects that they overlap
        rows[1:, 0] = UP
    per_metre = int(dpi / 0.0254 + 0.5)
    chunks = (
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2 if bands == 3 else 6, 0, 0, 0)),
        (b"pHYs", struct.pack(">2IB", per_metre, per_metre, 1)),
        (b"IDAT", zlib.compress(rows.data)),
        (b"IEND", b""),
    )
    written = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def gif(frames: Sequence[bytes], pause_ms: float, **options: Any) -> bytes:
    """Combine frames (PNGs) in an endless loop. The format counts in hundredths of a second.

    It has at most 256 colours, and no partial transparency.
    """
    from PIL import Image

    images = [on_white(_image(png)).quantize(256, dither=Image.Dither.NONE) for png in frames]
    return _together("gif", images, round(pause_ms / 10) * 10, options)


def webp(frames: Sequence[bytes], pause_ms: float, **options: Any) -> bytes:
    """Combine frames (PNGs) in an endless loop, with all their colours."""
    return _together("webp", [_image(png) for png in frames], round(pause_ms), options)


def on_white(image: Any) -> Any:
    """Put an image (Pillow's) on a white background, for formats without partial transparency."""
    from PIL import Image

    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def pixels_of(png: bytes) -> tuple[int, int]:
    """Return the size of a frame in pixels, width first."""
    size: tuple[int, int] = _image(png).size
    return size


def _image(png: bytes) -> Any:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        return opened.convert("RGBA")


def _together(ending: str, images: Sequence[Any], duration_ms: int, options: Mapping[str, Any]) -> bytes:
    first, *rest = images
    buffer = io.BytesIO()
    timing = {"duration": max(SHORTEST_MS, duration_ms), "loop": 0}
    first.save(buffer, ending, save_all=True, append_images=rest, **timing, **options)
    return buffer.getvalue()


# No dates or program versions: equal figures have equal bytes.
FORMATS: Mapping[str, Format] = {
    "png": Format(),
    "svg": Format(metadata={"Date": None}),
    "pdf": Format(metadata={"CreationDate": None, "Creator": None, "Producer": None}, in_page=False),
    # Lossless: flat colours and sharp letters then take a third of the size of a PNG, and a visibly lossy file isn't
    # smaller.
    "webp": Format(pillow={"lossless": True, "quality": 80, "exact": True}, animated=webp, longest_px=16_383),
    "gif": Format(pillow={}, animated=gif, still=False),
}

IMAGES = tuple(ending for ending, form in FORMATS.items() if form.in_page)
"""The formats in which a page can show a figure; it can link to any format."""


def converted(png: bytes, ending: str) -> bytes:
    """Write the pixels of a PNG in another format; raise NothingDrawnError if there are too many for it."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        size, dpi = opened.size, opened.info.get("dpi")
        image = opened.convert("RGBA")
    check_length(size, ending)
    if FORMATS[ending].opaque:
        image = on_white(image)
    buffer = io.BytesIO()
    image.save(buffer, **{"format": ending, "dpi": dpi, **(FORMATS[ending].pillow or {})})
    return buffer.getvalue()


def moving(frames: Sequence[bytes], pause_ms: float, ending: str) -> bytes:
    """Combine the frames of an animation in a format; raise NothingDrawnError if they are too large for it."""
    form = FORMATS[ending]
    assert form.animated
    check_length(pixels_of(frames[0]), ending)
    return form.animated(frames, pause_ms, **(form.pillow or {}))


def check_length(size: tuple[int, int], ending: str) -> None:
    """Raise NothingDrawnError if an image is too large for a format."""
    longest = FORMATS[ending].longest_px
    if longest and max(size) > longest:
        raise NothingDrawnError(
            f"its figure has {size[0]} × {size[1]} pixels, but a {ending} can have at most {longest} per side",
            advice="use png or svg instead, or make the figure smaller: figsize is in inches",
        )


def one_of(words: Collection[str]) -> str:
    """Join some words as alternatives."""
    *rest, last = words
    return f"{', '.join(rest)} or {last}"


def points_of(data: bytes) -> tuple[float, float] | None:
    """Return the width and height that a PDF or a PostScript file states, in points; None for any other file."""
    box = None
    if data.startswith(b"%PDF"):
        box = re.search(rb"/MediaBox \[ (\S+) (\S+) (\S+) (\S+) \]", data)
    elif data.startswith(b"%!PS"):
        box = re.search(rb"^%%HiResBoundingBox: (\S+) (\S+) (\S+) (\S+)$", data, re.MULTILINE)
        box = box or re.search(rb"^%%BoundingBox: (\S+) (\S+) (\S+) (\S+)$", data, re.MULTILINE)
    if not box:
        return None
    left, bottom, right, top = map(float, box.groups())
    return right - left, top - bottom


def size_of(picture: Path) -> tuple[int, int] | None:
    """Return a picture's width and height as browsers show it: a photograph may have been taken with the camera turned.

    None for an SVG without a size. Raises AddressError if it isn't a picture.
    """
    if picture.suffix.lower() == ".svg":
        return _svg_size(picture)
    from PIL import Image, UnidentifiedImageError  # slow to import, and most sites draw all their figures

    try:
        with Image.open(picture) as opened:
            width, height = opened.size
            return (height, width) if opened.getexif().get(ORIENTATION, 1) >= TURNED else (width, height)
    except (UnidentifiedImageError, OSError) as problem:
        raise AddressError(f"can't read the picture {picture.name}: {problem}", "save it again") from problem


def _svg_size(picture: Path) -> tuple[int, int] | None:
    try:
        root = ElementTree.parse(picture).getroot()
    except ElementTree.ParseError as problem:
        raise AddressError(f"can't read the SVG {picture.name}: {problem}", "save it again") from problem
    sizes = [re.fullmatch(r"\s*([\d.]+)(?:px)?\s*", root.get(side, "")) for side in ("width", "height")]
    if all(sizes):
        width, height = (round(float(size[1])) for size in sizes if size)
        return width, height
    box = root.get("viewBox", "").replace(",", " ").split()
    return (round(float(box[2])), round(float(box[3]))) if len(box) == 4 else None
