"""Line charts of the guides: curves with their spread, in panels side by side, and one below the other on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

PX_PER_INCH = 96
NARROW = 288
BAND = 0.16
"""How strong the spread of a curve is painted."""
SOLID, DASHED, DOTTED = "-", (0, (3.4, 1.8)), (0, (0.9, 1.5))
"""Told apart without colour, too."""
NAMED_OVER, YLABEL_LEFT, TITLE_PAD = 7, 5, 10
"""Points: how far names are from their curves, the name of the y-axis from the axis, and titles over it."""
SIGNS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(power: int) -> str:
    """Write a power of ten for an axis in full: small raised digits cannot be read."""
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"


def in_words(value: float) -> str:
    """Write a number with two digits that count, as a multiple of a power of ten where it would be long."""
    if value and not 0.001 <= value < 10_000:
        digits, power = f"{value:.1e}".split("e")
        return f"{digits} · 10{str(int(power)).translate(SIGNS)}"
    return f"{float(f'{value:.2g}'):,.4g}"


class Curve(NamedTuple):
    """Measurements of one thing: a run a row (runs, points)."""

    name: str
    values: ArrayLike
    colour: str
    dashes: Any = SOLID

    @property
    def runs(self) -> np.ndarray[Any, Any]:
        """Its runs, also where there is only one."""
        return np.atleast_2d(np.asarray(self.values, dtype=np.float64))

    @property
    def median(self) -> np.ndarray[Any, Any]:
        """The middle one of the runs at each point."""
        middle: np.ndarray[Any, Any] = np.median(self.runs, axis=0)
        return middle


@dataclass(frozen=True)
class Panel:
    """Curves on one pair of axes, and where some of them are named: the point, and on which side of it."""

    title: str
    curves: Sequence[Curve]
    named: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    """What is written after the names: the value at the end."""


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """What all panels share, and how large they are."""

    panels: Sequence[Panel]
    x: ArrayLike
    across: str
    """What runs along the x-axis."""
    up: str
    """What runs along the y-axis."""
    x_ticks: Mapping[float, str]
    y_ticks: Mapping[float, str]
    y_limits: tuple[float, float]
    is_log: bool = False
    guide: tuple[float, str] | None = None
    """A dashed line at a height, and what it is."""
    note: str = ""
    panel_px: tuple[float, float] = (250, 176)
    alt: str
    text: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def figure(self) -> Chart:
        """Draw the panels in a row, and for phones one below the other."""
        across, down = self.panel_px
        count = len(self.panels)
        chart = self._drawn(1, count, (min(848, count * across + 60), down + 96))
        chart.narrow = self._drawn(count, 1, (NARROW, count * (down * 0.82 + 60) + 66), is_narrow=True)
        return chart

    def _drawn(self, rows: int, columns: int, size: tuple[float, float], *, is_narrow: bool = False) -> Chart:
        chart = Chart(figsize=(size[0] / PX_PER_INCH, size[1] / PX_PER_INCH))
        chart.alt, chart.description = self.alt, {"text": self.text, "head": self.head, "rows": self.rows}
        grid = chart.subplots(rows, columns, squeeze=False, sharey=True)
        muted = plt.rcParams["xtick.labelcolor"]
        for place, (ax, panel) in enumerate(zip(grid.flat, self.panels, strict=True)):
            self._plot(ax, panel, is_first=place == 0, is_narrow=is_narrow)
        grid[-1, 0].set_xlabel(self.across, loc="left", color=muted)
        if is_narrow:
            curves = {curve.name: curve for panel in self.panels for curve in panel.curves}
            handles = [
                Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=name) for name, curve in curves.items()
            ]
            chart.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=2.4, borderaxespad=0)
        elif self.note:
            grid[-1, -1].set_xlabel(self.note, loc="right", color=muted)
        return chart

    def _plot(self, ax: Axes, panel: Panel, *, is_first: bool, is_narrow: bool) -> None:
        x = np.asarray(self.x, dtype=np.float64)
        hair, muted = plt.rcParams["grid.color"], plt.rcParams["xtick.labelcolor"]
        for height in self.y_ticks:
            ax.axhline(height, color=hair, linewidth=0.75, zorder=0)
        if self.guide:
            height, called = self.guide
            ax.axhline(height, color=plt.rcParams["axes.edgecolor"], linewidth=1, dashes=(5, 4), zorder=1)
            if is_first:
                ax.annotate(
                    called, (1, height), (0, 3), ("axes fraction", "data"), "offset points",
                    ha="right", va="bottom", color=muted,
                )  # fmt: skip
        for curve in panel.curves:
            if len(curve.runs) > 1:
                ax.fill_between(
                    x, curve.runs.min(axis=0), curve.runs.max(axis=0), color=curve.colour, alpha=BAND, linewidth=0
                )
            ax.plot(x, curve.median, color=curve.colour, linestyle=curve.dashes)
            if curve.name in panel.named and not is_narrow:
                said = f"{curve.name} {panel.ends.get(curve.name, '')}".strip()
                self._name(ax, curve, said, x, *panel.named[curve.name])
        if self.is_log:
            ax.set_yscale("log")
        ax.set(xlim=(x[0], x[-1]), ylim=self.y_limits)
        ax.set_title(panel.title, pad=TITLE_PAD)
        ax.set_xticks(list(self.x_ticks), list(self.x_ticks.values()))
        ax.set_yticks(list(self.y_ticks), list(self.y_ticks.values()))
        ax.minorticks_off()
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        if is_first and self.up:
            ax.annotate(
                self.up, (0, 1), (-YLABEL_LEFT, TITLE_PAD), "axes fraction", "offset points",
                ha="right", va="baseline", color=muted,
            )  # fmt: skip

    def _name(self, ax: Axes, curve: Curve, said: str, x: np.ndarray[Any, Any], at: float, side: str) -> None:
        """Write a curve's name beside a point of it."""
        place = int(np.abs(x - at).argmin())
        move, across, up = {
            "over": ((0, NAMED_OVER), "center", "bottom"),
            "under": ((0, -NAMED_OVER), "center", "top"),
            "well over": ((0, 2.2 * NAMED_OVER), "center", "bottom"),
            "well under": ((0, -3 * NAMED_OVER), "center", "top"),
            "left": ((-NAMED_OVER, 0), "right", "center"),
            "right": ((NAMED_OVER, 0), "left", "center"),
            "over, left": ((-NAMED_OVER, NAMED_OVER / 2), "right", "bottom"),
            "under, left": ((-NAMED_OVER, -NAMED_OVER / 2), "right", "top"),
        }[side]
        ax.annotate(
            said, (x[place], curve.median[place]), move, textcoords="offset points", ha=across, va=up,
            color=curve.colour, weight=600,
        )  # fmt: skip


class Chart(Figure):
    """A figure with its words and, where it has one, its narrow form: as the pages read them."""

    alt: str
    description: Mapping[str, Any]
    narrow: Chart | None = None
