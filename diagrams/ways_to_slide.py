"""Where a window of three words can be on a sentence of six: five settings of a Conv1D, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from unrolled import Conv1D
from unrolled.palette import colour

WORDS, SIZE = 6, 3
SETTINGS: dict[str, dict[str, Any]] = {
    "valid": {"padding": "valid"},
    "same": {"padding": "same"},
    "causal": {"padding": "causal"},
    "strides=2": {"strides": 2},
    "dilation_rate=2": {"dilation_rate": 2},
}
PX_PER_INCH, MARGIN, HEAD = 96, 10, 52
ROW, LETTERS = 25, 9.75
"""In pixels: from one position of the window to the next; in points: the font size."""
ALT = "How many places a window of three has on six words: {}."
TEXT = (
    "Below six numbered words is a row of squares for each place of the window. Padding is dashed, next to the words."
)


class Chart(Figure):
    """A figure with its texts and its layouts for phones and tablets, as pages read them."""

    alt: str
    description: dict[str, Any]
    narrow: Chart | None = None
    mid: Chart | None = None


class Panel(NamedTuple):
    """A setting, and the word indices that the window covers at each of its positions; those outside are padding."""

    name: str
    places: list[list[int]]

    @property
    def columns(self) -> range:
        """All words, and the padding on both sides."""
        seen = [each for place in self.places for each in place]
        return range(min(0, *seen), max(WORDS - 1, *seen) + 1)


def panels() -> list[Panel]:
    """Ask the layers what their windows cover."""
    found = []
    for name, options in SETTINGS.items():
        layer = Conv1D(1, SIZE, **options)
        (dilation,) = layer.window()[2]
        seen = layer.windows(np.arange(1, WORDS + 1, dtype=np.float64)[:, None])[:, 0]
        starts = [next(int(each) - 1 - at * dilation for at, each in enumerate(one) if each) for one in seen]
        found.append(Panel(name, [[start + at * dilation for at in range(SIZE)] for start in starts]))
    return found


def draw() -> Chart:
    """Draw the panels in a row, or on a tablet, in two, or on a phone, two by two."""
    found = panels()
    wide = _chart([found], pitch=20, apart=30)
    wide.mid = _chart([found[:3], found[3:]], pitch=24, apart=48)
    wide.narrow = _chart([found[:2], found[2:4], found[4:]], pitch=17, apart=18)
    ends = [f"{len(places)} with {name}" for name, places in found]
    wide.alt = ALT.format(", ".join(ends))
    rows = [[name, str(len(places)), "; ".join(map(_said, places))] for name, places in found]
    wide.description = {"text": TEXT, "head": ["setting", "outputs", "words covered"], "rows": rows}
    return wide


def _said(place: Sequence[int]) -> str:
    return ", ".join(str(at + 1) if 0 <= at < WORDS else "padding" for at in place)


def _chart(lines: Sequence[Sequence[Panel]], pitch: float, apart: float) -> Chart:
    heights = [HEAD + 34 + ROW * max(len(panel.places) for panel in line) for line in lines]
    widest = max(sum(len(panel.columns) for panel in line) * pitch + apart * (len(line) - 1) for line in lines)
    width, height = widest + 2 * MARGIN, sum(heights) + MARGIN
    chart = Chart(figsize=(width / PX_PER_INCH, height / PX_PER_INCH))
    chart.set_layout_engine("none")
    ax = chart.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    top: float = MARGIN
    for line, down in zip(lines, heights, strict=True):
        left: float = MARGIN
        for panel in line:
            _panel(ax, panel, left, top, pitch)
            left += len(panel.columns) * pitch + apart
        top += down
    return chart


def _panel(ax: Axes, panel: Panel, left: float, top: float, pitch: float) -> None:
    middles = {at: left + (number + 0.5) * pitch for number, at in enumerate(panel.columns)}
    count = len(panel.places)
    ax.text(left + 1, top + 8, panel.name, size=LETTERS, weight=600, color=colour("ink"), va="center")
    ax.text(left + 1, top + 27, f"{count} outputs", size=LETTERS, color=colour("muted"), va="center")
    for at, x in middles.items():
        is_word = 0 <= at < WORDS
        _square(ax, x, top + HEAD, pitch, "embedding" if is_word else "rule", "embedding-fill", dashed=not is_word)
        said = str(at + 1) if is_word else "0"
        token = "ink" if is_word else "muted"
        ax.text(x, top + HEAD + 4, said, size=LETTERS, color=colour(token), ha="center", va="baseline")
    for number, place in enumerate(panel.places):
        y = top + HEAD + 9 + (number + 1) * ROW
        ax.plot([middles[place[0]], middles[place[-1]]], [y, y], color=colour("state"), lw=1.1, zorder=1)
        for at in place:
            _square(ax, middles[at], y, pitch, "state", "state-fill")


def _square(ax: Axes, x: float, y: float, pitch: float, line: str, fill: str, *, dashed: bool = False) -> None:
    side = pitch - 3.5
    ax.add_patch(
        FancyBboxPatch(
            (x - side / 2, y - side / 2),
            side,
            side,
            boxstyle="round,pad=0,rounding_size=2.5",
            edgecolor=colour(line),
            facecolor=colour("paper" if dashed else fill),
            linewidth=0.9 if dashed else 1.1,
            linestyle=(0, (2.6, 2)) if dashed else "-",
            zorder=2,
        )
    )
