"""Make the site's icons from theme/static/mark.svg: what browsers, phones and `/favicon.ico` need besides an SVG.

Run by hand, it writes files to be committed, as for the fonts: so builds don't draw them, and their bytes don't depend
on the versions of matplotlib and Pillow. `--check` reports whether they match the mark.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.svgLib.path import parse_path
from fontTools.svgLib.path.shapes import PathBuilder
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from PIL import Image, ImageChops
from PIL.IcoImagePlugin import IcoImageFile

ROOT = Path(__file__).resolve().parents[1]
MARK = ROOT / "theme/static/mark.svg"
ICONS = ROOT / "theme/static/icons"
SIZES = {"icon-192.png": 192, "icon-512.png": 512}
"""In pixels; rounded, as the mark is."""
SQUARES = {"apple-touch-icon.png": 180, "maskable-512.png": 512}
"""Phones crop these to their own shape, and may cut off a tenth on each side."""
FAVICON = "favicon.ico"
FAVICON_SIZES = (16, 32, 48)
SAFE = 0.9
"""The size of the mark relative to these icons, which keeps it within the safe zone."""
OVER = 8
"""The factor for supersampling: thin lines keep their weight when scaled down."""
CODES = {"moveTo": Outline.MOVETO, "lineTo": Outline.LINETO, "qCurveTo": Outline.CURVE3, "curveTo": Outline.CURVE4}


@dataclass(frozen=True)
class Shape:
    """A shape of an SVG: its outline, and the style that it inherits from the groups around it."""

    outline: Outline
    style: dict[str, str]


def shapes(element: ElementTree.Element, style: dict[str, str]) -> Iterator[Shape]:
    """Read the shapes of an SVG in painting order."""
    names = ("fill", "stroke", "stroke-width")
    style = style | {name: element.attrib[name] for name in names if name in element.attrib}
    builder = PathBuilder()
    builder.add_path_from_element(element)
    for data in builder.paths:
        pen = DecomposingRecordingPen({})
        parse_path(data, pen)
        yield Shape(outline(pen.value), style)
    for child in element:
        yield from shapes(child, style)


def outline(commands: list[tuple[str, tuple[tuple[float, float], ...]]]) -> Outline:
    """Convert a pen recording to a path of matplotlib."""
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for name, at in commands:
        if name == "closePath":
            points.append((0, 0))
            codes.append(int(Outline.CLOSEPOLY))
        elif name in CODES:
            points += at
            codes += [int(CODES[name])] * len(at)
    return Outline(points, codes)


def drawn(size: int, is_square: bool = False) -> Image.Image:
    """Draw the mark; for a square, its background (the first shape) fills the picture, and the rest is smaller."""
    root = ElementTree.parse(MARK).getroot()
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    ground, *rest = shapes(root, {"fill": "#000000"})
    more = (1 / SAFE - 1) * width / 2 if is_square else 0
    figure = Figure(figsize=(1, 1), dpi=size * OVER)
    axes = figure.add_axes(
        (0, 0, 1, 1), xlim=(left - more, left + width + more), ylim=(top + height + more, top - more)
    )
    axes.set_axis_off()
    if is_square:
        figure.patch.set_facecolor(ground.style["fill"])
    else:
        figure.patch.set_alpha(0)
    points = 72 / (width + 2 * more)  # in one unit of the drawing
    for shape in rest if is_square else [ground, *rest]:
        stroke = shape.style.get("stroke", "none")
        patch = PathPatch(
            shape.outline,
            facecolor=shape.style["fill"] if stroke == "none" else "none",
            edgecolor=stroke,
            linewidth=float(shape.style.get("stroke-width", 1)) * points if stroke != "none" else 0,
            capstyle="butt",
        )
        axes.add_patch(patch)
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=size * OVER)
    return Image.open(data).convert("RGBA").resize((size, size), Image.Resampling.BOX)


def made() -> dict[str, Image.Image]:
    """Draw every icon except the one with several sizes."""
    icons = {name: drawn(size) for name, size in SIZES.items()}
    return icons | {name: drawn(size, is_square=True).convert("RGB") for name, size in SQUARES.items()}


def write() -> None:
    """Write the icons into the theme."""
    ICONS.mkdir(exist_ok=True)
    for name, icon in made().items():
        icon.quantize(64, method=Image.Quantize.FASTOCTREE).save(ICONS / name, optimize=True)
    smallest, *others = (drawn(size) for size in FAVICON_SIZES)
    sizes = [(size, size) for size in FAVICON_SIZES]
    others[-1].save(ICONS / FAVICON, sizes=sizes, append_images=[smallest, *others])


def stale() -> list[str]:
    """Return the icons that visibly differ from a new drawing."""
    icons = {name: (ICONS / name, icon) for name, icon in made().items()}
    for size in FAVICON_SIZES:
        icons[f"{FAVICON} at {size}"] = ICONS / FAVICON, drawn(size)
    return [name for name, (file, icon) in icons.items() if not _is_alike(file, icon)]


def _is_alike(file: Path, icon: Image.Image) -> bool:
    if not file.is_file():
        return False
    with Image.open(file) as kept:
        shown = kept.ico.getimage(icon.size) if isinstance(kept, IcoImageFile) else kept
        if shown.size != icon.size:
            return False
        return int(np.asarray(ImageChops.difference(shown.convert("RGBA"), icon.convert("RGBA"))).max()) < 48


def main() -> int:
    """Write the icons, or check whether they match the mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing, and exit with 1 if an icon doesn't match the mark"
    )
    if not parser.parse_args().check:
        write()
        return 0
    if wrong := stale():
        print(f"these icons don't match {MARK.relative_to(ROOT)}: {', '.join(wrong)}\n    run `make icons`")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
