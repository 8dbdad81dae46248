"""What a build says of its figures: how far it is, what has failed, what else was noted, the summary."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pelican.log import console

from ..messages import note
from .articles import Run, is_idle
from .build import Built, Failure
from .records import Figure
from .report import FigureError, entry, readable
from .requests import Reference, Slider, line_of, told_once
from .settings import Settings

if TYPE_CHECKING:
    from rich.progress import Progress

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""Anything faster than this needs no progress line."""
UNASKED = "no article shows this figure: if it isn't meant for readers, start the file's name with _"


@contextmanager
def progress_line() -> Iterator[Callable[[int, int], None]]:
    """Show how many of all scripts have run, once that takes a while; yield what tells the two numbers."""
    is_shown = console.is_terminal and log.isEnabledFor(logging.WARNING) and "CI" not in os.environ
    began = time.monotonic()
    lines: list[Progress] = []

    def show(done: int, total: int) -> None:
        if is_shown and time.monotonic() > began + PATIENCE_S:
            if not lines:
                # Imported here, so that a build that draws nothing doesn't wait for it.
                from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

                columns = (TextColumn("Drawing figures"), BarColumn(40), MofNCompleteColumn())
                lines.append(Progress(*columns, console=console, transient=True))
                lines[0].add_task("", total=total)
                lines[0].start()
            lines[0].update(lines[0].task_ids[0], completed=done)

    try:
        yield show
    finally:
        for line in lines:
            line.stop()


def tell_failures(built: Built, settings: Settings) -> None:
    """Report each failure once: one mistake in an article's code may be a mistake in each figure drawn from it."""
    failures = {
        failing: result
        for failing, result in built.results.items()
        if isinstance(result, Failure) and not failing.frame_of
    }
    failed: dict[object, list[Reference]] = {}
    for reference in told_once({failing: result.problem for failing, result in failures.items()}):
        failed.setdefault(_blamed(failures[reference]) or reference, []).append(reference)
    for references in failed.values():
        _tell(settings, references, failures[references[0]])


def tell(built: Built, run: Run, is_complete: bool) -> None:
    """Report on all figures: problems and warnings to the log, the rest in a line or two.

    Unless all articles could be read, nobody knows which scripts none of them uses.
    """
    shown = run.settings.shown
    for problem in built.problems:
        log.error(str(problem).replace("\n", "\n    "))
    noted: dict[str, list[str]] = {}
    for name, notices in built.told.items():
        # A script with one figure is known by its file; otherwise the message names the figure.
        is_own = name.rpartition("/")[2].replace("-", "_") == notices.script.stem
        called = shown(notices.script) if is_own else f"{shown(notices.script)}, for {name}"
        if notices.warnings:
            log.warning("%s\n%s", called, "\n".join(f"    {line}" for line in notices.warnings))
        if notices.reason:
            log.info("drew %s: %s", called, notices.reason)
        for remark in notices.notes:
            noted.setdefault(remark, []).append(called)
    for remark, names in noted.items():
        # Not as a note that is repeated while nothing changes: it is about this drawing, like the reason for it.
        _say(f"{', '.join(dict.fromkeys(names))}: {remark}")
    summary = replace(built.summary, failed=built.summary.failed + run.refused)
    if summary.drawn and not run.settings.forks:
        _say("each figure was drawn by a new interpreter, which is slower, because this system can't fork safely")
    if built.unasked and is_complete:
        note(console, readable(f"no article shows the figures of {', '.join(map(shown, built.unasked))}"))
    note(console, str(summary), later=str(replace(summary, drawn=0, fresh=summary.drawn + summary.fresh)))


def tell_sliders(built: Built, settings: Settings) -> None:
    """Report why sliders are missing, which of their values failed, and which have no effect."""
    for reference, slider in built.asked.sliders.items():
        own_result = built.results.get(reference)
        if isinstance(own_result, Failure):
            continue  # it has its own error, which comes first: if the script fails, nothing else is certain
        place = f"{settings.shown(reference.article)}:{reference.line}"
        if not isinstance(slider, Slider):
            log.error(entry(place, reference.address, slider))
            continue
        results = {frame: built.results[frame] for frame in slider.frames if frame}
        failed: dict[str, list[tuple[Reference, Failure]]] = {}
        for frame, result in results.items():
            if isinstance(result, Failure):
                failed.setdefault(str(result.problem), []).append((frame, result))
        for failures in failed.values():
            values = " and ".join(frame.value for frame, _ in failures)
            _tell(settings, [replace(failures[0][0], address=f"{reference.address} with {values}")], failures[0][1])
        if any(isinstance(outcome, Figure) for outcome in results.values()) and is_idle(
            reference, slider, built.results
        ):
            problem = FigureError(
                f'vary="{reference.attributes.vary}" has no effect: the figure is the same for each value',
                "name a number that changes the figure",
            )
            log.warning(entry(place, reference.address, problem))


def _blamed(failure: Failure) -> tuple[Path, int] | None:
    """Return the line of an article's code that is to blame."""
    request = failure.request
    line = line_of(failure.problem, request) if request else None
    return (request.article, line) if request and request.article and line else None


def _tell(settings: Settings, references: Sequence[Reference], failure: Failure) -> None:
    """Report why some figures of an article, which are drawn from the same code, have failed."""
    reference = references[0]
    if reference.is_for_itself:
        # No article is wrong or incomplete because of this.
        only = FigureError(*str(failure.problem).splitlines(), UNASKED)
        log.warning(entry(settings.shown(reference.article), reference.address, only))
        return
    article = settings.shown(reference.article)
    if blamed := _blamed(failure):
        place = f"{settings.shown(blamed[0])}:{blamed[1]}"
        addresses, lines = (
            ", ".join(dict.fromkeys(map(str, values)))
            for values in ([use.address for use in references], [use.line for use in references])
        )
        log.error(f"{entry(place, addresses, failure.problem)}\n    used at {article}:{lines}")
    else:
        log.error(entry(f"{article}:{reference.line}", reference.address, failure.problem))


def _say(text: str) -> None:
    console.print(readable(text), highlight=False, markup=False, soft_wrap=True)
