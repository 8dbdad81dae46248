"""A page in its own language: what theme and plugins say in English is said as the theme's catalogue says it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from pelican import signals

from .articles import articles_of

FOLDER = "languages"
"""In the theme: `de.json` and so on. LANGUAGES, a folder of the site's own, goes before it."""

# What an author or a program has written as it is: code, drawings, formulas.
_KEPT = r"<(?P<kept>pre|code|svg|math|script|style)\b.*?</(?P=kept)>"
_PIECE = re.compile(rf"{_KEPT}|<[^>]*>|[^<]+", re.DOTALL)
_SAID = re.compile(r'(?<=\s)(?P<name>aria-label|aria-valuetext|title)="(?P<words>[^"]*)"')
_HOLE = re.compile(r"\\\{(\w+)\\\}")
_NUMBERS = ("count", "day", "minutes", "number", "part", "parts", "year")
"""A hole of such a name holds digits, so that nothing is taken for a date that is none."""


class Tongue:
    """One language: patterns with holes, as `Figure {number}`, and what stands for them."""

    def __init__(self, words: Mapping[str, str], scripts: Mapping[str, str]) -> None:
        self._exact = words
        self._patterns = [
            (re.compile(_HOLE.sub(_held, re.escape(said))), other) for said, other in words.items() if "{" in said
        ]
        self._scripts = escape(json.dumps(scripts, ensure_ascii=False))

    def page(self, html: str) -> str:
        """Say a page: its texts and the names of its parts, but neither code nor drawings."""
        words = f'  <meta name="words" content="{self._scripts}">\n  </head>'
        return self.html(html).replace("</head>", words, 1)

    def html(self, html: str) -> str:
        """Say a part of a page."""
        return "".join(self._piece(found) for found in _PIECE.finditer(html))

    def _piece(self, found: re.Match[str]) -> str:
        piece = found[0]
        if found["kept"] in ("pre", "svg"):  # the tag itself may be named
            opened, end, rest = piece.partition(">")
            return self._names(opened) + end + rest
        if found["kept"]:
            return piece
        return self._names(piece) if piece.startswith("<") else self._text(piece)

    def _names(self, tag: str) -> str:
        return _SAID.sub(lambda found: f'{found["name"]}="{self._text(found["words"])}"', tag)

    def _text(self, html: str) -> str:
        text = " ".join(unescape(html).split())
        said = self.said(text) if text else None
        if said is None:
            return html
        before, after = html[: len(html) - len(html.lstrip())], html[len(html.rstrip()) :]
        return f"{before}{escape(said)}{after}"

    def said(self, text: str) -> str | None:
        """Say a text; None where the catalogue does not know it. What fills a hole is said too."""
        if text in self._exact:
            return self._exact[text]
        for pattern, other in self._patterns:
            if found := pattern.fullmatch(text):
                return other.format(**{name: self.said(held) or held for name, held in found.groupdict().items()})
        return None


def _held(hole: re.Match[str]) -> str:
    return rf"(?P<{hole[1]}>{r'[0-9]+' if hole[1] in _NUMBERS else '.+?'})"


def tongue_of(lang: str, settings: Mapping[str, Any]) -> Tongue | None:
    """Return the language of a page; None for English, and for one that neither site nor theme has words for."""
    return _read(lang.split("-")[0], settings["THEME"], settings.get("LANGUAGES"))


@cache
def _read(lang: str, theme: str, own: str | None) -> Tongue | None:
    words: dict[str, str] = {}
    scripts: dict[str, str] = {}
    folders = [Path(theme, FOLDER), *([Path(own)] if own else [])]
    for file in (folder / f"{lang}.json" for folder in folders):
        if file.is_file():
            try:
                known = json.loads(file.read_text("utf-8"))
                words |= known.get("page", {})
                scripts |= known.get("scripts", {})
            except (ValueError, AttributeError, TypeError) as problem:
                raise ValueError(
                    f"{file} is no catalogue: {problem}\n"
                    '    write it as in {"page": {"Topics": "…"}, "scripts": {"Copy": "…"}}'
                ) from problem
    return Tongue(words, scripts) if words or scripts else None


def _say_articles(generators: Sequence[Any]) -> None:
    """Say what was written into articles while they were read, such as `Figure 1`, for feeds to say it too."""
    for article in articles_of(generators):
        if tongue := tongue_of(article.lang, article.settings):
            article._content = tongue.html(article._content or "")


def _say(path: str, context: Mapping[str, Any]) -> None:
    if not path.endswith(".html"):
        return
    content = context.get("article") or context.get("page")
    tongue = tongue_of(getattr(content, "lang", None) or context["DEFAULT_LANG"], context)
    if tongue:
        file = Path(path)
        file.write_text(tongue.page(file.read_text("utf-8")), "utf-8")


def register() -> None:
    """Change each article when all are read, and each page when Pelican has written it."""
    signals.all_generators_finalized.connect(_say_articles)
    signals.content_written.connect(_say)
