"""Renders a batch of requests, each in a new child, several at a time, within limits of time and memory.

What a child leaves in its folder becomes the record of its render, or an error.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .. import processes
from ..files import read_regular
from ..messages import lacking
from .cache import Present, Store, unwritable
from .child import errors
from .child.errors import Frame, Places, source
from .colours import tokens
from .observations import displayed
from .records import ChildResult, Record, child_result_in
from .report import PRINTED_LINES, RenderError, last_lines, say_once, tail
from .requests import Request
from .settings import Settings
from .workers import Children, Limits, LostError, OtherMachines, jobs_folder

WARNED = 10
"""How many warnings of a script are reported."""

AGAIN = "so it is drawn again in every build"

UNREADABLE, OTHERS_WRITE = "can't read what it wrote about its figures", "find out what else writes into its folder"

_CRASHES = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"}


@dataclass
class Job:
    """A waiting or running render: `id` is its number for the server, `over` names the limit that it has exceeded.

    `first` is the script's run in the project's root, if this is its second, in its own folder; `result` is the child's
    result. A suspect was running when the server was lost, and is tried again, alone.
    """

    request: int
    first: Job | None = None
    is_suspect: bool = False
    id: int = 0
    folder: Path = Path()
    limits: Limits = field(default_factory=Limits)
    over: str = ""
    result: ChildResult = field(default_factory=lambda: ChildResult())

    def message(self, request: Request, settings: Settings) -> dict[str, Any]:
        """Return the message for the child."""
        colours = tokens(settings)
        return {
            "id": self.id,
            "folder": str(self.folder),
            "root": str(settings.root),
            "cwd": str(request.script.parent if self.first else settings.root),
            "missed": self.first.result["only_beside"] if self.first else (),
            "diagrams": str(settings.diagrams),
            "store": str(settings.store),
            "shipped": str(settings.shipped or ""),
            "script": str(request.script),
            "name": request.name,
            "code": request.code,
            "above": request.above,
            "above_digest": request.above_digest,
            "given": request.given,
            "model": request.model,
            "language": request.language,
            "has_chosen_language": request.has_chosen_language,
            "grounds": dict(request.grounds or {}),
            "words": dict(settings.words),
            "arguments": {name: repr(value) for name, value in request.arguments.items()},
            "snapshots": {
                vary: {"name": snapshots.name, "arguments": repr(snapshots.arguments), "own": snapshots.own}
                for vary, snapshots in request.snapshots.items()
            },
            "processor_s": settings.timeout_s,
            "saving": asdict(request.saving),
            "tokens": {token.light: name for name, token in colours.items()},
            "dark": {token.light: token.dark for token in colours.values()},
        }

    def ended(self) -> Job | None:
        """Read the child's result; return a second run in the script's own folder, if its files are only there."""
        self.result = _result_in(self.folder)
        return Job(self.request, first=self) if self.result.get("only_beside") and not self.first else None

    @property
    def shown(self) -> Job:
        """The run whose outcome counts: the first, with paths from the root, if files are missing in both folders."""
        return self.first if self.first and self.result.get("misses_files") else self


def _result_in(folder: Path) -> ChildResult:
    try:
        return child_result_in(folder)
    except ValueError as problem:
        return ChildResult(failure=[f"{UNREADABLE}: {problem}"], advice=OTHERS_WRITE, block=None, block_line=None)


LOOK_S = 0.1
"""How often the memory and the time of the children are checked."""

NOT_STARTED = (
    "the drawing process can't start",
    "install what is missing; requirements.txt lists what the site needs",
)
ENDED = (
    "the drawing process ended twice while it drew this figure",
    "check whether the script kills or stops other processes",
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
    """Render the requests; return the record or the error of each.

    Callers that render repeatedly keep `children` open. `progress` gets the number of finished requests and the total:
    after each one, and about ten times a second. `keep` gets each outcome right away, because the build may be killed.
    """
    if not requests:
        return []
    with ExitStack() as stack:
        children = children or stack.enter_context(Children())
        children.elsewhere = _elsewhere(settings, present)
        batch = _Batch(requests, settings, children, stack.enter_context(jobs_folder(settings.store)))
        return batch.results(Outcomes(settings, store, present), progress, keep)


def _elsewhere(settings: Settings, present: Present) -> OtherMachines | None:
    """Return the cluster that will draw, if there is one and it can be reached."""
    if not settings.cluster:
        return None
    if missing := lacking("cluster"):
        say_once(
            f"FIGURES_CLUSTER needs {missing[0]}, which is not installed, so figures are drawn on this machine: "
            f"{missing[1]}"
        )
        return None
    from .cluster import reach  # here, so that nobody else waits for it, or needs Dask

    return reach(settings, present)


class _Batch:
    """The waiting, running and finished renders."""

    def __init__(self, requests: Sequence[Request], settings: Settings, children: Children, jobs: Path) -> None:
        self._requests = requests
        self._settings = settings
        self._children = children
        self._jobs = jobs
        self._waiting = deque(Job(request) for request in range(len(requests)))
        self._running: dict[int, Job] = {}
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
            self._children.close()  # stops everything that is still running
            raise
        return [self._done[request] for request in range(total)]

    def _turn(self) -> list[dict[str, Any]]:
        """Start what can be started, check what is running, and return the server's messages."""
        try:
            if not self._running:
                self._children.ready(self._settings)
            self._hand_over()
            if time.monotonic() > self._looked + LOOK_S:
                self._looked = time.monotonic()
                for job in self._running.values():
                    job.limits.keep(job.id, self._settings, self._children)
            return self._children.hear(LOOK_S)
        except LostError as lost:
            self._lost(lost)
            return []

    def _hand_over(self) -> None:
        """Send twice as many jobs as run at a time, so that the server doesn't wait for the next one."""
        while self._waiting and len(self._running) < 2 * self._children.at_once:
            if self._running and self._waiting[0].is_suspect:
                return
            job = self._waiting.popleft()
            job.id = self._begun = self._begun + 1
            job.folder = self._jobs / str(job.id)
            (job.folder / "scratch").mkdir(parents=True)
            self._running[job.id] = job
            self._children.send(job.message(self._requests[job.request], self._settings))
            if job.is_suspect:
                return

    def _note(self, heard: Mapping[str, Any], outcomes: Outcomes) -> int | None:
        """Process a message from the server; return the number of the request that it finishes, if any."""
        job = self._running[heard["id"]]
        if "pid" in heard:
            if heard["pid"]:  # on a cluster, limits are enforced by the worker
                job.limits.began(heard["pid"])
            return None
        del self._running[job.id]
        job.over = heard.get("over", job.limits.over)
        again = job.ended()
        if job.result.get("compiled"):
            self._children.send({"compile": job.result["compiled"]})
        if again:
            self._waiting.appendleft(again)
            return None
        run, request = job.shown, self._requests[job.request]
        self._done[job.request] = outcomes.of(run.folder, request, run.result, run.over, heard["exit"])
        for over in filter(None, (job, job.first)):
            shutil.rmtree(over.folder, ignore_errors=True)
        return job.request

    def _lost(self, lost: LostError) -> None:
        """Continue with a new server.

        What was running may be to blame: it is tried again alone, and fails if that fails.
        """
        jobs = list(self._running.values())
        self._running.clear()
        for job in jobs:
            if job.limits.watch:
                processes.end_group(job.limits.watch.pid)
        if not lost.has_worked:
            self._fail([*jobs, *self._waiting], lost, *NOT_STARTED)
            self._waiting.clear()
            return
        for job in jobs:
            if not job.limits.watch:
                self._waiting.appendleft(Job(job.request, job.first, job.is_suspect))
            elif not job.is_suspect:
                self._waiting.append(Job(job.request, is_suspect=True))
            else:
                self._fail([job], lost, *ENDED)

    def _fail(self, jobs: Sequence[Job], lost: LostError, problem: str, advice: str) -> None:
        lines = [problem, *(f"    {line}" for line in lost.said), advice]
        self._done |= dict.fromkeys((job.request for job in jobs), RenderError(*lines))


class Outcomes:
    """Reads the files that the children of a batch have written."""

    def __init__(self, settings: Settings, store: Store, present: Present) -> None:
        self._settings = settings
        self._store = store
        self._present = present
        self._places = Places(settings.root, settings.diagrams)

    def of(self, folder: Path, request: Request, result: ChildResult, over: str, code: int) -> Record | RenderError:
        """Return the record of a child that has drawn figures, or the reason why there are none.

        `over` names the limit it was stopped for, if any; `code` is the exit code.
        """
        script = request.script
        printed = last_lines(tail(folder / "stdout") + tail(folder / "stderr"))
        try:
            if "figures" in result:
                return self._record(folder, result)
            if "failure" in result:
                lines = [*result["failure"], *_listed("it printed:", printed), result["advice"]]
                return RenderError(*lines, block=result["block"], block_line=result["block_line"])
        except OSError as problem:
            message, advice = str(unwritable(problem, self._settings)).splitlines()
            return RenderError(f"{self._settings.shown(script)}: {message}", advice)
        stack = errors.stack_in(tail(folder / "stacks"))
        return _in_article(stack, request) or self._ended(stack, script, printed, over, code)

    def _record(self, folder: Path, result: ChildResult) -> Record | RenderError:
        notes = list(result["notes"])
        unsteady, times = ([displayed(path) for path in result[name]] for name in ("unsteady", "times"))
        if times:
            notes.append(
                f"reads the timestamps of {_and_more(times)}, which differ in every copy of the project, {AGAIN}"
            )
        if unsteady:
            notes.append(f"reads {_and_more(unsteady)}, which changed while it ran, {AGAIN}")
        record = Record(
            tuple(result["figures"]),
            self._present.inputs(result),
            result["cost_s"],
            (*result["warned"][:WARNED], *last_lines(tail(folder / "stderr"))),
            tuple(dict.fromkeys(notes)),
            tuple(last_lines(tail(folder / "stdout"), PRINTED_LINES, once=False)),
            is_lasting=not unsteady and not times,
        )
        for name in record.files:
            if self._store.add(read_regular(folder / name), name.rpartition(".")[2]) != name:
                return RenderError(f"{UNREADABLE}: a file has changed since", OTHERS_WRITE)
        return record

    def _ended(self, stack: errors.Stack, script: Path, printed: Sequence[str], over: str, code: int) -> RenderError:
        """Report a child without a result: it took too long or too much, crashed, or exited."""
        place = self._places.place(stack.here, str(script))
        reason, advice = self._why(over, code)
        first = f"{self._places.at(place)}: {reason}"
        return RenderError(
            first,
            *source(place),
            *self._places.way(stack.here, first),
            *self._elsewhere(stack.others),
            *_listed("it printed:", printed),
            *advice,
        )

    def _why(self, over: str, code: int) -> tuple[str, list[str]]:
        if code == processes.UNWRITABLE and not over:
            store = self._settings.shown(self._settings.store)
            return f"its files can't be written to {store}", [
                "check that this folder exists and that the disk has free space"
            ]
        if over == "memory":
            reason = f"it used more than {self._settings.memory_mb:g} MB of memory, so it was stopped"
            return reason, ["reduce what it needs, or raise FIGURES_MEMORY"]
        limit_s = self._settings.timeout_s
        if over == "processor" or -code in (getattr(signal, name, None) for name in ("SIGXCPU", "SIGVTALRM")):
            reason = f"it used more than {limit_s:g} s of processor time, so it was stopped"
            return reason, ["make it faster, or raise FIGURES_TIMEOUT"]
        if over == "idle":
            reason = f"it did nothing for {limit_s:g} s, so it was stopped"
            return reason, ["find out what it waits for, or raise FIGURES_TIMEOUT"]
        if over == "clock":
            reason = f"it was still running after {self._settings.clock_s:g} s, so it was stopped"
            return reason, ["make it faster, or raise FIGURES_TIMEOUT"]
        if code < 0:
            name = signal.Signals(-code).name
            advice = (
                "a library that it uses has probably crashed" if name in _CRASHES else "find out what sends this signal"
            )
            if name == "SIGKILL":
                advice = "the script itself did this, or the system, because it ran out of memory"
            return f"the process was killed by {name} before it drew anything", [advice]
        advice = "remove the call that ends the process, such as os._exit()"
        return f"the process exited with status {code} before it drew anything", [advice]

    def _elsewhere(self, threads: Iterable[Sequence[Frame]]) -> list[str]:
        """Report the other threads that were running the author's code."""
        lines: list[str] = []
        for frames in threads:
            own_indexes = [index for index, frame in enumerate(frames) if self._places.is_own(frame)]
            lines += self._places.way(frames[own_indexes[0] :], "", "in another thread:") if own_indexes else []
        return lines


def _in_article(stack: errors.Stack, request: Request) -> RenderError | None:
    """Report a child that was stopped while it ran a block of the article: the error is in the block, not the script.

    The code that runs the blocks names their frames by their number among the blocks that `draw` was given, its own
    last.
    """
    frames = [
        (int(frame_of[1]), frame.line) for frame in stack.here if (frame_of := errors.BLOCK.fullmatch(frame.file))
    ]
    own_block = request.blocks.get("code")
    blocks = [*request.before.get("code", ()), *([own_block] if own_block else [])]
    if not frames or frames[-1][0] >= len(blocks):
        return None
    number, line = frames[-1]
    return RenderError(
        "this code never ends, or spends seconds in a single call, so its figure was stopped",
        "have it do less, or skip the whole block with ```{.python .skip}",
        block=blocks[number].text,
        block_line=line,
    )


def _and_more(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _listed(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *(f"    {line}" for line in lines)] if lines else []
