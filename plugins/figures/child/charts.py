"""Charts of Plotly and Altair: their own programs draw them, and the picture becomes a figure of matplotlib."""

from __future__ import annotations

import io
from typing import Any

from ..report import NothingDrawnError

SCALE = 2
"""How many pixels of the picture are one of the page."""
PX_PER_INCH = 96
NEEDS = {"altair": "vl-convert-python", "plotly": "kaleido"}
"""By library, what draws its charts without a page; kaleido starts Chrome for that."""


def library_of(thing: object) -> str:
    """Return the library of a chart; empty for anything else."""
    name = type(thing).__module__.partition(".")[0]
    return name if name in NEEDS else ""


def figure_of_chart(chart: Any, line: int) -> Any:
    """Return a matplotlib figure with a chart, at its own size; raise NothingDrawnError if it can't be drawn."""
    import matplotlib.pyplot as plt
    from matplotlib.layout_engine import PlaceHolderLayoutEngine

    library = library_of(chart)
    try:
        pixels = plt.imread(io.BytesIO(_png(chart, library)))
    except (ImportError, ValueError, RuntimeError) as problem:
        message = f"this chart of {library.capitalize()} can't be drawn: {str(problem).strip().partition(chr(10))[0]}"
        browser = ", and have Chrome or Chromium installed" if library == "plotly" else ""
        raise NothingDrawnError(message, line, f"run python -m pip install {NEEDS[library]}{browser}") from problem
    height, width = (side / SCALE / PX_PER_INCH for side in pixels.shape[:2])
    # matplotlib forgets layout="none" when it saves the figure, and then lays the picture out as if it were a plot.
    figure = plt.figure(figsize=(width, height), layout=PlaceHolderLayoutEngine(True, False))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(pixels, aspect="auto")
    axes.set_axis_off()
    return figure


def _png(chart: Any, library: str) -> bytes:
    if library == "plotly":
        return bytes(chart.to_image("png", scale=SCALE))
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(chart.to_dict(), scale=SCALE))
