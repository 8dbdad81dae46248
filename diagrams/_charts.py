"""Line charts for the guides: curves with their spread, in panels side by side, or stacked on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation
from numpy.typing import ArrayLike

from unrolled.floor.charts import apart
from unrolled.fonts import NAME, width

PX_PER_INCH = 96
NARROW = 288
BAND = 0.16
"""The opacity of a curve's spread."""
LEGEND_LINE = 52
"""The width in pixels, beside each name in the legend of the narrow layout, for its line and the gaps."""
SOLID, DASHED, DOTTED = "-", (0, (3.4, 1.8)), (0, (0.9, 1.5))
"""Distinguishable without colour, too."""
NAME_GAP, NAME_PITCH, LEAD = 11, 14, 3
"""In points: the distance of names from the ends of their curves, from one another, and from the start of a leader
line.
"""
NEARBY = 0.05
"""The fraction of the axis that a name above a curve may cover on either side."""
UP_OVER, TITLE_OVER = 8, 25
"""In points: the distance of the y-axis label above the panel, and of the title above that."""


class Curve(NamedTuple):
    """Measurements of one quantity, with one row for each run (runs, points)."""

    name: str
    values: ArrayLike
    colour: str
    dashes: Any = SOLID

    @property
    def runs(self) -> np.ndarray[Any, Any]:
        """The runs as a 2-D array, even if there is only one."""
        return np.atleast_2d(np.asarray(self.values, dtype=np.float64))

    @property
    def median(self) -> np.ndarray[Any, Any]:
        """The median of the runs at each point."""
        middle: np.ndarray[Any, Any] = np.median(self.runs, axis=0)
        return middle


@dataclass(frozen=True)
class Panel:
    """Curves on one pair of axes, with a name at the end of each."""

    title: str
    curves: Sequence[Curve]
    ends: Mapping[str, str] = field(default_factory=dict)
    """Text after the names: the values at the end."""


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """What all panels have in common, and their size."""

    panels: Sequence[Panel]
    x: ArrayLike
    across: str
    """The label of the x-axis."""
    up: str
    """The label of the y-axis."""
    x_ticks: Mapping[float, str]
    y_ticks: Mapping[float, str]
    y_limits: tuple[float, float]
    is_log: bool = False
    bands: str = ""
    """What the bands around the lines are."""
    panel_px: tuple[float, float] = (250, 176)
    alt: str
    text: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def figure(self) -> Chart:
        """Draw the panels in a row, or stacked for phones."""
        across, down = self.panel_px
        count = len(self.panels)
        chart = self._drawn(1, count, (min(848, count * across + 60), down + 96))
        chart.narrow = self._drawn(count, 1, (NARROW, count * (down * 0.82 + 60) + 66), is_narrow=True)
        return chart

    def _drawn(self, rows: int, columns: int, size: tuple[float, float], *, is_narrow: bool = False) -> Chart:
        chart = Chart(figsize=(round(size[0]) / PX_PER_INCH, round(size[1]) / PX_PER_INCH))
        chart.alt, chart.description = self.alt, {"text": self.text, "head": self.head, "rows": self.rows}
        grid = chart.subplots(rows, columns, squeeze=False, sharey=True)
        muted = plt.rcParams["xtick.labelcolor"]
        for place, (ax, panel) in enumerate(zip(grid.flat, self.panels, strict=True)):
            self._plot(ax, panel, is_first=place == 0, is_narrow=is_narrow)
        grid[-1, 0].set_xlabel(self.across, loc="left", color=muted)
        if is_narrow:
            curves = {curve.name: curve for panel in self.panels for curve in panel.curves}
            handles: list[Line2D | Patch] = [
                Line2D([], [], color=curve.colour, linestyle=curve.dashes, label=name) for name, curve in curves.items()
            ]
            if self.bands:
                handles.append(Patch(color=muted, alpha=2 * BAND, linewidth=0, label=f"bands: {self.bands}"))
            widest = max(width(str(handle.get_label()), NAME) for handle in handles)
            columns = 2 if 2 * (widest + LEGEND_LINE) <= NARROW else 1
            chart.legend(handles=handles, loc="outside lower left", ncols=columns, handlelength=2.4, borderaxespad=0)
        elif self.bands:
            label, ax = grid[-1, 0].xaxis.label, grid[-1, -1]
            note = ax.annotate(
                f"bands: {self.bands}", (1, 0.5), xycoords=(ax.transAxes, label), ha="right", va="center", color=muted
            )
            note.set_in_layout(False)  # it may be longer than its panel without taking space from the others
        if not is_narrow:
            self._name_ends(chart, grid)
        return chart

    def _plot(self, ax: Axes, panel: Panel, *, is_first: bool, is_narrow: bool) -> None:
        x = np.asarray(self.x, dtype=np.float64)
        hair, muted = plt.rcParams["grid.color"], plt.rcParams["xtick.labelcolor"]
        for height in self.y_ticks:
            ax.axhline(height, color=hair, linewidth=0.75, zorder=0)
        for curve in panel.curves:
            if len(curve.runs) > 1:
                ax.fill_between(
                    x, curve.runs.min(axis=0), curve.runs.max(axis=0), color=curve.colour, alpha=BAND, linewidth=0
                )
            ax.plot(x, curve.median, color=curve.colour, linestyle=curve.dashes)
        if self.is_log:
            ax.set_yscale("log")
        ax.set(xlim=(x[0], x[-1]), ylim=self.y_limits)
        ax.set_title(panel.title, pad=TITLE_OVER if is_first or not is_narrow else UP_OVER)
        ax.set_xticks(list(self.x_ticks), list(self.x_ticks.values()))
        ax.set_yticks(list(self.y_ticks), list(self.y_ticks.values()))
        ax.minorticks_off()
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        if is_first and self.up:
            ax.annotate(self.up, (0, 1), (0, UP_OVER), "axes fraction", "offset points", va="baseline", color=muted)

    def _name_over(self, ax: Axes, curve: Curve, x: np.ndarray[Any, Any]) -> None:
        """Place a curve's name above the middle of its range, clear of the curve nearby."""
        places = np.flatnonzero(~np.isnan(curve.median))
        middle = (x[places[0]] + x[places[-1]]) / 2
        near = places[np.abs(x[places] - middle) < NEARBY * (x[-1] - x[0])]
        ax.annotate(
            curve.name, (middle, curve.median[near].max()), (0, NAME_GAP / 2), textcoords="offset points",
            ha="center", color=curve.colour, weight=600,
        )  # fmt: skip

    def _name_ends(self, chart: Chart, grid: np.ndarray[Any, Any]) -> None:
        """Put each curve's name at its end, or where it leaves the panel; names that would overlap are moved apart."""
        x = np.asarray(self.x, dtype=np.float64)
        named: list[list[tuple[Annotation, str]]] = []
        for ax, panel in zip(grid.flat, self.panels, strict=True):
            named.append([])
            for curve in panel.curves:
                if np.isnan(curve.median).any():  # it covers part of the axis, and others follow it
                    self._name_over(ax, curve, x)
                    continue
                last = int(np.flatnonzero((curve.median >= self.y_limits[0]) & (curve.median <= self.y_limits[1]))[-1])
                name = ax.annotate(
                    f"{curve.name} {panel.ends.get(curve.name, '')}".strip(), (x[last], curve.median[last]),
                    (NAME_GAP, 0), textcoords="offset points", va="center", color=curve.colour, weight=600,
                )  # fmt: skip
                if last < len(x) - 1:
                    name.set(position=(0, 1.3 * NAME_PITCH), va="baseline")  # above the line of the last tick
                else:
                    named[-1].append((name, curve.colour))
        chart.draw_without_rendering()  # the height of the panels is only known now
        for ax, names in zip(grid.flat, named, strict=True):
            ends = [ax.transData.transform(name.xy)[1] * 72 / chart.dpi for name, _ in names]
            for (name, colour), end, place in zip(names, ends, apart(ends, NAME_PITCH), strict=True):
                name.set_position((NAME_GAP, place - end))
                if abs(place - end) > 1:
                    ax.annotate(
                        "", name.xy, (NAME_GAP - LEAD, place - end), textcoords="offset points",
                        arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.75, "shrinkA": 0, "shrinkB": 2},
                    )  # fmt: skip


class Chart(Figure):
    """A figure with its texts and, if it has one, its narrow layout, as pages read them."""

    alt: str
    description: Mapping[str, Any]
    narrow: Chart | None = None
