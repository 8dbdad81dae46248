"""What lists and pages say about an article: its reading time, related articles, its series, its authors.

Drafts can be read before they are published: `Share: k3f9x2m7q1` in the header gives one a secret URL. The page is at
`/drafts/k3f9x2m7q1/`, even on a published site, and nothing links to it: no list, no feed, no site map. Anyone who
knows the URL can read it, as with any shared link.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from heapq import nsmallest
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Article, Page
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.utils import slugify

from .building.generators import PUBLISHED, articles_of
from .building.incremental import on_edit
from .building.memo import remembered, stored
from .content.findings import ERROR, WARNING, Finding, near, place_of, tell
from .content.sources import header_of
from .files import from_root
from .html import read
from .plants import plant, plants
from .private import html_of

LISTS = ("authors", "tags")
"""Lists with a page of their own, to which nothing links if they are empty."""

WORDS_A_MINUTE = 220
"""The default for READING_WORDS_A_MINUTE."""
SECONDS_A_FIGURE = 12
"""The default for READING_SECONDS_A_FIGURE."""

BELOW_CHARACTERS = bytes(range(0xE3))
"""The bytes of UTF-8 that don't begin a character of Chinese or Japanese."""

RELATED_COUNT = 3
"""The default for the setting with this name."""
SERIES_URL = "series/"
"""Likewise."""
REFUSALS = ("no", "false", "off", "none")
HOME = ("title", "summary", "series", "start", "figure")
"""The keys of the setting with this name."""
CARD = ("picture", "text", "links")
"""The keys of an author in AUTHOR_CARDS."""

SHARE = "share"
SECRET = re.compile(r"[a-zA-Z0-9_-]{10,100}")
"""Nobody can guess ten letters."""
_PRINTING_ONE = "python -c 'import secrets; print(secrets.token_hex(6))'"
SHARED_SAVE_AS = "drafts/{secret}/index.html"
"""The default for DRAFT_SHARED_SAVE_AS; its URL is DRAFT_SHARED_URL."""
SHARED_URL = "drafts/{secret}/"


def refuses(article: Any, field: str) -> bool:
    """Return whether an article's header turns something off that others have, for example `Comments: no`."""
    return str(article.metadata.get(field, "")).strip().lower() in REFUSALS


@stored
def minutes(html: str, words_a_minute: float = WORDS_A_MINUTE, seconds_a_figure: float = SECONDS_A_FIGURE) -> int:
    """Return the minutes it takes to read a piece of HTML, at least 1."""
    text, characters = read(html).text(separator=" "), 0
    if text.encode("utf-8", "replace").translate(None, BELOW_CHARACTERS):
        text, characters = _characters().subn(" ", text)
    words = len(text.split()) + characters / 2
    return max(1, round(words / words_a_minute + figures(html) * seconds_a_figure / 60))


@cache
def _characters() -> re.Pattern[str]:
    """Match characters that take half as long as a word, because Chinese and Japanese have no spaces between words.

    Such a wide class takes longer to compile than counting two hundred articles, and most sites don't need it.
    """
    return re.compile("[぀-ヿ㐀-鿿豈-﫿]")


@stored
def figures(html: str) -> int:
    """Count the pictures that aren't decorative."""
    tags = html.lower()
    if "<img" not in tags and "<svg" not in tags:
        return 0
    return len(read(html).css("img:not(.decorative), svg:not(.decorative)"))


def _count_one(article: Any, _generators: object = None) -> None:
    html, settings = html_of(article), article.settings
    pace = (
        settings.get("READING_WORDS_A_MINUTE", WORDS_A_MINUTE),
        settings.get("READING_SECONDS_A_FIGURE", SECONDS_A_FIGURE),
    )
    article.minutes, article.figures = minutes(html, *pace), figures(html)


@on_edit(does=_count_one)
def _count(generators: Sequence[Any]) -> None:
    for article in articles_of(generators):
        _count_one(article)


def _relate(generators: Sequence[Any]) -> None:
    for articles in _by_language(generators).values():
        newest_first = sorted(
            articles, key=lambda candidate: (datetime.max - _bare(candidate.date), candidate.source_path)
        )
        profiles = tuple((_tags(candidate), str(candidate.metadata.get("series") or "")) for candidate in newest_first)
        count = articles[0].settings.get("RELATED_COUNT", RELATED_COUNT)
        for article, nearest in zip(newest_first, _related(profiles, count), strict=True):
            article.related = [newest_first[place] for place in nearest]


def _put_in_order(generators: Sequence[Any]) -> None:
    """Set the articles before and after each one in the site's list; drafts and translations have none.

    A part of a series is between its other parts, so it isn't between articles that stand on their own.
    """
    for article in articles_of(generators):
        article.newer = article.older = None
    alone = [article for article in articles_of(generators, "articles") if not article.metadata.get("series")]
    for newer, older in pairwise(alone):
        newer.older, older.newer = older, newer


def _by_language(generators: Sequence[Any]) -> dict[str, list[Any]]:
    """Group the published articles by language; others have no related articles."""
    languages: dict[str, list[Any]] = defaultdict(list)
    for article in articles_of(generators):
        article.related = []
    for article in articles_of(generators, *PUBLISHED):
        languages[article.lang].append(article)
    return languages


@remembered
def _related(articles: tuple[tuple[tuple[str, ...], str], ...], count: int) -> tuple[tuple[int, ...], ...]:
    """For each article, rank the others by shared tags, and then by position.

    Each article is given as its tags and its series, whose parts are linked already.
    """
    tagged: dict[str, list[int]] = defaultdict(list)
    for place, (tags, _) in enumerate(articles):
        for tag in tags:
            tagged[tag].append(place)
    most = count + max([1, *Counter(series for _, series in articles if series).values()])

    @cache
    def ranked(tags: tuple[str, ...]) -> Sequence[int]:
        """Rank all articles for those with some tags: as many as are needed if they leave out their whole series."""
        shared: dict[int, float] = defaultdict(float)
        for tag in tags:
            for neighbour in tagged[tag]:
                shared[neighbour] += 1 / len(tagged[tag])
        return nsmallest(most, shared, key=lambda candidate: (-shared[candidate], candidate))

    related = []
    for place, (tags, series) in enumerate(articles):
        candidates = (
            candidate
            for candidate in ranked(tags)
            if candidate != place and not (series and articles[candidate][1] == series)
        )
        related.append(tuple(islice(candidates, count)))
    return tuple(related)


def _tags(article: Any) -> tuple[str, ...]:
    """Return the slugs of tags: tags that differ only by case are the same."""
    return tuple(dict.fromkeys(tag.slug for tag in getattr(article, "tags", ())))


def _bare(date: datetime) -> datetime:
    return date.replace(tzinfo=None)


@dataclass(frozen=True)
class Part:
    """An article's place in its series."""

    name: str
    slug: str
    url: str
    parts: Sequence[Any]
    number: int

    @property
    def previous(self) -> Any:
        """The part before this one, or None."""
        return self.parts[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Any:
        """The part after this one, or None."""
        return self.parts[self.number] if self.number < len(self.parts) else None


def _join(generators: Sequence[Any]) -> None:
    """Set each published article's place in its series; a draft has none, because readers couldn't follow the link."""
    if not generators:
        return
    settings = generators[0].settings
    joined: dict[tuple[str, str], list[Any]] = defaultdict(list)
    published = set(articles_of(generators, *PUBLISHED))
    for article in articles_of(generators):
        name = str(article.metadata.get("series", "")).strip()
        article.series = None
        if name and article in published:
            joined[slugify(name, settings["SLUG_REGEX_SUBSTITUTIONS"]), article.lang].append(article)
    series = []
    for (slug, lang), articles in sorted(joined.items()):
        order = {article: (_number(article), article.date) for article in articles}
        parts = sorted(articles, key=lambda article: order[article])
        name, url = str(parts[0].metadata["series"]).strip(), f"{settings.get('SERIES_URL', SERIES_URL)}#{slug}"
        for number, article in enumerate(parts, start=1):
            article.series = Part(name, slug, url, parts, number)
        if lang == settings["DEFAULT_LANG"]:
            series.append(parts[0].series)
    generators[0].context["series"] = series


def _introduce(generators: Sequence[Any]) -> None:
    """Report errors in AUTHOR_CARDS."""
    settings = generators[0].settings if generators else {}
    cards = settings.get("AUTHOR_CARDS") or {}
    names = {str(author) for article in articles_of(generators) for author in getattr(article, "authors", ())}
    problems = []
    for name, card in cards.items():
        if name not in names:
            problems.append(
                (f"no article was written by {name}", near(name, names, "add the name to an article's Authors: header"))
            )
        if not isinstance(card, Mapping):
            problems.append(
                (
                    f"the entry for {name} is {card!r}, not a dictionary",
                    'write a dictionary, for example {"text": "Writes about engines."}',
                )
            )
            continue
        for key in card.keys() - set(CARD):
            problems.append(
                (
                    f"the entry for {name} has the key {key!r}, which has no effect",
                    near(key, CARD, f"the keys are {', '.join(CARD)}"),
                )
            )
        picture = str(card.get("picture") or "")
        if picture and not picture.startswith("https://") and not Path(settings["PATH"], picture.strip("/")).is_file():
            problems.append((f"the picture of {name}, {picture}, doesn't exist", "put it in the content folder"))
    place = place_of(settings, "AUTHOR_CARDS") if problems else ("", 0)
    tell(Finding(WARNING, *place, f"AUTHOR_CARDS: {message}", advice) for message, advice in problems)


def _have_one_home(pelican: Any) -> None:
    """Don't divide the home page into several if it begins with a series, which would be on the first alone."""
    settings = pelican.settings
    if (settings.get("HOME") or {}).get("series"):
        templates = {name: most for name, most in settings["PAGINATED_TEMPLATES"].items() if name != "index"}
        settings["PAGINATED_TEMPLATES"] = templates


def _check_home(generators: Sequence[Any]) -> None:
    """Report errors in HOME."""
    if not generators:
        return
    settings = generators[0].settings
    home = settings.get("HOME") or {}
    problems = [
        (f"the key {key!r} has no effect", near(key, HOME, f"the keys are {', '.join(HOME)}"))
        for key in home.keys() - set(HOME)
    ]
    names = {part.name for part in generators[0].context.get("series", ())}
    if home.get("series") and home["series"] not in names:
        advice = near(home["series"], names, "write its name as in the Series: header of its articles")
        problems.append((f"there is no series {home['series']}", advice))
    if figure := home.get("figure"):
        articles = generators[0].context["articles"]
        if not any(figure in _figures_in(article) for article in articles if figure.startswith(f"{article.slug}#")):
            figures = [name for article in articles for name in _figures_in(article)]
            advice = near(figure, figures, "write an article's slug and the figure's id: my-guide#fig-tanh")
            problems.append((f"there is no figure {figure}", advice))
    place = place_of(settings, "HOME") if problems else ("", 0)
    tell(Finding(WARNING, *place, f"HOME: {message}", advice) for message, advice in problems)


def _figures_in(article: Any) -> list[str]:
    """Return how a setting names the figures of an article."""
    return [f"{article.slug}#{figure.id}" for figure in read(html_of(article)).css("figure.diagram[id]")]


def _number(article: Any) -> float:
    """Return the number of a part; parts without a valid number come after the others."""
    written = str(article.metadata.get("part", "")).strip()
    if written.isdecimal():
        return int(written)
    if written:
        path = Path(article.source_path)
        message = f"Part: is {written!r}, which isn't a number, so the article's place in the series follows its date"
        tell(
            [
                Finding(
                    WARNING,
                    from_root(article.source_path, Path(article.settings["PATH"]).resolve().parent),
                    header_of(path).line("part"),
                    message,
                    "write it in digits, for example Part: 2",
                )
            ]
        )
    return float("inf")


def _leave_out(generators: Sequence[Any]) -> None:
    """Don't write an empty list of authors or tags."""
    for generator in generators:
        if hasattr(generator, "articles"):
            empty = {name for name in LISTS if not getattr(generator, name)}
            written = [name for name in generator.settings["DIRECT_TEMPLATES"] if name not in empty]
            generator.settings = {**generator.settings, "DIRECT_TEMPLATES": written}


def _in_order(generator: Any) -> None:
    """Have articles and pages read in the order of their names.

    Pelican iterates over a set, so that the order of otherwise equal ones would be random.
    """
    if isinstance(generator, ArticlesGenerator | PagesGenerator):
        get_files = generator.get_files
        generator.get_files = lambda *arguments, **named: sorted(get_files(*arguments, **named))


def share(content: Any) -> None:
    """Give a shared draft its URL, before anything uses it; report a secret that can be guessed."""
    secret = str(content.metadata.get(SHARE, "")).strip()
    if not secret or not isinstance(content, Article | Page) or content.status != "draft":
        return
    if not SECRET.fullmatch(secret):
        path = Path(content.source_path)
        file = from_root(path, Path(content.settings["PATH"]).resolve().parent)
        message = f"Share: {secret} is too easy to guess, so the draft is not shared"
        advice = f"use at least ten random letters or digits; this prints some: {_PRINTING_ONE}"
        tell([Finding(ERROR, file, header_of(path).line(SHARE), message, advice)])
        return
    content.override_save_as = content.settings.get("DRAFT_SHARED_SAVE_AS", SHARED_SAVE_AS).replace("{secret}", secret)
    content.override_url = content.settings.get("DRAFT_SHARED_URL", SHARED_URL).replace("{secret}", secret)


def _share_again(generator: Any) -> None:
    """Look at the articles again: one with a future date has become a draft since it was read."""
    for content in generator.drafts:
        if not hasattr(content, "override_save_as"):
            share(content)


def _list(generators: Sequence[Any]) -> None:
    """Tell templates which lists there are: a page that asked a list itself would change with each new article."""
    if generators:
        context = generators[0].context
        context["listed"] = [name for name in ("authors", "categories", "tags") if context.get(name)]


def _give(generator: Any) -> None:
    generator.env.filters |= {"plant": plant, "plants": plants}


def register() -> None:
    """Give each article `minutes`, `figures`, `related`, `newer`, `older` and `series`, and templates all series.

    A draft has its secret URL as soon as it is read, or when the articles are listed.
    """
    signals.content_object_init.connect(share)
    signals.article_generator_pretaxonomy.connect(_share_again)
    signals.generator_init.connect(_in_order)
    signals.generator_init.connect(_give)
    signals.initialized.connect(_have_one_home)
    for receiver in (_count, _relate, _put_in_order, _join, _check_home, _introduce, _leave_out, _list):
        signals.all_generators_finalized.connect(receiver)
