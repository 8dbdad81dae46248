"""Entries and words -> the HTML of the page, which any theme can show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

from plugins.figures.requests import Reference
from plugins.i18n.catalogues import Language

from .entries import Entry, anchor
from .listings import Listings
from .words import Word

LONG_LINES = 40
"""A longer script is folded."""
MOST_FIGURES = 4
"""So many of the figures that use a word are named."""


def html_of(
    entries: Sequence[Entry],
    words: Sequence[Word],
    alts: Mapping[Reference, str],
    listings: Listings,
    names: Mapping[str, str],
    language: Language,
) -> str:
    """Write the body of the page.

    `alts` are the words that authors gave their images; the figure plugin knows the others. `names` says how the folder
    of figures is called in addresses, and the package of the words in scripts.
    """
    return _template(language).render(
        entries=entries,
        words=words,
        alts=alts,
        listing=listings.of,
        names=names,
        anchor=anchor,
        long_lines=LONG_LINES,
        most_figures=MOST_FIGURES,
    )


@cache
def _template(language: Language) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install: Any = environment
    install.install_gettext_translations(language.messages, newstyle=True)
    environment.filters |= {"quoted": quote, "prose": _prose}
    return environment.get_template("page.html")


def _prose(text: str) -> Markup:
    """Write what a docstring says: its `names` are code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
