"""The LSTM's loss after each epoch over several seeds: in training and on unseen data, or with and without dropout."""

import json
from pathlib import Path

from unrolled import Picture, Thing, above, curves, label

DATA = Path("diagrams/data/reviews/results.json")
SCALE = 0.0, 0.4, 0.8, 1.2
TRAINING, KEPT_OUT = "train_loss", "kept_out_loss"
ALT = "{}, mean of {} seeds: after {} epochs it is {:.2f} {} and {:.2f} {}."
WIDE, NARROW = 440, 104
Runs = dict[str, list[list[float]]]


def draw(dropout: bool = True) -> Picture:
    """Compare dropout with none on the sentences kept out; or without it, these with the training sentences."""
    bare, dropped = (_runs(f"{how} dropout") for how in ("without", "with"))
    if dropout:
        title, found = "loss on the sentences kept out", (bare[KEPT_OUT], dropped[KEPT_OUT])
        names, said = ("without dropout", "with dropout"), ("without dropout", "with it")
    else:
        title, found = "loss without dropout", (bare[TRAINING], bare[KEPT_OUT])
        names, said = ("training", "kept out"), ("on the training sentences", "on those kept out")
    seeds, epochs = len(found[0]), len(found[0][0])
    ends = [sum(run[-1] for run in runs) / seeds for runs in found]
    alt = ALT.format(title.capitalize(), seeds, epochs, ends[0], said[0], ends[1], said[1])
    lines = {f"{name} {end:.2f}": runs for name, end, runs in zip(names, ends, found, strict=True)}
    bands = label(f"lines: mean of {seeds} runs, bands: lowest to highest")

    def chart(across: float) -> Thing:
        drawn = curves(lines, SCALE, axis="epoch", wide=across)
        return above(label(title, "ink", strong=True), drawn, bands, align="left")

    return chart(WIDE).picture(alt, narrow=chart(NARROW))


def _runs(way: str) -> Runs:
    """Load the measurements of all seeds, with one row for each."""
    runs = json.loads(DATA.read_text(encoding="utf-8"))["curves"][way]
    return {name: [run[name] for run in runs] for name in runs[0]}
