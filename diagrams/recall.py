"""How well three recurrent layers learn to recall a token from 10, 50 and 100 steps ago, measured during training."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from _charts import Curve, Plot, Scale, at, column, say, thin_key
from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.fonts import NAME, width
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import DASHES, Shape

DATA = Path(__file__).parent / "data" / "recall" / "recall.json"
LAYERS = {"LSTM": ("memory", None), "GRU": ("state", (7, 4)), "SimpleRNN": ("ink", (2, 3.5))}
HIGH, TO_NAME, APART = 150, 8, 17
ALT = (
    "Accuracy over {updates:,} updates of training, in three panels. At the end, the medians of five seeds are: {}. "
    "Guessing gives {}."
)
TEXT = (
    "A network of 32 units reads one of eight names among random filler and has to say at the end which name it was. "
    "In training, the name is anywhere in the sequence; in this test it is always the first token. Thick lines are "
    "medians of five seeds, and thin ones the seeds. Gradients are clipped at a norm of 1."
)


def draw() -> Picture:
    """Draw stored measurements (`tools/recall`)."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    runs = {
        (run["layer"], run["lag"]): np.array(run["accuracy"])
        for run in told["runs"]
        if (run["place"], run["clip"], run["bias"]) == ("anywhere", True, None)
    }
    lags = sorted({lag for _, lag in runs})
    updates = [float(told["every"] * place) for place in range(len(next(iter(runs.values()))[0]))]
    rows = [(layer, lag, _spread(runs[layer, lag])) for lag in lags for layer in LAYERS]
    ends = ", ".join(f"{layer} {spread[0]} after {lag} tokens" for layer, lag, spread in rows)
    heads = ("layer", "tokens later", "median at the end", "worst", "best")
    cells = zip(*((layer, str(lag), *spread) for layer, lag, spread in rows), strict=True)
    table = [TextColumn(head, texts) for head, texts in zip(heads, cells, strict=True)]
    guess = 1 / told["names"]
    description = Description.of(ALT.format(ends, text_of(guess, 3), updates=int(updates[-1])), TEXT, table=table)
    curves = {
        lag: [Curve(layer, role, runs[layer, lag], dashes) for layer, (role, dashes) in LAYERS.items()] for lag in lags
    }

    def panels(wide: float) -> list[list[Shape]]:
        return [_panel(lag, updates, curves[lag], guess, wide, is_first=lag == lags[0]) for lag in lags]

    note = [thin_key(len(runs["GRU", lags[0]]))]

    def side_by_side(across: float, gap: float) -> tuple[Shape, ...]:
        row = [shape for place, panel in enumerate(panels(across)) for shape in at(panel, place * (across + gap))]
        return tuple(column([row, note], 16))

    narrow = column([*panels(149), note], (22, 22, 16))
    return in_two_forms([side_by_side(140, 132), side_by_side(112, 130)], [tuple(narrow)], description)


def _panel(
    lag: int, updates: Sequence[float], curves: Sequence[Curve], guess: float, wide: float, *, is_first: bool
) -> list[Shape]:
    """Draw the runs of the layers after this many steps, and name their medians and what they end at."""
    ticks = {0: "0", updates[-1]: "2,000 updates"}
    plot = Plot(Frame(0, -HIGH, wide, HIGH), Scale(0, updates[-1]), Scale(0, 1))
    name = f"after-{lag}"
    shapes: list[Shape] = [plot.level(f"{name}-guess", guess, "ink", width=1.25, dashes=DASHES)]
    shapes += [*plot.axes(name, ticks, {0: "0", 0.5: "0.5", 1: "1"}), *plot.runs(name, updates, curves)]
    if is_first:
        shapes.append(say(f"{name}-guessing", "guessing", wide, plot.y(guess) - 11, "end", NAME, "muted"))
    y = -float("inf")
    for curve in sorted(curves, key=lambda it: -it.median[-1]):
        y = max(plot.y(float(curve.median[-1])), y + APART)
        x, style = wide + TO_NAME, NAME.bold()
        shapes.append(say(f"{name}-{curve.name}-name", curve.name, x, y, "start", style, curve.role))
        x += width(curve.name, style) + 5
        value = text_of(float(curve.median[-1]), 2)
        shapes.append(say(f"{name}-end-{curve.name}", value, x, y, "start", style, curve.role))
    return [*shapes, say(f"{name}-title", f"{lag} tokens later: share recalled", -30, -HIGH - 28, "start", NAME.bold())]


def _spread(accuracy: np.ndarray) -> tuple[str, str, str]:
    """Print the median, the worst and the best final accuracy."""
    last = accuracy[:, -1]
    return text_of(float(np.median(last)), 2), text_of(float(last.min()), 2), text_of(float(last.max()), 2)
