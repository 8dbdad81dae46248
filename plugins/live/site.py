"""The site, built again and again by one warm Pelican and one warm drawing process, saved pages first."""

from __future__ import annotations

import atexit
import gc
import logging
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pelican import get_instance, parse_arguments, signals
from pelican.contents import Content
from pelican.log import LimitFilter, console
from pelican.utils import clean_output_dir

from .. import covers, is_listed, search, strict
from ..building import unchanged
from ..building.generators import ARTICLES, contents_of
from ..building.incremental import WholeBuildError, on_edit
from ..building.pages import plugin as writing
from ..building.templates import Kept
from ..figures.report import SettingsError
from ..figures.settings import Settings
from ..figures.site import plugin
from ..figures.workers import Children, LostError
from ..private import say_again
from ..reading.hooks import connect
from .editing import AsRead, LastBuild, Listening
from .output import Same, files, hash_of, publish
from .problems import Collected, Problem, of_exception
from .watching import PASSING

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""Drawing that isn't slower than usual by more than this isn't mentioned, and not given up."""


class OvertakenError(BaseException):
    """Something was saved while drawing took long. A BaseException, so that no error handler delays it."""


class Drawing(Children):
    """The drawing process. The figure plugin polls it some ten times a second, which gives it a chance to step in.

    Everything that was drawn before it is given up is recorded by the plugin, so only unfinished figures are lost.
    """

    def __init__(self, tell: Callable[[Sequence[str]], None], is_overtaken: Callable[[], bool]) -> None:
        super().__init__()
        self._tell = tell
        self._is_overtaken = is_overtaken
        self._usual_s: dict[str, float] = {}
        self.begin()

    def begin(self) -> None:
        """Reset the counters for the next build."""
        self._names: dict[int, str] = {}
        self._since: dict[int, float] = {}
        self._began = 0.0
        self._told_s = PATIENCE_S

    def ready(self, settings: Settings) -> None:
        """Start the processes; jobs that were running when they were lost are gone."""
        self._since.clear()
        super().ready(settings)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a job, and remember what it draws."""
        if "script" in message:
            self._names[message["id"]] = message["name"]
        super().send(message)

    def hear(self, timeout_s: float) -> list[dict[str, Any]]:
        """Return the messages about jobs; raise OvertakenError if they delay files saved in the meantime."""
        heard = super().hear(timeout_s)
        for news in heard:
            self._note(news)
        if self._since and not any("exit" in news for news in heard):  # finished figures are recorded first
            self._look(time.monotonic() - self._began)
        return heard

    def _note(self, news: Mapping[str, Any]) -> None:
        now = time.monotonic()
        if "pid" in news:
            self._began = self._began or now
            self._since[news["id"]] = now
        else:
            took_s = now - self._since.pop(news["id"], now)
            if not news["exit"]:  # one that was stopped says nothing about the next
                self._usual_s[self._names[news["id"]]] = took_s

    def _look(self, seconds: float) -> None:
        names = sorted({self._names[job] for job in self._since})
        if self._is_overtaken() and seconds > PATIENCE_S + max(self._usual_s.get(name, 0) for name in names):
            raise OvertakenError
        if seconds > self._told_s:
            self._told_s = 2 * seconds  # less and less often, because the terminal keeps each line
            self._tell(names)


class WarmFigures:
    """Gives the figure plugin, if the site uses it, a process that outlives a build."""

    def __init__(self, settings: Mapping[str, Any], drawing: Drawing) -> None:
        self._settings = settings
        self._drawing = drawing
        self._are_used = is_listed("figures", settings)
        if self._are_used:
            plugin.children = drawing

    def begin(self) -> None:
        """Note that a build starts."""
        self._drawing.begin()

    def get_ready(self) -> None:
        """Start the process before it is needed, and restart it if the style or the fonts have changed."""
        if self._are_used:
            with suppress(SettingsError, LostError):  # reported by the build
                self._drawing.ready(Settings.of(self._settings))


class Addresses:
    """Remembers the URL of each source from one build to the next."""

    def __init__(self) -> None:
        self._contents: Sequence[Any] = ()
        self._addresses: Mapping[str, str] = {}
        self._before: Mapping[str, str] = {}

    def note(self, generators: Iterable[Any]) -> None:
        """Record what Pelican is about to write."""
        self._contents = [content for content in contents_of(generators) if content.save_as]
        self._addresses = {content.source_path: content.save_as for content in self._contents}

    def settle(self) -> None:
        """Note that this build is shown now; only a build that is shown can move pages."""
        self._before = self._addresses

    def forget(self) -> None:
        """Release the contents; the URLs are kept."""
        self._contents = ()

    def among(self, paths: Iterable[str]) -> list[str]:
        """Return the paths that are articles or pages, rather than lists of them."""
        places = set(self._addresses.values())
        return [path for path in paths if path in places]

    def moved(self, changed: Mapping[str, str | None]) -> dict[str, str]:
        """Return the new place of each page that has moved."""
        moved = {self._before[source]: path for source, path in self._addresses.items() if source in self._before}
        return {old: new for old, new in moved.items() if old != new and changed.get(old, "") is None}

    @property
    def marks(self) -> dict[str, str]:
        """The pages that are drafts, or dated in the future."""
        marks = {content.save_as: "draft" for content in self._contents if content.status == "draft"}
        for content in self._contents:
            date = getattr(content, "date", None)
            # A draft without a date has the latest possible one.
            if date and date.year < datetime.max.year and date > datetime.now(date.tzinfo):
                marks[content.save_as] = f"future {content.locale_date}"
        return marks


class SavedFirst:
    """Makes Pelican write pages that were saved or show new drawings first, and calls back after the first one.

    At that point, the figures are drawn and placed. The order in which pages are written doesn't affect them. The
    theme's files and the author's own pictures are copied only after all pages are written: if one of them was saved,
    nothing is shown early, because a page could be shown without it.
    """

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self._saved: Collection[str] = ()
        self._is_due = False

    def begin(self, saved: Collection[str]) -> None:
        """Note the files saved for the next build."""
        self._saved = saved
        self._is_due = bool(saved)

    def order(self, generators: Sequence[Any]) -> None:
        """Receive Pelican's `all_generators_finalized`."""
        for generator in generators:
            if hasattr(generator, "generate_drafts"):
                self._changed_first(generator)
            if hasattr(generator, "staticfiles") and self._copies_what_was_saved(generator):
                self._is_due = False

    def written(self, _path: str, context: Any) -> None:
        """Receive Pelican's `content_written`."""
        if self._is_due:
            self._is_due = False
            self._show()

    def _copies_what_was_saved(self, generator: Any) -> bool:
        root = Path(generator.path).resolve()
        theme = [Path(generator.theme, folder).resolve() for folder in generator.settings["THEME_STATIC_PATHS"]]
        for path in map(Path, self._saved):
            if path.is_relative_to(root):
                # By Pelican's name, which doesn't follow links. A new folder may be reported without its contents.
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
            setattr(generator, name, listed)  # lists of articles are written from it, in its original order


PREVIEW = {"FIGURES_KEEP_GOING": True}
"""Settings for the preview only: a figure that fails is shown in its last version."""


@dataclass(frozen=True)
class Built:
    """The results of one build.

    `changed` has the hash of each file that is shown differently now, None if it was removed; `articles` lists those
    that aren't lists of articles; `moved` maps the old places of pages to the new ones, `marks` shows which are drafts
    or dated in the future.
    """

    changed: Mapping[str, str | None]
    articles: Sequence[str]
    moved: Mapping[str, str]
    marks: Mapping[str, str]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Finished:
    """The results of what waits until nobody saves: the hash of each changed file, and all current problems."""

    changed: Mapping[str, str | None]
    problems: Sequence[Problem]


NICENESS = 10
"""The niceness of indexing that nobody waits for."""


class Site:
    """A Pelican that builds into a folder of its own, from which changed files are published to the output.

    `show` is called with files that are published before a build is finished.
    """

    def __init__(
        self, arguments: Sequence[str], name: str, drawing: Drawing, show: Callable[[Mapping[str, str | None]], None]
    ) -> None:
        self._collected = _collecting()
        options = parse_arguments([*arguments])
        options.overrides |= PREVIEW
        console.quiet = True  # the preview prints its own messages
        self._show = show
        self._addresses = Addresses()
        self._changed: dict[str, str | None] = {}
        self._published: set[str] = set()
        self._same: Same = {}
        self._early = SavedFirst(self._publish_early)
        connect()  # even if a site doesn't list the plugin: without its cache, each save reads every article
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
        search.plugin.waits, unchanged.plugin.skips = True, False
        self._problems: Sequence[Problem] = ()
        self._marks: Mapping[str, str] = {}
        self._generators: Sequence[Any] = ()
        self._raw: Mapping[Any, AsRead] = {}
        self._writer: Any = None
        self._listening = Listening()
        self._kept: LastBuild | None = None
        self._is_untidy = False
        self._is_whole = False
        self._said = ""
        self._unsearchable: Sequence[Problem] = ()
        self._built = self._build_into(name)
        self._figures = WarmFigures(self.settings, drawing)

    def build(self, saved: Collection[str] = ()) -> Built | None:
        """Build once, and publish the results as far as there are any, saved files first.

        Return None, with nothing published, if drawing delayed files that were saved in the meantime.
        """
        say_again(LimitFilter)
        try:
            if edited := self._edited(saved):
                return edited
        except OvertakenError:
            self._kept = None
            self._collected.taken()
            return None
        say_again(LimitFilter)
        self._kept, self._generators, self._raw, self._writer = None, (), {}, None
        self._listening.touching.clear()
        self._is_untidy, self._is_whole = True, False
        gc.unfreeze()
        self._early.begin(saved)
        self._figures.begin()
        self._changed = {}
        stopped: list[Problem] = []
        try:
            self._pelican.run()
        except (Exception, SystemExit) as problem:
            stopped.append(self._renamed(of_exception(problem)))
        except OvertakenError:
            self._collected.taken()  # the next build reports it too
            return None
        return self._shown(stopped)

    def _edited(self, saved: Collection[str]) -> Built | None:
        """Build only what shows the one saved article, or saved scripts, if that is enough; otherwise return None.

        A full build reports any error.
        """
        kept = self._kept
        article = kept.article(saved) if kept else None
        level = "" if article else "error"  # a figure that is drawn again has the same warnings, or needs a full build
        if (
            kept is None
            or not (article or kept.are_inputs(saved))
            or any(self._is_wrong(path, level) for path in saved)
        ):
            return None
        self._early.begin(())
        self._figures.begin()
        written: list[str] | None
        try:
            written = (
                kept.edit(article)
                if article
                else kept.redraw(saved, lambda content: self._is_wrong(content.source_path))
            )
        except WholeBuildError as problem:
            log.debug("%s needs a whole build: %s", ", ".join(saved), problem)
            written = None
        except (Exception, SystemExit) as problem:  # of any kind: a full build gets it too, and reports it
            log.debug("%s needs a whole build: %r", ", ".join(saved), problem)
            written = None
        if self._collected.taken() or written is None:
            return None
        try:
            changed = publish(self._built, self.output, kept.gone, self._same, written)
        except OSError:
            return None
        return Built(changed, self._addresses.among(changed), {}, self._marks, [*self._problems, *self._unsearchable])

    def _is_wrong(self, path: str, level: str = "") -> bool:
        """Return whether a problem, perhaps of a level, seems to be about a file, or doesn't say what it is about."""
        return any(
            not reported.place or (Path(path).name in str(reported) and level in ("", reported.level))
            for reported in self._problems
        )

    @property
    def is_finished(self) -> bool:
        """Whether cards and the search index are those of the last build; one that is given up stays as it was."""
        return search.plugin.due is None and not covers.known.due

    def finish(self, is_unwanted: Callable[[], bool], *, is_asked_for: bool) -> Finished | None:
        """Draw cards and update the search index if necessary; return None if that was given up.

        If somebody asks for the index, it is all that is updated.
        """
        changed: dict[str, str | None] = {}
        if not is_asked_for:
            changed = self._draw_cards(is_unwanted)
        if due := search.plugin.due:
            try:
                files = due.index(self.output, is_unwanted, 0 if is_asked_for else NICENESS)
            except search.UnwantedError:
                return None
            search.plugin.due = None
            self._unsearchable = self._collected.taken()
            for name, data in files.items():
                changed[f"{self.index_folder}/{name}"] = None if data is None else hash_of(data)
        return Finished(changed, [*self._problems, *self._unsearchable])

    def _draw_cards(self, is_unwanted: Callable[[], bool]) -> dict[str, str | None]:
        """Draw the cards that wait; the next build reports again what is wrong with them."""
        self._figures.begin()
        paths = covers.draw_due(is_unwanted)
        self._problems = [*self._problems, *self._collected.taken()]
        try:
            return publish(self._built, self.output, (), self._same, paths)
        except OSError as problem:
            self._problems = [*self._problems, of_exception(problem)]
            return {}

    def tidy(self) -> None:
        """Do what the next build shouldn't have to wait for. Pelican's memos would keep all contents forever."""
        self._addresses.forget()
        for memo in (Content.get_content, Content.get_summary):
            memo.cache.clear()
        if not self._is_untidy:
            return  # there has been no full build since
        self._is_untidy = False
        if self._is_whole and writing.run and self._writer:
            try:
                self._kept = LastBuild(writing.run, self._generators, self._writer, self._raw, self._listening.touching)
                self._say_once(self._kept.problem)
            except Exception as problem:  # whatever the cause in a theme or a plugin: full builds still work
                self._say_once(repr(problem))
        gc.collect()
        gc.freeze()  # otherwise, after every few saves, a collection would look through the whole site again
        if writing.run is None:
            clean_output_dir(str(self._built), [])
        writing.run = None  # the files stay there, so that the next build can keep them
        self._figures.get_ready()

    def _shown(self, stopped: Sequence[Problem]) -> Built:
        """Publish the built files, and return the results."""
        problems = [*stopped, *self._collected.taken()]
        # An article that can't be read right now is shown in its last version.
        gone = () if any(problem.level == "error" for problem in problems) else self._gone()
        is_published = True
        try:
            self._changed |= publish(self._built, self.output, gone, self._same)
        except OSError as problem:
            problems.append(of_exception(problem))
            is_published = False
        articles, moved = self._addresses.among(self._changed), self._addresses.moved(self._changed)
        self._addresses.settle()
        self._problems, self._marks = problems, self._addresses.marks
        self._is_whole = is_published and not stopped
        return Built(self._changed, articles, moved, self._marks, [*problems, *self._unsearchable])

    def _build_into(self, name: str) -> Path:
        """Have Pelican build next to the stored figures, as if into an empty output folder."""
        store = Path(self.settings.get("FIGURES_STORE", ".figures"))
        folder = Path(self.settings.get("FIGURES_ROOT", Path(self.settings["PATH"]).parent)) / store / name
        self._is_cleaned, self._retained = (
            self.settings["DELETE_OUTPUT_DIRECTORY"],
            {*self.settings["OUTPUT_RETENTION"]},
        )
        self._pelican.output_path = self.settings["OUTPUT_PATH"] = str(folder)
        self._pelican.delete_outputdir, self._pelican.output_retention = True, []
        # An editor marks a file that is being written with another file of such a name.
        self.settings["IGNORE_FILES"] = [*self.settings["IGNORE_FILES"], *PASSING]
        self.settings["JINJA_ENVIRONMENT"].setdefault("bytecode_cache", Kept())
        return folder

    def _say_once(self, problem: str) -> None:
        """Explain why each save builds the whole site, if it does."""
        if problem and problem != self._said:
            print(f"each save builds the whole site: {problem}", file=sys.stderr, flush=True)
        self._said = problem

    def _renamed(self, problem: Problem) -> Problem:
        """Replace the path of the build folder in Pelican's messages by that of the output, which the author knows."""
        return replace(problem, said=problem.said.replace(str(self._built), str(self.output)))

    @on_edit()
    def _read(self, generator: Any) -> None:
        self._raw = {article: AsRead(article) for name in ARTICLES for article in getattr(generator, name)}

    def _wrote(self, _generator: Any, writer: Any) -> None:
        self._writer = writer

    def _look(self, generators: Sequence[Any]) -> None:
        self._generators = generators
        self._addresses.note(generators)
        self._early.order(generators)

    def _publish_early(self) -> None:
        self._changed = publish(self._built, self.output, (), self._same)
        if self._changed:
            self._show(self._changed)

    def _gone(self) -> set[str]:
        """Return the files that are shown but weren't built; if old files are kept, only those built here before."""
        built = set(files(self._built))
        before = set(files(self.output)) if self._is_cleaned else self._published
        self._published = built
        # The build doesn't make the index, which is updated later.
        kept = tuple(f"{name}/" for name in (*self._retained, self.index_folder) if name)
        return {path for path in before - built if not path.startswith(kept) and path not in self._retained}


def _collecting() -> Collected:
    """Replace the report that `plugins.strict` would print."""
    root = logging.getLogger()
    root.removeHandler(strict.report)
    atexit.unregister(strict.report.print)
    collected = Collected(lambda record: strict.report.text(record) if strict.is_reported(record) else None)
    root.addHandler(collected)
    return collected
