"""matplotlib's SVG -> a clean one: presentation attributes only, ids of its own, named parts, its words inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#(?P<id>[^)]+)\)")
LINKS = ("http", "https", "mailto")
"""The schemes that a link in a drawing may have, besides none; a page must run nothing that a URL says."""
_SCHEME = re.compile(r"(?P<scheme>[^:/?#]*):")
_IGNORED = re.compile(r"[\x00-\x20]")
"""What browsers leave out of a scheme."""

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def standalone(
    drawn: bytes,
    name: str,
    size_px: tuple[float, float],
    words: Mapping[str, Any],
    parts: Mapping[str, Any],
    for_programs: bool = False,
    refused: list[str] | None = None,
) -> bytes:
    """Return an SVG document that stands alone, `size_px` CSS pixels wide and high.

    Parts, by their gid, are marked `data-part`, with `data-arg` where an argument governs them. Other programs than
    browsers may know links by their older name only. Links with another scheme than LINKS are left out, and added to
    `refused`.
    """
    root = ElementTree.fromstring(drawn)
    _drop(root, f"{{{SVG}}}metadata")
    inherited = _general_style(root)
    for element in root.iter():
        _attributes(element)
    dropped = list(_drop_links(root))
    if refused is not None:
        refused += dropped
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
        element = ElementTree.Element(f"{{{SVG}}}{tag}")
        element.text = text
        root.insert(place, element)
    if for_programs:
        for element in root.iter():
            if link := element.attrib.pop("href", None):
                element.set(f"{{{XLINK}}}href", link)
    return ElementTree.tostring(root, encoding="unicode").encode() + b"\n"


def _told(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if words.get("alt"):
        yield "title", words["alt"]
    if words.get("description", {}).get("text"):
        yield "desc", words["description"]["text"]


def _drop(root: ElementTree.Element, tag: str) -> None:
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == tag]:
            parent.remove(child)


def _general_style(root: ElementTree.Element) -> dict[str, str]:
    """Take the `<style>` with its one rule for all out; return it as attributes for the root, which all inherit."""
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


def _attributes(element: ElementTree.Element) -> None:
    """Turn `style` into presentation attributes, and `xlink:href` into `href`."""
    for name, value in _declarations(element.attrib.pop("style", "")).items():
        element.set(name, value)
    if family := element.get("font-family"):
        element.set("font-family", f"{family}, {_generic(family)}")
    if link := element.attrib.pop(f"{{{XLINK}}}href", None):
        element.set("href", link)
    if re.match(r"rotate\(-?0[ )]", element.get("transform", "")):
        del element.attrib["transform"]


def _drop_links(root: ElementTree.Element) -> Iterator[str]:
    """Make groups of links that lead where no drawing may lead; yield their addresses."""
    for element in root.iter(f"{{{SVG}}}a"):
        scheme = _SCHEME.match(_IGNORED.sub("", element.get("href", "")))
        if scheme and scheme["scheme"].lower() not in LINKS:
            yield element.attrib.pop("href")
            element.attrib.pop("target", None)
            element.tag = f"{{{SVG}}}g"


def _generic(family: str) -> str:
    """Name what stands in where a font cannot be loaded, as in an `<img>`."""
    return "monospace" if "Mono" in family else "serif" if "Serif" in family else "sans-serif"


def _name(root: ElementTree.Element, name: str, parts: Mapping[str, Any]) -> None:
    """Mark the parts, keep only the ids that something points at, and make those the figure's own."""
    pointed = {link[1:] for element in root.iter() if (link := element.get("href", "")).startswith("#")}
    pointed |= {
        match["id"]
        for element in root.iter()
        for value in element.attrib.values()
        for match in _REFERENCE.finditer(value)
    }
    for element in root.iter():
        own = element.attrib.pop("id", "")
        if own in parts:
            element.set("data-part", own)
            if argument := parts[own].get("argument"):
                element.set("data-arg", argument["name"])
        if own in pointed:
            element.set("id", f"{name}-{own}")
        for attribute, value in list(element.attrib.items()):
            if attribute == "href" and value.startswith("#"):
                element.set(attribute, f"#{name}-{value[1:]}")
            elif "url(#" in value:
                element.set(attribute, _REFERENCE.sub(lambda match: f"url(#{name}-{match['id']})", value))


def _unwrap(root: ElementTree.Element) -> None:
    """Replace each group that says nothing by what it holds."""
    for parent in root.iter():
        while any(_says_nothing(child) for child in parent):
            parent[:] = [inner for child in parent for inner in (list(child) if _says_nothing(child) else [child])]


def _says_nothing(element: ElementTree.Element) -> bool:
    return element.tag == f"{{{SVG}}}g" and not element.attrib
