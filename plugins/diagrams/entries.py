"""The scripts in the gallery, and their texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..figures.formats import IMAGES
from ..figures.report import readable
from ..figures.requests import Reference, for_itself
from ..figures.routing import Route, script_name, scripts, shipped_scripts
from ..figures.settings import Settings
from ..figures.signature import Signature

_SENTENCE = re.compile(r".+?[.!?…][\"'”’)]*(?=\s+[^a-z\s]|\s*$)", re.DOTALL)
"""A first sentence: its full stop is followed by a capital, or by nothing, unlike that of “e.g. this”."""
LONGEST_TITLE = 60
"""In characters: anything longer is a sentence rather than a title."""
_IMPORTED = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?P<names>[\w., \t]+)", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A script, its figures, the articles that show them, and the parameters that take code.

    `braces` are the attributes that an image of it must have.
    """

    name: str
    address: str
    file: str
    script: str
    shown: tuple[Reference, ...]
    articles: tuple[Any, ...]
    parameters: tuple[str, ...]
    braces: str = ""

    @property
    def says(self) -> str:
        """The first sentence of the script's docstring."""
        return first_sentence(self.script)

    @property
    def title(self) -> str:
        """The title if no article gives it one: the start of its docstring, or else its name."""
        return title_of(self.says) or self.name.rpartition("/")[2].replace("-", " ").capitalize()

    def with_text(self, data: bytes) -> Entry:
        """Return the entry after its script was edited."""
        signature, text = Signature.of(data), data.decode("utf-8-sig", errors="replace")
        return replace(self, script=text, parameters=signature.of_blocks, braces=signature.braces)

    @property
    def lines(self) -> int:
        """The number of lines of the script."""
        return len(self.script.splitlines())


def entries(
    asking: Mapping[Any, Collection[Reference]],
    withheld: Collection[Path],
    settings: Settings,
    importing: dict[Path, set[str]] | None = None,
) -> Iterator[Entry]:
    """Yield all scripts, by name; `asking` maps articles to the figures that they show.

    As in every list of the site, figures that only drafts and hidden articles show are left out. A script that no
    article uses is drawn for this page, unless it needs an article's code, or other scripts import it. Of the scripts
    that come with a kit, only those that an article uses are included. What each script imports is added to
    `importing`.
    """
    by_script: dict[Path | None, dict[Any, list[Reference]]] = {}
    for article, theirs in asking.items():
        for reference in theirs:
            by_script.setdefault(reference.route.script, {}).setdefault(article, []).append(reference)
    # A name that isn't UTF-8 can't be part of a URL; the build lists such a script with the unused ones.
    own_scripts = [script for script in scripts(settings) if readable(str(script)) == str(script)]
    shipped = [script for script in shipped_scripts(settings) if script in by_script]
    texts = {script: script.read_bytes() for script in (*own_scripts, *shipped)}
    importing = {} if importing is None else importing
    importing |= {script: names_imported(texts[script]) for script in own_scripts}
    modules = {name for names in importing.values() for name in names}
    for script, data in sorted(texts.items(), key=lambda pair: script_name(pair[0], settings)):
        articles = by_script.get(script, {})
        listed = {article: theirs for article, theirs in articles.items() if any(use.published for use in theirs)}
        if not listed and (articles or script in withheld or script in shipped or script.stem in modules):
            continue
        signature = Signature.of(data)
        name = script_name(script, settings)
        itself = for_itself(Route(name, "png", script, 1, None), f"/{settings.folder}/{name}.png")
        references = _shown([use for theirs in listed.values() for use in theirs], settings)
        if not listed and not signature.required:
            references = [itself]
        text = data.decode("utf-8-sig", errors="replace")
        yield Entry(
            name,
            itself.address,
            settings.shown(script),
            text,
            tuple(references),
            tuple(listed),
            signature.of_blocks,
            signature.braces,
        )


def names_imported(text: bytes) -> set[str]:
    """Guess what a script imports: parsing every script would take longer."""
    return {name for match in _IMPORTED.finditer(text) for name in re.findall(r"\w+", match["names"].decode())}


def _shown(references: Sequence[Reference], settings: Settings) -> list[Reference]:
    """Return each figure once, with its first article's reference; one that is only linked to is shown as a PNG."""
    by_name: dict[str, Reference] = {}
    for reference in sorted(
        references, key=lambda use: (use.is_in_header, use.route.index, str(use.article), use.line)
    ):
        by_name.setdefault(reference.route.name, reference)
    return [first if first.route.ending in IMAGES else _as_png(first, settings) for first in by_name.values()]


def _as_png(reference: Reference, settings: Settings) -> Reference:
    route = replace(reference.route, ending="png")
    return replace(reference, route=route, address=f"/{settings.folder}/{route.path}")


def anchor(name: str) -> str:
    """Return the anchor of a figure on the page: its name, with underscores for spaces, which an anchor can't have."""
    return name.replace(" ", "_")


def title_of(sentence: str) -> str:
    """Make a title of a sentence: all of it if it is short, or the part before its first pause; otherwise empty."""
    parts = (sentence, *(sentence.partition(pause)[0] for pause in (": ", "; ", ", ")))
    return next((part.rstrip(".") for part in parts if len(part) <= LONGEST_TITLE), "")


def first_sentence(script: str) -> str:
    """Return the first sentence of a script's docstring; empty if it has none."""
    try:
        return sentence_of(ast.get_docstring(ast.parse(script)) or "")
    except (SyntaxError, ValueError):
        return ""  # the render reports it, with the line


def sentence_of(docstring: str) -> str:
    """Return the first sentence of a docstring."""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    match = _SENTENCE.match(paragraph)
    return match[0] if match else paragraph
