"""One build's figures: from references to what stands in the output, each rendered only if it is not fresh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import engine
from .freshness import fingerprint, key, still_read
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
    """The figure or the failure of each reference, and the count of figures."""

    results: Mapping[Reference, Figure | Failure]
    summary: Summary


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
    outcomes, drawn = _rendered(requests, settings, store)
    for asked, outcome in zip(requests, outcomes, strict=True):
        for reference in by_script[asked.script]:
            if reference not in results:
                results[reference] = _figure(reference, asked, outcome)
    _publish(results, settings, store)
    return Built(results, _summary(by_script, results, drawn))


def _rendered(
    requests: Sequence[Request], settings: Settings, store: Store
) -> tuple[list[Record | RenderError], set[Path]]:
    """Return the outcome of each request, and the scripts that were run for them."""
    if not requests:
        return [], set()
    records = Records(settings.store / "records")
    before = fingerprint(settings)
    keys = [key(asked, before, settings) for asked in requests]
    names = [_record_name(asked, settings) for asked in requests]
    known: list[Record | RenderError | None] = []
    for name, its_key in zip(names, keys, strict=True):
        record = records.read(name, its_key)
        fits = record and still_read(record.inputs, settings) and all(store.holds(file) for file in record.files)
        known.append(record if fits else None)
    stale = [place for place, record in enumerate(known) if record is None]
    rendered = engine.render([requests[place] for place in stale], settings, store)
    unchanged = fingerprint(settings) == before  # what was edited meanwhile must not be remembered as this
    for job, place in enumerate(stale):
        outcome = rendered[job]
        known[place] = outcome
        if isinstance(outcome, Record) and unchanged:
            records.write(names[place], keys[place], outcome)
    return [outcome for outcome in known if outcome is not None], {requests[place].script for place in stale}


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
    drawn: set[Path],
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
