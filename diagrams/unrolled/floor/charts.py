"""Charts as things of diagrams: line charts with the range of several runs, and dot plots of single runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array
from ..description import TableRow
from ..errors import PictureError
from ..fonts import NAME, NUMBER, Style, width
from ..geometry import Frame, Point
from ..i18n import PrintedNumbers, Series, counted, text_of
from ..shapes.plots import CurveDot, Line, Polyline, Spread
from ..shapes.shape import DASHES, Shape
from ..shapes.text import Label
from .diagram import Piece, Thing

TICK = VALUE = NUMBER.sized(13)
LINES: tuple[tuple[str, float, tuple[float, float] | None], ...] = (
    ("ink", 2, (2, 3.5)),
    ("state", 2.25, None),
    ("memory", 2.25, (7, 4)),
    ("output", 2.25, (7, 3)),
)
"""The role, width and dash pattern of a chart's lines, in order."""
FAINT = 1.25
"""The width of lines for comparison."""
HIGH = 140
BEFORE_TICKS, UNDER, LINE_NAME, NAMES_APART = 7, 15, 8, 15
"""From the chart to the numbers beside it, to those below it, and to the names of its lines; and between names."""
AXIS_NAME = 20
HALF_LINE = 7
ROW, FIRST_ROW = 30, 17
"""From one row of dots to the next, and from the top edge of the chart to the first row."""
GAP = 12


class Curve(NamedTuple):
    """A line of a chart: its name and its values, with a row for each run."""

    name: str
    values: Array

    @property
    def mean(self) -> Array:
        """The values of the line itself."""
        mean: Array = self.values.mean(axis=0)
        return mean


@dataclass(frozen=True, kw_only=True, eq=False)
class Curves(Piece):
    """Lines over a common axis, each with an area from its lowest to its highest run."""

    kind = "chart"
    runs: tuple[Curve, ...]
    faint: tuple[Curve, ...]
    """Lines for comparison, without areas; each is dashed like the line with the same index."""
    ticks: tuple[float, ...]
    """The tick values, from the bottom of the chart to the top."""
    first: int
    """The number of the first point on the axis."""
    axis: str
    wide: float
    decimals: int

    @property
    def _before(self) -> float:
        return BEFORE_TICKS + max(width(self._tick(value), TICK) for value in self.ticks)

    @property
    def _after(self) -> float:
        names = [(run.name, NAME.bold()) for run in self.runs] + [(run.name, NAME) for run in self.faint]
        return LINE_NAME + max(width(name, style) for name, style in names)

    @property
    def size(self) -> tuple[float, float]:
        """The size of the chart, including the numbers beside and below it and the names at the ends of the lines."""
        return self._before + self.wide + self._after, HALF_LINE + HIGH + UNDER + HALF_LINE + AXIS_NAME

    def rows(self, title: str, number: int) -> Sequence[TableRow]:
        """List the mean of each line at each point."""
        return [_row(title, run.name, run.mean, self.decimals) for run in (*self.runs, *self.faint)]

    def _tick(self, value: float) -> str:
        fewest = (places for places in range(5) if all(round(tick, places) == tick for tick in self.ticks))
        return text_of(value, next(fewest, self.decimals))

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the scale, the areas, the lines and their names."""
        plot = Frame(frame.left + self._before, frame.top + HALF_LINE, self.wide, HIGH)
        low, high = self.ticks[0], self.ticks[-1]
        points = len(self.runs[0].mean)

        def at(place: int, value: float) -> Point:
            along = place / (points - 1) if points > 1 else 0.5
            return Point(plot.left + along * plot.width, plot.bottom - (value - low) / (high - low) * plot.height)

        shapes: list[Shape] = []
        for number, value in enumerate(self.ticks, start=1):
            y = at(0, value).y
            ends = Point(plot.left, y), Point(plot.right, y)
            shapes.append(Line(name=f"{name}-scale-{number}", role="hair", start=ends[0], to=ends[1]))
            beside = Point(plot.left - BEFORE_TICKS, y)
            shapes.append(_label(f"{name}-tick-{number}", self._tick(value), beside, TICK, "muted", "end"))
        for place in sorted({0, (points - 1) // 2, points - 1}):
            under = Point(at(place, low).x, plot.bottom + UNDER)
            printed = str(self.first + place)
            shapes.append(_label(f"{name}-along-{place + 1}", printed, under, TICK, "muted", "middle"))
        shapes.append(
            _label(f"{name}-axis", self.axis, Point(plot.left, plot.bottom + UNDER + AXIS_NAME), NAME, "muted", "start")
        )
        styles = list(zip(self.runs, LINES, strict=False))
        for number, (run, (role, _, _)) in enumerate(styles, start=1):
            if len(run.values) > 1:
                lows, highs = run.values.min(axis=0), run.values.max(axis=0)
                upper = [at(place, float(value)) for place, value in enumerate(highs)]
                lower = [at(place, float(value)) for place, value in enumerate(lows)]
                shapes.append(Spread(name=f"{name}-spread-{number}", role=role, points=(*upper, *reversed(lower))))
        pale = [(run, ("rule", FAINT, dashes)) for run, (_, _, dashes) in zip(self.faint, LINES, strict=False)]
        lines = [*((f"faint-{number}", *run_style) for number, run_style in enumerate(pale, start=1))]
        lines += [(str(number), *run_style) for number, run_style in enumerate(styles, start=1)]
        for called, run, (role, thick, dashes) in lines:
            line = tuple(at(place, float(value)) for place, value in enumerate(run.mean))
            shapes.append(Polyline(name=f"{name}-line-{called}", role=role, points=line, width=thick, dashes=dashes))
        ends_at = apart([at(points - 1, float(run.mean[-1])).y for _, run, _ in lines], NAMES_APART)
        for (called, run, (role, _, _)), y in zip(lines, ends_at, strict=True):
            beside = Point(plot.right + LINE_NAME, y)
            style, token = (NAME, "muted") if role == "rule" else (NAME.bold(), role)
            shapes.append(_label(f"{name}-name-{called}", run.name, beside, style, token, "start"))
        return shapes


@dataclass(frozen=True, kw_only=True, eq=False)
class Dots(Piece):
    """Rows of dots on one scale: a dot for each run, and a stroke with a number for their mean."""

    kind = "dots"
    runs: tuple[Curve, ...]
    ticks: tuple[float, ...]
    compared: str
    """The row whose mean is drawn through all rows."""
    axis: str
    wide: float
    decimals: int

    @property
    def _before(self) -> float:
        return GAP + max(width(run.name, NAME.bold()) for run in self.runs)

    @property
    def size(self) -> tuple[float, float]:
        """The size including names, scale and means."""
        means = max(width(text_of(float(run.values.mean()), self.decimals), VALUE.bold()) for run in self.runs)
        return self._before + self.wide + GAP + means, ROW * len(self.runs) + UNDER + 2 * HALF_LINE + AXIS_NAME

    def rows(self, title: str, number: int) -> Sequence[TableRow]:
        """List every run of every row."""
        return [_row(title, run.name, run.values[:, 0], self.decimals) for run in self.runs]

    def shapes(self, name: str, frame: Frame, fills: Mapping[str, str]) -> Sequence[Shape]:
        """Draw the scale, the mean all rows are compared with, then row by row."""
        low, high = self.ticks[0], self.ticks[-1]
        plot = Frame(frame.left + self._before, frame.top, self.wide, ROW * len(self.runs))

        def across(value: float) -> float:
            return plot.left + (value - low) / (high - low) * plot.width

        shapes: list[Shape] = []
        for number, value in enumerate(self.ticks, start=1):
            x = across(value)
            shapes.append(
                Line(name=f"{name}-scale-{number}", role="hair", start=Point(x, plot.top), to=Point(x, plot.bottom))
            )
            under = Point(x, plot.bottom + UNDER)
            shapes.append(_label(f"{name}-tick-{number}", text_of(value, 0), under, TICK, "muted", "middle"))
        shapes.append(
            _label(f"{name}-axis", self.axis, Point(plot.left, plot.bottom + UNDER + AXIS_NAME), NAME, "muted", "start")
        )
        for run in self.runs:
            if run.name == self.compared:
                x = across(float(run.values.mean()))
                start, to = Point(x, plot.top), Point(x, plot.bottom)
                shapes.append(Line(name=f"{name}-compared", role="muted", start=start, to=to, dashes=DASHES))
        for number, run in enumerate(self.runs, start=1):
            y, mean = plot.top + FIRST_ROW + (number - 1) * ROW, float(run.values.mean())
            role, is_bar = ("muted", True) if run.name == self.compared else ("state", False)
            style = NAME.bold() if is_bar else NAME
            shapes.append(_label(f"{name}-name-{number}", run.name, Point(plot.left - GAP, y), style, "ink", "end"))
            for place, value in enumerate(sorted(float(measured) for measured in run.values[:, 0]), start=1):
                shapes.append(CurveDot(name=f"{name}-{number}-{place}", role=role, at=Point(across(value), y)))
            stroke = Point(across(mean), y - ROW / 2 + 5), Point(across(mean), y + ROW / 2 - 5)
            shapes.append(Line(name=f"{name}-mean-{number}", role="ink", start=stroke[0], to=stroke[1], width=2.5))
            beside = Point(plot.right + GAP, y)
            shapes.append(
                _label(f"{name}-value-{number}", text_of(mean, self.decimals), beside, VALUE.bold(), "ink", "start")
            )
        return shapes


def curves(
    runs: Mapping[str, ArrayLike],
    ticks: Sequence[float],
    *,
    faint: Mapping[str, ArrayLike] | None = None,
    axis: str = "",
    first: int = 1,
    wide: float = 210,
    decimals: int = 2,
) -> Thing:
    """Draw a line chart, for example of losses over epochs, with each line's name at its end.

    A line is a row of numbers, or an array (runs, points), which is drawn as its mean with an area from the lowest to
    the highest run. `ticks` are the tick values in ascending order, `first` is the number of the first point, and
    `wide` is the width in px without what is beside the chart. `faint` lines, thin and grey, are baselines to compare
    the others with, in the same order.

    >>> curves({"train": [[0.7, 0.4, 0.2], [0.7, 0.5, 0.3]], "kept out": [0.7, 0.5, 0.6]}, (0, 0.5, 1), axis="epoch")
    """
    lines = tuple(Curve(name, _runs(name, values)) for name, values in runs.items())
    pale = tuple(Curve(name, _runs(name, values)) for name, values in (faint or {}).items())
    if not 1 <= len(lines) <= len(LINES):
        raise PictureError(f"curves draws 1 to {len(LINES)} lines, not {len(lines)}")
    if len(pale) > len(lines):
        raise PictureError(f"{counted(len(pale), 'faint line')} need as many others, but there are {len(lines)}")
    if len({run.values.shape[1] for run in (*lines, *pale)}) > 1:
        raise PictureError("all lines of a chart must have the same number of points")
    _check_ticks(ticks, (*lines, *pale))
    chart = Curves(runs=lines, faint=pale, ticks=tuple(ticks), first=first, axis=axis, wide=wide, decimals=decimals)
    return Thing.of(chart)


def dots(
    runs: Mapping[str, Sequence[float]],
    ticks: Sequence[float],
    *,
    compared: str = "",
    axis: str = "",
    wide: float = 320,
    decimals: int = 1,
) -> Thing:
    """Draw repeated measurements: a row for each name, with a dot for each run and a stroke for the mean.

    `ticks` are the tick values. The mean of the row `compared` is drawn through all the others.

    >>> dots({"words alone": [77, 78], "LSTM": [77, 79]}, (75, 80), compared="words alone", axis="% right", wide=150)
    """
    lines = tuple(Curve(name, _runs(name, np.reshape(values, (-1, 1)))) for name, values in runs.items())
    if not lines:
        raise PictureError("dots has nothing to draw: give it a name and its numbers")
    if compared and compared not in runs:
        raise PictureError(f"there is no row {compared!r}; the rows are {', '.join(runs)}")
    _check_ticks(ticks, lines)
    return Thing.of(Dots(runs=lines, ticks=tuple(ticks), compared=compared, axis=axis, wide=wide, decimals=decimals))


def _runs(name: str, values: ArrayLike) -> Array:
    numbers = np.array(values, dtype=np.float64)
    if numbers.ndim not in (1, 2) or numbers.size == 0 or not np.isfinite(numbers).all():
        raise PictureError(f"{name!r} needs a row of numbers, or several rows of the same length")
    return numbers.reshape(-1, numbers.shape[-1])


def _check_ticks(ticks: Sequence[float], runs: Sequence[Curve]) -> None:
    low, high = min(float(run.values.min()) for run in runs), max(float(run.values.max()) for run in runs)
    if len(ticks) < 2 or list(ticks) != sorted(set(ticks)) or low < ticks[0] or high > ticks[-1]:
        raise PictureError(
            f"ticks must be rising numbers that cover what is drawn, from {text_of(low, 2)} to "
            f"{text_of(high, 2)}, not {', '.join(f'{tick:g}' for tick in ticks) or 'none'}"
        )


def apart(places: Sequence[float], least: float) -> list[float]:
    """Spread positions that are closer together than this, keeping each group centred."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    groups = [[places[number]] for number in order]
    while True:
        spans = [_span(group, least) for group in groups]
        near = next((place for place in range(len(spans) - 1) if spans[place + 1][0] - spans[place][1] < least), None)
        if near is None:
            break
        groups[near : near + 2] = [groups[near] + groups[near + 1]]
    spread = [
        start + place * least for group in groups for start in [_span(group, least)[0]] for place in range(len(group))
    ]
    return [spread[order.index(number)] for number in range(len(places))]


def _span(group: Sequence[float], least: float) -> tuple[float, float]:
    middle, half = sum(group) / len(group), least * (len(group) - 1) / 2
    return middle - half, middle + half


def _label(name: str, text: str, at: Point, style: Style, role: str, anchor: str) -> Label:
    return Label(name=name, role=role, text=text, at=at, style=style, anchor=anchor)


def _row(title: str, name: str, values: Array, decimals: int) -> TableRow:
    """Print the numbers of one line, named after the label beside the chart as well."""
    texts = tuple(text_of(float(value), decimals) for value in values)
    return TableRow.of(Series(title, name) if title else name, PrintedNumbers(texts))
