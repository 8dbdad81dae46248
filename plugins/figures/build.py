"""One build's figures: from references to what stands in the output."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .records import Figure, Record
from .rendering import Rendering
from .report import AddressError, FigureError, RenderError, Summary, counted
from .requests import Reference, Request
from .routing import TURNED
from .settings import Settings
from .store import Store, publish


@dataclass(frozen=True)
class Failure:
    """Why a reference has no figure; `request` tells the code that was drawn, where it came that far."""

    problem: FigureError
    request: Request | None = None


@dataclass(frozen=True)
class Built:
    """The figure or the failure of each reference, and the count of figures.

    By script: why it was run, if it was, and what it warned of.
    """

    results: Mapping[Reference, Figure | Failure]
    summary: Summary
    reasons: Mapping[Path, str]
    warnings: Mapping[Path, tuple[str, ...]]


def build(references: Sequence[Reference], settings: Settings) -> Built:
    """Draw what is stale, publish what was asked for, and say what became of each reference."""
    by_script = grouped(references)
    rendering = Rendering(settings)
    requests, refused = requested(by_script, rendering)
    results: dict[Reference, Figure | Failure] = {reference: Failure(why) for reference, why in refused.items()}
    states = [rendering.state(asked) for asked in requests]
    warnings: dict[Path, tuple[str, ...]] = {}
    for state, outcome in zip(states, rendering.render(states), strict=True):
        if isinstance(outcome, Record):
            warned = (*outcome.warned, *_not_shown(by_script[state.request.script], outcome))
            warnings |= {state.request.script: warned} if warned else {}
        for reference in by_script[state.request.script]:
            if reference not in results:
                results[reference] = figure_of(reference, state.request, outcome, settings)
    _publish(results, settings, rendering.store)
    reasons = {state.request.script: state.reasons[0] for state in states if state.reasons}
    return Built(results, _summary(by_script, results, reasons), reasons, warnings)


def _not_shown(asking: Sequence[Reference], record: Record) -> list[str]:
    """Say which of a script's figures nobody asks for: one left open by mistake, or one forgotten in the article."""
    shown = {reference.route.index for reference in asking}
    others = [str(number) for number in range(1, len(record.figures) + 1) if number not in shown]
    if not others:
        return []
    return [
        f"draws {len(record.figures)} figures; nobody asks for number {', '.join(others)} (NAME-2.png is the second)"
    ]


def grouped(references: Sequence[Reference]) -> dict[Path, list[Reference]]:
    """Sort references by the script that draws them."""
    by_script: dict[Path, list[Reference]] = defaultdict(list)
    for reference in references:
        assert reference.route.script
        by_script[reference.route.script].append(reference)
    return by_script


def requested(
    by_script: Mapping[Path, Sequence[Reference]], rendering: Rendering
) -> tuple[list[Request], dict[Reference, FigureError]]:
    """Make a request for each script, and tell which references cannot be served."""
    requests: list[Request] = []
    failed: dict[Reference, FigureError] = {}
    for script, asking in by_script.items():
        asked, refused = rendering.request(script, asking)
        failed |= refused
        if asked:
            requests.append(asked)
    return requests, failed


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
            "mend the address, or have the script draw more",
        )
        return Failure(problem, asked)
    return outcome.figures[index - 1]


def _publish(results: Mapping[Reference, Figure | Failure], settings: Settings, store: Store) -> None:
    wanted: dict[str, str] = {}
    for reference, figure in results.items():
        if isinstance(figure, Figure):
            path = f"{settings.folder}/{reference.route.name}"
            wanted |= {f"{path}.{ending}": file for ending, file in figure.wide.files.items()}
            if figure.turned:
                wanted |= {f"{path}{TURNED}.{ending}": file for ending, file in figure.turned.files.items()}
    publish(wanted, store, settings.output, settings.store / "published.json")


def _summary(
    by_script: Mapping[Path, Sequence[Reference]],
    results: Mapping[Reference, Figure | Failure],
    drawn: Container[Path],
) -> Summary:
    """Count figures, not files, nor how often each is shown."""
    failed: set[str] = set()
    done: dict[str, Path] = {}
    for script, asking in by_script.items():
        for reference in asking:
            if isinstance(results[reference], Failure):
                failed.add(reference.route.name)
            else:
                done[reference.route.name] = script
    fresh = [name for name, script in done.items() if name not in failed and script not in drawn]
    return Summary(len(done.keys() - failed) - len(fresh), len(fresh), len(failed))
