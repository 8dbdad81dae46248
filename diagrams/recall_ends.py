"""How often networks recall a name at the end of training: in the worst, the median and the best of five runs."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from unrolled import Picture, Thing, above, beside, cells, label

DATA = Path(__file__).parent / "data" / "recall" / "recall.json"
HEADS = ["worst", "median", "best"]
IN_FRONT = (
    "Share of names recalled in the worst, the median and the best of five runs, with the name coming first in "
    "training, too. {} Guessing is right {}."
)
CLIPPED = (
    "Share of names recalled in the worst, the median and the best of five runs, with and without clipping. {} "
    "Guessing is right {}."
)


def draw(clipping: bool = False) -> Picture:
    """Compare the networks trained with the name always first, or one of them with and without gradient clipping."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    runs, guessing = told["runs"], f"1 time in {told['names']}"
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
    # Put those that were measured at both distances side by side, the best first.
    order = sorted(
        dict.fromkeys(called.values()),
        key=lambda name: (
            sum(name not in rows for rows in found.values()),
            -min(rows[name][0] for rows in found.values() if name in rows),
        ),
    )
    found = {lag: {name: rows[name] for name in order if name in rows} for lag, rows in found.items()}
    tables = [_table(lag, rows, [name for name in order if name not in rows]) for lag, rows in sorted(found.items())]
    said = [f"After {lag} steps: {'; '.join(map(_said, rows.items()))}." for lag, rows in sorted(found.items())]
    alt = (CLIPPED if clipping else IN_FRONT).format(" ".join(said), guessing)
    note = label(f"Guessing: {1 / told['names']:g}")
    return above(beside(*tables, align="top"), note).picture(alt, narrow=above(*tables, note))


def _bias_told(run: dict[str, Any]) -> str:
    return str(run["layer"]) if run["bias"] is None else f"{run['layer']}, forget bias {run['bias']}"


def _said(row: tuple[str, list[float]]) -> str:
    name, numbers = row
    return f"{name} {', '.join(f'{each:.2f}' for each in numbers)}"


def _table(lag: int, rows: dict[str, list[float]], missing: list[str]) -> Thing:
    numbers = cells(
        list(rows.values()),
        "output",
        name=f"share recalled after {lag} steps",
        decimals=2,
        levels=True,
        marked=[each == 1 for each in np.min(list(rows.values()), axis=1)],
        columns=map(label, HEADS),
        rows=[label(name, "ink") for name in rows],
    )
    notes = [label(f"{', '.join(missing)}: not measured")] if missing else []
    title = label(f"Share recalled after {lag} steps", "ink", strong=True)
    return above(title, label("in five runs"), numbers, *notes)
