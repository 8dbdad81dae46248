"""What a page adds to an article's HTML, and a feed does not need: linked headings, named code, tables that scroll."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import count
from typing import Any

from jinja2 import pass_context
from pelican import signals

from .headings import linked
from .i18n.catalogues import ENGLISH, Language, language_of

_CODE = re.compile(
    r'(?P<opened><div\b[^>]*\bclass="(?:[^"]* )?highlight)\b(?P<before>[^>]*>\s*'
    r'(?:<span class="filename">(?P<title>.*?)</span>)?\s*)<pre>(?:<span></span>)?(?=(?P<first>.*?)(?:\n|</pre>))'
)
SHORT_LINE = 48
"""As many signs stand beside the button that copies them, on a tablet; code with a title has it above."""
_UNSTYLED = re.compile(
    r'<span class="(?!(?:k|kd|kn|ow|nd|g[di]|err|hll|linenos|filename|[cs]\w*)")[a-z]\w?">([^<]*)</span>'
)
"""The tokens of code that the style sheet leaves in ink: nearly every word of it, and a tenth of a long page."""
_FORMULA = re.compile(r'<div class="formula">(?P<formula>.*?)</div>', re.DOTALL)
SHORT_FORMULA = 16
"""As many signs fit every page; a longer formula may scroll."""
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def dressed(html: str, language: Language = ENGLISH) -> str:
    """Return the HTML as it stands in a page. What may scroll can be reached by keyboard, and so it has a name."""
    html = linked(html)
    if "<pre>" in html:
        html = _UNSTYLED.sub(r"\1", _with_named_code(html, language))
    if 'class="formula"' in html:
        html = _with_scrolling_formulas(html, language)
    return _with_scrolling_tables(html, language) if "<table>" in html else html


def _with_named_code(html: str, language: Language) -> str:
    numbers = count(1)

    def named(found: re.Match[str]) -> str:
        name = escape(language.gettext("Code %(number)s", number=next(numbers))) + (
            f": {_text(found['title'])}" if found["title"] else ""
        )
        is_long = not found["title"] and len(unescape(_TAG.sub("", found["first"]))) > SHORT_LINE
        opened = f"{found['opened']}{' long' if is_long else ''}{found['before']}"
        return f'{opened}<pre tabindex="0" role="region" aria-label="{name}">'

    return _CODE.sub(named, html)


def _with_scrolling_formulas(html: str, language: Language) -> str:
    numbers = count(1)

    def named(found: re.Match[str]) -> str:
        number = next(numbers)
        if len(_TAG.sub("", found["formula"]).strip()) <= SHORT_FORMULA:
            return found[0]
        name = escape(language.gettext("Formula %(number)s", number=number))
        return f'<div class="formula" tabindex="0" role="region" aria-label="{name}">{found["formula"]}</div>'

    return _FORMULA.sub(named, html)


def _with_scrolling_tables(html: str, language: Language) -> str:
    numbers = count(1)

    def wrapped(found: re.Match[str]) -> str:
        caption = _CAPTION.search(found[0])
        name = escape(language.gettext("Table %(number)s", number=next(numbers))) + (
            f": {_text(caption[1])}" if caption else ""
        )
        return f'<div class="table" tabindex="0" role="region" aria-label="{name}">{found[0]}</div>'

    return _TABLE.sub(wrapped, html)


def _text(html: str) -> str:
    return " ".join(_TAG.sub("", html).replace('"', "&quot;").split())


@pass_context
def _dressed(context: Any, html: str) -> str:
    content = context.get("article") or context.get("page")
    return dressed(html, language_of(getattr(content, "lang", None), context))


def _give(generator: Any) -> None:
    generator.env.filters["dressed"] = _dressed


def register() -> None:
    """Give the theme its filter `dressed`."""
    signals.generator_init.connect(_give)
