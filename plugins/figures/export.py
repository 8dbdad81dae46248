"""Figures for slides and papers: files in a format, size, theme and folder that the author chooses."""

from __future__ import annotations

import argparse
import math
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..files import write_atomically
from . import pool
from .build import Failure, figure_of
from .cache import Present, Store
from .colours import tokens
from .formats import FORMATS, one_of, points_of, size_of
from .records import Form, Record
from .report import AddressError, FigureError, RenderError, SettingsError, entry
from .requests import Reference, Request, Saving
from .routing import NARROW
from .settings import Settings

THEMES = ("light", "dark")
LETTERS = ("paths", "text")
FOLDER = "exports"


@dataclass(frozen=True)
class Order:
    """What to write; if `folder` is None, it is the project's own folder for exports."""

    formats: tuple[str, ...]
    scale: float
    theme: str
    transparent: bool
    outlined: bool
    narrow: bool
    folder: Path | None

    def saving(self, settings: Settings) -> Saving:
        """Return how the figures are saved."""
        colours = dark_colours(settings) if self.theme == "dark" else {}
        return Saving(self.formats, self.scale, colours, self.transparent, self.outlined)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments. Their values are checked by `order_of`, whose messages say what to write."""
    parser.add_argument("names", nargs="*", help="the figures (default: all)")
    parser.add_argument(
        "--format", default="png", help=f"{one_of(tuple(FORMATS))}, or several, as in pdf,png (default: png)"
    )
    parser.add_argument("--scale", default="2", help="PNG pixels per CSS pixel (default: 2)")
    parser.add_argument("--theme", default="light", help="light or dark (default: light)")
    parser.add_argument("--transparent", action="store_true", help="leave out the background")
    parser.add_argument(
        "--text",
        default="paths",
        help="how to write the letters of an SVG: as paths, which need no font, or as text (default: paths)",
    )
    parser.add_argument("--narrow", "--turned", action="store_true", help="also write the narrow forms, for phones")
    parser.add_argument("--to", metavar="FOLDER", help=f"the folder to write to (default: {FOLDER}, in the project)")


def order_of(chosen: argparse.Namespace) -> Order:
    """Check the arguments; raise FigureError for an invalid one."""
    formats = tuple(dict.fromkeys(re.findall(r"[^\s,]+", chosen.format.lower())))
    for ending in formats or ("",):
        _check("format", ending, FORMATS)
    _check("theme", chosen.theme, THEMES)
    _check("text", chosen.text, LETTERS)
    return Order(
        formats=formats,
        scale=_scale(chosen.scale),
        theme=chosen.theme,
        transparent=chosen.transparent,
        outlined=chosen.text == "paths",
        narrow=chosen.narrow,
        folder=Path(chosen.to).absolute() if chosen.to else None,
    )


def dark_colours(settings: Settings) -> dict[str, str]:
    """Return the dark value of each light colour; raise SettingsError if they are unknown."""
    if settings.tokens is None:
        raise SettingsError(
            "dark colours are unknown, because theme/tokens.json doesn't exist",
            "write it, or set FIGURES_TOKENS to yours",
        )
    return {token.light: token.dark for token in tokens(settings).values()}


def _check(option: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise FigureError(f"--{option} {value or 'is empty'}: write {one_of(choices)}")


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 0 < scale < math.inf:
        raise FigureError(f"--scale {text}: write a number above 0, such as 3, for the PNG pixels per CSS pixel")
    return scale


def exported(order: Order, figures: Mapping[str, tuple[Request, Reference]], settings: Settings) -> Iterator[str]:
    """Render figures by name, write their files and list them; raise FigureError at the end if any failed."""
    saving = order.saving(settings)
    folder = order.folder or settings.root / FOLDER
    _open(folder, settings)
    requests = {request.name: replace(request, saving=saving) for request, _ in figures.values()}
    settings.store.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings.store) as apart:
        store = Store(Path(apart))
        rendered = pool.render(list(requests.values()), settings, store, Present(settings))
        outcomes = dict(zip(requests, rendered, strict=True))
        for name, (request, reference) in figures.items():
            outcome: Record | RenderError = outcomes[request.name]
            figure = figure_of(reference, request, outcome, settings)
            if isinstance(figure, Failure):
                place = f"{settings.shown(reference.article)}:{reference.line}"
                failed.append(entry(place, name, figure.problem))
                continue
            begin = folder / (f"{name}-dark" if order.theme == "dark" else name)
            yield from _written(begin, figure.wide, store, settings)
            if order.narrow and figure.narrow:
                yield from _written(begin.with_name(begin.name + NARROW), figure.narrow, store, settings)
            elif order.narrow:
                yield f"    {name}: it has no narrow form"
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
    """Return a file's size as the file itself states it."""
    if points := points_of(data):
        return f"{points[0]:g} × {points[1]:g} points"
    try:
        size = size_of(file)
    except AddressError:  # a format that Pillow can't read
        size = None
    return f"{size[0]} × {size[1]} pixels" if size else file.suffix.removeprefix(".").upper()


def _open(folder: Path, settings: Settings) -> None:
    """Check that the folder is writable before anything is rendered."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise _unwritable(folder, problem, settings) from problem


def _unwritable(place: Path, problem: OSError, settings: Settings) -> FigureError:
    return FigureError(
        f"can't write {settings.shown(place)}: {problem.strerror or problem}",
        "choose another folder with --to, or TO= if you use make",
    )
