"""What the verb `export` is told to write, checked before anything is read or rendered."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from .formats import FORMATS, one_of
from .report import FigureError, SettingsError
from .requests import Saving
from .settings import Settings
from .tokens import tokens

THEMES = ("light", "dark")
LETTERS = ("paths", "text")
FOLDER = "exports"


@dataclass(frozen=True)
class Order:
    """What is to be written; `folder` is the project's own for exports where it is None."""

    formats: tuple[str, ...]
    scale: float
    theme: str
    transparent: bool
    outlined: bool
    turned: bool
    folder: Path | None

    def saving(self, settings: Settings) -> Saving:
        """Say how the figures are saved."""
        colours = dark_colours(settings) if self.theme == "dark" else {}
        return Saving(self.formats, self.scale, colours, self.transparent, self.outlined)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb understands. Values are checked by `order_of`, whose messages say what to write."""
    parser.add_argument("names", nargs="*", help="figures; all, if none is named")
    parser.add_argument("--format", default="png", help=f"{one_of(tuple(FORMATS))}, or several: pdf,png (png)")
    parser.add_argument("--scale", default="2", help="pixels of a PNG to a CSS pixel (2)")
    parser.add_argument("--theme", default="light", help="light or dark (light)")
    parser.add_argument("--transparent", action="store_true", help="leave the ground out")
    parser.add_argument("--text", default="paths", help="letters of an SVG: paths, which need no font, or text (paths)")
    parser.add_argument("--turned", action="store_true", help="the forms for narrow pages too")
    parser.add_argument("--to", metavar="FOLDER", help=f"where to write ({FOLDER}, in the project)")


def order_of(chosen: argparse.Namespace) -> Order:
    """Check what was chosen; raise FigureError for what cannot be."""
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
        turned=chosen.turned,
        folder=Path(chosen.to).absolute() if chosen.to else None,
    )


def dark_colours(settings: Settings) -> dict[str, str]:
    """Read which dark value stands for which light one; raise SettingsError where that is not told."""
    if settings.tokens is None:
        raise SettingsError(
            "no dark colours are known: there is no theme/tokens.json", "write it, or name yours by FIGURES_TOKENS"
        )
    return {token.light: token.dark for token in tokens(settings).values()}


def _check(option: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise FigureError(f"--{option} {value or 'says nothing'}: write {one_of(known)}")


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = math.nan
    if not 0 < scale < math.inf:
        raise FigureError(f"--scale {text}: write a number above 0, such as 3: pixels of a PNG to a CSS pixel")
    return scale
