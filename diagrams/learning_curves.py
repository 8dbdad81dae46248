"""The LSTM's loss after each epoch, on the training data and on unseen data, over several seeds."""

import json
from pathlib import Path

from unrolled import Picture, Thing, above, curves, label

DATA = Path("diagrams/data/reviews/results.json")
SCALE = 0.0, 0.4, 0.8, 1.2
LINES = {"training": "train", "kept out": "kept_out"}
ALT = "{}, mean of {} seeds: after {} epochs the loss is {:.2f} on the training sentences and {:.2f} on those kept out."
COMPARED = " Without it, the losses are {:.2f} and {:.2f}."
WIDE, NARROW = 440, 135
Runs = dict[str, list[list[float]]]


def draw(dropout: bool = True) -> Picture:
    """Draw training with or without dropout, in the same frames; that with dropout in front of that without."""
    bare, dropped = (_runs(f"{how} dropout") for how in ("without", "with"))
    found, faint = (dropped, bare) if dropout else (bare, {})
    epochs, seeds = len(found["train_loss"][0]), len(found["train_loss"])
    alt = ALT.format("With dropout" if dropout else "Without dropout", seeds, epochs, *_ends(found))
    alt += COMPARED.format(*_ends(bare)) if dropout else ""
    bands = label(f"lines: mean of {seeds} runs, bands: lowest to highest")
    wide, narrow = (above(_chart(found, faint, across), bands, align="left") for across in (WIDE, NARROW))
    return wide.picture(alt, narrow=narrow)


def _runs(way: str) -> Runs:
    """Load the measurements of all seeds, with one row for each."""
    runs = json.loads(DATA.read_text(encoding="utf-8"))["curves"][way]
    return {name: [run[name] for run in runs] for name in runs[0]}


def _ends(found: Runs) -> list[float]:
    """Average the final losses over the seeds."""
    rows = [found[f"{part}_loss"] for part in LINES.values()]
    return [sum(run[-1] for run in row) / len(row) for row in rows]


def _chart(found: Runs, faint: Runs, wide: float) -> Thing:
    lines = {name: found[f"{part}_loss"] for name, part in LINES.items()}
    without = {f"{name}, without": faint[f"{part}_loss"] for name, part in LINES.items() if faint}
    chart = curves(lines, SCALE, faint=without, axis="epoch", wide=wide)
    return above(label("loss", "ink", strong=True), chart, align="left")
