"""Photographs: sizes for every screen, upright, and without what a camera notes beside them, such as the place.

Every JPEG of the site gets up to three WebP files beside it, of different widths. The theme's filter `photographs` has
a page offer them to browsers; feeds have the JPEG alone, which is published without these notes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any

from pelican import signals
from PIL import Image, ImageOps, features
from PIL import __version__ as pillow

from .building.generators import FileGenerator, contents_of, place_of
from .building.incremental import on_edit
from .figures.articles import PHOTOGRAPHS
from .figures.formats import size_of
from .figures.report import AddressError
from .figures.routing import path_in_content
from .files import read_regular, write_atomically
from .html import Tag, parse, write
from .private import html_of, put_html

WIDTHS = (480, 960, 1600)
"""In pixels: for a phone, a text column, and one on a fine screen. A photograph is never made wider than it is."""
SIZES = "(min-width: 40em) 40rem, 100vw"
"""How wide the page shows it, for browsers that don't know `auto`."""
QUALITY, QUALITY_JPEG = 80, 90
NOTES = {"APP1", "APP13", "COM"}
"""The segments with Exif, XMP, IPTC and comments; others hold colours."""
DATA, OWN = "data-widths", "data-width"
"""The attributes from which the filter makes `srcset` and `sizes`: the widths of the files, and the author's own."""
FOLDER = "photographs"
"""In Pelican's CACHE_PATH: the files that were made, by what they were made from."""


@dataclass(frozen=True)
class Photograph:
    """A JPEG of the site: upright, it is so many pixels wide and high."""

    source: Path
    static: Any
    width: int
    height: int
    has_notes: bool

    @property
    def widths(self) -> list[int]:
        """The widths of its WebP files: its own is the last, unless it's wider than all of them."""
        return sorted({min(width, self.width) for width in WIDTHS})


def photograph_of(static: Any) -> Photograph | None:
    """Look at a static file without decoding it; return None for one that isn't a picture."""
    source = Path(static.source_path)
    try:
        width, height = size_of(source) or (0, 0)
        with Image.open(source) as image:
            notes = {name for name, _ in getattr(image, "applist", ())} & NOTES
    except (AddressError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # it is copied as it is: the figure plugin reports one that an article shows
    return Photograph(source, static, width, height, bool(notes))


def made(photograph: Photograph, folder: Path) -> dict[str, bytes]:
    """Return the files of a photograph, by their endings: kept from the last build, or made now."""
    data = read_regular(photograph.source)
    made_by = f"{pillow} {features.version('webp')} {features.version('jpg')} {QUALITY} {QUALITY_JPEG}"
    key = blake2b(data + made_by.encode(), digest_size=16).hexdigest()
    endings = [f"{width}w.webp" for width in photograph.widths]
    endings += ["jpg"] if photograph.has_notes else []
    files: dict[str, bytes] = {}
    for ending in endings:
        with suppress(OSError):
            files[ending] = read_regular(folder / f"{key}.{ending}")
    if files.keys() != {*endings}:
        with Image.open(io.BytesIO(data)) as image:
            files = {ending: _encoded(resized, ending) for ending, resized in _resized(image, photograph)}
        for ending, file in files.items():
            with suppress(OSError):  # it takes longer the next time
                write_atomically(folder / f"{key}.{ending}", file)
    used.update(f"{key}.{ending}" for ending in endings)
    return files


def _resized(image: Image.Image, photograph: Photograph) -> Iterator[tuple[str, Image.Image]]:
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    upright.info = {"icc_profile": image.info.get("icc_profile")} if image.mode == upright.mode else {}
    for width in photograph.widths:
        size = width, max(1, round(upright.height * width / upright.width))
        yield f"{width}w.webp", upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if photograph.has_notes:
        yield "jpg", upright


def _encoded(image: Image.Image, ending: str) -> bytes:
    file, profile = io.BytesIO(), image.info.get("icc_profile")
    if ending == "jpg":
        image.save(file, "JPEG", quality=QUALITY_JPEG, icc_profile=profile, exif=b"")
    else:
        image.save(file, "WEBP", quality=QUALITY, method=4, icc_profile=profile, exif=b"")
    return file.getvalue()


def photographs(html: str) -> str:
    """Return HTML in which each photograph has the files that a browser can choose from: the theme's filter."""
    if DATA not in html:
        return html
    root = parse(html)
    for node in root.css(f"img[{DATA}]"):
        image = Tag.of(node)
        stem = image.get("src").rpartition(".")[0]
        files = ", ".join(f"{stem}.{width}w.webp {width}w" for width in image.get(DATA).split())
        width = image.get(OWN)
        sizes = f"{width}px" if width else f"auto, {SIZES}"
        image.without(DATA, OWN).having(srcset=files, sizes=sizes).mark(node)
    return write(root)


class Photographs:
    """Carries the photographs of a run from signal to signal."""

    def __init__(self) -> None:
        self.known: dict[str, Photograph] = {}

    def find(self, generators: Sequence[Any]) -> None:
        """Find them, say in each article how large they are, and have Pelican copy none that has notes."""
        self.known = {}
        if not generators or not generators[0].settings.get("PHOTOGRAPHS", True):
            return
        context = generators[0].context
        for path, static in context["static_content"].items():
            if str(path).lower().endswith(PHOTOGRAPHS) and getattr(static, "source_path", None):
                photograph = photograph_of(static)
                if photograph:
                    self.known[str(path)] = photograph
        noted = {id(picture.static) for picture in self.known.values() if picture.has_notes}
        context["staticfiles"] = [file for file in context["staticfiles"] if id(file) not in noted]
        for content in contents_of(generators):
            self.name(content)

    def name(self, content: Any, _generators: object = None) -> None:
        """Write the size of each photograph into an article, which can be named again."""
        html = html_of(content)
        if not self.known or "<img" not in html or not content.source_path:  # a plugin's own page has none
            return
        root = parse(html)
        for node in root.css(f"img:not([{DATA}])"):
            image = Tag.of(node)
            photograph = self.known.get(path_in_content(image.get("src"), content.relative_dir) or "")
            if photograph:
                image.having(**_attributes(image, photograph)).mark(node)
        if (changed := write(root)) != html:
            put_html(content, changed)


def _attributes(image: Tag, photograph: Photograph) -> dict[str, str]:
    """Return what an image says of a photograph: its size, unless the author has given it one."""
    size = str(photograph.width), str(photograph.height)
    own_width = image.get("width").removesuffix("px")
    own_width = own_width if own_width.isdecimal() and int(own_width) and own_width != size[0] else ""
    height = str(round(photograph.height * int(own_width) / photograph.width)) if own_width else size[1]
    return {
        "width": own_width or size[0],
        "height": image.get("height") or height,
        "loading": image.get("loading") or "lazy",
        "decoding": "async",
        DATA: " ".join(map(str, photograph.widths)),
        **({OWN: own_width} if own_width else {}),
    }


@on_edit()
class PhotographFiles(FileGenerator):
    """Writes no page, but the files of photographs."""

    def generate_output(self, _writer: Any) -> None:
        """Write them, and forget those that no photograph has any more."""
        folder = Path(self.settings["CACHE_PATH"], FOLDER)
        used.clear()
        with ThreadPoolExecutor() as pool:  # Pillow works in parallel
            files = pool.map(lambda picture: (picture, made(picture, folder)), plugin.known.values())
            for photograph, endings in files:
                place = PurePosixPath(place_of(photograph.static))
                for ending, data in endings.items():
                    name = place.name if ending == "jpg" else f"{place.stem}.{ending}"
                    _put(Path(self.output_path, place.with_name(name)), data)
        with suppress(OSError):
            for file in folder.iterdir():
                if file.name not in used:
                    file.unlink()


def _put(place: Path, data: bytes) -> None:
    if not (place.is_file() and place.read_bytes() == data):
        write_atomically(place, data)


used: set[str] = set()
"""The names of this build's files in the cache."""
plugin = Photographs()


@on_edit(does=plugin.name)
def _find(generators: Sequence[Any]) -> None:
    plugin.find(generators)


def _give(generator: Any) -> None:
    generator.env.filters["photographs"] = photographs


def register() -> None:
    """Connect the plugin, and give templates its filter."""
    signals.generator_init.connect(_give)
    signals.all_generators_finalized.connect(_find)
    signals.get_generators.connect(PhotographFiles.offer)
