"""The figures of a site: those that a build asks for, draws and shows, and those that a preview draws again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.util import resolve_name
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from markupsafe import Markup
from pelican import Pelican
from pelican.contents import Content
from pelican.generators import Generator, StaticGenerator
from pelican.log import console
from pelican.settings import read_settings

from ..building import dependencies
from ..building.generators import contents_of
from ..building.incremental import WholeBuildError, on_edit
from ..catalogues import Language, forget, language_of
from ..files import copy_atomically
from ..html import parse, write
from ..messages import note
from ..private import generator_classes, html_of, put_html
from .articles import ArticleImages, Run, drawn_sliders, is_idle, placing, rewrite_content, scripts_in
from .build import (
    PUBLISHED,
    Built,
    Failure,
    Freshness,
    Rendering,
    build,
    collecting,
    draw_again,
    is_likely_stale,
    publish_again,
)
from .cache import publish_data
from .colours import colours_problem, tokens
from .console import progress_line, tell, tell_failures, tell_sliders
from .markdown import without_notes
from .observations import path_of
from .page.figures import MARK, Shown, bare, figure_of, make_figures
from .page.inline import FONTS, Inlining
from .records import Figure, Record
from .report import SettingsError, readable
from .requests import Reference, Slider
from .settings import Settings
from .summaries import forget_memos, summarise
from .workers import Children, LostError

MARKDOWN = tuple(resolve_name(name, __package__ or "") for name in (".markdown", ".page.mentions"))
"""Our extensions, by Markdown's names for them: one keeps an article's code, the other reads what its text says."""


def add_extensions(readers: Any, *names: str) -> None:
    """Add extensions to those of the settings, before Pelican makes its readers."""
    options = readers.settings["MARKDOWN"]
    extensions = options.get("extensions", [])
    # In a new dict for this run, because others may share the one in the settings' module.
    added = [name for name in names if name not in extensions]
    readers.settings["MARKDOWN"] = options | {"extensions": [*extensions, *added]}


COLOURS = "colours of figures"
FRAMES = "frames of sliders"


@dataclass(frozen=True)
class Redrawn:
    """The figures that were drawn again because some files were saved, before anything shows them.

    `figures` has the previous and the present form of each figure that has changed, by its name, and `names` has the
    names of their requests. `contents` are the articles and pages that show them. Plugins add the files that they have
    written since to `files`, by their paths in the output.
    """

    saved: Sequence[Path]
    figures: Mapping[str, tuple[Figure, Figure]]
    names: Collection[str]
    contents: Sequence[Any]
    results: Mapping[Reference, tuple[Figure, Figure]]
    """All references to the figures that were drawn again."""
    records: Mapping[str, Record]
    rendering: Rendering
    files: list[str] = field(default_factory=list)


class Plugin:
    """Carries the state of a run from signal to signal."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._inlining: Inlining | None = None
        self._results: dict[Reference, Figure | Failure] = {}
        """The results of the run's references."""
        self._sliders: dict[Reference, Slider] = {}
        self._built: Built | None = None
        self._before: Mapping[str, Reference] = {}
        """The previous references of an edited article, by their marks."""
        self.children: Children | None = None
        """The drawing process of a preview, which also closes it."""
        self._own_children = Children()
        """The same for one build."""
        self.draws = True
        """Whether this run draws its figures."""

    def begin(self, generator: Generator) -> None:
        """Forget the last run: `initialized` is sent once per process, not once per run."""
        forget()
        try:
            settings = Settings.of(generator.settings)
            tokens(settings)  # otherwise each figure would fail because of an error in them
            self._run = Run(settings)
        except SettingsError as problem:
            raise SystemExit(str(problem)) from problem
        self._own_children.close()
        if self.draws and self.children is None and not settings.cluster and is_likely_stale(settings):
            with suppress(OSError, LostError):  # reported when figures are drawn
                self._own_children.ready(settings)  # it imports matplotlib while articles are read

    def read(self, readers: Any) -> None:
        """Add our extensions to Markdown, before Pelican makes its readers."""
        add_extensions(readers, *MARKDOWN)

    def filter(self, generator: Generator) -> None:
        """Give the theme the filters `figures` and `figure_of`."""
        generator.env.filters |= {"figures": self._inline, "figure_of": figure_of}

    @on_edit(does=lambda content, generators: _of_plugin().ask_again(content, generators))
    @collecting(False)
    def ask(self, generator: Generator) -> None:
        """Go through the final lists, in source order, and note each image that a script draws."""
        run = self._of_now
        for content in sorted(dict.fromkeys(contents_of([generator])), key=lambda content: str(content.source_path)):
            if content.save_as:
                ArticleImages(run, content, generator.context).all()
                summarise(content)
            else:
                run.withheld.update(scripts_in(content, run.settings))
                put_html(content, without_notes(html_of(content)))

    def ask_again(self, content: Content, generators: Sequence[Generator]) -> None:
        """Note the references of an edited article.

        If other figures than before are needed, a full build must draw them.
        """
        run, static = self._of_now, generators[0].context["static_links"]
        reading, before = run.readings.get(content), run.asked.get(content, {})
        static_before = {*static}
        if content in run.asked:
            run.asked[content] = {}
        ArticleImages(run, content, generators[0].context).all()
        summarise(content)
        now = run.asked.get(content, {})
        drawn = [[reference.drawn for reference in references.values()] for references in (before, now)]
        are_same = drawn[0] == drawn[1] and (not now or (reading and reading.shown == run.readings[content].shown))
        if not are_same or before.keys() != now.keys():
            raise WholeBuildError("its figures change, or its code")
        if not static <= static_before:
            raise WholeBuildError("it shows another file")
        self._before = before

    def place_again(self, content: Content, generators: Sequence[Generator]) -> None:
        """Write the figures from the last build into an edited article."""
        run = self._of_now
        marked = run.asked.get(content, {})
        results = {now: self._results.get(self._before[mark]) for mark, now in marked.items()}
        figures = {reference: figure for reference, figure in results.items() if isinstance(figure, Figure)}
        sliders = {now: slider for mark, now in marked.items() if (slider := self._sliders.get(self._before[mark]))}
        if figures.keys() != results.keys() or any(
            reference.attributes.vary and reference not in sliders for reference in marked.values()
        ):
            raise WholeBuildError("it has a figure or a slider that failed")
        assert self._inlining
        self._inlining.forget_pages()
        self._results |= figures
        self._sliders |= sliders
        language = language_of(content.lang, content.settings)
        change = placing(marked, figures, run.settings, language=language, sliders=sliders)
        rewrite_content(content, change, "img")
        if run.settings.inline:
            self._write_drawings([content], generators[0].settings["SITEURL"])
        forget_memos([content])

    def draw_again(self, saved: Collection[str]) -> Redrawn:
        """Draw the figures that depend on saved files, which are real paths, without showing them yet.

        Raise WholeBuildError if they aren't just inputs of figures, or if the figures can't simply be replaced.
        """
        run, built = self._of_now, self._built
        settings, folder = run.settings, run.settings.diagrams.resolve()
        files = [
            settings.diagrams / Path(path).relative_to(folder) for path in saved if Path(path).is_relative_to(folder)
        ]
        ours = [*filter(None, (settings.signatures, settings.style, settings.tokens, settings.fonts))]
        if len(files) < len(saved) or not all(file.is_file() for file in files):
            raise WholeBuildError("it isn't a file in the folder of scripts")
        if any(file.is_relative_to(place) for file in files for place in ours):
            raise WholeBuildError("not only scripts read it")
        if built is None or any(isinstance(result, Failure) for result in self._results.values()):
            raise WholeBuildError("a figure has failed")
        rendering = Rendering(settings, self.children)
        records = draw_again(built, [*map(settings.shown, files)], rendering, settings)
        # The results may be of references that have come since: an edited article has new ones, with the same figures.
        redrawn = {
            id(was): (name, was, now)
            for name, (before, after) in records.items()
            for was, now in zip(before.figures, after.figures, strict=True)
        }
        of = {reference: redrawn[id(figure)] for reference, figure in self._results.items() if id(figure) in redrawn}
        changed = {reference: (was, now) for reference, (_, was, now) in of.items() if was != now}
        now = self._results | {reference: figure for reference, (_, figure) in changed.items()}
        if any(is_idle(*pair, self._results) != is_idle(*pair, now) for pair in self._sliders.items()):
            raise WholeBuildError("a slider has no effect any more, or has one again")
        changed_names = {reference.frame_of or reference.route.figure for reference in changed}
        return Redrawn(
            files,
            {reference.route.name: both for reference, both in changed.items()},
            {of[reference][0] for reference in changed},
            [
                content
                for content, marked in run.asked.items()
                if any(reference.route.figure in changed_names for reference in marked.values())
            ],
            {reference: (was, now) for reference, (_, was, now) in of.items()},
            {name: after for name, (_, after) in records.items()},
            rendering,
        )

    def take(self, redrawn: Redrawn) -> None:
        """Publish figures that were drawn again, and have everything that is written from now on show them."""
        run, inlining = self._of_now, self._inlining
        assert self._built
        assert inlining
        changed = {
            reference: both for reference, both in redrawn.results.items() if reference.route.name in redrawn.figures
        }
        was, now = ({reference: both[index] for reference, both in changed.items()} for index in (0, 1))
        redrawn.files.extend(publish_again(was, now, run.settings, redrawn.rendering.store, run.in_small))
        for reference, (_, figure) in redrawn.results.items():
            self._results[reference] = run.figures[reference.route.name] = figure
        states = {name: Freshness(self._built.states[name].request, record) for name, record in redrawn.records.items()}
        self._built = replace(self._built, states={**self._built.states, **states})
        for name in redrawn.figures:
            inlining.own_colours.pop(name, None)

    def fill_again(self, page: Content) -> None:
        """Write a page that a plugin makes again, with the present figures."""
        inlining, run = self._inlining, self._of_now
        assert inlining
        inlining.forget_pages()
        self._fill(page, self._results)
        if run.settings.inline:
            self._write_drawings([page], page.settings["SITEURL"])
        forget_memos([page])

    def show(
        self,
        page: Content,
        body: Callable[[], str],
        figures: Mapping[str, Reference] = MappingProxyType({}),
        in_small: Collection[str] = (),
    ) -> None:
        """Show figures on a page that a plugin makes: each image's `data-figure` names the figure it shows.

        `body` writes the page's HTML, and is called when all figures are drawn: then they are in `run.figures`. Those
        in `in_small` are published as thumbnails. Call this after the references of articles and pages are collected,
        and before Pelican looks for static files.
        """
        self._of_now.asked[page] = dict(figures)
        self._of_now.made[page] = body
        self._of_now.in_small.update(in_small)

    def announce(self, generator: Generator) -> None:
        """Announce files that don't exist yet to Pelican, so that its own links know their URLs."""
        _, references = self.asked()
        self._announce(references, generator.context)

    @on_edit(does=lambda content, generators: _of_plugin().place_again(content, generators))
    @collecting(False)
    def place(self, generators: Sequence[Generator]) -> None:
        """Draw and publish the figures, write them into the articles, and report what happened."""
        run = self._of_now
        settings, references = self.asked()
        with self._own_children as own_children, progress_line() as progress:
            children = own_children if self.children is None else self.children
            built = build(references, Rendering(settings, children, progress), settings, run.in_small)
        self._announce(built.results, generators[0].context)
        run.drawn = built.drawn
        self._results, self._built = dict(built.results), built
        for reference in sorted(built.results, key=lambda reference: not reference.is_image):
            result = built.results[reference]
            figure = result.last if isinstance(result, Failure) else result
            if figure:
                run.figures[reference.route.name] = figure
        tell_failures(built, settings)
        run.codes = built.codes
        sliders = self._sliders = drawn_sliders(built.asked.sliders, built.results)
        run.frames = [frame for slider in sliders.values() for frame in slider.frames if frame]
        tell_sliders(built, settings)
        is_complete = None not in generators[0].context["generated_content"].values()
        for content in run.asked:
            self._fill(content, built.results, sliders)
        by_figure = {(reference.route.name, reference.attributes.vary): slider for reference, slider in sliders.items()}
        self._inlining = Inlining(settings, run.figures, self._script_of, _codes(built), by_figure, _publish_frames)
        if settings.inline:
            self._write_drawings({*run.asked, *run.readings}, generators[0].settings["SITEURL"])
        forget_memos({*run.asked, *run.readings})
        tell(built, run, is_complete)

    def _fill(
        self,
        content: Content,
        results: Mapping[Reference, Figure | Failure],
        sliders: Mapping[Reference, Slider] | None = None,
    ) -> None:
        """Write the results of its references into an article, or make the page of a plugin with them."""
        run = self._of_now
        if content in run.made:
            put_html(content, run.made[content]())
        language = language_of(content.lang, content.settings)
        change = placing(run.asked[content], results, run.settings, content in run.made, language, sliders)
        rewrite_content(content, change, "img")
        if content in run.made:
            root = parse(html_of(content))
            make_figures(root, lambda image: bool(image.get(MARK)), _again)
            put_html(content, write(root))

    def _write_drawings(self, contents: Collection[Content], siteurl: str) -> None:
        """Write the drawings into articles, and publish their fonts, so that any theme can show them."""
        assert self._inlining
        for content in contents:
            language = language_of(content.lang, content.settings)
            put_html(content, self._inlining.in_content(html_of(content), siteurl, language))
        folder = self._inlining.settings.output / self._inlining.settings.folder / FONTS
        for font in self._inlining.fonts:
            copy_atomically(font.file, folder / font.file.name)

    def tell_colours(self, pelican: Pelican) -> None:
        """Once the pages are written, list the figures that can't follow the theme's dark mode."""
        inlining = self._inlining
        # A theme that doesn't ask for drawings has no colours of ours for scripts to use.
        if inlining and inlining.own_colours and inlining.settings.tokens and not inlining.settings.inline:
            note(console, readable(colours_problem(inlining.own_colours, inlining.settings)))

    def asked(self) -> tuple[Settings, list[Reference]]:
        """Return this run's references so far, in source order."""
        run = self._of_now
        return run.settings, [reference for by_mark in run.asked.values() for reference in by_mark.values()]

    @property
    def run(self) -> Run | None:
        """What this run has collected so far; None before it begins, or if the plugin isn't listed."""
        return self._run

    def inputs(self) -> set[str]:
        """Return the paths of all that this run's figures depend on.

        Raise WholeBuildError if one of them may be different the next time.
        """
        built, settings = self._built, self._of_now.settings
        records = [state.record for state in built.states.values()] if built else [None]
        if settings.cluster or not all(record and record.is_lasting for record in records):
            raise WholeBuildError("a figure is drawn in each build, or elsewhere")
        names = set().union(*(record.inputs.observed for record in records if record))
        return {path_of(name, settings.root) for name in names}

    def _announce(self, references: Iterable[Reference], context: dict[str, Any]) -> None:
        for reference in references:
            path = f"{self._of_now.settings.folder}/{reference.route.path}"
            context["static_content"][path] = SimpleNamespace(url=quote(path))

    @property
    def _of_now(self) -> Run:
        assert self._run, "article_generator_init comes first"
        return self._run

    def text(self, content: Content) -> str:
        """Return all that is shown of the figures in an article: it is part of the article's text."""
        run, inlining = self._run, self._inlining
        if run is None or inlining is None or not (references := run.asked.get(content)):
            return ""
        names = {reference.route.name for reference in references.values()}
        sliders = [slider for (name, _), slider in sorted(inlining.sliders.items()) if name in names]
        names |= {frame.route.name for slider in sliders for frame in slider.frames if frame}
        figures = [
            (inlining.figures.get(name), inlining.codes.get(name), self._script_of(name)) for name in sorted(names)
        ]
        return f"{figures} {sliders} {inlining.described}"

    @pass_context
    def _inline(self, context: Any, html: str) -> str:
        assert self._inlining, "pages are written when all figures are placed"
        page = self._inlining.page(html, context.get("output_file", ""), self._language(context))
        if own_colours := self._inlining.own_colours:
            for name in self._inlining.names(html) & own_colours.keys():
                dependencies.remark(COLOURS, [name, own_colours[name]])
        return page

    def note_colours(self, data: list[Any]) -> None:
        """Take what a page was found to show: a figure, and the colours of its own that it has."""
        name, colours = data
        if self._inlining:
            self._inlining.own_colours[name] = colours

    def put_frames(self, data: list[str]) -> None:
        """Publish the file of a slider that a page has: its path, and its text."""
        path, text = data
        if self._run:
            settings = self._run.settings
            publish_data(path, text.encode(), settings.output, settings.store / PUBLISHED)

    def _language(self, context: Any) -> Language:
        content = context.get("article") or context.get("page")
        return language_of(getattr(content, "lang", None), context)

    def _script_of(self, name: str) -> str | None:
        """Return the URL at which a figure's own page shows its script."""
        pages = [page for page in self._of_now.made if name in self._of_now.asked[page]]
        return f"{pages[0].url}#script" if pages else None


def _publish_frames(path: str, text: str) -> None:
    """Publish the file of a slider on a page, also in builds that keep the page."""
    dependencies.remark(FRAMES, [path, text])


def _again(shown: Shown) -> str:
    return bare(shown.image, shown.classes, shown.id, Markup(shown.caption))


def _codes(built: Built) -> dict[str, str]:
    """Return the code that each figure is drawn from; with several blocks, a part doesn't show which one it means."""
    by_figure = {name: next(iter(code.values())) for name, code in built.codes.items() if len(code) == 1}
    routes = [reference.route for reference, result in built.results.items() if not isinstance(result, Failure)]
    return {route.name: by_figure[route.figure] for route in routes if route.figure in by_figure}


plugin = Plugin()


def _of_plugin() -> Plugin:
    return plugin


def references_of(configuration: str) -> tuple[Settings, list[Reference]]:
    """Read a site's articles and pages as a build does, without writing anything, and return their references."""
    pelican = Pelican(read_settings(configuration))
    context = {**pelican.settings, "generated_content": {}, "static_links": set(), "static_content": {}}
    plugin.draws = False  # otherwise a process that nobody uses would import matplotlib
    try:
        for kind in generator_classes(pelican):
            # A plugin's own generators may have references too; static files have none.
            if hasattr(kind, "generate_context") and not issubclass(kind, StaticGenerator):
                kind(context, pelican.settings, pelican.path, pelican.theme, pelican.output_path).generate_context()
    finally:
        plugin.draws = True
    return plugin.asked()
