"""The figures of one article: their numbers, their places, and what names them in its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from html import escape, unescape
from urllib.parse import quote, unquote

from ...i18n.catalogues import ENGLISH, Language
from ..pages import DECORATIVE, classes
from ..report import AddressError
from .standing import Standing

_MENTION = re.compile(r"""<a\b[^>]*?\bhref=["']#(?P<id>fig-[^"'>]+)["'][^>]*>\s*</a>""")
_TAGS = re.compile(r"<[^>]*>")


def place_of(name: str) -> str:
    """Return the id of a figure in its page: a blank, which no id may have, is an underscore, which no name has."""
    return f"fig-{name.replace(' ', '_')}"


def label(number: int, language: Language = ENGLISH) -> str:
    """Say what a figure is called in its article."""
    return language.gettext("Figure %(number)s", number=number)


@dataclass
class Numbering:
    """Counts the figures of an article as they are written, and knows them by name."""

    language: Language = ENGLISH
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The place of a figure that has an id of its own, by its whole name."""
    _shown: Counter[str] = field(default_factory=Counter)
    _last: int = 0

    def figure(self, standing: Standing, name: str, drawn: Callable[[int, str], str], whole: str = "") -> str:
        """Write a figure. `drawn` gives its image, whose number, 0 for none, and caption it is told.

        `name` is that of its place in the page, `whole` that of its files.
        """
        all_classes = classes(standing.image, "diagram", *standing.classes).split()
        caption = standing.caption or escape(standing.image.get("title"), quote=False)
        number = 0
        if DECORATIVE not in all_classes:
            number = self._last = self._last + 1
        place = place_of(name)
        if whole:
            self.names[place_of(whole)] = place
        self._shown[place] += 1
        if self._shown[place] > 1:
            place = f"{place}--{self._shown[place]}"  # a name has single hyphens only
        elif number:
            self.numbers[place] = number
        image = drawn(number, text_of(caption))
        named = f'<b id="{escape(standing.id)}">' if standing.id else "<b>"
        said = f"{named}{escape(label(number, self.language))}</b> {caption}".rstrip() if number else caption
        told = f"\n<figcaption>{said}</figcaption>" if said else ""
        return f'<figure class="{escape(_ordered(all_classes))}" id="{escape(place)}">{image}{told}\n</figure>'

    def mentioned(self, html: str, is_linked: bool, wrong: Callable[[str, AddressError], None]) -> str:
        """Write the number into each link to a figure that has no text of its own; tell what is named in vain."""

        def change(found: re.Match[str]) -> str:
            place = unquote(unescape(found["id"]))
            place = self.names.get(place, place)
            if place not in self.numbers:
                name = place.removeprefix("fig-").replace("_", " ")
                wrong(name, self._missing(name))
                return escape(name)
            said = escape(label(self.numbers[place], self.language))
            return f'<a class="figure-mention" href="#{quote(place)}">{said}</a>' if is_linked else said

        return _MENTION.sub(change, html)

    def _missing(self, name: str) -> AddressError:
        names = [place.removeprefix("fig-").replace("_", " ") for place in self.numbers]
        near = get_close_matches(name, names, n=3) or names
        advice = f"it shows {', '.join(near)}" if near else "it shows none that has a number"
        return AddressError(f"this article shows no figure {name!r} that has a number", advice)


def text_of(html: str) -> str:
    """Return the words of a piece of HTML."""
    return " ".join(unescape(_TAGS.sub("", html)).split())


def is_same(one: str, other: str) -> bool:
    """Say whether two texts are one sentence, however it is spaced and ended."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


def _ordered(all_classes: list[str]) -> str:
    """Put `diagram` first: by it the figure is known again."""
    return " ".join(dict.fromkeys(["diagram", *all_classes]))
