"""Images without a description, and scripts that no article uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..figures.page.figures import DECORATIVE, MARK
from ..figures.requests import Asked
from ..figures.routing import path_in_content, scripts
from ..html import read
from .findings import ERROR, NOTE, WARNING, Finding
from .shown import Shown
from .site import Site

WITHOUT = "this image has no alt text"
ADVICE = "write it between the square brackets, or mark the image as {.decorative}"


def undescribed(site: Site, shown: Iterable[Shown]) -> Iterator[Finding]:
    """Find images without alt text. The figure plugin reports hand-made pictures in the folder of figures."""
    for it in shown:
        if it.figure and not it.figure.alt and not it.alt and not it.is_decorative:
            yield Finding(WARNING, it.article.file, it.reference.line, f"{it.reference.address}: {WITHOUT}", ADVICE)
    for article in site.shown:
        for image in article.all("img"):
            address = image.get("src")
            path = path_in_content(address, article.content.relative_dir) or ""
            if image.get(MARK) or path.startswith(f"{site.figures.folder}/") or image.get("alt"):
                continue
            line = article.line_of(address)
            # In HTML, alt="" means that an image is decorative; Markdown writes it for every empty pair of brackets.
            is_meant = read(article.text.splitlines()[line - 1]).css_first("img[alt]")
            if not is_meant and DECORATIVE not in image.classes:
                yield Finding(WARNING, article.file, line, f"{address}: {WITHOUT}", ADVICE)


def refused(asked: Asked, site: Site) -> Iterator[Finding]:
    """Report figures that can't be served: there is none, its code is missing, or two have the same URL."""
    told: set[tuple[Path, str]] = set()
    for reference in sorted(asked.refused, key=lambda it: it.is_in_header or it.is_link):
        problem = reference.article, str(asked.refused[reference])
        if problem not in told or not (reference.is_in_header or reference.is_link):
            what, *advice = problem[1].splitlines()
            place = site.figures.shown(reference.article), reference.line
            yield Finding(ERROR, *place, f"{reference.address}: {what}", "\n    ".join(advice))
        told.add(problem)


def unasked(site: Site) -> Iterator[Finding]:
    """Report the diagram scripts that no article uses."""
    asked = {reference.route.script for reference in site.references if not reference.is_for_itself}
    for script in scripts(site.figures):
        if script not in asked:
            name = site.figures.shown(script, site.figures.diagrams).removesuffix(".py").replace("_", "-")
            advice = f"show it with ![](/{site.figures.folder}/{name}.png), or delete it"
            yield Finding(NOTE, site.figures.shown(script), 1, "no article shows this figure", advice)
