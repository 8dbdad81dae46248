"""Feeds in Atom, RSS and JSON, of all articles, a topic, a tag, an author or a language: full text, absolute URLs.

Their paths are those in Pelican's settings (`FEED_ALL_ATOM`, `CATEGORY_FEED_RSS` …), for JSON in settings with
corresponding names (`TAG_FEED_JSON`). Pelican's own feeds only have summaries in RSS, and don't declare their language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from html import escape
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from feedgenerator import Atom1Feed, Rss201rev2Feed, get_tag_uri
from markupsafe import Markup
from pelican import signals
from pelican.generators import PelicanTemplateNotFound
from pelican.utils import get_relative_path, order_content, path_to_url, set_date_tzinfo

from .assets import plugin as assets
from .building.incremental import on_edit
from .catalogues import ENGLISH, locale_of
from .html import Node, macros, parse, put, text_of, write
from .settings import home

SHEET = "css/feed.css"
"""The theme's style sheet for feeds opened in a browser, if it has one."""
ADDRESSES = ("href", "src", "poster", "cite", "data")
NAMES = "a, area, audio, blockquote, del, embed, iframe, img, ins, object, q, source, track, video"
"""The elements with URLs in an article; those of a drawing may only refer to the drawing itself."""


@dataclass(frozen=True)
class Feed:
    """The contents of a feed, independent of its format."""

    kind: str
    """The prefix of its settings' names, or `FEED_ALL`."""
    title: str
    articles: Sequence[Any]
    lang: str
    url: str = ""
    """The page with a list of the same articles, relative to the site's URL."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The values for placeholders in settings, as in `feeds/tags/{slug}.atom.xml`."""

    def path(self, settings: Mapping[str, Any], form: str, ending: str = "") -> str:
        """Return its path, or, with `_URL` after the setting's name, its URL; empty if it isn't published."""
        name = f"{self.kind}_{form}" if self.kind.startswith("FEED") else f"{self.kind}_FEED_{form}"
        pattern = settings.get(f"{name}{ending}") or settings.get(name)
        return str(pattern).format(**self.fields) if pattern else ""


def feeds(generator: Any) -> Iterator[Feed]:
    """Yield all feeds that a site might have."""
    settings, site = generator.settings, _words(generator.settings["SITENAME"])
    site_lang, topics = settings["DEFAULT_LANG"], settings.get("TOPIC_NAMES", {})
    everything = list(chain(generator.articles, generator.translations))
    yield Feed("FEED", site, generator.articles, site_lang)
    yield Feed("FEED_ALL", site, _ordered(everything, settings), site_lang)
    for kind, terms in (
        ("CATEGORY", generator.categories),
        ("TAG", generator.tags.items()),
        ("AUTHOR", generator.authors),
    ):
        for term, articles in terms:
            name = topics.get(term.name, term.name) if kind == "CATEGORY" else term.name
            languages = {article.lang for article in articles}
            lang = languages.pop() if len(languages) == 1 else site_lang
            yield Feed(kind, f"{_words(name)} · {site}", articles, lang, term.url, {"slug": term.slug})
    spoken = defaultdict(list)
    for article in everything:
        spoken[article.lang].append(article)
    for lang, articles in sorted(spoken.items()):
        title = f"{site} ({_name(lang, settings)})" if len(spoken) > 1 else site
        yield Feed("TRANSLATION", title, _ordered(articles, settings), lang, fields={"lang": lang})


def _ordered(articles: Sequence[Any], settings: Mapping[str, Any]) -> list[Any]:
    return list(order_content([*articles], order_by=settings["ARTICLE_ORDER_BY"]))


def _name(lang: str, settings: Mapping[str, Any]) -> str:
    """Return a language's name for itself."""
    if lang in (named := settings.get("LANGUAGE_NAMES", {})):
        return str(named[lang])
    locale = locale_of(lang)
    return str((locale and locale.get_display_name()) or lang)


def _words(html: Any) -> str:
    return str(Markup(html).striptags())


@cache
def whole(article: Any, siteurl: str) -> str:
    """Return an article for readers elsewhere."""
    return elsewhere(str(article.get_content(siteurl)), f"{siteurl}/{article.url}")


def elsewhere(html: str, page: str) -> str:
    """Adapt HTML for readers elsewhere: all URLs are absolute, including anchors, and nothing is folded."""
    return write(tree_elsewhere(html, page))


def tree_elsewhere(html: str, page: str) -> Node:
    """Do the same, and return the tree."""
    root = parse(html)
    # Content from other sites becomes a link, because it would load without being asked
    for embedded in root.css("details.embed"):
        pages = [parse(frame.attributes["srcdoc"] or "") for frame in embedded.css("iframe[srcdoc]")]
        loaded = [link.attributes["href"] for page in pages for link in page.css("a")]
        loaded += [media.attributes["src"] for media in embedded.css("[src]")]
        for address, summary in zip(loaded, embedded.css("summary"), strict=False):
            put(macros("embeds.html", ENGLISH).link(address or "", text_of(summary)), embedded)
        embedded.decompose()
    for folded in root.css("details"):  # many programs can't unfold them
        folded.attrs["open"] = ""
    for photograph in root.css("img[data-widths]"):  # what only the theme's pages use
        for name in ("data-widths", "data-width"):
            if name in photograph.attributes:
                del photograph.attrs[name]
    for node in root.css(NAMES):
        for name, value in node.attributes.items():
            if value and name in ADDRESSES:
                node.attrs[name] = urljoin(page, value)
            elif value and name == "srcset":
                node.attrs[name] = ", ".join(_candidate(page, candidate) for candidate in value.split(", "))
    return root


def _candidate(page: str, written: str) -> str:
    """Return one candidate of a srcset, `a.png 2x`, with an absolute URL."""
    address, _, size = written.strip().partition(" ")
    return " ".join(filter(None, (urljoin(page, address), size.strip())))


class Atom(Atom1Feed):  # type: ignore[misc]  # feedgenerator has no types
    """Declares the language of each entry."""

    def item_attributes(self, item: Mapping[str, Any]) -> dict[str, str]:
        """Return the attributes of an entry's element."""
        return {"xml:lang": item["lang"]}


class Rss(Rss201rev2Feed):  # type: ignore[misc]
    """Contains full articles in addition to summaries, and declares the language of each."""

    def rss_attributes(self) -> dict[str, str]:
        """Return the attributes of the root."""
        attributes = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/", "xml:lang": self.feed["language"]}
        return {**super().rss_attributes(), **attributes}

    def item_attributes(self, item: Mapping[str, Any]) -> dict[str, str]:
        """Return the attributes of an item's element."""
        return {"xml:lang": item["lang"]}

    def add_item_elements(self, handler: Any, item: Mapping[str, Any]) -> None:
        """Write an item."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


FORMS = {"ATOM": Atom, "RSS": Rss}
NAMES_OF_FORMS = {"ATOM": "Atom", "RSS": "RSS", "JSON": "JSON"}


class XmlTemplate:
    """A feed in XML, with a template's interface for a writer."""

    def __init__(self, feed: Feed, form: str, path: str, settings: Mapping[str, Any]) -> None:
        self._feed, self._form, self._path, self._settings = feed, form, path, settings

    def render(self, context: Any) -> str:
        """Return the feed, with the style sheet for browsers."""
        document = self._made()
        signals.feed_generated.send(context, feed=document)
        text = StringIO()
        document.write(text, "utf-8")
        declaration, end, rest = text.getvalue().partition("?>")
        if not Path(self._settings["THEME"], "static", SHEET).is_file():
            return f"{declaration}{end}{rest}"
        # With a relative URL, because it must be on the same host, which differs in a preview.
        place = f"{path_to_url(get_relative_path(self._path))}/{self._settings['THEME_STATIC_DIR']}"
        sheet = f'<?xml-stylesheet type="text/css" href="{place}/{assets.name(SHEET)}"?>'
        return f"{declaration}{end}\n{sheet}{rest}"

    def _made(self) -> Any:
        feed, settings, site = self._feed, self._settings, home(self._settings)
        domain = str(settings.get("FEED_DOMAIN") or site).rstrip("/")
        address = urljoin(f"{domain}/", feed.path(settings, self._form, "_URL"))
        subtitle = _words(settings.get("SITESUBTITLE", ""))
        document: Any = FORMS[self._form](
            title=feed.title,
            link=f"{site}/{feed.url}",
            description=subtitle or feed.title,  # required by RSS
            subtitle=subtitle or None,
            language=feed.lang,
            feed_url=address,
            feed_guid=address if feed.fields else f"{site}/",
        )
        for article in feed.articles[: settings["FEED_MAX_ITEMS"]]:
            document.add_item(**self._item(article, site))
        return document

    def _item(self, article: Any, site: str) -> dict[str, Any]:
        settings = self._settings
        link = urljoin(f"{site}/", article.url)
        link += "?ref=feed" if settings["FEED_APPEND_REF"] else ""
        modified, zone = getattr(article, "modified", None), settings.get("TIMEZONE")
        category = getattr(article, "category", None)
        topics = [settings.get("TOPIC_NAMES", {}).get(category.name, category.name)] if category else []
        return {
            "title": _words(article.title),
            "link": link,
            "unique_id": get_tag_uri(link, article.date),
            "unique_id_is_permalink": False,
            # A summary is plain text: a browser would print its tags.
            "description": escape(_words(article.summary), quote=False),
            "content": whole(article, site),
            "categories": [*topics, *map(str, getattr(article, "tags", ()))],
            "author_name": ", ".join(map(str, getattr(article, "authors", ()))) or _words(settings["SITENAME"]),
            "pubdate": set_date_tzinfo(article.date, zone),
            "updateddate": set_date_tzinfo(modified, zone) if modified else None,
            "lang": article.lang,
        }


def _write(generator: Any, writer: Any, edited: Any = None) -> None:
    """Write all feeds in the settings, or those with an edited article; replaces Pelican's function."""
    settings, context = generator.settings, generator.context
    try:
        json_feed = generator.get_template("json_feed")
    except PelicanTemplateNotFound:  # other themes have no JSON feeds
        json_feed = None
    for feed in feeds(generator):
        if edited and not any(article is edited for article in feed.articles[: settings["FEED_MAX_ITEMS"]]):
            continue
        for form in FORMS:
            if path := feed.path(settings, form):
                writer.write_file(path, XmlTemplate(feed, form, path, settings), context)
        if json_feed and (path := feed.path(settings, "JSON")):
            writer.write_file(path, json_feed, context, feed=feed)


def _write_with(article: Any, generators: Sequence[Any], writer: Any) -> None:
    for generator in generators:
        if hasattr(generator, "articles"):
            _write(generator, writer, article)


@on_edit(writes=_write_with)
def _tell(generator: Any) -> None:
    """Give templates the feeds of single languages, by title, if there are several; and all feeds."""
    spoken = {feed.lang: feed.title for feed in feeds(generator) if feed.kind == "TRANSLATION"}
    generator.context["feed_languages"] = spoken if len(spoken) > 1 else {}
    settings, lists = generator.settings, defaultdict(list)
    for feed in feeds(generator):
        paths = {label: feed.path(settings, form, "_URL") for form, label in NAMES_OF_FORMS.items()}
        if feed.kind == "FEED_ALL" and "json_feed" in settings["DIRECT_TEMPLATES"]:
            paths["JSON"] = settings.get("JSON_FEED_SAVE_AS", "json_feed.html")
        addresses = [(label, path) for label, path in paths.items() if path]
        name = feed.title.removesuffix(f" · {_words(settings['SITENAME'])}")
        if addresses and not (feed.kind == "TRANSLATION" and len(spoken) < 2):
            lists[feed.kind].append({"name": name, "addresses": addresses})
    generator.context["feed_lists"] = dict(lists)


@on_edit(does=lambda _article, _generators: whole.cache_clear())
def _forget(_pelican: Any) -> None:
    """Clear the cache, because there may never be another build."""
    whole.cache_clear()


def _replace(generator: Any) -> None:
    generator.generate_feeds = partial(_write, generator)


def _give(generator: Any) -> None:
    generator.env.filters["whole"] = whole


def register() -> None:
    """Replace Pelican's feeds, and give templates the filter `whole`."""
    signals.generator_init.connect(_give)
    signals.article_generator_init.connect(_replace)
    signals.article_generator_finalized.connect(_tell)
    signals.finalized.connect(_forget)
