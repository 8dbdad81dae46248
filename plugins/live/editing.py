"""The results of a build, kept so that an edited article or figure can be replaced without another build."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from jinja2 import Template
from pelican import signals
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator, PagesGenerator, StaticGenerator, TemplatePagesGenerator
from pelican.urlwrappers import URLWrapper

from ..building.dependencies import is_foreign, watching_text
from ..building.incremental import OnEdit, WholeBuildError, declaration_of
from ..building.pages import Run
from ..building.values import APART
from ..figures.site import FRAMES
from ..figures.site import plugin as figures
from ..html import read
from ..private import html_of, opening_of, put_html, put_opening, put_summary
from ..reading.entries import alike
from ..reading.hooks import cache as reading

MOST = 100
"""After this many edits to the results of one build, another build frees the memory that they hold."""
MOST_SHOWING = 40
"""If more articles or pages than this show something new, a full build is about as quick."""
LISTED = ("translations", "articles", "hidden_translations", "hidden_articles")
DRAFTS = ("drafts_translations", "drafts")
PAGES = (
    "translations",
    "pages",
    "hidden_translations",
    "hidden_pages",
    "draft_translations",
    "draft_pages",
)
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
WATCHED = (*READ, signals.page_generator_finalized, *ALL_READ, signals.finalized)
"""The signals whose receivers are watched: one that doesn't touch what articles say has nothing to do after an edit."""
OF_PELICAN = (ArticlesGenerator, PagesGenerator, StaticGenerator, TemplatePagesGenerator)


class Listening:
    """Notes which receivers of Pelican's signals read or change what articles say, unless they declare what they do."""

    def __init__(self) -> None:
        self.touching: list[Any] = []
        for signal in WATCHED:
            signal.receivers_for = partial(self._watched, signal)

    def _watched(self, signal: Any, sender: Any) -> list[Any]:
        heard = type(signal).receivers_for(signal, sender)
        return [receiver if declaration_of(receiver) else partial(self._call, receiver) for receiver in heard]

    def _call(self, receiver: Any, *arguments: Any, **named: Any) -> Any:
        with watching_text(receiver) as touches:
            answer = receiver(*arguments, **named)
        if touches():
            self.touching.append(receiver)
        return answer


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
        return {address for address in named if not address.startswith(ELSEWHERE) and not urlsplit(address).netloc}


def _attributes(article: Any) -> dict[str, Any]:
    attributes = {name: value for name, value in vars(article).items() if name not in APART}
    return {**attributes, "metadata": dict(article.metadata)}


def _plain(value: Any) -> Any:
    """Replace categories, tags and authors by their names: a slug is made when it is first used."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [*map(_plain, value)]
    return (type(value).__qualname__, value.name, value.slug) if isinstance(value, URLWrapper) else value


class LastBuild:
    """The generators of a build, with everything they hold, and the state of each article right after reading."""

    def __init__(
        self, run: Run, generators: Sequence[Any], writer: Any, raw: Mapping[Any, AsRead], touching: Collection[Any]
    ) -> None:
        self._run = run
        self._generators = generators
        self._writer = writer
        self._raw = dict(raw)
        self._count = 0
        self.gone: Collection[str] = ()
        """The files that the last edit has removed."""
        self._receivers = [
            receiver for signal in (*READ, *ALL_READ, signals.finalized) for receiver in _receivers(signal)
        ]
        self._depends = dict(run.depends) if run.is_complete else {}
        self._has_strangers = any(is_foreign(receiver) and not declaration_of(receiver) for receiver in self._receivers)
        self.problem = _unknown(generators, touching) or ("" if self._depends else "some of its pages can't be kept")
        """Why no edit can be made, if that is the case."""
        self._contents = {
            content.save_as: content
            for generator in generators
            for names in _lists_of(generator)
            for name in names
            for content in getattr(generator, name)
        }
        """All articles and pages, by what they are written to."""
        self._by_path = {os.path.realpath(article.source_path): article for article in self._raw}

    def article(self, saved: Collection[str]) -> Any | None:
        """Return the one article that was saved; None if other files were saved, or if a full build is needed."""
        if self.problem or self._count >= MOST or len(saved) != 1:
            return None
        return next((self._by_path.get(path) for path in saved), None)

    def are_inputs(self, saved: Collection[str]) -> bool:
        """Return whether only files in the folder of scripts were saved, and no full build is needed."""
        if self.problem or self._count >= MOST or not saved or figures.run is None:
            return False
        return all(Path(path).is_relative_to(figures.run.settings.diagrams.resolve()) for path in saved)

    def edit(self, article: Any) -> list[str]:
        """Read an article again and write the pages that show it; return their paths.

        Raise WholeBuildError if more is needed.
        """
        self._count += 1
        generator = next(
            generator
            for generator in self._generators
            if article in self._raw and isinstance(generator, ArticlesGenerator)
        )
        raw, before = self._read(article, generator), self._raw[article]
        if not raw.is_as(before):
            raise WholeBuildError("its header has changed, or it shows different files")
        self._raw[article] = raw
        return self._replace([article])

    def redraw(self, saved: Collection[str], is_wrong: Callable[[Any], bool]) -> list[str]:
        """Draw the figures again that have read saved files, and write the pages that show them; return all paths.

        Raise WholeBuildError if more is needed, or if something `is_wrong` with an article that shows them.
        """
        self._count, self.gone = self._count + 1, ()
        looked_at = reading.looked_at
        if not looked_at.is_all or not {*map(os.path.realpath, looked_at.files)}.isdisjoint(saved):
            raise WholeBuildError("articles may include it")
        redrawn = figures.draw_again(saved)
        assert figures.run
        articles = [content for content in redrawn.contents if content not in figures.run.made]
        if len(articles) > MOST_SHOWING or not all(
            article in self._raw and not is_wrong(article) for article in articles
        ):
            raise WholeBuildError("many articles show it, or a page, or an article with errors")
        figures.take(redrawn)
        pages: list[Any] = []
        for on_edit, about in self._all_told():
            if on_edit.redraws:
                pages += on_edit.redraws(redrawn, about)
        if missing := {*redrawn.contents}.difference(articles, pages):
            raise WholeBuildError(f"{missing.pop()} shows it, and no plugin makes that again")
        if pages and any(on_edit.does and is_foreign(on_edit.does) for on_edit, _ in self._all_told()):
            raise WholeBuildError("a plugin may change the pages of another")
        for page in pages:
            figures.fill_again(page)
        written = self._replace(articles, pages) if articles or pages else []
        return [*redrawn.files, *written]

    def _replace(self, articles: Sequence[Any], pages: Sequence[Any] = ()) -> list[str]:
        """Have plugins process articles again, and write all that shows them, some other pages, or some figures."""
        before = self._frames()
        for article in articles:
            attributes = _attributes(article)
            self._raw[article].put_in(article)
            self._do(article)
            if self._has_strangers and _attributes(article) != attributes:
                raise WholeBuildError("another plugin may have read what else has changed")
        for memo in (Content.get_content, Content.get_summary):
            memo.cache.clear()
        for article in articles:
            article.refresh_metadata_intersite_links()
        written = self._write(articles, pages, self._showing(articles, pages))
        now = self._frames()
        self.gone = before - now
        for path in self.gone:
            Path(self._writer.output_path, path).unlink(missing_ok=True)
        return [*written, *(now - before)]

    def _frames(self) -> set[str]:
        """Return the files with frames of sliders that pages load: each has another name if it changes."""
        return {
            remark[0] for depends in self._depends.values() for subject, remark in depends.remarks if subject == FRAMES
        }

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
            raise WholeBuildError("it is no longer an article")
        return AsRead(new)

    def _do(self, article: Any) -> None:
        """Have each plugin process the article as in a build, at the same stage."""
        read = [receiver for signal in READ for receiver in _receivers(signal)]
        all_read = [receiver for signal in ALL_READ for receiver in _receivers(signal)]
        for receiver in read:
            self._tell(declaration_of(receiver), article, self._generators)
        for generator in self._generators:
            self._tell(declaration_of(type(generator)), article, generator)
        for receiver in all_read:
            self._tell(declaration_of(receiver), article, self._generators)

    def _tell(self, on_edit: OnEdit | None, article: Any, about: Any) -> None:
        if on_edit and on_edit.does:
            on_edit.does(article, about)

    def _write(self, articles: Sequence[Any], pages: Sequence[Any], wanted: Collection[str]) -> list[str]:
        """Write some pages as Pelican would, and all else that contains all of an article; return the paths."""
        writer = type(self._writer)(self._writer.output_path, settings=self._writer.settings)
        written: list[str] = []

        def note(path: str, context: Any) -> None:
            written.append(os.path.relpath(path, writer.output_path).replace(os.sep, "/"))

        selection = Selection(writer, wanted, self._rendered, self._run.written_as)
        with signals.content_written.connected_to(note), selection:
            for generator in self._generators:
                if isinstance(generator, ArticlesGenerator):
                    self._write_articles(generator, writer, wanted)
                elif isinstance(generator, PagesGenerator):
                    with self._only(generator, PAGES, wanted), signals.page_writer_finalized.muted():
                        PagesGenerator.generate_output(generator, writer)
            for article in articles:
                for on_edit, about in self._all_told():
                    if on_edit.writes:
                        written += on_edit.writes(article, about, writer) or ()
        if missing := {*wanted}.difference(written):
            raise WholeBuildError(f"{min(missing)} shows it, too")
        for article in (*articles, *pages):
            for receiver in _receivers(signals.finalized):
                self._tell(declaration_of(receiver), article, self._generators)
        return written

    def _write_articles(self, generator: Any, writer: Any, wanted: Collection[str]) -> None:
        write = partial(writer.write_file, relative_urls=generator.settings["RELATIVE_URLS"])
        if "generate_feeds" not in vars(generator):
            generator.generate_feeds(writer)
        # With the class's methods, because the preview has replaced the object's to write in another order.
        with self._only(generator, LISTED, wanted):
            ArticlesGenerator.generate_articles(generator, write)
        with self._only(generator, DRAFTS, wanted):
            ArticlesGenerator.generate_drafts(generator, write)
        if not self._contents.keys() >= {*wanted}:
            for kind in ("period_archives", "direct_templates", "tags", "categories", "authors"):
                getattr(generator, f"generate_{kind}")(write)

    def _rendered(self, template: Template, context: dict[str, Any]) -> str:
        """Render a page, and record what it has asked for now."""
        html, depends = self._run.rendered_again(template, context)
        if depends.problem:
            raise WholeBuildError(f"nobody knows what {context['output_file']} depends on: {depends.problem}")
        self._depends[context["output_file"]] = depends
        return html

    @contextmanager
    def _only(self, generator: Any, names: Sequence[str], wanted: Collection[str]) -> Iterator[None]:
        """Restrict some lists of a generator to what is written to some pages."""
        chosen = {id(self._contents[path]) for path in wanted if path in self._contents}
        before = {name: getattr(generator, name) for name in names}
        for name, listed in before.items():
            setattr(generator, name, [content for content in listed if id(content) in chosen])
        try:
            yield
        finally:
            for name, listed in before.items():
                setattr(generator, name, listed)

    def _all_told(self) -> Iterator[tuple[OnEdit, Any]]:
        yield from (
            (on_edit, self._generators) for receiver in self._receivers if (on_edit := declaration_of(receiver))
        )
        yield from (
            (on_edit, generator) for generator in self._generators if (on_edit := declaration_of(type(generator)))
        )

    def _showing(self, articles: Sequence[Any], pages: Sequence[Any]) -> set[str]:
        """Return where these are written to, and the other pages that show their text, or what else has changed."""
        edited = (*articles, *pages)
        showing = {str(content.save_as) for content in edited} | self._run.showing(edited, self._depends)
        if len(showing) > MOST_SHOWING:
            raise WholeBuildError("many pages show it")
        return showing


class Selection:
    """Has a writer write only some of the pages that it is given, each rendered by a function."""

    def __init__(
        self,
        writer: Any,
        wanted: Collection[str],
        rendered: Callable[[Template, dict[str, Any]], str],
        written_as: Mapping[Any, Collection[str]],
    ) -> None:
        self._writer = writer
        # With relative URLs, each page leaves its own to the next one.
        self._written_as = {} if writer.settings["RELATIVE_URLS"] else written_as
        self._wanted = {*wanted}
        self._rendered = rendered
        self._open = opening_of(writer)

    def __enter__(self) -> Self:
        write_file = self._writer.write_file

        def written(name: Any, template: Any, *more: Any, **named: Any) -> None:
            self._choose(is_wanted=True)  # what isn't a template, such as a feed, is always wanted
            if not isinstance(template, Template):
                write_file(name, template, *more, **named)
            elif name not in self._written_as or not self._wanted.isdisjoint(self._written_as[name]):
                write_file(name, Chosen(self, template), *more, **named)

        self._writer.write_file = written
        put_opening(self._writer, self._opened)
        return self

    def __exit__(self, *_: object) -> None:
        self._choose(is_wanted=True)

    def render(self, template: Template, context: dict[str, Any]) -> str:
        """Render a page if it is wanted."""
        self._choose(is_wanted=context["output_file"] in self._wanted)
        return self._rendered(template, context) if self._is_wanted else ""

    def _choose(self, *, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        signals.content_written.is_muted = not is_wanted

    def _opened(self, path: str, encoding: str, override: bool = False) -> Any:
        if not self._is_wanted:
            return Path(os.devnull).open("w", encoding=encoding)
        return self._open(path, encoding, override)


@dataclass(frozen=True)
class Chosen:
    """Replaces a template, for a page that may not be wanted."""

    selection: Selection
    template: Template

    def render(self, context: dict[str, Any]) -> str:
        """Render the page if it is wanted."""
        return self.selection.render(self.template, context)


def _lists_of(generator: Any) -> Sequence[Sequence[str]]:
    """Return the names of the lists of contents that a generator writes."""
    if isinstance(generator, ArticlesGenerator):
        return LISTED, DRAFTS
    return [PAGES] if isinstance(generator, PagesGenerator) else ()


def _receivers(signal: Any) -> list[Any]:
    return list(type(signal).receivers_for(signal, signals))


def _unknown(generators: Sequence[Any], touching: Collection[Any]) -> str:
    """Return why a receiver of Pelican's signals or a generator rules out edits; empty if none does.

    The signals that aren't watched are sent again for an edited article, or are about pages: ours are prepared for it.
    """
    for name, signal in vars(signals).items():
        if name not in SETTING_UP and isinstance(signal, type(signals.initialized)):
            for receiver in _receivers(signal):
                is_known = receiver not in touching if signal in WATCHED else not is_foreign(receiver)
                if declaration_of(receiver) is None and not is_known:
                    return f"{receiver.__module__} doesn't say what it does to an article that is edited"
    for generator in generators:
        kind = type(generator)
        if kind not in OF_PELICAN and declaration_of(kind) is None:
            return f"{kind.__module__} doesn't say what it does to an article that is edited"
    return ""
