r"""References in an article's text to its figures, its numbered formulas and its sections.

Each is an empty link, from `{figure:NAME}`, `[](#fig-NAME)` or LaTeX's `\eqref{NAME}`, and gets its words here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from ...catalogues import ENGLISH, Language
from ...html import Node, Tag, put, text_of, words_of
from ...mathematics import EQUATION, WRITTEN, bare_number
from ..report import AddressError
from .figures import FIGURE, markup

REFERENCE = 'a[href^="#"]:empty:not([class], [id], [title], [aria-label])'
EMPTY = "></a>"
"""The end of every such link, for a quick look."""
SECTION = ""
"""The start of the id of a heading: it may be anything."""
KINDS = {
    FIGURE: ("numbered figure", "its figures are", "it has no numbered figures"),
    EQUATION: (
        "numbered formula",
        "its formulas are",
        "write {#eq:NAME} after a formula to give it a number and a name",
    ),
    SECTION: ("section", "its sections are", "it has no headings"),
}
"""What can be referred to, by the start of its ids: what it is, and how messages list them, or say there are none."""


@dataclass(frozen=True)
class Label:
    """The words for a place in an article, and its number alone, for LaTeX's own references."""

    words: str
    number: str = ""
    is_title: bool = False


class References:
    """Writes the references of an article."""

    def __init__(
        self, root: Node, figures: Mapping[str, str], names: Mapping[str, str], language: Language = ENGLISH
    ) -> None:
        """`figures` has their labels, and `names` the ids of those that have one besides their names."""
        self._root, self._figures, self._names, self._language = root, figures, names, language

    @cached_property
    def _labels(self) -> dict[str, Label]:
        """What can be referred to, by ids; most articles never ask."""
        labels = {place: Label(label) for place, label in self._figures.items()}
        for equation in self._root.css(".equation[id]"):
            number = equation.css_first(".number")
            text = escape(text_of(number)) if number else ""
            words = self._language.gettext("Equation %(number)s", number=bare_number(text))
            labels[equation.id or ""] = Label(words, text)
        for heading in self._root.css("h1[id], h2[id], h3[id], h4[id], h5[id], h6[id]"):
            title = self._language.gettext("Section “%(title)s”", title=words_of(heading))
            labels.setdefault(heading.id or "", Label(title, is_title=True))
        return labels

    def write(self, root: Node, is_linked: bool, wrong: Callable[[str, AddressError], None]) -> None:
        """Write the words of each reference; report those to nothing, as the author wrote them."""
        for link in root.css(REFERENCE):
            tag = Tag.of(link)
            place, written = unquote(tag.get("href").removeprefix("#")), tag.get(WRITTEN)
            place = self._names.get(place, place)
            label = self._labels.get(place)
            if label is None:
                kind = _kind(place)
                name = _name(kind, place)
                wrong(written or f"[](#{place})", self._missing(kind, name))
                link.replace_with(name)
                continue
            words = label.words
            if written.startswith("\\") and label.number:
                words = label.number if written.startswith("\\eq") else bare_number(label.number)
            put(str(markup().mention(quote(place), Markup(words), label.is_title)) if is_linked else words, link)
            link.decompose()

    def _missing(self, kind: str, name: str) -> AddressError:
        names = [_name(kind, place) for place in self._labels if _kind(place) == kind]
        noun, listing, none = KINDS[kind]
        near = get_close_matches(name, names, n=3)
        advice = f"did you mean {' or '.join(near)}?" if near else f"{listing} {', '.join(names)}" if names else none
        return AddressError(f"this article has no {noun} {name!r}", advice)


def _kind(place: str) -> str:
    return next(kind for kind in KINDS if place.startswith(kind))


def _name(kind: str, place: str) -> str:
    return place.removeprefix(kind).replace("_", " ") if kind else place
