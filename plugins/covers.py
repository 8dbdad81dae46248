"""The picture of an article: its cover, for lists, and its card, for link previews."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from markupsafe import Markup
from pelican import signals
from pelican.contents import Content, Page

from .building.dependencies import extracting
from .building.generators import PUBLISHED, FileGenerator, articles_of
from .building.incremental import WholeBuildError, on_edit
from .building.memo import remembered
from .building.values import aspects
from .figures.articles import COVER, Run
from .figures.build import Rendering
from .figures.cache import list_as_published, publish, put_out, unwritable
from .figures.markdown import Block
from .figures.page.figures import DECORATIVE, MARK, bare
from .figures.page.inline import REM_PX
from .figures.records import Record, View
from .figures.report import entry
from .figures.requests import Request, Saving
from .figures.routing import BOX_PX
from .figures.site import Redrawn, plugin
from .html import Node, Tag, parse, read
from .private import html_of, with_links

log = logging.getLogger(__name__)

LEAD = (640, 360)
"""The pixels of the plate of a page's lead on a desktop."""
LARGEST = 1.5
"""The largest scale: a small drawing doesn't fill a large plate."""

CARD_SCRIPT = "_card.py"
"""The default for CARD_SCRIPT: a script of the site or the kit. If the setting is empty, there are no cards."""
CARDS, PUBLISHED_CARDS = "cards", "published-cards.json"
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
SIZE = 1200, 630
"""The size of a card, in pixels."""
SAVING = Saving(formats=("png",), scale=1)


def _cover(article: Any, siteurl: str) -> Tag | None:
    chosen = getattr(article, COVER, "")
    html = with_links(article, chosen, siteurl) if chosen else article.get_content(siteurl)
    return image_of(html, bool(chosen)) if "<img" in html else None


def cover(article: Any, siteurl: str) -> str:
    """Return the cover of an article, without alt text, with the right URL for a page at `siteurl`.

    It has the same form as in a page by `plugins.figures`, so that its filter writes the drawing.
    """
    with extracting(COVER, article):
        image = _cover(article, siteurl)
    return bare(image.having(alt="")) if image else ""


@remembered
def image_of(html: str, is_chosen: bool) -> Tag | None:
    """Return the cover image: the chosen one, or else the first that isn't decorative."""
    if "<im" not in html.lower():  # a parser reads <image> as <img>
        return None
    for image in map(Tag.of, read(html).css("img")):
        if is_chosen:
            return image.having(**{"class": " ".join(name for name in image.classes if name != DECORATIVE)})
        if DECORATIVE not in image.classes:
            return image
    return None


def drawing(html: str, is_lead: bool = False) -> str:
    """Return only a figure's drawing, as a card shows it, with all its labels; nothing if it has no legible part.

    The lead of a page shows it whole. So does a card if that leaves its letters large enough to read, as in a drawing
    that was made for it; of any other, it shows the part that says most.
    """
    root = parse(html)
    forms = [form for form in root.css("svg") if _size(form)]
    if not forms:
        images = root.css("svg") or root.css("img")
        return (images[0].html or "") if images else ""
    if is_lead:
        chosen = max(forms, key=_scale)
        _show(chosen, (0, 0, *_size(chosen)), _scale(chosen))
        return chosen.html or ""
    views = [(view, form) for form in forms if (view := _view(root, form))]
    if not views:
        return ""
    (_, *frame), chosen = max(views, key=lambda pair: pair[0].score)
    _show(chosen, frame, BOX_PX[0] / frame[2])
    return chosen.html or ""


def _view(root: Node, form: Node) -> View | None:
    """Return what a card shows of a form, if it is listed."""
    figure = root.css_first("figure")
    rendered = plugin.run.figures.get(figure.attributes.get(MARK) or "") if plugin.run and figure else None
    named = getattr(rendered, (form.attributes.get("class") or "").partition(" ")[0], None)
    return named.view if named else None


def _size(svg: Node) -> tuple[float, ...]:
    """Return width and height of a drawing, in CSS pixels; empty for an image, which the style sheet scales."""
    sides = [svg.attributes.get(side) for side in ("width", "height", "viewBox")]
    return tuple(_px(side) for side in sides[:2] if side) if all(sides) else ()


def _px(length: str) -> float:
    """Return a length in CSS pixels: a page says that of its drawings in letters."""
    return float(length.removesuffix("em")) * (REM_PX if length.endswith("em") else 1)


def _scale(svg: Node) -> float:
    """Return the scale at which a lead shows a drawing."""
    return min(LARGEST, *(most / side for most, side in zip(LEAD, _size(svg), strict=True)))


def _show(svg: Node, frame: Sequence[float], scale: float) -> None:
    unit = float((svg.attributes["viewBox"] or "").split()[2]) / _size(svg)[0]
    svg.attrs["viewBox"] = " ".join(f"{side * unit:g}" for side in frame)
    svg.attrs["width"], svg.attrs["height"] = (f"{side * scale:.0f}" for side in frame[2:])


@dataclass(frozen=True)
class Card:
    """The picture for link previews: a card, or a picture from the page."""

    address: str
    alt: str
    width: int = 0
    """In pixels, like the height; 0 if unknown."""
    height: int = 0


@dataclass(frozen=True)
class Wanted:
    """A card to draw."""

    path: str
    title: str
    covers: Sequence[Any]
    """The articles and pages for its cover: the first that has one is used."""
    source: Path
    """The file named in errors."""


@dataclass
class Known:
    """The cards of a run, by their subjects; None is the site, which is also used for lists.

    `read` has everything that the script has observed. `due` are the articles that a preview has written since: their
    cards may be others, and wait until nobody saves.
    """

    script: Path | None = None
    site: str = ""
    cards: dict[Any, Wanted] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    due: set[Any] = field(default_factory=set)


known = Known()


def card(content: Any, siteurl: str) -> Card | None:
    """Return the card of an article, a page or a topic; for anything else, or None, that of the site.

    A page without a card has its first picture. A draft has none, and neither has a site without cards.
    """
    run = plugin.run
    if run is None or getattr(content, "status", "") == "draft":
        return None
    wanted = known.cards.get(content)
    if wanted is None and isinstance(content, Content):
        image = image_of(content.get_content(siteurl), is_chosen=False)
        if image and urlsplit(image.get("src")).path.lower().endswith(PICTURES):
            return Card(
                urljoin(f"{siteurl}/{content.url}", image.get("src")), image.get("alt") or _words(content.title)
            )
    wanted = wanted or known.cards.get(None)
    return Card(f"{siteurl}/{wanted.path}", wanted.title, *SIZE) if wanted else None


def _wait(article: Any, _cards: object, _writer: object) -> None:
    known.due.add(article)


def _wait_for_figures(redrawn: Redrawn, _cards: object) -> tuple[()]:
    if plugin.run and not known.read.isdisjoint(map(plugin.run.settings.shown, redrawn.saved)):
        raise WholeBuildError("cards are drawn with it")
    known.due.update(redrawn.contents)
    return ()


@on_edit(writes=_wait, redraws=_wait_for_figures)
class Cards(FileGenerator):
    """Draws the cards, if the site has a URL, because previews need one."""

    def generate_output(self, _writer: Any) -> None:
        """Draw stale cards, put all into the output, and remove unused ones."""
        if (run := plugin.run) and known.script:
            with _reporting(run):
                rendering, cards = _drawn(list(known.cards.values()), known.script, run)
                publish(cards, rendering.store, run.settings.output, run.settings.store / PUBLISHED_CARDS)


def draw_due(is_unwanted: Callable[[], bool]) -> list[str]:
    """Draw the cards that wait, one by one until that is unwanted; return the paths of all that may have changed."""
    changed: list[str] = []
    for wanted in [candidate for candidate in known.cards.values() if not known.due.isdisjoint(candidate.covers)]:
        run, script = plugin.run, known.script
        assert run
        assert script
        if is_unwanted():
            return changed
        with _reporting(run):
            rendering, cards = _drawn([wanted], script, run)
            list_as_published([*cards], run.settings.output, run.settings.store / PUBLISHED_CARDS)
            for path, file in cards.items():
                put_out(rendering.store.path(file), str(run.settings.output / path))
            changed += cards
    known.due = set()
    return changed


@contextmanager
def _reporting(run: Run) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        log.error(str(unwritable(problem, run.settings)).replace("\n", "\n    "))


def _drawn(listed: Sequence[Wanted], script: Path, run: Run) -> tuple[Rendering, dict[str, str]]:
    """Draw those of some cards that are stale; return the names of all in the store, by their paths."""
    rendering, cards = Rendering(run.settings, plugin.children), dict[str, str]()
    states = [rendering.state(_request(to_draw, script, run, rendering)) for to_draw in listed]
    for wanted, outcome in zip(listed, rendering.render(states), strict=True):
        if isinstance(outcome, Record):
            cards[wanted.path] = outcome.figures[0].wide.files["png"]
            known.read.update(outcome.inputs.observed)
        else:
            log.error(entry(run.settings.shown(wanted.source), f"/{wanted.path}", outcome))
    return rendering, cards


def _request(wanted: Wanted, script: Path, run: Run, rendering: Rendering) -> Request:
    pictures = (_picture(content, run, rendering) for content in wanted.covers)
    about = {"title": wanted.title, "site": known.site, "picture": next(filter(None, pictures), "")}
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return Request(script, {"code": Block(text)}, wanted.source, SAVING, CARDS)


def _script(settings: Mapping[str, Any], run: Run) -> Path | None:
    """Return the script for cards; None if there is none, and for a site without a URL."""
    named: str | None = settings.get("CARD_SCRIPT")
    if named == "" or not settings["SITEURL"] or settings["RELATIVE_URLS"]:
        return None
    if named:
        return run.settings.root / named
    folders = filter(None, (run.settings.diagrams, run.settings.shipped))
    return next((path for path in (folder / CARD_SCRIPT for folder in folders) if path.is_file()), None)


def _words(html: Any) -> str:
    return str(Markup(html).striptags())


def _gather(generators: Sequence[Any]) -> None:
    """List the cards, once all articles and pages are known."""
    known.cards, known.read, known.due = {}, set(), set()
    run = plugin.run
    script = known.script = _script(generators[0].settings, run) if run and generators else None
    if script is None:
        return
    settings = generators[0].settings
    known.site = _words(settings["SITENAME"])
    articles = [article for article in articles_of(generators, *PUBLISHED) if article.save_as]
    # Pages made by plugins have no source, and use a picture of their own, if any.
    pages = [
        page
        for generator in generators
        for name in ("pages", "translations")
        for page in (getattr(generator, name, ()) if hasattr(generator, "hidden_pages") else ())
        if page.save_as and page.source_path
    ]
    begins = (settings.get("HOME") or {}).get("series")
    featured_first = sorted(articles, key=lambda article: (not hasattr(article, "featured"), _place(article, begins)))
    for content in [*articles, *pages]:
        is_page = isinstance(content, Page)
        folder, more = (f"{CARDS}/pages", featured_first) if is_page else (CARDS, [])
        path = f"{folder}/{content.slug}{'' if content.in_default_lang else f'-{content.lang}'}.png"
        known.cards[content] = Wanted(path, _words(content.title), [content, *more], Path(content.source_path))
    names = settings.get("TOPIC_NAMES", {})
    for topic, listed in next(
        (generator.categories for generator in generators if hasattr(generator, "categories")), ()
    ):
        title = _words(names.get(topic.name, topic.name))
        known.cards[topic] = Wanted(f"{CARDS}/topics/{topic.slug}.png", title, listed, script)
    title = _words(settings.get("SITESUBTITLE") or settings["SITENAME"])
    known.cards[None] = Wanted(f"{CARDS}/site/lists.png", title, featured_first, script)


def _place(article: Any, series: str | None) -> float:
    """Return an article's place in the series that the home page begins with, or behind it."""
    part = getattr(article, "series", None)
    return part.number if part and part.name == series else math.inf


def _picture(article: Any, run: Run, rendering: Rendering) -> str:
    """Return the file of an article's cover, drawn or hand-made, relative to the root; empty if there is none."""
    for image in _covers(article):
        figure = run.figures.get(image.get(MARK))
        if figure and "png" in figure.wide.files:
            return run.settings.shown(Path(rendering.store.path(figure.wide.files["png"])))
        file = _hand_made(image.get("src"), Path(article.source_path).parent, run.settings.content)
        if file and not figure:
            return run.settings.shown(file)
    return ""


def _covers(article: Any) -> Iterator[Tag]:
    """Yield the images that may represent an article: the one in its header, then those in its text."""
    yield from map(Tag.of, read(getattr(article, COVER, "")).css("img"))
    for image in map(Tag.of, read(html_of(article)).css("img")):
        if DECORATIVE not in image.classes:
            yield image


def _hand_made(address: str, folder: Path, content: Path) -> Path | None:
    """Return the file for a URL in an article in a folder, if a script can read it."""
    named = unquote(address.removeprefix("{static}"))
    file = content / named.lstrip("/") if named.startswith("/") else folder / named
    return file.resolve() if file.suffix.lower() in PICTURES and file.is_file() else None


def _give(generator: Any) -> None:
    generator.env.filters |= {"cover": cover, "drawing": drawing, "card": card}


def register() -> None:
    """Give the theme its filters `cover`, `drawing` and `card`; draw the cards when the articles are written."""
    signals.generator_init.connect(_give)
    signals.all_generators_finalized.connect(_gather)
    signals.get_generators.connect(Cards.offer)
    aspects[COVER] = _cover
