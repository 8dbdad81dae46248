"""Figures for slides and papers: files of the author's own, in a format, size, theme and place of their choice."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from . import engine
from .build import Failure, figure_of
from .freshness import Present
from .orders import FOLDER, Order
from .formats import size_of
from .records import Form, Record, write_atomically
from .report import AddressError, FigureError, RenderError, entry
from .requests import Reference, Request
from .routing import TURNED
from .settings import Settings
from .store import Store


def exported(order: Order, asked: Mapping[str, tuple[Request, Reference]], settings: Settings) -> Iterator[str]:
    """Render figures, by name, and write their files, and say which; raise FigureError at the end for what failed."""
    saving = order.saving(settings)
    folder = order.folder or settings.root / FOLDER
    _open(folder, settings)
    requests = {request.name: replace(request, saving=saving) for request, _ in asked.values()}
    settings.store.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings.store) as apart:
        store = Store(Path(apart))
        rendered = engine.render(list(requests.values()), settings, store, Present(settings))
        outcomes = dict(zip(requests, rendered, strict=True))
        for name, (request, reference) in asked.items():
            outcome: Record | RenderError = outcomes[request.name]
            figure = figure_of(reference, request, outcome, settings)
            if isinstance(figure, Failure):
                place = f"{settings.shown(reference.article)}:{reference.line}"
                failed.append(entry(place, name, figure.problem))
                continue
            begin = folder / (f"{name}-dark" if order.theme == "dark" else name)
            yield from _written(begin, figure.wide, store, settings)
            if order.turned and figure.turned:
                yield from _written(begin.with_name(begin.name + TURNED), figure.turned, store, settings)
            elif order.turned:
                yield f"    {name}: it has no turned form"
            if isinstance(outcome, Record):
                yield from (f"    {name}: {note}" for note in outcome.notes)
    if failed:
        raise FigureError(*failed)


def _written(begin: Path, form: Form, store: Store, settings: Settings) -> Iterator[str]:
    for ending, stored in form.files.items():
        place = begin.with_name(f"{begin.name}.{ending}")
        data = Path(store.path(stored)).read_bytes()
        try:
            write_atomically(place, data)
        except OSError as problem:
            raise _unwritable(place, problem, settings) from problem
        yield f"{settings.shown(place)}  {_size(place, data)}"


def _size(file: Path, data: bytes) -> str:
    """Tell a file's size by what it says itself."""
    if file.suffix == ".pdf":
        box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
        return f"{float(box[1]):g} × {float(box[2]):g} points" if box else "PDF"
    try:
        size = size_of(file)
    except AddressError:  # a format that Pillow cannot read
        size = None
    return f"{size[0]} × {size[1]} pixels" if size else file.suffix.removeprefix(".").upper()


def _open(folder: Path, settings: Settings) -> None:
    """Find out before anything is rendered whether the folder can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise _unwritable(folder, problem, settings) from problem


def _unwritable(place: Path, problem: OSError, settings: Settings) -> FigureError:
    return FigureError(
        f"{settings.shown(place)} cannot be written: {problem.strerror or problem}",
        "name another folder by --to, or TO= of make",
    )
