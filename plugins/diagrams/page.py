"""Entries and words -> the HTML of the page, which any theme can show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from ..figures.requests import Reference
from ..html import environment
from ..i18n.catalogues import Language
from .entries import Entry, anchor
from .listings import Listings
from .words import Word

LONG_LINES = 40
"""A longer script is folded."""
MOST_FIGURES = 4
"""So many of the figures that use a word are named."""


def page_html(
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
    templates = environment(language)
    templates.filters |= {"quoted": quote, "prose": _prose}
    return templates.get_template("diagrams/page.html").render(
        entries=entries,
        words=words,
        alts=alts,
        listing=listings.of,
        names=names,
        anchor=anchor,
        long_lines=LONG_LINES,
        most_figures=MOST_FIGURES,
    )


def _prose(text: str) -> Markup:
    """Write what a docstring says: its `names` are code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
