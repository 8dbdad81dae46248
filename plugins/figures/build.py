"""One build's figures: from references to what stands in the output."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .formats import IMAGES
from .records import THEMED, Figure, Record
from .rendering import Rendering, State
from .report import AddressError, FigureError, RenderError, Summary, counted
from .requests import Asked, Reference, Request
from .routing import TURNED, scripts
from .settings import Settings
from .store import Store, publish, unwritable


@dataclass(frozen=True)
class Failure:
    """Why a reference has no figure; `request` tells the code that was drawn, where it came that far.

    `last` is the newest drawing of the figure that went well, where it is to be shown instead.
    """

    problem: FigureError
    request: Request | None = None
    last: Figure | None = None


@dataclass(frozen=True)
class Told:
    """What there is to say of a figure: its script, why it was run, if it was, what it warned of, and notes of that."""

    script: Path
    reason: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Built:
    """The figure or the failure of each reference, and the count of figures.

    Then what is wrong with the folders that are written to, what there is to say of each figure, the figures that were
    drawn, the scripts that no article asks for, and the blocks of code that each figure was given, by parameter.
    Figures have here the names of their requests.
    """

    results: Mapping[Reference, Figure | Failure]
    summary: Summary
    problems: Sequence[FigureError]
    told: Mapping[str, Told]
    drawn: set[str]
    unasked: Sequence[Path]
    codes: Mapping[str, Mapping[str, str]]


def build(references: Sequence[Reference], rendering: Rendering, settings: Settings) -> Built:
    """Draw what is stale, publish what was asked for, and say what became of each reference."""
    asked = rendering.requests(references)
    states = [rendering.state(request) for request in asked.requests.values()]
    results: dict[Reference, Figure | Failure] = {reference: Failure(why) for reference, why in asked.refused.items()}
    told: dict[str, Told] = {}
    for state, outcome in zip(states, rendering.render(states), strict=True):
        name = state.request.name
        asking = list(asked.serving[name])
        asking += _others(asking, outcome, settings)
        told[name] = _told(state, outcome, [asked.settled.get(one, one) for one in asking])
        for reference in asking:
            if reference not in results:
                shown = asked.settled.get(reference, reference)
                results[reference] = figure_of(shown, state.request, outcome, settings)
    if settings.keep_going:
        results |= {
            one: _with_last(one, it, asked, rendering) for one, it in results.items() if isinstance(it, Failure)
        }
    problems = [*rendering.problems, *_publish(results, settings, rendering.store)]
    drawn = {name for name, said in told.items() if said.reason}
    used = {one.route.script for one in asked.settled.values() if not one.is_for_itself}
    unasked = [script for script in scripts(settings) if script not in used]
    codes = {name: request.code for name, request in asked.requests.items()}
    return Built(results, _summary(results, asked, drawn), problems, told, drawn, unasked, codes)


def _others(asking: Sequence[Reference], outcome: Record | RenderError, settings: Settings) -> list[Reference]:
    """Ask for the rest of what a script draws, where no article says which of it is shown."""
    count = len(outcome.figures) if isinstance(outcome, Record) else 1
    own = [reference for reference in asking if reference.is_for_itself]
    return [one.numbered(index, settings.folder) for one in own for index in range(2, count + 1)]


def _told(state: State, outcome: Record | RenderError, asking: Sequence[Reference]) -> Told:
    script, reason = state.request.script, state.reasons[0] if state.reasons else ""
    if isinstance(outcome, RenderError):
        return Told(script, reason)
    return Told(script, reason, (*outcome.warned, *_not_shown(asking, outcome)), outcome.notes if reason else ())


def _not_shown(asking: Sequence[Reference], record: Record) -> list[str]:
    """Say which of a script's figures nobody asks for: one left open by mistake, or one forgotten in the article."""
    shown = {reference.route.index for reference in asking}
    others = [str(number) for number in range(1, len(record.figures) + 1) if number not in shown]
    if not others:
        return []
    return [
        f"draws {len(record.figures)} figures; nobody asks for number {', '.join(others)} (NAME-2.png is the second)"
    ]


def figure_of(
    reference: Reference, asked: Request, outcome: Record | RenderError, settings: Settings
) -> Figure | Failure:
    """Return the one of a script's figures that a reference asks for, or why it has none."""
    if isinstance(outcome, RenderError):
        return Failure(outcome, asked)
    count, index = len(outcome.figures), reference.route.index
    if index > count:
        problem = AddressError(
            f"{settings.shown(asked.script)} draws {counted(count, 'figure')}, and this asks for number {index}",
            "fix the address, or have the script draw more",
        )
        return Failure(problem, asked)
    for number in range(2, count + 1):
        twin = asked.script.with_stem(f"{asked.script.stem}_{number}")
        if twin.is_file():
            said = f"{settings.shown(asked.script)} draws {count} figures; number {number} has the address of"
            return Failure(AddressError(f"{said} {settings.shown(twin)}", "rename one of the two scripts"), asked)
    return outcome.figures[index - 1]


def _with_last(reference: Reference, failure: Failure, asked: Asked, rendering: Rendering) -> Failure:
    route = asked.settled.get(reference, reference).route
    record = rendering.last(route.figure, route.script) if route.script else None
    index = route.index - 1
    return replace(failure, last=record.figures[index]) if record and index < len(record.figures) else failure


def _publish(results: Mapping[Reference, Figure | Failure], settings: Settings, store: Store) -> list[FigureError]:
    wanted: dict[str, str] = {}
    for reference, result in results.items():
        figure = result.last if isinstance(result, Failure) else result
        if figure:
            path = f"{settings.folder}/{reference.route.name}"
            wanted |= {f"{path}.{ending}": file for ending, file in figure.wide.files.items() if ending != THEMED}
            if figure.turned:
                files = figure.turned.files.items()
                wanted |= {f"{path}{TURNED}.{ending}": file for ending, file in files if ending in IMAGES}
    try:
        publish(wanted, store, settings.output, settings.store / "published.json")
    except OSError as problem:
        return [unwritable(problem, settings)]
    return []


def _summary(results: Mapping[Reference, Figure | Failure], asked: Asked, drawn: Container[str]) -> Summary:
    """Count figures, not files, nor how often each is shown."""
    failed: set[str] = set()
    done: dict[str, str] = {}
    for reference, result in results.items():
        if isinstance(result, Failure):
            failed.add(reference.route.name)
        else:
            done[reference.route.name] = asked.settled.get(reference, reference).route.figure
    fresh = [shown for shown, name in done.items() if shown not in failed and name not in drawn]
    return Summary(len(done.keys() - failed) - len(fresh), len(fresh), len(failed))
