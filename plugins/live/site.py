"""The site, built again and again by one Pelican that stays warm, the pages first that were saved."""

from __future__ import annotations

import atexit
import gc
import logging
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pelican import get_instance, parse_arguments, signals
from pelican.contents import Content
from pelican.log import LimitFilter, console
from pelican.utils import clean_output_dir

from .. import is_listed, search, strict
from ..articles import READ
from ..edits import WholeBuildError, on_edit
from ..figures.hooks import plugin
from ..private import say_again
from ..reading.hooks import connect
from ..templates import InMemory
from ..writing import plugin as writing
from .drawing import Drawing, OvertakenError, WarmFigures
from .editing import AsRead, LastBuild
from .output import Same, files, hash_of, publish
from .problems import Collected, Problem, of_exception
from .watching import PASSING

log = logging.getLogger(__name__)

LISTS = (
    "articles",
    "translations",
    "drafts",
    "drafts_translations",
    "hidden_articles",
    "hidden_translations",
    "pages",
    "hidden_pages",
    "draft_pages",
    "draft_translations",
)


class Addresses:
    """Remembers from one build to the next at which address each source was."""

    def __init__(self) -> None:
        self._contents: Sequence[Any] = ()
        self._addresses: Mapping[str, str] = {}
        self._before: Mapping[str, str] = {}

    def note(self, generators: Iterable[Any]) -> None:
        """Take what Pelican is about to write."""
        listed = [content for it in generators for name in LISTS for content in getattr(it, name, ())]
        self._contents = [content for content in listed if content.save_as]
        self._addresses = {it.source_path: it.save_as for it in self._contents}

    def settle(self) -> None:
        """Take note that this build is shown now; one that is not shown has moved nothing."""
        self._before = self._addresses

    def forget(self) -> None:
        """Let go of the contents; the addresses are kept."""
        self._contents = ()

    def among(self, paths: Iterable[str]) -> list[str]:
        """Return which of some paths are articles or pages, rather than lists of them."""
        own = set(self._addresses.values())
        return [path for path in paths if path in own]

    def moved(self, changed: Mapping[str, str | None]) -> dict[str, str]:
        """Tell where a page is now that is gone from its place."""
        moved = {self._before[it]: path for it, path in self._addresses.items() if it in self._before}
        return {old: new for old, new in moved.items() if old != new and changed.get(old, "") is None}

    @property
    def marks(self) -> dict[str, str]:
        """Tell the pages that are drafts, or dated ahead."""
        marks = {content.save_as: "draft" for content in self._contents if content.status == "draft"}
        for content in self._contents:
            date = getattr(content, "date", None)
            # A draft without a date has the last one that there is.
            if date and date.year < datetime.max.year and date > datetime.now(date.tzinfo):
                marks[content.save_as] = f"future {content.locale_date}"
        return marks


class Early:
    """Has Pelican write the pages first that were saved or show what was drawn, and calls as soon as one is written.

    By then the figures are drawn and placed. The order in which pages are written changes nothing in them. The theme's
    files and the author's own pictures are copied only when all pages are written: if one of them was saved, nothing is
    shown early, or a page could be shown without it.
    """

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._saved: Collection[str] = ()
        self._is_due = False

    def begin(self, saved: Collection[str]) -> None:
        """Take note of what was saved for the next build."""
        self._saved = saved
        self._is_due = bool(saved)

    def order(self, generators: Sequence[Any]) -> None:
        """Listen to Pelican's `all_generators_finalized`."""
        for generator in generators:
            if hasattr(generator, "generate_drafts"):
                self._changed_first(generator)
            if hasattr(generator, "staticfiles") and self._copies_what_was_saved(generator):
                self._is_due = False

    @on_edit()
    def written(self, _path: str, context: Any) -> None:
        """Listen to Pelican's `content_written`."""
        if self._is_due:
            self._is_due = False
            self._show()

    def _copies_what_was_saved(self, generator: Any) -> bool:
        root = Path(generator.path).resolve()
        theme = [Path(generator.theme, folder).resolve() for folder in generator.settings["THEME_STATIC_PATHS"]]
        for path in map(Path, self._saved):
            if path.is_relative_to(root):
                # As Pelican names it, which follows no links. A new folder may be told without what is in it.
                named = str(Path(generator.path, path.relative_to(root)))
                if any(f"{content.source_path}/".startswith(f"{named}/") for content in generator.staticfiles):
                    return True
            if any(path.is_relative_to(folder) for folder in theme):
                return True
        return False

    def _changed_first(self, generator: Any) -> None:
        write_articles, write_drafts = generator.generate_articles, generator.generate_drafts

        def articles(write: Any) -> None:
            changed = {*self._saved, *(map(str, plugin.run.redrawn) if plugin.run else ())}
            if any(draft.source_path in changed for draft in generator.drafts):
                self._sorted(generator, "drafts", changed, write_drafts, write)
                generator.generate_drafts = lambda write: None
            self._sorted(generator, "articles", changed, write_articles, write)

        generator.generate_articles = articles

    def _sorted(self, generator: Any, name: str, changed: Collection[str], write_all: Any, write: Any) -> None:
        listed = getattr(generator, name)
        setattr(generator, name, sorted(listed, key=lambda content: content.source_path not in changed))
        try:
            write_all(write)
        finally:
            setattr(generator, name, listed)  # lists of articles are written from it, in its own order


PREVIEW = {"FIGURES_KEEP_GOING": True}
"""Settings of the preview only: a figure that fails is shown as it was before."""


@dataclass(frozen=True)
class Built:
    """What came of one build.

    `changed` holds the hash of each file that is shown otherwise than before, None if it is gone; `articles` those of
    them that are no lists; `moved` tells where pages are that were elsewhere, `marks` which are drafts or dated ahead.
    """

    changed: Mapping[str, str | None]
    articles: Sequence[str]
    moved: Mapping[str, str]
    marks: Mapping[str, str]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Searchable:
    """What came of making the search index: the hash of each file that has changed, and all that is wrong now."""

    changed: Mapping[str, str | None]
    problems: Sequence[Problem]


NICENESS = 10
"""How far an index stands back that nobody waits for."""


class Site:
    """A Pelican that builds into a folder of its own, from where what differs is published into the output.

    `show` is called with what is published before a build is done.
    """

    def __init__(
        self, arguments: Sequence[str], name: str, drawing: Drawing, show: Callable[[Mapping[str, str | None]], None]
    ) -> None:
        self._collected = _collecting()
        options = parse_arguments([*arguments])
        options.overrides |= PREVIEW
        console.quiet = True  # what there is to say, the preview says itself
        self._show = show
        self._addresses = Addresses()
        self._changed: dict[str, str | None] = {}
        self._published: set[str] = set()
        self._same: Same = {}
        self._early = Early(self._publish_early)
        connect()  # also where a site does not list the plugin: without its cache, each save reads every article
        signals.all_generators_finalized.connect(self._look)
        signals.content_written.connect(self._early.written)
        signals.article_generator_pretaxonomy.connect(self._read)
        signals.article_writer_finalized.connect(self._wrote)
        self._pelican, self.settings = get_instance(options)
        strict.report.configure(self._pelican)
        signals.finalized.disconnect(strict.report.close_build)  # the report is shown in the page
        self.output = Path(self.settings["OUTPUT_PATH"])
        self.index_folder = search.folder_of(self.settings) if is_listed("search", self.settings) else ""
        self.search_pages = search.pages_of(self.settings) if self.index_folder else []
        search.plugin.waits = True
        self._problems: Sequence[Problem] = ()
        self._marks: Mapping[str, str] = {}
        self._generators: Sequence[Any] = ()
        self._raw: Mapping[Any, AsRead] = {}
        self._writer: Any = None
        self._kept: LastBuild | None = None
        self._is_untidy = False
        self._is_whole = False
        self._said = ""
        self._unsearchable: Sequence[Problem] = ()
        self._built = self._build_into(name)
        self._figures = WarmFigures(self.settings, drawing)

    def build(self, saved: Collection[str] = ()) -> Built | None:
        """Build once, and publish what came of it, as far as it came; first of all what was saved.

        Return None, with nothing published, if the drawing held up what was saved meanwhile.
        """
        say_again(LimitFilter)
        if edited := self._edited(saved):
            return edited
        say_again(LimitFilter)
        self._kept, self._generators, self._raw, self._writer = None, (), {}, None
        self._is_untidy, self._is_whole = True, False
        self._early.begin(saved)
        self._figures.begin()
        self._changed = {}
        stopped: list[Problem] = []
        try:
            self._pelican.run()
        except (Exception, SystemExit) as problem:
            stopped.append(self._renamed(of_exception(problem)))
        except OvertakenError:
            self._collected.taken()  # the next build tells it too
            return None
        return self._shown(stopped)

    def _edited(self, saved: Collection[str]) -> Built | None:
        """Build the one article that was saved, if nothing else has to be: None if something has, with its error."""
        article = self._kept.article(saved) if self._kept else None
        if self._kept is None or article is None or any(_is_about(it, article.source_path) for it in self._problems):
            return None
        self._early.begin(())
        try:
            written = self._kept.edit(article)
        except WholeBuildError as problem:
            log.debug("%s needs a whole build: %s", article.source_path, problem)
            written = []
        except (Exception, SystemExit) as problem:  # of any kind: a whole build meets it too, and tells it
            log.debug("%s needs a whole build: %r", article.source_path, problem)
            written = []
        if self._collected.taken() or not written:
            return None
        try:
            changed = publish(self._built, self.output, (), self._same, written)
        except OSError:
            return None
        return Built(changed, self._addresses.among(changed), {}, self._marks, [*self._problems, *self._unsearchable])

    @property
    def is_searchable(self) -> bool:
        """Whether the search index is that of the last build; one that was stopped has left it as it was."""
        return search.plugin.due is None

    def index(self, is_unwanted: Callable[[], bool], *, is_asked_for: bool) -> Searchable | None:
        """Bring the search index up to date, unless it is; return None if it was given up."""
        due = search.plugin.due
        if due is None:
            return Searchable({}, [*self._problems, *self._unsearchable])
        try:
            changed = due.index(self.output, is_unwanted, 0 if is_asked_for else NICENESS)
        except search.UnwantedError:
            return None
        search.plugin.due = None
        self._unsearchable = self._collected.taken()
        hashes = {
            f"{self.index_folder}/{name}": None if data is None else hash_of(data) for name, data in changed.items()
        }
        return Searchable(hashes, [*self._problems, *self._unsearchable])

    def tidy(self) -> None:
        """Do what the next build then need not wait for. Pelican's memos would keep all contents for ever."""
        self._addresses.forget()
        for memo in (Content.get_content, Content.get_summary):
            memo.cache.clear()
        if not self._is_untidy:
            return  # no whole build has been made since
        self._is_untidy = False
        if self._is_whole and writing.run and self._writer:
            try:
                self._kept = LastBuild(writing.run, self._generators, self._writer, self._raw)
                self._say_once(self._kept.problem)
            except Exception as problem:  # whatever a theme or a plugin has: then it's built as ever
                self._say_once(repr(problem))
        gc.collect()
        if writing.run is None:
            clean_output_dir(str(self._built), [])
        writing.run = None  # what is built stays there, so that the next build can keep it
        self._figures.get_ready()

    def _shown(self, stopped: Sequence[Problem]) -> Built:
        """Publish what was built, and tell what came of it."""
        problems = [*stopped, *self._collected.taken()]
        # An article that cannot be read just now is shown as it was before.
        gone = () if any(problem.level == "error" for problem in problems) else self._gone()
        try:
            self._changed |= publish(self._built, self.output, gone, self._same)
        except OSError as problem:
            problems.append(of_exception(problem))
        articles, moved = self._addresses.among(self._changed), self._addresses.moved(self._changed)
        self._addresses.settle()
        self._problems, self._marks, self._is_whole = problems, self._addresses.marks, not stopped
        return Built(self._changed, articles, moved, self._marks, [*problems, *self._unsearchable])

    def _build_into(self, name: str) -> Path:
        """Have Pelican build beside the stored figures, as it does into an empty output."""
        store = Path(self.settings.get("FIGURES_STORE", ".figures"))
        folder = Path(self.settings.get("FIGURES_ROOT", Path(self.settings["PATH"]).parent)) / store / name
        self._is_cleaned, self._retained = (
            self.settings["DELETE_OUTPUT_DIRECTORY"],
            {*self.settings["OUTPUT_RETENTION"]},
        )
        self._pelican.output_path = self.settings["OUTPUT_PATH"] = str(folder)
        self._pelican.delete_outputdir, self._pelican.output_retention = True, []
        # An editor marks what it is writing by a file of that name beside it.
        self.settings["IGNORE_FILES"] = [*self.settings["IGNORE_FILES"], *PASSING]
        self.settings["JINJA_ENVIRONMENT"].setdefault("bytecode_cache", InMemory())
        return folder

    def _say_once(self, problem: str) -> None:
        """Say why each save builds the whole site, if it does."""
        if problem and problem != self._said:
            print(f"each save builds the whole site: {problem}", file=sys.stderr, flush=True)
        self._said = problem

    def _renamed(self, problem: Problem) -> Problem:
        """Name the output as the author knows it, where Pelican names the folder that it builds into."""
        return replace(problem, said=problem.said.replace(str(self._built), str(self.output)))

    @on_edit()
    def _read(self, generator: Any) -> None:
        self._raw = {article: AsRead(article) for name in READ for article in getattr(generator, name)}

    @on_edit()
    def _wrote(self, _generator: Any, writer: Any) -> None:
        self._writer = writer

    @on_edit()
    def _look(self, generators: Sequence[Any]) -> None:
        self._generators = generators
        self._addresses.note(generators)
        self._early.order(generators)

    def _publish_early(self) -> None:
        self._changed = publish(self._built, self.output, (), self._same)
        if self._changed:
            self._show(self._changed)

    def _gone(self) -> set[str]:
        """Name what is shown but was not built; where old files are to stay, only what was built here before."""
        built = set(files(self._built))
        before = set(files(self.output)) if self._is_cleaned else self._published
        self._published = built
        # The index is none of the build's, which leaves it to wait.
        kept = tuple(f"{name}/" for name in (*self._retained, self.index_folder) if name)
        return {path for path in before - built if not path.startswith(kept) and path not in self._retained}


def _is_about(problem: Problem, path: str) -> bool:
    return Path(path).name in str(problem)


def _collecting() -> Collected:
    """Take the place of the report that `plugins.strict` would print."""
    root = logging.getLogger()
    root.removeHandler(strict.report)
    atexit.unregister(strict.report.print)
    collected = Collected(lambda record: strict.report.text(record) if strict.is_reported(record) else None)
    root.addHandler(collected)
    return collected
