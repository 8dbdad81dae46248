"""The figures in articles, each with the data of its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..figures.build import Rendering, figure_of
from ..figures.page.figures import DECORATIVE, MARK
from ..figures.records import Figure
from ..figures.report import FigureError
from ..figures.requests import Asked, Reference
from .reading import Read
from .site import Site


@dataclass(frozen=True)
class Shown:
    """A figure in an article: the author's alt text, its reference, and its current drawing."""

    article: Read
    alt: str
    reference: Reference
    figure: Figure | None
    takes_code: bool
    is_decorative: bool
    refused: FigureError | None

    @property
    def words(self) -> str:
        """The picture's own words; empty if its drawing isn't up to date."""
        if self.figure is None:
            return ""
        return f"{self.figure.alt} {self.figure.description.get('text', '')}"


def shown_figures(site: Site, asked: Asked, rendering: Rendering) -> Iterator[Shown]:
    """Find each image of a figure, and look up its record; nothing is drawn."""
    figures = _figures(site, asked, rendering)
    taking = {name for name, request in asked.requests.items() if request.blocks}
    by_article: dict[Path, list[Reference]] = defaultdict(list)
    for reference in site.references:
        by_article[reference.article].append(reference)
    for article in site.shown:
        for image in article.all("img"):
            if image.get(MARK):
                reference = by_article[article.path][int(image.get(MARK))]
                yield Shown(
                    article,
                    image.get("alt"),
                    reference,
                    figures.get(reference),
                    takes_code=reference.route.figure in taking,
                    is_decorative=DECORATIVE in image.classes,
                    refused=asked.refused.get(reference),
                )


def _figures(site: Site, asked: Asked, rendering: Rendering) -> dict[Reference, Figure]:
    """Return the figures whose records hold."""
    found: dict[Reference, Figure] = {}
    for name, request in asked.requests.items():
        record = rendering.state(request).record
        for reference in asked.serving[name] if record else ():
            figure = figure_of(asked.settled[reference], request, record, site.figures) if record else None
            if reference not in asked.refused and isinstance(figure, Figure):
                found[reference] = figure
    return found
