"""Inside the child: a figure's SVG for the page itself, which calls its colours by the names of the theme's tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from .path_data import compact

LARGEST_BYTES = 100_000
"""A larger drawing is not written into a page: there it is an image."""

LARGEST_DRAWN_BYTES = 20 * LARGEST_BYTES
"""So much does no drawing lose on its way into a page."""

ON_PAPER = "on-paper"
"""The class of a figure that has colours of its own, so that it stays light, on a ground of paper."""

OWN = "data-colours"
"""In the store, the attribute that names those colours; no page shows it."""

RIM_PX = 4
"""How far outside of a part its rim is."""

THIN_PX = 8
"""What is not as high is a line, though it may be drawn as an area."""

LABELS = "'Unrolled Sans', sans-serif"
FIGURES = f"'Unrolled Figures', {LABELS}"
"""The page waits for the first family; for its labels, in the same font under its own name, it does not."""

_COLOURED = ("fill", "stroke", "stop-color", "flood-color")
_NO_COLOUR = re.compile(r"none|inherit|currentColor|url\(.*\)")
_PAINTED = frozenset({"path", "text", "use", "rect", "circle", "ellipse", "polygon", "polyline"})
_SEGMENT = re.compile(r"[LHVQCSTA]", re.IGNORECASE)
_NUMBER = re.compile(r"-?[\d.]+")
_NONE: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


def themed(alone: bytes, names: Mapping[str, str], moments: Mapping[str, Mapping[str, Any]] = _NONE) -> bytes | None:
    """Write an SVG that stands alone anew for a page; None where the page must show an image.

    `names` are the tokens by their light values; `moments` tell of parts that come about at a step, for the script that
    steps. It is without title and description, which are the page's to say.
    """
    root = fromstring(alone)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if any(element.tag == "image" for element in root.iter()):
        return None  # the page's policy blocks what it shows
    root[:] = [child for child in root if child.tag not in ("title", "desc")]
    del root.attrib["role"]
    root.set("font-family", FIGURES)
    pointed = {f"#{element.get('id')}": element for element in root.iter() if element.get("id")}
    own = dict.fromkeys(colour for colour in _colours(root, pointed) if colour not in names)
    if own:
        root.set("class", ON_PAPER)
        root.set(OWN, " ".join(own))
    else:
        root[:] = [child for child in root if child is not _ground(root, names)]
    for element in root.iter():
        _rewrite(element, names)
    for part in [element for element in root.iter() if element.get("data-arg")]:
        part[:] = [*part, *_halo(part)]
    for element in root.iter():
        if "d" in element.attrib:
            element.set("d", compact(element.attrib["d"]))
        if element.tag == "g":
            element.attrib.update(_moment(moments.get(element.get("data-part", ""))))
    data = tostring(root, encoding="unicode").replace(" />", "/>").encode()
    return data if len(data) <= LARGEST_BYTES else None


def _moment(moment: Mapping[str, Any] | None) -> dict[str, str]:
    if moment is None:
        return {}
    bars = " ".join(
        f"M{left:g} {top:g}h{width:g}v{height:g}h-{width:g}z" for left, top, width, height in moment["bars"]
    )
    told = {"data-step": str(moment["step"]), "data-kind": moment["kind"]}
    return {**told, "data-bars": bars} if bars else told


def _colours(element: Element, pointed: Mapping[str, Element], fill: str | None = None) -> Iterator[str]:
    """Name what is painted in, also the black that goes without saying."""
    fill = element.get("fill", fill)
    for attribute in _COLOURED:
        value = element.get(attribute, "none")
        if not _NO_COLOUR.fullmatch(value):
            yield value
    if fill is None and element.tag in _PAINTED and _has_area(element, pointed):
        yield "black"
    for child in element:
        # What is kept for later is painted where it is used.
        yield from _colours(child, pointed, "none" if element.tag in ("defs", "clipPath") and fill is None else fill)


def _has_area(element: Element, pointed: Mapping[str, Element]) -> bool:
    """Say whether a fill would be seen: not in a tick, which is a straight line."""
    path = pointed.get(element.get("href", ""), element).get("d")
    return path is None or len(_SEGMENT.findall(path)) > 1


def _ground(root: Element, names: Mapping[str, str]) -> Element | None:
    """Find the paper that covers the whole figure: the page has its own."""
    _, _, *size = root.get("viewBox", "").split()
    first = next(iter(root), None)
    if first is None or names.get(first.get("fill", "")) != "paper":
        return None
    corners = {float(number) for number in _NUMBER.findall(first.get("d", ""))}
    return first if corners == {0.0, *map(float, size)} else None


def _rewrite(element: Element, names: Mapping[str, str]) -> None:
    for attribute in _COLOURED:
        if name := names.get(element.get(attribute, "")):
            element.set(attribute, f"var(--{name})")
    if element.get("font-family") == LABELS:
        del element.attrib["font-family"]  # the root says it
    if "d" in element.attrib:
        element.set("d", " ".join(element.attrib["d"].split()))
    if element.tag not in ("text", "tspan"):
        element.text = None
    if element.tag != "tspan":
        element.tail = None


def _halo(part: Element) -> Iterator[Element]:
    """Draw what shows that a part is lit: a rim around a shape, and along a line a heavier one.

    The style sheet hides it, and gives it its colour.
    """
    paths = [path for path in part if path.tag == "path"]
    shape = next((path for path in paths if path.get("d", "").endswith("z")), None)
    if shape is not None:
        x, y = ([float(at) for at in _NUMBER.findall(shape.get("d", ""))[axis::2]] for axis in (0, 1))
        if max(y) - min(y) >= THIN_PX:
            yield _rim(min(x), min(y), max(x), max(y), x[0] - min(x))
            return
    for path in paths:
        width = 1.5 + float(path.get("stroke-width", "0"))
        yield Element("path", {"class": "halo", "fill": "none", "stroke-width": f"{width:g}", "d": path.get("d", "")})


def _rim(left: float, top: float, right: float, bottom: float, radius: float) -> Element:
    sizes = {
        "x": left - RIM_PX,
        "y": top - RIM_PX,
        "width": right - left + 2 * RIM_PX,
        "height": bottom - top + 2 * RIM_PX,
        "rx": radius + RIM_PX,
    }
    return Element("rect", {"class": "halo", "fill": "none", **{name: f"{px:g}" for name, px in sizes.items()}})
