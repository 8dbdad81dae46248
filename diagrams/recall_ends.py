"""How often networks recall a name at the end of their training: in the worst, the middle and the best of five runs."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from unrolled import Picture, above, beside, cells, label
from unrolled.floor.picture import Thing

DATA = Path(__file__).parent / "data" / "recall" / "recall.json"
HEADS = ["worst", "median", "best"]
IN_FRONT = (
    "Accuracy in the worst, the middle and the best of five runs, where the name comes first in training, too. {}"
)
CLIPPED = "Accuracy in the worst, the middle and the best of five runs, with and without clipping. {}"


def draw(clipping: bool = False) -> Picture:
    """Compare the networks for which the name always came first, or one with and without clipped gradients."""
    runs = json.loads(DATA.read_text(encoding="utf-8"))["runs"]
    if clipping:
        wanted = [run for run in runs if (run["layer"], run["lag"], run["place"]) == ("LSTM", 100, "anywhere")]
        called = {id(run): "LSTM, clipped" if run["clip"] else "LSTM, not clipped" for run in wanted}
    else:
        wanted = [run for run in runs if run["place"] == "first"]
        called = {id(run): _bias_told(run) for run in wanted}
    found: dict[int, dict[str, list[float]]] = {}
    for run in wanted:
        last = [accuracy[-1] for accuracy in run["accuracy"]]
        found.setdefault(run["lag"], {})[called[id(run)]] = [min(last), float(np.median(last)), max(last)]
    tables = [_table(lag, rows) for lag, rows in sorted(found.items())]
    said = [f"After {lag} steps: {'; '.join(map(_said, rows.items()))}." for lag, rows in sorted(found.items())]
    alt = (CLIPPED if clipping else IN_FRONT).format(" ".join(said))
    return beside(*tables, align="top").picture(alt, narrow=above(*tables))


def _bias_told(run: dict[str, Any]) -> str:
    return str(run["layer"]) if run["bias"] is None else f"{run['layer']}, bias {run['bias']}"


def _said(row: tuple[str, list[float]]) -> str:
    name, numbers = row
    return f"{name} {', '.join(f'{each:.2f}' for each in numbers)}"


def _table(lag: int, rows: dict[str, list[float]]) -> Thing:
    numbers = cells(
        list(rows.values()),
        "output",
        name=f"right after {lag} steps",
        decimals=2,
        levels=True,
        columns=map(label, HEADS),
        rows=[label(name, "ink") for name in rows],
    )
    return above(label(f"after {lag} steps", "ink", strong=True), numbers)
