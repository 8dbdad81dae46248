"""The site, built again and again by one Pelican that stays warm."""

from __future__ import annotations

import atexit
import gc
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pelican import get_instance, parse_arguments, signals
from pelican.contents import Content
from pelican.log import LimitFilter, console
from pelican.utils import clean_output_dir

from plugins import strict
from plugins.templates import InMemory

from .collected import Collected
from .drawing import Drawing, OvertakenError
from .early import Early
from .figures import WarmFigures
from .pages import Pages
from .problems import Problem
from .publishing import files, publish
from .raised import of_exception
from .reading_cache import ReadingCache
from .watching import PASSING

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
        self._pages = Pages()
        self._changed: dict[str, str | None] = {}
        self._published: set[str] = set()
        self._early = Early(self._publish_early)
        self._cache = ReadingCache(lambda: self._collected.count)
        signals.readers_init.connect(self._cache.attach)
        signals.all_generators_finalized.connect(self._look)
        signals.content_written.connect(self._early.written)
        self._pelican, self.settings = get_instance(options)
        strict.report.configure(self._pelican)
        signals.finalized.disconnect(strict.report.close_build)  # the report is shown in the page
        self.output = Path(self.settings["OUTPUT_PATH"])
        self._built = self._build_into(name)
        self._figures = WarmFigures(self.settings, drawing)

    def build(self, saved: Collection[str] = ()) -> Built | None:
        """Build once, and publish what came of it, as far as it came; first of all what was saved.

        Return None, with nothing published, if the drawing held up what was saved meanwhile.
        """
        LimitFilter._raised_messages.clear()  # or a warning would be told once a process
        LimitFilter._group_count.clear()
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

    def tidy(self) -> None:
        """Do what the next build then need not wait for. Pelican's memos would keep all contents for ever."""
        self._pages.forget()
        for memo in (Content.get_content, Content.get_summary):
            memo.cache.clear()
        gc.collect()
        clean_output_dir(str(self._built), [])
        self._figures.get_ready()

    def _shown(self, stopped: Sequence[Problem]) -> Built:
        """Publish what was built, and tell what came of it."""
        problems = [*stopped, *self._collected.taken()]
        # An article that cannot be read just now is shown as it was before.
        gone = () if any(problem.level == "error" for problem in problems) else self._gone()
        try:
            self._changed |= publish(self._built, self.output, gone)
        except OSError as problem:
            problems.append(of_exception(problem))
        articles, moved = self._pages.among(self._changed), self._pages.moved(self._changed)
        self._pages.settle()
        return Built(self._changed, articles, moved, self._pages.marks, problems)

    def _build_into(self, name: str) -> Path:
        """Have Pelican build beside the stored figures, as it does into an empty output."""
        store = Path(self.settings.get("FIGURES_STORE", ".figures"))
        folder = Path(self.settings.get("FIGURES_ROOT", Path(self.settings["PATH"]).parent)) / store / name
        self._is_cleaned, self._kept = self.settings["DELETE_OUTPUT_DIRECTORY"], {*self.settings["OUTPUT_RETENTION"]}
        self._pelican.output_path = self.settings["OUTPUT_PATH"] = str(folder)
        self._pelican.delete_outputdir, self._pelican.output_retention = True, []
        # An editor marks what it is writing by a file of that name beside it.
        self.settings["IGNORE_FILES"] = [*self.settings["IGNORE_FILES"], *PASSING]
        self.settings["JINJA_ENVIRONMENT"].setdefault("bytecode_cache", InMemory())
        return folder

    def _renamed(self, problem: Problem) -> Problem:
        """Name the output as the author knows it, where Pelican names the folder that it builds into."""
        return replace(problem, said=problem.said.replace(str(self._built), str(self.output)))

    def _look(self, generators: Sequence[Any]) -> None:
        self._pages.note(generators)
        self._early.order(generators)

    def _publish_early(self) -> None:
        self._changed = publish(self._built, self.output, ())
        if self._changed:
            self._show(self._changed)

    def _gone(self) -> set[str]:
        """Name what is shown but was not built; where old files are to stay, only what was built here before."""
        built = set(files(self._built))
        before = set(files(self.output)) if self._is_cleaned else self._published
        self._published = built
        return {path for path in before - built if path.partition("/")[0] not in self._kept}


def _collecting() -> Collected:
    """Take the place of the report that `plugins.strict` would print."""
    root = logging.getLogger()
    root.removeHandler(strict.report)
    atexit.unregister(strict.report.print)
    collected = Collected(lambda record: strict.report.text(record) if strict.is_reported(record) else None)
    root.addHandler(collected)
    return collected
