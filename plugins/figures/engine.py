"""Renders a batch of requests, a fresh child each, some at a time."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import processes
from .children import Children
from .freshness import Present
from .jobs import jobs_folder
from .outcomes import Outcomes
from .records import Record
from .report import RenderError
from .requests import Request
from .runs import Run
from .settings import Settings
from .store import Store
from .warm import LostError

LOOK_S = 0.1
"""How often the memory and the time of the children are looked at."""

NOT_STARTED = (
    "the process that draws cannot start",
    "install what it misses; what the site needs is in requirements.txt",
)
ENDED = (
    "the process that draws has ended, twice, while this was drawn",
    "see whether the script ends, or stops, other processes",
)


def render(
    requests: Sequence[Request],
    settings: Settings,
    store: Store,
    present: Present,
    children: Children | None = None,
    progress: Callable[[int, int], None] | None = None,
    keep: Callable[[Request, Record | RenderError], None] | None = None,
) -> list[Record | RenderError]:
    """Render the requests; return for each the record or what went wrong.

    Who renders again and again keeps `children` open. `progress` is told how many are done, and of how many: after
    each one, and some ten times a second. `keep` is given each outcome at once, as the build may be killed.
    """
    if not requests:
        return []
    with ExitStack() as stack:
        children = children or stack.enter_context(Children())
        batch = _Batch(requests, settings, children, stack.enter_context(jobs_folder(settings.store)))
        return batch.results(Outcomes(settings, store, present), progress, keep)


class _Batch:
    """What waits, what is under way, and what is done."""

    def __init__(self, requests: Sequence[Request], settings: Settings, children: Children, jobs: Path) -> None:
        self._requests = requests
        self._settings = settings
        self._children = children
        self._jobs = jobs
        self._waiting = deque(Run(request) for request in range(len(requests)))
        self._running: dict[int, Run] = {}
        self._begun = 0
        self._looked = time.monotonic()
        self._done: dict[int, Record | RenderError] = {}

    def results(
        self,
        outcomes: Outcomes,
        progress: Callable[[int, int], None] | None,
        keep: Callable[[Request, Record | RenderError], None] | None,
    ) -> list[Record | RenderError]:
        total = len(self._requests)
        try:
            while len(self._done) < total:
                for heard in self._turn():
                    done = self._note(heard, outcomes)
                    if keep and done is not None:
                        keep(self._requests[done], self._done[done])
                if progress:
                    progress(len(self._done), total)
        except BaseException:
            self._children.close()  # with what still runs
            raise
        return [self._done[request] for request in range(total)]

    def _turn(self) -> list[dict[str, Any]]:
        """Hand over what can be begun, look at what runs, and return what the server says."""
        try:
            if not self._running:
                self._children.ready(self._settings)
            self._hand_over()
            if time.monotonic() > self._looked + LOOK_S:
                self._looked = time.monotonic()
                for run in self._running.values():
                    run.keep_to_limits(self._settings, self._children)
            return self._children.hear(LOOK_S)
        except LostError as lost:
            self._lost(lost)
            return []

    def _hand_over(self) -> None:
        """Send twice as many runs as are at work at a time, so that the server need not wait for the next one."""
        while self._waiting and len(self._running) < 2 * self._settings.workers:
            if self._running and self._waiting[0].is_suspect:
                return
            run = self._waiting.popleft()
            run.id = self._begun = self._begun + 1
            run.folder = self._jobs / str(run.id)
            (run.folder / "scratch").mkdir(parents=True)
            self._running[run.id] = run
            self._children.send(run.job(self._requests[run.request], self._settings))
            if run.is_suspect:
                return

    def _note(self, heard: Mapping[str, Any], outcomes: Outcomes) -> int | None:
        """Take in what the server says; return the number of the request that is done by it, if one is."""
        run = self._running[heard["id"]]
        if "pid" in heard:
            run.began(heard["pid"])
            return None
        del self._running[run.id]
        again = run.ended()
        if run.told.get("compiled"):
            self._children.send({"compile": run.told["compiled"]})
        if again:
            self._waiting.appendleft(again)
            return None
        shown, asked = run.shown, self._requests[run.request]
        self._done[run.request] = outcomes.of(shown.folder, asked, shown.told, shown.over, heard["exit"])
        for over in filter(None, (run, run.first)):
            shutil.rmtree(over.folder, ignore_errors=True)
        return run.request

    def _lost(self, lost: LostError) -> None:
        """Go on with a new server. What was at work is tried again alone, as it may be to blame; then it has failed."""
        runs = list(self._running.values())
        self._running.clear()
        for run in runs:
            if run.watch:
                processes.end_group(run.watch.pid)
        if not lost.has_worked:
            self._fail([*runs, *self._waiting], lost, *NOT_STARTED)
            self._waiting.clear()
            return
        for run in runs:
            if not run.watch:
                self._waiting.appendleft(Run(run.request, run.first, run.is_suspect))
            elif not run.is_suspect:
                self._waiting.append(Run(run.request, is_suspect=True))
            else:
                self._fail([run], lost, *ENDED)

    def _fail(self, runs: Sequence[Run], lost: LostError, what: str, advice: str) -> None:
        lines = [what, *(f"    {line}" for line in lost.said), advice]
        self._done |= dict.fromkeys((run.request for run in runs), RenderError(*lines))
