"""Headers that no template, plugin or setting of the site reads."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from ..building.memo import PACKAGE
from ..figures.report import counted
from .findings import NOTE, Finding, settings_files, typo_of
from .headers import KNOWN
from .sources import Field, Read

READ = frozenset((*KNOWN, "date_format", "timezone"))
"""Headers that have an effect; Pelican doesn't list the last two anywhere."""
EVERY = "metadata."
"""Stands for all headers, in a template that goes through them."""
WORD = re.compile(r"[\w-]+")


def unread(articles: Sequence[Read], environment: Any, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a note for each such header, at its first place; typos are reported elsewhere."""
    unknown: dict[str, list[tuple[Read, Field]]] = defaultdict(list)
    for article in articles:
        for field in article.header.fields:
            if field.name not in READ:
                meant = typo_of(field.name, KNOWN)
                if meant is None or article.header.get(meant) is not None:
                    unknown[field.name].append((article, field))
    if not unknown:
        return
    words = _in_templates(environment) | _in_code(settings)
    for name, places in unknown.items():
        if words.isdisjoint((name, EVERY)):
            (article, field), *rest = places
            message = f"no template, plugin or setting of this site reads {field.key}:, so it has no effect"
            more = f", here and in {counted(len(rest), 'other place')}" if rest else ""
            yield Finding(
                NOTE, article.file, field.line, message + more, "remove the line, unless you need it elsewhere"
            )


def _in_templates(environment: Any) -> set[str]:
    words: set[str] = set()
    for name in environment.list_templates():
        try:
            source, *_ = environment.loader.get_source(environment, name)
            words.update(_in_template(environment, source))
        except (TemplateError, OSError, ValueError):  # Pelican reports it if a page uses it
            continue
    return words


def _in_template(environment: Any, source: str) -> frozenset[str]:
    """Return the names and the words of strings that a template has in its expressions."""
    tokens = [value for _, kind, value in environment.lex(source) if kind in ("name", "string", "operator")]
    words = {word for token in tokens for word in WORD.findall(token)}
    for trio in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if trio[:2] == ("metadata", ".") and trio[2] in ("items", "keys", "values"):
            words.add(EVERY)
    return frozenset(words)


def _in_code(settings: Mapping[str, Any]) -> set[str]:
    """Return the words in the settings files, and in the modules of plugins and of filters that aren't ours."""
    named = {str(getattr(plugin, "__name__", plugin)) for plugin in settings["PLUGINS"] or ()}
    for kind in ("JINJA_FILTERS", "JINJA_GLOBALS", "JINJA_TESTS"):
        named |= {getattr(value, "__module__", None) or "" for value in settings[kind].values()}
    modules = [
        getattr(module, "__file__", None)
        for name, module in [*sys.modules.items()]
        if name.startswith("pelican.plugins.") or not named.isdisjoint(_parents(name))
    ]
    files = {*map(Path, filter(None, modules)), *settings_files(settings)}
    return {word for file in files if not file.is_relative_to(PACKAGE) for word in _in_file(file)}


def _parents(module: str) -> Iterator[str]:
    while module:
        yield module
        module = module.rpartition(".")[0]


def _in_file(file: Path) -> list[str]:
    try:
        return WORD.findall(file.read_text("utf-8", errors="replace"))
    except OSError:
        return []
