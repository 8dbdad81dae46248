"""Inside the child: matplotlib's SVG -> a standalone one, and one for the page, in the theme's colours."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element, register_namespace, tostring

from ..records import View
from ..routing import BOX_PX
from .thumbnails import END, LETTERS, MARKS, SHAPES

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_GROUP, _USE = f"{{{SVG}}}g", f"{{{SVG}}}use"
_REFERENCE = re.compile(r"url\(#(?P<id>[^)]+)\)")
LINKS = ("http", "https", "mailto")
"""The schemes that a link in a drawing may have, if any; a page must not run anything from a URL."""
_SCHEME = re.compile(r"(?P<scheme>[^:/?#]*):")
_IGNORED = re.compile(r"[\x00-\x20]")
"""The characters that browsers ignore in a scheme."""

register_namespace("", SVG)
register_namespace("xlink", XLINK)


def standalone(
    root: Element,
    name: str,
    size_px: tuple[float, float],
    words: Mapping[str, Any],
    parts: Mapping[str, Any],
    for_programs: bool = False,
    refused: list[str] | None = None,
) -> bytes:
    """Turn a drawing into a standalone SVG document, `size_px` CSS pixels wide and high; return its bytes.

    Parts, by their gid, get the attribute `data-part`, and `data-arg` if an argument governs them. Programs other than
    browsers may only know links by their older name. Links with a scheme that isn't in LINKS are left out, and added to
    `refused`.
    """
    _leave_out(root, SHAPES, END)
    links = _stand_alone(root, name, size_px, words, parts)
    if refused is not None:
        refused += links
    if for_programs:
        for element in root.iter():
            if link := element.attrib.pop("href", None):
                element.set(f"{{{XLINK}}}href", link)
    return tostring(root, encoding="unicode").encode() + b"\n"


def _stand_alone(
    root: Element, name: str, size_px: tuple[float, float], words: Mapping[str, Any], parts: Mapping[str, Any]
) -> list[str]:
    """Make a drawing standalone; return the forbidden links."""
    _drop(root, f"{{{SVG}}}metadata")
    inherited = _general_style(root)
    for element in root.iter():
        _attributes(element)
    dropped = list(_drop_links(root))
    _name(root, name, parts)
    _unwrap(root)
    view_box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(
        {
            "width": f"{size_px[0]:g}",
            "height": f"{size_px[1]:g}",
            "viewBox": view_box,
            "role": "img",
            **inherited,
        }
    )
    for place, (tag, text) in enumerate(_told(words)):
        element = Element(f"{{{SVG}}}{tag}")
        element.text = text
        root.insert(place, element)
    return dropped


def _leave_out(root: Element, first: str, last: str) -> None:
    """Remove everything between two marks, and the marks; the rest is the same as if it had been written alone."""
    for parent in list(root.iter()):
        if not any(_mark(child) for child in parent):
            continue
        kept: list[Element] = []
        is_between = False
        for child in parent:
            mark = _mark(child)
            is_between = (is_between or mark == first) and mark != last
            if not is_between and not mark:
                kept.append(child)
            elif kept:
                kept[-1].tail = child.tail
            else:
                parent.text = child.tail
        parent[:] = kept


def _mark(element: Element) -> str:
    name = element.get("id", "").rpartition("_")[0]
    return name if name in MARKS else ""


def _told(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if words.get("alt"):
        yield "title", words["alt"]
    if words.get("description", {}).get("text"):
        yield "desc", words["description"]["text"]


def _drop(root: Element, tag: str) -> None:
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == tag]:
            parent.remove(child)


def _general_style(root: Element) -> dict[str, str]:
    """Remove the `<style>` with its one rule for all elements; return it as attributes for the root."""
    rules = "".join(style.text or "" for style in root.iter(f"{{{SVG}}}style"))
    _drop(root, f"{{{SVG}}}style")
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == f"{{{SVG}}}defs" and len(child) == 0]:
            parent.remove(child)
    general = re.search(r"\*\s*\{(?P<body>[^}]*)\}", rules)
    return _declarations(general["body"]) if general else {}


def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";") if ":" in declaration)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _attributes(element: Element) -> None:
    """Convert `style` to presentation attributes, and `xlink:href` to `href`."""
    for name, value in _declarations(element.attrib.pop("style", "")).items():
        element.set(name, value)
    if family := element.get("font-family"):
        element.set("font-family", f"{family}, {_generic(family)}")
    if link := element.attrib.pop(f"{{{XLINK}}}href", None):
        element.set("href", link)
    if re.match(r"rotate\(-?0[ )]", element.get("transform", "")):
        del element.attrib["transform"]


def _drop_links(root: Element) -> Iterator[str]:
    """Turn links to forbidden URLs into groups; yield their URLs."""
    for element in root.iter(f"{{{SVG}}}a"):
        scheme = _SCHEME.match(_IGNORED.sub("", element.get("href", "")))
        if scheme and scheme["scheme"].lower() not in LINKS:
            yield element.attrib.pop("href")
            element.attrib.pop("target", None)
            element.tag = f"{{{SVG}}}g"


def _generic(family: str) -> str:
    """Return the fallback for a font that can't be loaded, for example in an `<img>`."""
    return "monospace" if "Mono" in family else "serif" if "Serif" in family else "sans-serif"


def _name(root: Element, name: str, parts: Mapping[str, Any]) -> None:
    """Mark the parts, keep only the ids that are referenced, and make those unique to the figure."""
    pointed = {link[1:] for element in root.iter() if (link := element.get("href", "")).startswith("#")}
    pointed |= {
        match["id"]
        for element in root.iter()
        for value in element.attrib.values()
        for match in _REFERENCE.finditer(value)
    }
    for element in root.iter():
        gid = element.attrib.pop("id", "")
        if gid in parts:
            element.set("data-part", gid)
            if argument := parts[gid].get("argument"):
                element.set("data-arg", argument["name"])
        if gid in pointed:
            element.set("id", f"{name}-{gid}")
        for attribute, value in list(element.attrib.items()):
            if attribute == "href" and value.startswith("#"):
                element.set(attribute, f"#{name}-{value[1:]}")
            elif "url(#" in value:
                element.set(attribute, _REFERENCE.sub(lambda match: f"url(#{name}-{match['id']})", value))


def _unwrap(root: Element) -> None:
    """Replace each group without attributes by its contents."""
    for parent in root.iter():
        while any(_says_nothing(child) for child in parent):
            parent[:] = [inner for child in parent for inner in (list(child) if _says_nothing(child) else [child])]


def _says_nothing(element: Element) -> bool:
    return element.tag == _GROUP and not element.attrib


_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_LENGTHS = {"M": 2, "L": 2, "Q": 4, "C": 6}
DECIMALS = 1
"""A twentieth of a pixel is invisible, also in a figure that is enlarged."""
QUARTER = 4 / 3 * (2**0.5 - 1)
"""Where the control points of a Bézier curve lie that draws a quarter of a circle, as a share of its radius."""


def compact(data: str) -> str:
    """Rewrite path data with relative coordinates: moved shapes differ only in the first point, so they compress well.

    A curve that draws a quarter of an ellipse becomes that arc, which also says less. Data with other commands than
    matplotlib's only has its spaces normalised.
    """
    tokens = _TOKEN.findall(data)
    written: list[str] = []
    lines: list[tuple[float, float] | None] = []
    at = here = start = (0.0, 0.0)
    place = 0
    while place < len(tokens):
        command = tokens[place]
        place += 1
        if command == "z":
            while lines and lines[-1] == start:  # closing the path draws that line
                del written[-1], lines[-1]
            written.append(command)
            lines.append(None)
            at = here = start
            continue
        if command not in _LENGTHS or place + _LENGTHS[command] > len(tokens):
            return " ".join(data.split())
        exact = [float(number) for number in tokens[place : place + _LENGTHS[command]]]
        numbers = [round(number, DECIMALS) for number in exact]
        place += len(numbers)
        end = numbers[-2], numbers[-1]
        if command == "M":
            start = end
            written.append(f"M{_listed(numbers)}")
        elif command == "L" and end == here and written[-1][0] != "M":
            continue  # such a line is visible only as the whole of a path, as a dot
        elif (
            command == "C"
            and (turn := _turn([coordinate - at[axis % 2] for axis, coordinate in enumerate(exact)])) is not None
        ):
            across, down = end[0] - here[0], end[1] - here[1]
            written.append(f"a{_listed([abs(across), abs(down), 0, 0, turn, across, down])}")
        else:
            written.append(_drawn(command, [number - here[axis % 2] for axis, number in enumerate(numbers)]))
        lines.append(end if command == "L" else None)
        at, here = (exact[-2], exact[-1]), end
    return "".join(written)


def _turn(curve: list[float]) -> int | None:
    """Return 1 for a quarter of an ellipse that turns clockwise on the page, 0 for one that turns the other way."""
    across, down = curve[-2:]
    level = (QUARTER * across, 0, across, (1 - QUARTER) * down)
    steep = (0, QUARTER * down, (1 - QUARTER) * across, down)
    for is_level, wanted in ((True, level), (False, steep)):
        if across and down and all(abs(is_at - target) < 0.03 for is_at, target in zip(curve, wanted, strict=False)):
            return int((across * down > 0) is is_level)
    return None


def _drawn(command: str, steps: list[float]) -> str:
    across, down = (_number(step) for step in steps[-2:])
    if command == "L" and "0" in (across, down):
        return f"h{across}" if down == "0" else f"v{down}"
    return command.lower() + _listed(steps)


def _listed(numbers: list[float]) -> str:
    return re.sub(" -", "-", " ".join(map(_number, numbers)))


def _number(value: float) -> str:
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


LARGEST_BYTES = 100_000
"""A larger drawing isn't written into a page: it is shown as an image instead."""

LARGEST_DRAWN_BYTES = 20 * LARGEST_BYTES
"""No drawing shrinks by more than this for a page."""

ON_PAPER = "on-paper"
"""The class of a figure with colours of its own, which stays light, on a paper background."""

OWN = "data-colours"
MARGIN = "data-margin"
"""The distance of the drawing from the left edge, in CSS pixels, if the script says it."""
"""In the store, the attribute that lists those colours; it is removed for the page."""

RIM_PX = 4
"""The distance of the rim from its part."""

THIN_PX = 8
"""Anything lower is a line, even if it is drawn as an area."""

LABELS = "'Unrolled Sans', sans-serif"

_COLOURED = ("fill", "stroke", "stop-color", "flood-color")
_NO_COLOUR = re.compile(r"none|inherit|currentColor|url\(.*\)")
_PAINTED = frozenset({"path", "text", "use", "rect", "circle", "ellipse", "polygon", "polyline"})
_SEGMENT = re.compile(r"[LHVQCSTA]", re.IGNORECASE)
_NUMBER = re.compile(r"-?[\d.]+")
_NONE: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


def themed(
    root: Element,
    names: Mapping[str, str],
    moments: Mapping[str, Mapping[str, Any]] = _NONE,
    margin_px: float | None = None,
) -> bytes | None:
    """Turn a standalone SVG into one for a page; return its bytes, or None if the page must show an image.

    `names` are the tokens by their light values; `moments` describe the parts that appear at a step, for the script
    that steps. The SVG has no title or description, because the page adds these.
    """
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if any(element.tag == "image" for element in root.iter()):
        return None  # the page's policy blocks its contents
    root[:] = [child for child in root if child.tag not in ("title", "desc")]
    del root.attrib["role"]
    root.set("font-family", LABELS)
    if margin_px is not None:
        root.set(MARGIN, f"{margin_px:g}")
    pointed = {f"#{element.get('id')}": element for element in root.iter() if element.get("id")}
    own_colours = dict.fromkeys(colour for colour in _colours(root, pointed) if colour not in names)
    if own_colours:
        root.set("class", ON_PAPER)
        root.set(OWN, " ".join(own_colours))
    else:
        root[:] = [child for child in root if child is not _ground(root, names)]
    for element in root.iter():
        _rewrite(element, names)
    for part in [element for element in root.iter() if element.get("data-arg")]:
        part[:] = [*part, *_halo(part)]
    for element in root.iter():
        if "d" in element.attrib:
            element.set("d", compact(element.attrib["d"]))
        if element.tag in ("text", "tspan"):
            element.attrib.update(
                (axis, _number(float(coordinate)))
                for axis in ("x", "y")
                if _NUMBER.fullmatch(coordinate := element.get(axis, ""))
            )
        if element.tag == "g":
            element.attrib.update(_moment(moments.get(element.get("data-part", ""))))
    data = written(root)
    return data if len(data) <= LARGEST_BYTES else None


def written(element: Element) -> bytes:
    """Write an element as a page has it."""
    return tostring(element, encoding="unicode").replace(" />", "/>").encode()


LARGEST_SMALL_BYTES = 50_000
"""A larger drawing is shown as a bitmap in a gallery, which shows many at once."""


def in_small(
    drawing: Element,
    name: str,
    size_px: tuple[float, float],
    view: View,
    hidden: Container[int],
    names: Mapping[str, str],
    dark: Mapping[str, str],
) -> dict[str, bytes]:
    """Return images of a view for a gallery, `light` and `dark`; none if they would be too large.

    They are drawn by `thumbnails.Both`. `hidden` are the numbers of texts beyond the view. `names` are the tokens, and
    `dark` their dark values, by their light ones. A figure that also has other colours keeps its own background, and
    has no dark image.
    """
    root = deepcopy(drawing)
    _leave_out_texts(root, hidden)
    _leave_out(root, LETTERS, SHAPES)
    _stand_alone(root, name, size_px, {}, {})
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.text = element.tail = None
    root.set("xmlns", SVG)
    pointed = {f"#{element.get('id')}": element for element in root.iter() if element.get("id")}
    has_own_colours = any(colour not in names for colour in _colours(root, pointed))
    is_themed = not has_own_colours and not any(element.tag == "image" for element in root.iter())
    if is_themed:
        root[:] = [child for child in root if child is not _ground(root, names)]
    unit = float(root.get("viewBox", "").split()[2]) / size_px[0]
    left, top, width, height = (side * unit for side in view[1:])
    root.set("viewBox", f"{left:.2f} {top:.2f} {width:.2f} {height:.2f}")
    for parent in reversed([root, *root.iter("g")]):
        parent[:] = [
            child
            for child in parent
            if (len(child) or child.tag != "g") and not _is_beyond(child, left, top, left + width, top + height)
        ]
    root.attrib.update(width=f"{BOX_PX[0]}", height=f"{BOX_PX[1]}")
    for element in root.iter():
        if element.get("transform") == LETTER_SCALE:
            _coarsen(element)
        if "d" in element.attrib:
            element.set("d", compact(element.attrib["d"]))
    images = {"light": written(root)}
    if is_themed:
        for element in root.iter():
            for attribute in _COLOURED:
                if colour := dark.get(element.get(attribute, "")):
                    element.set(attribute, colour)
        images["dark"] = written(root)
    return images if all(len(data) <= LARGEST_SMALL_BYTES for data in images.values()) else {}


LETTER_SCALE = "scale(0.015625)"
"""How matplotlib scales the shape of a letter, which is 6,400 units high."""
COARSE = 32
"""How many of these units a gallery can't show: some 0.06 px."""


def _coarsen(letter: Element) -> None:
    """Draw the shape of a letter with fewer digits, which are most of what a small image consists of."""
    letter.set("d", _NUMBER.sub(lambda number: f"{float(number[0]) / COARSE:.0f}", letter.get("d", "")))
    letter.set("transform", f"scale({COARSE / 64:g})")


def _is_beyond(element: Element, left: float, top: float, right: float, bottom: float) -> bool:
    """Return whether matplotlib has drawn a path where none of it is seen, not even half of a broad line."""
    if element.tag != "path" or element.get("transform"):
        return False
    numbers = [float(number) for number in _NUMBER.findall(element.get("d", ""))]
    across, down, around = numbers[::2], numbers[1::2], float(element.get("stroke-width", "1"))
    return bool(numbers) and not (
        left - around < max(across)
        and min(across) < right + around
        and top - around < max(down)
        and min(down) < bottom + around
    )


def _leave_out_texts(root: Element, hidden: Container[int]) -> None:
    """Leave out the letters of some texts, and shapes of letters that no other text has."""
    number, is_text = -1, False
    beyond: set[Element] = set()
    for element in root.iter():
        mark = _mark(element)
        number += mark == SHAPES
        is_text = mark == SHAPES or (is_text and mark != END)
        if is_text and number in hidden and element.tag == _USE:
            beyond.add(element)
    used = {element.get(f"{{{XLINK}}}href") for element in root.iter(_USE) if element not in beyond}
    for parent in root.iter():
        is_unused = parent.tag == f"{{{SVG}}}defs"
        parent[:] = [
            child
            for child in parent
            if child not in beyond
            and not (is_unused and child.tag == f"{{{SVG}}}path" and f"#{child.get('id')}" not in used)
        ]


def _moment(moment: Mapping[str, Any] | None) -> dict[str, str]:
    if moment is None:
        return {}
    bars = " ".join(
        f"M{left:g} {top:g}h{width:g}v{height:g}h-{width:g}z" for left, top, width, height in moment["bars"]
    )
    attributes = {"data-step": str(moment["step"]), "data-kind": moment["kind"]}
    return {**attributes, "data-bars": bars} if bars else attributes


def _colours(element: Element, pointed: Mapping[str, Element], fill: str | None = None) -> Iterator[str]:
    """Yield the colours of everything painted, including the default black."""
    fill = element.get("fill", fill)
    for attribute in _COLOURED:
        value = element.get(attribute, "none")
        if not _NO_COLOUR.fullmatch(value):
            yield value
    if fill is None and element.tag in _PAINTED and _has_area(element, pointed):
        yield "black"
    for child in element:
        # Definitions are painted where they are used.
        yield from _colours(child, pointed, "none" if element.tag in ("defs", "clipPath") and fill is None else fill)


def _has_area(element: Element, pointed: Mapping[str, Element]) -> bool:
    """Return whether a fill would be visible: not in a tick, which is a straight line."""
    path = pointed.get(element.get("href", ""), element).get("d")
    return path is None or len(_SEGMENT.findall(path)) > 1


def _ground(root: Element, names: Mapping[str, str]) -> Element | None:
    """Find the paper background that covers the whole figure: the page has its own."""
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
    if element.tag != "svg" and element.get("font-family") == LABELS:
        del element.attrib["font-family"]  # it is set on the root
    if "d" in element.attrib:
        element.set("d", " ".join(element.attrib["d"].split()))
    if element.tag not in ("text", "tspan"):
        element.text = None
    if element.tag != "tspan":
        element.tail = None


def _halo(part: Element) -> Iterator[Element]:
    """Yield the elements that highlight a part: a rim around a shape, or a thicker line along a line.

    The style sheet hides them, and sets their colour.
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
