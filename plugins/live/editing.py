"""The results of a build, kept so that an edited article can be replaced without another build."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from pelican import signals
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator, PagesGenerator, StaticGenerator, TemplatePagesGenerator
from pelican.urlwrappers import URLWrapper

from ..dependencies import Noted, Question, Replay, is_foreign
from ..edits import OnEdit, WholeBuildError, told_by
from ..html import read
from ..private import html_of, put_html, put_summary
from ..reading.entries import alike
from ..writing import Run

MOST = 100
"""After this many edits to the results of one build, another build frees the memory that they hold."""
LISTED = ("translations", "articles", "hidden_translations", "hidden_articles")
DRAFTS = ("drafts_translations", "drafts")
ADDRESSES = {"href", "src", "poster", "data", "srcset"}
"""The attributes with which an article shows or links to files."""
ELSEWHERE = ("#", "{filename}", "|filename|", "{category}", "{tag}", "{author}", "{index}")
"""The beginnings of URLs that don't refer to files."""
KEPT = ("_content", "_context", "settings", "metadata", "translations")
"""The attributes of an article that are compared in another way, or aren't set by its header."""

SETTING_UP = {
    "addon",
    "article_generator_init",
    "generator_init",
    "get_generators",
    "get_writer",
    "initialized",
    "page_generator_init",
    "readers_init",
    "static_generator_init",
}
"""Pelican's signals whose receivers don't change articles. `writing` knows receivers of `get_writer`."""
READ = (signals.article_generator_pretaxonomy, signals.article_generator_finalized)
ALL_READ = (signals.static_generator_finalized, signals.all_generators_finalized)
"""The signals that a build sends when all articles are read, and when everything is."""
OF_PELICAN = (ArticlesGenerator, PagesGenerator, StaticGenerator, TemplatePagesGenerator)


class AsRead:
    """An article right after it was read, before any plugin changed it."""

    def __init__(self, content: Any) -> None:
        self._html = html_of(content)
        self._metadata = dict(content.metadata)
        self._others = {name: value for name, value in vars(content).items() if name not in KEPT}

    def is_as(self, other: AsRead) -> bool:
        """Return whether only the text differs: all headers are the same, and so are the files that it shows."""
        return (
            alike(_plain(self._metadata), _plain(other._metadata))
            and alike(_plain(self._others), _plain(other._others))
            and self._addresses() == other._addresses()
        )

    def put_in(self, content: Any) -> None:
        """Restore an article to the state right after reading."""
        put_html(content, self._html)
        for name in {"summary", *content.settings["FORMATTED_FIELDS"]} & self._metadata.keys():
            content.metadata[name] = self._metadata[name]
            if name == "summary":
                put_summary(content, self._metadata[name])
            else:
                setattr(content, name.lower(), self._metadata[name])
        vars(content).pop("get_summary", None)  # set by a plugin, for the previous text

    def _addresses(self) -> set[str]:
        nodes = read(self._html).css(", ".join(f"[{name}]" for name in ADDRESSES))
        named = {node.attributes.get(name) or "" for node in nodes for name in ADDRESSES}
        return {it for it in named if not it.startswith(ELSEWHERE) and not urlsplit(it).netloc}


def _plain(value: Any) -> Any:
    """Replace categories, tags and authors by their names: a slug is made when it is first used."""
    if isinstance(value, dict):
        return {name: _plain(it) for name, it in value.items()}
    if isinstance(value, list):
        return [*map(_plain, value)]
    return (type(value).__qualname__, value.name, value.slug) if isinstance(value, URLWrapper) else value


class LastBuild:
    """The generators of a build, with everything they hold, and the state of each article right after reading."""

    def __init__(self, run: Run, generators: Sequence[Any], writer: Any, raw: Mapping[Any, AsRead]) -> None:
        self._run = run
        self._generators = generators
        self._writer = writer
        self._raw = dict(raw)
        self._count = 0
        self._receivers = [it for signal in (*READ, *ALL_READ, signals.finalized) for it in _receivers(signal)]
        self._pages = run.asked()
        self._asked = self._by_article()
        self.problem = _unknown(generators) or ("" if self._asked is not None else "some of its pages can't be kept")
        """Why no edit can be made, if that is the case."""
        self._by_path = {os.path.realpath(it.source_path): it for it in self._raw}

    def article(self, saved: Collection[str]) -> Any | None:
        """Return the one article that was saved; None if other files were saved, or if a full build is needed."""
        if self.problem or self._count >= MOST or len(saved) != 1:
            return None
        return next((self._by_path.get(path) for path in saved), None)

    def edit(self, article: Any) -> list[str]:
        """Read an article again and write the pages that show it; return their paths.

        Raise WholeBuildError if more is needed.
        """
        self._count += 1
        generator = next(it for it in self._generators if article in self._raw and isinstance(it, ArticlesGenerator))
        before = self._shown(article)
        raw, known = self._read(article, generator), self._raw[article]
        if not raw.is_as(known):
            raise WholeBuildError("its header says something else, or it shows other files")
        self._raw[article] = raw
        raw.put_in(article)
        self._do(article)
        for memo in (Content.get_content, Content.get_summary):
            memo.cache.clear()
        article.refresh_metadata_intersite_links()
        written = self._write(article, generator)
        if self._shown(article) != before or not self._others_are_as_they_were(article, written, generator):
            raise WholeBuildError("other pages show it")
        return written

    def _read(self, article: Any, generator: Any) -> AsRead:
        new = generator.readers.read_file(
            base_path=generator.path,
            path=os.path.relpath(article.source_path, generator.path),
            content_class=Article,
            context=generator.context,
            preread_signal=signals.article_generator_preread,
            preread_sender=generator,
            context_signal=signals.article_generator_context,
            context_sender=generator,
        )
        if type(new) is not type(article) or not new.is_valid():
            raise WholeBuildError("it is no article any more")
        return AsRead(new)

    def _do(self, article: Any) -> None:
        """Have each plugin process the article as in a build, at the same stage."""
        read = [it for signal in READ for it in _receivers(signal)]
        all_read = [it for signal in ALL_READ for it in _receivers(signal)]
        for receiver in read:
            self._tell(told_by(receiver), article, self._generators)
        for generator in self._generators:
            self._tell(told_by(type(generator)), article, generator)
        for receiver in all_read:
            self._tell(told_by(receiver), article, self._generators)

    def _tell(self, told: OnEdit | None, article: Any, about: Any) -> None:
        if told and told.does:
            told.does(article, about)

    def _write(self, article: Any, generator: Any) -> list[str]:
        """Write the article's page, and everything that contains all of it, as Pelican would."""
        writer = type(self._writer)(self._writer.output_path, settings=self._writer.settings)
        write = partial(writer.write_file, relative_urls=generator.settings["RELATIVE_URLS"])
        written: list[str] = []

        def note(path: str, context: Any) -> None:
            written.append(os.path.relpath(path, writer.output_path).replace(os.sep, "/"))

        with signals.content_written.connected_to(note):
            if "generate_feeds" not in vars(generator):
                generator.generate_feeds(writer)
            # With the class's method, because the preview has replaced the object's to write in another order.
            with _only(generator, LISTED, article):
                ArticlesGenerator.generate_articles(generator, write)
            with _only(generator, DRAFTS, article):
                ArticlesGenerator.generate_drafts(generator, write)
            for told, about in self._all_told():
                if told.writes:
                    written += told.writes(article, about, writer) or ()
        for receiver in _receivers(signals.finalized):
            self._tell(told_by(receiver), article, self._generators)
        return written

    def _shown(self, article: Any) -> list[object]:
        """Return the values that plugins say other pages than the article's depend on."""
        return [told.shows(article, about) for told, about in self._all_told() if told.shows]

    def _all_told(self) -> Iterator[tuple[OnEdit, Any]]:
        yield from ((told, self._generators) for it in self._receivers if (told := told_by(it)))
        yield from ((told, it) for it in self._generators if (told := told_by(type(it))))

    def _by_article(self) -> dict[str, dict[int, Noted]] | None:
        """Group the questions asked by pages by the articles that they are about.

        Return None if an unknown function was given lists of articles, because it may look at any text.
        """
        articles = next((it for it in self._generators if isinstance(it, ArticlesGenerator)), None)
        if self._pages is None or articles is None:
            return None
        replay = self._run.replay(articles.env)
        by_article: dict[str, dict[int, Noted]] = {}
        for number, noted in {id(it): it for asked in self._pages.values() for it in asked}.items():
            if _looks_around(noted[0], replay, articles.context):
                return None
            for key in _marked("=", noted[0]):
                by_article.setdefault(key, {})[number] = noted
        return by_article

    def _others_are_as_they_were(self, article: Any, written: Collection[str], generator: Any) -> bool:
        """Ask again what pages that weren't written now had asked about the article."""
        assert self._asked is not None
        assert self._pages is not None
        about = self._asked.get(self._run.name_of(article), {})
        others = {*chain.from_iterable(map(id, asked) for name, asked in self._pages.items() if name not in written)}
        replay = self._run.replay(generator.env)
        asked = (noted for number, noted in about.items() if number in others)
        return all(replay.answer(question, generator.context) == answer for question, answer in asked)


def _receivers(signal: Any) -> list[Any]:
    return list(signal.receivers_for(signals))


def _unknown(generators: Sequence[Any]) -> str:
    """Return why a receiver of Pelican's signals or a generator rules out edits; empty if all declare what they do."""
    for name, signal in vars(signals).items():
        if name not in SETTING_UP and isinstance(signal, type(signals.initialized)):
            for receiver in _receivers(signal):
                if told_by(receiver) is None:
                    return f"{receiver.__module__} doesn't say what it does to an article that is edited"
    for generator in generators:
        kind = type(generator)
        if kind not in OF_PELICAN and told_by(kind) is None:
            return f"{kind.__module__} doesn't say what it does to an article that is edited"
    return ""


def _marked(mark: str, written: Any) -> Iterator[Any]:
    """Yield everything with a mark in a question: `=` is an article's name, `@` comes from another answer."""
    if isinstance(written, dict):
        written = [*written.values()]
    if isinstance(written, list) and written:
        if written[0] == mark and len(written) > 1:
            yield written[1]
        for part in written:
            yield from _marked(mark, part)


def _looks_around(question: Question, replay: Replay, context: Mapping[str, Any]) -> bool:
    kind, _, *given = question
    if kind not in ("filter", "test", "call"):
        return False
    try:
        function = replay.function(question, context)
    except Exception:  # of any kind: it is found on its own page only
        return True
    is_given = len(given) > 2 or hasattr(function, "jinja_pass_arg") or any(True for _ in _marked("@", given))
    return is_given and is_foreign(function)


@contextmanager
def _only(generator: Any, names: Sequence[str], article: Any) -> Iterator[None]:
    """Restrict some lists of a generator to an article, if it is in them."""
    before = {name: getattr(generator, name) for name in names}
    for name, listed in before.items():
        setattr(generator, name, [article] if any(it is article for it in listed) else [])
    try:
        yield
    finally:
        for name, listed in before.items():
            setattr(generator, name, listed)
