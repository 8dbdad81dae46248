"""Numbers in the prose that are quoted from a figure, `[0.52]{figure=lstm-cell}`, and figures without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from ..claims import QUOTED, claims_in
from ..figures.build import Rendering
from ..figures.cache import Store
from ..figures.settings import Settings
from .findings import WARNING, Finding
from .reading import Read
from .shown import Shown

_NUMBER = re.compile(r"[−-]?\d[\d.,]*\d|[−-]?\d")
_TEXT = "{http://www.w3.org/2000/svg}text"


def findings(article: Read, shown: Iterable[Shown], settings: Settings) -> Iterator[Finding]:
    """Compare each quoted number in an article with its figure."""
    own = [it for it in shown if it.article is article]
    figures = {it.reference.route.place: it for it in own} | {it.reference.route.name: it for it in own}
    store = Rendering(settings).store
    for line, quoted in claims_in(article.source.prose, QUOTED):
        name, words = quoted["figure"], quoted["words"]
        if name not in figures:
            near = get_close_matches(name, figures, n=1, cutoff=0)
            said = f"“{words}” quotes the figure {name}, which this article doesn't show"
            yield Finding(WARNING, article.file, line, said, f"write figure={near[0]}" if near else "show it")
        elif (numbers := _numbers(figures[name], store)) and _plain(words) not in numbers:
            said = f"“{words}” quotes the figure {name}, which doesn't show this number"
            yield Finding(WARNING, article.file, line, said, f"it shows {_listed(_plain(words), numbers)}")


def _numbers(it: Shown, store: Store) -> list[str]:
    """List the numbers printed in a figure; none if its drawing isn't up to date."""
    return _read(Path(store.path(it.figure.wide.files["svg"]))) if it.figure else []


@cache
def _read(file: Path) -> list[str]:
    texts = ("".join(text.itertext()) for text in ElementTree.parse(file).iter(_TEXT))
    return list(dict.fromkeys(_plain(number) for text in texts for number in _NUMBER.findall(text)))


def _plain(number: str) -> str:
    return number.strip().replace("−", "-")


def _listed(number: str, numbers: list[str]) -> str:
    """List the numbers of a figure that look most similar to the quoted one."""
    near = get_close_matches(number, numbers, n=4, cutoff=0)
    return ", ".join(near).replace("-", "−")
