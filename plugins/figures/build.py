"""One build's figures: references -> records, rendered only if none still holds -> the output."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..building.incremental import WholeBuildError
from .cache import Present, Store, list_as_published, publish, put_out, unwritable
from .formats import IMAGES
from .grounds import Ground, agreed
from .observations import ABSENT, State
from .records import THEMED, Figure, Record, Records
from .report import AddressError, FigureError, RenderError, Summary, counted
from .requests import Asked, Reference, Request, requests_of
from .routing import ASKS, NARROW, VARY, data_path, scripts, thumbnail_path
from .settings import Settings
from .signature import Signature
from .workers import Children

DAMAGED = "its stored files are incomplete, or damaged"
"""Why a figure is drawn again although nothing that it depends on has changed."""

PUBLISHED = "published.json"
"""The manifest of published files, in the store; its modification time is that of the last build."""


@contextmanager
def collecting(does: bool) -> Iterator[None]:
    """Collect garbage meanwhile or not: what a build knows of each figure only grows, and need not be looked through.

    While figures are drawn, which may take long, it is collected.
    """
    usual = gc.isenabled()
    (gc.enable if does else gc.disable)()
    try:
        yield
    finally:
        (gc.enable if usual else gc.disable)()


def is_likely_stale(settings: Settings) -> bool:
    """Guess before articles are read whether anything needs drawing: in a first build, or after editing a script."""
    try:
        last = (settings.store / PUBLISHED).stat().st_mtime_ns
    except OSError:
        last = 0
    waiting: list[str] = [os.fspath(settings.diagrams)]
    with suppress(OSError):
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        if entry.stat().st_mtime_ns > last:
                            return True
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    return False


@dataclass(frozen=True)
class Freshness:
    """The state of a request: the record that holds, or else the reasons why none does."""

    request: Request
    record: Record | None
    reasons: tuple[str, ...] = ()


class Rendering:
    """A project's records of renders, and how new ones are made.

    If it `trusts_published`, stored files that are already published aren't hashed again while size and time are kept.
    """

    def __init__(
        self,
        settings: Settings,
        children: Children | None = None,
        progress: Callable[[int, int], None] | None = None,
        *,
        trusts_published: bool = True,
    ) -> None:
        self.store = Store(settings.store / "store", settings.output / settings.folder if trusts_published else None)
        self._settings, self.words = settings, settings.words
        self._children = children
        self._progress = progress
        self._records = Records(settings.store / "records")
        self._signatures: dict[Path, Signature] = {}
        self._present = Present(settings)
        self.problems: list[FigureError] = []
        """Why a successful render couldn't be recorded."""

    def requests(self, references: Sequence[Reference]) -> Asked:
        """Make the requests for figures, reading their scripts now; return which references can't be served."""
        return requests_of(references, self._signature, self._settings)

    def state(self, request: Request) -> Freshness:
        """Find out whether a request is fresh, without running anything."""
        script = self._settings.shown(request.script)
        records = self._records.read(request.name, self._present.key(request), script)
        for record in records:
            if not any(self._present.changes(record.inputs, request)) and self._is_whole(record):
                return Freshness(_with_grounds(request, [record]) if record.inputs.grounds else request, record)
        last = _with_grounds(request, records or self._records.newest(request.name, script))
        if not records:
            return Freshness(last, None, ("it hasn't been drawn with this code and these arguments before",))
        reasons = tuple(self._present.changes(records[0].inputs, request))
        return Freshness(last, None, reasons or (DAMAGED,))

    def render(self, states: Sequence[Freshness]) -> list[Record | RenderError]:
        """Return the record of each state; render those that have none, and record the successful ones."""
        stale = [state.request for state in states if state.record is None]
        try:
            rendered = iter(self._rendered(stale, self._remember))
        except OSError as problem:
            failed = RenderError(*str(unwritable(problem, self._settings)).splitlines())
            return [state.record or failed for state in states]
        return [state.record or next(rendered) for state in states]

    def last(self, name: str, script: Path) -> Record | None:
        """Return the newest record of a figure with complete files, whatever its inputs were."""
        records = self._records.newest(name, self._settings.shown(script))
        return next((record for record in records if self._is_whole(record)), None)

    def differing(self, requests: Sequence[Request]) -> list[Request]:
        """Render everything twice, and return what differs, because it uses the clock or entropy."""
        first, second = (self._rendered(requests) for _ in range(2))
        return [
            request
            for request, outcome, again in zip(requests, first, second, strict=True)
            if isinstance(outcome, Record) and isinstance(again, Record) and outcome.files != again.files
        ]

    def prune(self, needed: Sequence[Request]) -> list[str]:
        """Delete what no present request needs; return the names of the stored files that were removed."""
        kept = {(request.name, self._present.key(request)): self._settings.shown(request.script) for request in needed}
        self._records.keep(kept)
        records = (record for key, script in kept.items() for record in self._records.read(*key, script))
        files = {file for record in records for file in record.files}
        return self.store.keep(files)

    def _rendered(
        self, requests: Sequence[Request], keep: Callable[[Request, Record | RenderError], None] | None = None
    ) -> list[Record | RenderError]:
        if not requests:
            return []
        from . import pool  # most builds draw nothing, and need no processes for it

        rest = self._present, self._children, self._progress, keep
        with collecting(True):
            return pool.render(requests, self._settings, self.store, *rest)

    def _remember(self, request: Request, outcome: Record | RenderError) -> None:
        # An input that no longer holds may not be the one that was read: use the figure now, and check again next time.
        if isinstance(outcome, Record) and outcome.is_lasting:
            stamps = {file: stamp for file in outcome.files if (stamp := self.store.stamp(file))}
            key, script = self._present.key(request), self._settings.shown(request.script)
            try:
                self._records.add(request.name, key, replace(outcome, stamps=stamps), script)
            except OSError as problem:
                self.problems = [unwritable(problem, self._settings)]

    def _is_whole(self, record: Record) -> bool:
        return all(self.store.holds(file, record.stamps.get(file)) for file in record.files)

    def _signature(self, script: Path) -> Signature:
        if script not in self._signatures:
            self._signatures[script] = Signature.of(self._present.text(script))
        return self._signatures[script]


@dataclass(frozen=True)
class Failure:
    """Why a reference has no figure; `request` has the code for the render, if there was one.

    `last` is the newest successful drawing of the figure, if it is shown instead.
    """

    problem: FigureError
    request: Request | None = None
    last: Figure | None = None


@dataclass(frozen=True)
class Notices:
    """What to report about a figure: its script, why it ran (if it did), its warnings, and its notes."""

    script: Path
    reason: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Built:
    """The figure or failure of each reference.

    The rest: problems with the folders that are written to, what to report about each figure, the scripts that no
    article uses, what was asked for, and each request with its record, if it has one. Here, figures have the names of
    their requests.
    """

    results: Mapping[Reference, Figure | Failure]
    problems: Sequence[FigureError]
    told: Mapping[str, Notices]
    unasked: Sequence[Path]
    asked: Asked
    states: Mapping[str, Freshness]

    @property
    def drawn(self) -> set[str]:
        """The figures that were drawn now."""
        return {name for name, notices in self.told.items() if notices.reason}

    @property
    def summary(self) -> Summary:
        """Figures are counted, not files, and each only once."""
        failed: set[str] = set()
        done: dict[str, str] = {}
        for reference, result in self.results.items():
            if isinstance(result, Failure):
                failed.add(reference.route.name)
            else:
                done[reference.route.name] = self.asked.settled.get(reference, reference).route.figure
        drawn = self.drawn
        fresh = [route_name for route_name, name in done.items() if route_name not in failed and name not in drawn]
        return Summary(len(done.keys() - failed) - len(fresh), len(fresh), len(failed))

    @property
    def codes(self) -> dict[str, dict[str, str]]:
        """The code blocks that each figure was given, by parameter."""
        return {name: request.code for name, request in self.asked.requests.items()}


def build(
    references: Sequence[Reference], rendering: Rendering, settings: Settings, in_small: Container[str] = ()
) -> Built:
    """Draw stale figures, publish those with a reference, and return the result of each reference.

    `in_small` contains the names of the figures that are published as thumbnails, too.
    """
    asked = rendering.requests(references)
    states = [rendering.state(request) for request in asked.requests.values()]
    results: dict[Reference, Figure | Failure] = {reference: Failure(why) for reference, why in asked.refused.items()}
    notices: dict[str, Notices] = {}
    states_by_name: dict[str, Freshness] = {}
    for state, outcome in agreeing(states, rendering.render(states), rendering):
        name = state.request.name
        states_by_name[name] = Freshness(asked.requests[name], outcome if isinstance(outcome, Record) else None)
        asking = list(asked.serving[name])
        asking += _others(asking, outcome, settings)
        notices[name] = _told(
            state, outcome, [asked.settled.get(reference, reference) for reference in asking], notices
        )
        for reference in asking:
            if reference not in results:
                settled = asked.settled.get(reference, reference)
                results[reference] = figure_of(settled, state.request, outcome, settings)
    if settings.keep_going:
        results |= {
            reference: _with_last(reference, result, asked, rendering)
            for reference, result in results.items()
            if isinstance(result, Failure) and not reference.frame_of
        }
    problems = [*rendering.problems, *_publish(results, settings, rendering.store, in_small)]
    used = {reference.route.script for reference in asked.settled.values() if not reference.is_for_itself}
    unasked = [script for script in scripts(settings) if script not in used]
    return Built(results, problems, notices, unasked, asked, states_by_name)


def draw_again(
    built: Built, saved: Collection[str], rendering: Rendering, settings: Settings
) -> Mapping[str, tuple[Record, Record]]:
    """Draw the figures again that depend on saved files, which are named as in records.

    Return the previous and the present record of each figure that may have changed. Raise WholeBuildError if anything
    else than the figures has changed: a figure that fails, has other warnings, or needs other arguments, or a file that
    no figure has read.
    """
    records = {name: state.record for name, state in built.states.items() if state.record}
    reading = {
        name: {file for file in saved if ABSENT not in record.inputs.observed.get(file, _NEVER).values()}
        for name, record in records.items()
    }
    if len(records) < len(built.states) or not all(record.is_lasting for record in records.values()):
        raise WholeBuildError("a figure has failed, or is drawn each time")
    if unknown := {*saved}.difference(*reading.values()):
        raise WholeBuildError(f"no figure has read {min(unknown)}")
    stale = [name for name, files in reading.items() if files]
    served = {reference for name in stale for reference in built.asked.serving[name]}
    now = rendering.requests([reference for reference in built.asked.settled if reference in served])
    if now.refused or any(request != built.asked.requests.get(name) for name, request in now.requests.items()):
        raise WholeBuildError("a script needs something else from an article")
    if now.sliders != {reference: slider for reference, slider in built.asked.sliders.items() if reference in served}:
        raise WholeBuildError("a script has another slider")
    # Figures of one article agree on the backgrounds of words.
    articles = {built.states[name].request.article for name in stale}
    requests = [state.request for state in built.states.values() if state.request.article in articles]
    states = [rendering.state(request) for request in requests]
    redrawn: dict[str, tuple[Record, Record]] = {}
    for state, outcome in agreeing(states, rendering.render(states), rendering):
        before = records[state.request.name]
        if not isinstance(outcome, Record) or not outcome.is_lasting:
            raise WholeBuildError(f"{state.request.name} can't be drawn")
        if outcome.warned != before.warned or len(outcome.figures) != len(before.figures):
            raise WholeBuildError(f"{state.request.name} has different warnings, or a different number of figures")
        redrawn[state.request.name] = before, outcome
    if rendering.problems:
        raise WholeBuildError("a folder can't be written to")
    return redrawn


_NEVER: Mapping[str, State] = {"content": ABSENT}
"""The observations of a file that a figure hasn't read."""


def _with_grounds(request: Request, records: Sequence[Record]) -> Request:
    """Keep the backgrounds that the words of a request had, unless the article says otherwise."""
    return replace(request, grounds=records[0].inputs.grounds) if request.grounds is None and records else request


def agreeing(
    states: Sequence[Freshness], outcomes: Sequence[Record | RenderError], rendering: Rendering
) -> list[tuple[Freshness, Record | RenderError]]:
    """Draw figures again until a word has the same background in all figures of its article.

    Only a run of the script shows which words it colours. Their backgrounds don't affect this, so the figures agree
    after being drawn again. A record contains the backgrounds of its words, so only figures that disagree are drawn
    again.
    """
    results = list(zip(states, outcomes, strict=True))
    by_article: dict[Path | None, dict[int, Mapping[str, Ground]]] = {}
    for place, (state, outcome) in enumerate(results):
        if isinstance(outcome, Record) and outcome.inputs.grounds:
            by_article.setdefault(state.request.article, {})[place] = outcome.inputs.grounds
    again: dict[int, Freshness] = {}
    for by_place in by_article.values():
        grounds = agreed(by_place.values(), rendering.words)
        for place, own_grounds in by_place.items():
            if any(grounds[word] != ground for word, ground in own_grounds.items()):
                again[place] = rendering.state(replace(states[place].request, grounds=grounds))
    for (place, state), outcome in zip(again.items(), rendering.render([*again.values()]), strict=True):
        results[place] = replace(state, reasons=states[place].reasons or state.reasons), outcome
    return results


def _others(asking: Sequence[Reference], outcome: Record | RenderError, settings: Settings) -> list[Reference]:
    """Request the remaining figures of a script, if no article says which to show."""
    count = len(outcome.figures) if isinstance(outcome, Record) else 1
    for_itself = [reference for reference in asking if reference.is_for_itself]
    return [reference.numbered(index, settings.folder) for reference in for_itself for index in range(2, count + 1)]


def _told(
    state: Freshness, outcome: Record | RenderError, asking: Sequence[Reference], before: Mapping[str, Notices]
) -> Notices:
    script, reason = state.request.script, state.reasons[0] if state.reasons else ""
    if isinstance(outcome, RenderError):
        return Notices(script, reason)
    if all(reference.frame_of for reference in asking):  # what its figure reports too is reported there
        reported = before.get(asking[0].frame_of, Notices(script))
        warned = (warning for warning in outcome.warned if warning not in reported.warnings)
        noted = (note for note in outcome.notes if note not in reported.notes)
        return Notices(script, reason, tuple(warned), tuple(noted) if reason else ())
    return Notices(script, reason, (*outcome.warned, *_not_shown(asking, outcome)), outcome.notes if reason else ())


def _not_shown(asking: Sequence[Reference], record: Record) -> list[str]:
    """List a script's figures that no article shows: perhaps left open by mistake, or forgotten in the article."""
    shown = {reference.route.index for reference in asking}
    unshown = [str(number) for number in range(1, len(record.figures) + 1) if number not in shown]
    if not unshown:
        return []
    return [
        f"draws {len(record.figures)} figures; no article shows number {', '.join(unshown)} (NAME-2.png is the second)"
    ]


def figure_of(
    reference: Reference, request: Request, outcome: Record | RenderError, settings: Settings
) -> Figure | Failure:
    """Return the figure of a script that a reference names, or why there is none."""
    if isinstance(outcome, RenderError):
        return Failure(outcome, request)
    count, index = len(outcome.figures), reference.route.index
    if index > count:
        problem = AddressError(
            f"{settings.shown(request.script)} draws {counted(count, 'figure')}, but this image asks for"
            f" number {index}",
            "fix the URL, or draw more figures in the script",
        )
        return Failure(problem, request)
    for number in range(2, count + 1):
        twin = request.script.with_stem(f"{request.script.stem}_{number}")
        if twin.is_file():
            message = f"{settings.shown(request.script)} draws {count} figures, and number {number} has the same URL as"
            return Failure(AddressError(f"{message} {settings.shown(twin)}", "rename one of the two scripts"), request)
    return outcome.figures[index - 1]


def _with_last(reference: Reference, failure: Failure, asked: Asked, rendering: Rendering) -> Failure:
    route = asked.settled.get(reference, reference).route
    record = rendering.last(route.figure, route.script) if route.script else None
    index = route.index - 1
    return replace(failure, last=record.figures[index]) if record and index < len(record.figures) else failure


def _published(
    results: Mapping[Reference, Figure | Failure], settings: Settings, in_small: Container[str]
) -> dict[str, str]:
    """Return the files to publish for some figures: the path of each, and its name in the store."""
    wanted: dict[str, str] = {}
    for reference, result in results.items():
        figure = result.last if isinstance(result, Failure) else result
        if figure:
            path = f"{settings.folder}/{reference.route.name}"
            wanted |= {f"{path}.{ending}": file for ending, file in figure.wide.files.items() if ending != THEMED}
            if figure.narrow:
                files = figure.narrow.files.items()
                wanted |= {f"{path}{NARROW}.{ending}": file for ending, file in files if ending in IMAGES}
            wanted |= {data_path(path, ASKS, file): file for file in figure.answers}
            wanted |= {data_path(path, VARY, its.changes): its.changes for its in figure.snapshots.values()}
            if reference.route.name in in_small:
                wanted |= {thumbnail_path(path, scheme, file): file for scheme, file in figure.thumbnail.items()}
    return wanted


def publish_again(
    before: Mapping[Reference, Figure],
    now: Mapping[Reference, Figure],
    settings: Settings,
    store: Store,
    in_small: Container[str],
) -> list[str]:
    """Publish figures that look different now; return the paths. Raise WholeBuildError if they have other files."""
    published, wanted = (_published(figures, settings, in_small) for figures in (before, now))
    # The answers of a figure have a name of their own, whatever they say: the next build removes the old ones.
    differing = [path for path in published.keys() ^ wanted.keys() if not path.endswith(".json")]
    if differing:
        raise WholeBuildError("a figure has different files")
    changed = [path for path, file in wanted.items() if file != published.get(path)]
    list_as_published(changed, settings.output, settings.store / PUBLISHED)
    for path in changed:
        put_out(store.path(wanted[path]), f"{settings.output}{os.sep}{path}")
    return changed


def _publish(
    results: Mapping[Reference, Figure | Failure], settings: Settings, store: Store, in_small: Container[str]
) -> list[FigureError]:
    try:
        publish(_published(results, settings, in_small), store, settings.output, settings.store / PUBLISHED)
    except OSError as problem:
        return [unwritable(problem, settings)]
    with suppress(OSError):  # then the next build guesses that a script was edited
        os.utime(settings.store / PUBLISHED)
    return []
