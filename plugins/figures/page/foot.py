"""The line under a figure: its description, folded, and a menu."""

from __future__ import annotations

import posixpath
from html import escape
from urllib.parse import quote

from ...i18n.catalogues import ENGLISH, Language
from ..pages import MARK
from ..records import Figure
from ..references import Tag
from .description import description


def foot(
    image: Tag,
    figure: Figure | None,
    called: str,
    folder: str,
    script: str | None,
    language: Language = ENGLISH,
) -> str:
    """Write the line. `called` is the figure's number, `script` the address of its script, below the site's own.

    Only a script in the page can enlarge: the style sheet shows that button where scripts run.
    """
    told = ""
    if figure:
        told = description(figure.description, called or language.gettext("this figure"), language)
    enlarge = language.gettext("Enlarge")
    entries = [f'<button type="button" class="enlarge"{_named(enlarge, called)}>{escape(enlarge)}</button>']
    if figure:
        entries += [
            _link(address, word, called) for word, address in _addresses(image, folder, script, language).items()
        ]
    listed = "".join(f"<li>{entry}</li>" for entry in entries)
    return f'\n<div class="fig-foot">{told}<ul class="fig-menu">{listed}</ul></div>'


def _addresses(image: Tag, folder: str, script: str | None, language: Language) -> dict[str, str]:
    stem, ending = posixpath.splitext(image.get("src"))
    endings = dict.fromkeys((".png", ".svg", ending))
    addresses = {it.removeprefix(".").upper(): f"{stem}{it}" for it in endings}
    if script:
        addresses[language.gettext("Script")] = stem.removesuffix(quote(f"{folder}/{image.get(MARK)}")) + script
    return addresses


def _link(address: str, word: str, called: str) -> str:
    return f'<a href="{escape(address)}"{_named(word, called)}>{escape(word)}</a>'


def _named(word: str, called: str) -> str:
    return f' aria-label="{escape(f"{word}, {called}")}"' if called else ""
