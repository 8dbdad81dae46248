"""The LSTM's loss and accuracy after each epoch, on the training data and on unseen data, over several seeds."""

import json
from pathlib import Path

from unrolled import Picture, above, beside, curves, label
from unrolled.floor.picture import Thing

DATA = Path("diagrams/data/reviews/results.json")
SCALES = {"loss": (0.0, 0.4, 0.8, 1.2), "accuracy": (0.5, 0.75, 1.0)}
LINES = {"training": "train", "kept out": "kept_out"}
ALT = (
    "{}, mean of {} seeds: after {} epochs the loss is {:.2f} on the training sentences and {:.2f} on those kept out; "
    "the accuracies are {:.2f} and {:.2f}."
)
COMPARED = " Without it they are {:.2f}, {:.2f}, {:.2f} and {:.2f}."
Runs = dict[str, list[list[float]]]


def draw(dropout: bool = True) -> Picture:
    """Draw training with or without dropout, and behind dropout also training without it, all on the same scales."""
    bare, dropped = (_runs(f"{how} dropout") for how in ("without", "with"))
    found, faint = (dropped, bare) if dropout else (bare, {})
    epochs, seeds = len(found["train_loss"][0]), len(found["train_loss"])
    alt = ALT.format("With dropout" if dropout else "Without dropout", seeds, epochs, *_ends(found))
    if dropout:
        alt += COMPARED.format(*_ends(bare))
    said = [label("With dropout; thin lines: without")] if dropout else []
    wide = above(*said, beside(*(_chart(found, faint, what, 250) for what in SCALES)), align="left")
    return wide.picture(alt, narrow=above(*said, *(_chart(found, faint, what, 135) for what in SCALES)))


def _runs(way: str) -> Runs:
    """Load the measurements of all seeds, with one row for each."""
    runs = json.loads(DATA.read_text(encoding="utf-8"))["curves"][way]
    return {name: [run[name] for run in runs] for name in runs[0]}


def _ends(found: Runs) -> list[float]:
    """Average the final losses and accuracies over the seeds."""
    rows = [found[f"{part}_{what}"] for what in SCALES for part in LINES.values()]
    return [sum(run[-1] for run in row) / len(row) for row in rows]


def _chart(found: Runs, faint: Runs, what: str, wide: float) -> Thing:
    lines = {name: found[f"{part}_{what}"] for name, part in LINES.items()}
    without = {f"{name}, without": faint[f"{part}_{what}"] for name, part in LINES.items() if faint}
    chart = curves(lines, SCALES[what], faint=without, axis="epoch", wide=wide)
    return above(label(what, "ink", strong=True), chart, align="left")
