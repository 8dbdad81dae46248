"""Entries -> the HTML of the page, which any theme can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, Template

from plugins.figures.requests import Reference

from .entries import Entry, anchor
from .listings import Listings

LONG_LINES = 40
"""A longer script is folded."""


def html_of(entries: Sequence[Entry], alts: Mapping[Reference, str], listings: Listings, folder: str) -> str:
    """Write the body of the page. `alts` are the words that authors gave their images; the plugin knows the others."""
    return _template().render(
        entries=entries, alts=alts, listing=listings.of, folder=folder, long_lines=LONG_LINES, anchor=anchor
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["quoted"] = quote
    return environment.get_template("page.html")
