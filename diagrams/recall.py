"""How well three recurrent layers learn to recall a token from 10, 50 and 100 steps ago, measured during training."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from _charts import DASHED, DOTTED, SOLID, Chart, Curve, LineChart, Panel

DATA = Path(__file__).parent / "data" / "recall" / "recall.json"
LAYERS = ("LSTM", "GRU", "SimpleRNN")
ALT = (
    "Accuracy over {updates:,} updates of training, in three panels. At the end, the medians of five seeds are: {}. "
    "Guessing gives {:.3f}."
)
TEXT = (
    "A network of 32 units reads one of eight names among random filler and has to say at the end which name it was. "
    "In training, the name is anywhere in the sequence; in this test it is always the first token. Lines are medians "
    "of five seeds, and bands reach from the worst to the best. Gradients are clipped at a norm of 1."
)


def draw() -> Chart:
    """Draw stored measurements (`tools/recall`)."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    runs: dict[tuple[str, int], list[list[float]]] = {
        (run["layer"], run["lag"]): run["accuracy"]
        for run in told["runs"]
        if (run["place"], run["clip"], run["bias"]) == ("anywhere", True, None)
    }
    steps = sorted({lag for _, lag in runs})
    colours = {"LSTM": "C4", "GRU": "C0", "SimpleRNN": plt.rcParams["text.color"]}
    dashes = {"LSTM": SOLID, "GRU": DASHED, "SimpleRNN": DOTTED}
    tests = len(next(iter(runs.values()))[0])
    updates = np.arange(tests) * told["every"]
    ends = [f"{layer} {_spread(runs[layer, lag])[0]:.2f} after {lag} steps" for lag in steps for layer in LAYERS]
    return LineChart(
        panels=[
            Panel(
                f"after {lag} steps",
                [Curve(layer, runs[layer, lag], colours[layer], dashes[layer]) for layer in LAYERS],
                {layer: f"{_spread(runs[layer, lag])[0]:.2f}" for layer in LAYERS},
            )
            for lag in steps
        ],
        x=updates,
        across="updates",
        up="share recalled",
        x_ticks={at: f"{at:,}" for at in range(0, int(updates[-1]) + 1, 1000)},
        y_ticks={0.25: "0.25", 0.5: "0.50", 0.75: "0.75", 1: "1"},
        y_limits=(0, 1.03),
        guide=(1 / told["names"], "chance"),
        note="lines: median of 5 seeds; bands: worst to best",
        panel_px=(262, 170),
        alt=ALT.format(", ".join(ends), 1 / told["names"], updates=int(updates[-1])),
        text=TEXT,
        head=["layer", "steps", "median at the end", "worst", "best"],
        rows=[
            [layer, str(lag), *(f"{each:.2f}" for each in _spread(runs[layer, lag]))]
            for lag in steps
            for layer in LAYERS
        ],
    ).figure()


def _spread(accuracy: list[list[float]]) -> tuple[float, float, float]:
    """Return the median, the worst and the best final accuracy."""
    last = [seed[-1] for seed in accuracy]
    return float(np.median(last)), min(last), max(last)
