"""The picture of each article that previews of links show: a card, drawn by the figure engine from CARD_SCRIPT."""

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

from plugins.figures.articles import Run
from plugins.figures.hooks import plugin
from plugins.figures.markdown import Block
from plugins.figures.records import Record
from plugins.figures.report import RenderError, entry
from plugins.figures.requests import Request, Saving

from .articles import PUBLISHED, articles_of
from .figures.articles import COVER
from .figures.build import Rendering
from .figures.cache import publish, unwritable
from .figures.page.figures import DECORATIVE, MARK
from .html import Tag, read

log = logging.getLogger(__name__)

SCRIPT = "diagrams/_card.py"
"""The script, from the project's root, unless CARD_SCRIPT names another; if that is empty there are no cards."""
FOLDER = "cards"
READABLE = (".png", ".jpg", ".jpeg", ".webp")
SAVING = Saving(formats=("png",), scale=1)


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
        return Request(script, {"code": Block(text)}, Path(article.source_path), SAVING, FOLDER)


def _script(settings: Mapping[str, Any], run: Run) -> Path | None:
    """Return the script that draws cards; None where there is none, and for a site without an address."""
    named = settings.get("CARD_SCRIPT", SCRIPT)
    if not named or not settings["SITEURL"] or settings["RELATIVE_URLS"]:
        return None
    script = run.settings.root / named
    return script if script.is_file() or "CARD_SCRIPT" in settings else None


def _path(article: Any) -> str:
    return f"{FOLDER}/{article.slug}{'' if article.in_default_lang else f'-{article.lang}'}.png"


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
    for image in map(Tag.of, read(article._content or "").css("img")):
        if DECORATIVE not in image.classes:
            yield image


def _hand_made(address: str, folder: Path, content: Path) -> Path | None:
    """Return the file that an address of an article in a folder stands for, if it is one that a script can read."""
    named = unquote(address.removeprefix("{static}"))
    file = content / named.lstrip("/") if named.startswith("/") else folder / named
    return file.resolve() if file.suffix.lower() in READABLE and file.is_file() else None


def _tell(article: Any, problem: RenderError, run: Run) -> None:
    log.error(entry(run.settings.shown(Path(article.source_path)), f"/{_path(article)}", problem))


def _gather(generators: Any) -> None:
    if generators:
        generators[0].context["cards_of"] = list(articles_of(generators, *PUBLISHED))


def _cards(_pelican: Any) -> type[Cards]:
    return Cards


def _give(generator: Any) -> None:
    generator.env.filters["card"] = card


def register() -> None:
    """Draw the cards when the articles are written, and give the theme the filter `card`."""
    signals.generator_init.connect(_give)
    signals.all_generators_finalized.connect(_gather)
    signals.get_generators.connect(_cards)
