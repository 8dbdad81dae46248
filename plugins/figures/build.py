"""One build's figures: from references to what stands in the output, each rendered only if it is not fresh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import engine
from .freshness import Present
from .records import Figure, Record, Records
from .report import AddressError, FigureError, RenderError, Summary
from .requests import Reference, Request, request
from .settings import Settings
from .store import Store, publish

TURNED = ".turned"


@dataclass(frozen=True)
class Failure:
    """Why a reference has no figure; `request` tells the code that was drawn, where it came that far."""

    problem: FigureError
    request: Request | None = None


@dataclass(frozen=True)
class Built:
    """The figure or the failure of each reference, the count of figures, and why each script was run that was."""

    results: Mapping[Reference, Figure | Failure]
    summary: Summary
    reasons: Mapping[Path, str]


def build(references: Sequence[Reference], settings: Settings) -> Built:
    """Draw what is stale, publish what was asked for, and say what became of each reference."""
    by_script: dict[Path, list[Reference]] = defaultdict(list)
    for reference in references:
        assert reference.route.script
        by_script[reference.route.script].append(reference)
    results: dict[Reference, Figure | Failure] = {}
    requests: list[Request] = []
    for script, asking in by_script.items():
        asked, refused = request(script, asking)
        results |= {reference: Failure(problem) for reference, problem in refused.items()}
        if asked:
            requests.append(asked)
    store = Store(settings.store / "store")
    outcomes, reasons = _rendered(requests, settings, store)
    for asked, outcome in zip(requests, outcomes, strict=True):
        for reference in by_script[asked.script]:
            if reference not in results:
                results[reference] = _figure(reference, asked, outcome)
    _publish(results, settings, store)
    return Built(results, _summary(by_script, results, reasons), reasons)


def _rendered(
    requests: Sequence[Request], settings: Settings, store: Store
) -> tuple[list[Record | RenderError], dict[Path, str]]:
    """Return the outcome of each request, and the scripts that were run for them, each with the reason."""
    if not requests:
        return [], {}
    records, present = Records(settings.store / "records"), Present(settings)
    names = [_record_name(asked, settings) for asked in requests]
    keys = [present.key(asked) for asked in requests]
    known = [records.read(name, key) for name, key in zip(names, keys, strict=True)]
    outcomes: list[Record | RenderError | None] = [_fresh(candidates, present, store) for candidates in known]
    stale = [place for place, record in enumerate(outcomes) if record is None]
    rendered = engine.render([requests[place] for place in stale], settings, store, present)
    for job, place in enumerate(stale):
        outcome = outcomes[place] = rendered[job]
        if isinstance(outcome, Record) and not present.was_touched(outcome.inputs):
            records.add(names[place], keys[place], outcome)
    reasons = {requests[place].script: _why(known[place], present) for place in stale}
    return [outcome for outcome in outcomes if outcome is not None], reasons


def _fresh(known: Sequence[Record], present: Present, store: Store) -> Record | None:
    """Return the record whose inputs are as they are now, with all its files."""
    for record in known:
        if not any(present.changes(record.inputs)) and all(store.holds(file) for file in record.files):
            return record
    return None


def _why(known: Sequence[Record], present: Present) -> str:
    """Say what the last render lacks to be fresh."""
    if not known:
        return "it was not drawn before as it is asked for now"
    return next(present.changes(known[0].inputs), "its stored files are not whole")


def _record_name(asked: Request, settings: Settings) -> str:
    return asked.script.relative_to(settings.diagrams).with_suffix("").as_posix()


def _figure(reference: Reference, asked: Request, outcome: Record | RenderError) -> Figure | Failure:
    if isinstance(outcome, RenderError):
        return Failure(outcome, asked)
    count, index = len(outcome.figures), reference.route.index
    if index > count:
        problem = AddressError(
            f"{asked.script.name} draws {count} figure{'s' * (count > 1)}, and this asks for number {index}",
            "mend the address, or return more pictures from draw()",
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
