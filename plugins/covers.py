"""The picture of an article: its cover, where lists show it, and the card that previews of links show."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from pelican import signals
from pelican.generators import Generator

from .articles import PUBLISHED, articles_of
from .figures.articles import COVER, Run
from .figures.build import Rendering
from .figures.cache import publish, unwritable
from .figures.hooks import plugin
from .figures.markdown import Block
from .figures.page.figures import DECORATIVE, MARK, bare
from .figures.records import Record
from .figures.report import RenderError, entry
from .figures.requests import Request, Saving
from .html import Node, Tag, parse, read
from .private import html_of, with_links

log = logging.getLogger(__name__)

READABLE = 0.69
"""Of its size, at which a label of 13 px is still 9 px high; a drawing is cut at its sides before it gets smaller."""
ROOM = 417
"""Pixels. No less of a drawing is shown across: a plate of a phone, 288 px wide, shows as much of it at `READABLE`."""
MARGIN = 12
SHAPE = 16 / 9

CARD_SCRIPT = "diagrams/_card.py"
"""The script, from the project's root, unless CARD_SCRIPT names another; if that is empty there are no cards."""
CARDS = "cards"
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
SAVING = Saving(formats=("png",), scale=1)


def cover(article: Any, siteurl: str) -> str:
    """Return the cover of an article, which says nothing there, with its address right for a page at `siteurl`.

    It is what `plugins.figures` puts into a page, for its filter to write the drawing.
    """
    chosen = getattr(article, COVER, "")
    image = image_of(with_links(article, chosen, siteurl) if chosen else article.get_content(siteurl), bool(chosen))
    return bare(image.having(alt="")) if image else ""


def image_of(html: str, is_chosen: bool) -> Tag | None:
    """Return the image that is a cover: the one that was chosen, or else the first that says something."""
    for image in map(Tag.of, read(html).css("img")):
        if is_chosen:
            return image.having(**{"class": " ".join(name for name in image.classes if name != DECORATIVE)})
        if DECORATIVE not in image.classes:
            return image
    return None


def drawing(figure: str, room: float = ROOM) -> str:
    """Return only the drawing of a figure, across rather than turned, as a plate shows it.

    It says the least size that it can be read at, for the style sheet to make it larger where the plate is; and it
    has a margin, so that a small one does not fill a large plate. `theme/static/js/search.js` does the same.
    """
    root = parse(figure)
    drawn = next((drawn for kind in ("svg.wide", "svg", "img") if (drawn := root.css_first(kind))), None)
    if drawn is None:
        return ""
    if all(drawn.attributes.get(name) for name in ("width", "height", "viewBox")):
        _fit(drawn, room)
    return drawn.html or ""


def _fit(drawn: Node, room: float) -> None:
    x, y, wide, high = map(float, (drawn.attributes["viewBox"] or "").split())
    unit = wide / float(drawn.attributes["width"] or wide)
    width, height = (max(it / unit + 2 * MARGIN, least) for it, least in ((wide, room), (high, room / SHAPE)))
    box = (x + (wide - width * unit) / 2, y + (high - height * unit) / 2, width * unit, height * unit)
    drawn.attrs["width"], drawn.attrs["height"] = f"{width * READABLE:.0f}", f"{height * READABLE:.0f}"
    drawn.attrs["viewBox"] = " ".join(f"{it:.6g}" for it in box)


def card(article: Any, siteurl: str) -> str:
    """Return the address of an article's card; empty where it has none."""
    run = plugin.run
    if run is None or article.status != "published" or _script(article.settings, run) is None:
        return ""
    return f"{siteurl}/{_path(article)}"


class Cards(Generator):  # type: ignore[misc]  # Pelican has no types
    """Draws the cards, of a site that has an address: nothing can link to another."""

    def generate_context(self) -> None:
        """Read nothing."""

    def generate_output(self, _writer: Any) -> None:
        """Draw what is stale, put all into the output, and take out the cards of articles that are gone."""
        run = plugin.run
        script = _script(self.settings, run) if run else None
        if run is None or script is None:
            return
        rendering = Rendering(run.settings, plugin.children)
        articles = [article for article in self.context.get("cards_of", ()) if article.save_as]
        states = [rendering.state(self._request(article, script, run, rendering)) for article in articles]
        cards: dict[str, str] = {}
        for article, outcome in zip(articles, rendering.render(states), strict=True):
            if isinstance(outcome, Record):
                cards[_path(article)] = outcome.figures[0].wide.files["png"]
            else:
                _tell(article, outcome, run)
        try:
            publish(cards, rendering.store, run.settings.output, run.settings.store / "published-cards.json")
        except OSError as problem:
            log.error(str(unwritable(problem, run.settings)).replace("\n", "\n    "))

    def _request(self, article: Any, script: Path, run: Run, rendering: Rendering) -> Request:
        about = {
            "title": Markup(article.title).striptags(),
            "site": Markup(self.settings["SITENAME"]).striptags(),
            "picture": _picture(article, run, rendering),
        }
        text = json.dumps(about, ensure_ascii=False, sort_keys=True)
        return Request(script, {"code": Block(text)}, Path(article.source_path), SAVING, CARDS)


def _script(settings: Mapping[str, Any], run: Run) -> Path | None:
    """Return the script that draws cards; None where there is none, and for a site without an address."""
    named = settings.get("CARD_SCRIPT", CARD_SCRIPT)
    if not named or not settings["SITEURL"] or settings["RELATIVE_URLS"]:
        return None
    script = run.settings.root / named
    return script if script.is_file() or "CARD_SCRIPT" in settings else None


def _path(article: Any) -> str:
    return f"{CARDS}/{article.slug}{'' if article.in_default_lang else f'-{article.lang}'}.png"


def _picture(article: Any, run: Run, rendering: Rendering) -> str:
    """Return the file of an article's cover, drawn or made by hand, from the root; empty without one."""
    for image in _covers(article):
        figure = run.figures.get(image.get(MARK))
        if figure and "png" in figure.wide.files:
            return run.settings.shown(Path(rendering.store.path(figure.wide.files["png"])))
        file = _hand_made(image.get("src"), Path(article.source_path).parent, run.settings.content)
        if file and not figure:
            return run.settings.shown(file)
    return ""


def _covers(article: Any) -> Iterator[Tag]:
    """Go through the images that may stand for an article: the one that its header names, then those that it shows."""
    yield from map(Tag.of, read(getattr(article, COVER, "")).css("img"))
    for image in map(Tag.of, read(html_of(article)).css("img")):
        if DECORATIVE not in image.classes:
            yield image


def _hand_made(address: str, folder: Path, content: Path) -> Path | None:
    """Return the file that an address of an article in a folder stands for, if it is one that a script can read."""
    named = unquote(address.removeprefix("{static}"))
    file = content / named.lstrip("/") if named.startswith("/") else folder / named
    return file.resolve() if file.suffix.lower() in PICTURES and file.is_file() else None


def _tell(article: Any, problem: RenderError, run: Run) -> None:
    log.error(entry(run.settings.shown(Path(article.source_path)), f"/{_path(article)}", problem))


def _gather(generators: Any) -> None:
    if generators:
        generators[0].context["cards_of"] = list(articles_of(generators, *PUBLISHED))


def _cards(_pelican: Any) -> type[Cards]:
    return Cards


def _give(generator: Any) -> None:
    generator.env.filters |= {"cover": cover, "drawing": drawing, "card": card}


def register() -> None:
    """Give the theme its filters `cover`, `drawing` and `card`; draw the cards when the articles are written."""
    signals.generator_init.connect(_give)
    signals.all_generators_finalized.connect(_gather)
    signals.get_generators.connect(_cards)
