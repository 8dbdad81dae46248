"""Loss and accuracy of the LSTM after each epoch, on what it was trained with and on what was kept out, over seeds."""

import json
from pathlib import Path

from unrolled import Picture, above, beside, curves, label
from unrolled.floor.picture import Thing

DATA = Path("diagrams/data/reviews/results.json")
LOSSES, ACCURACIES = (0.0, 0.4, 0.8, 1.2), (0.5, 0.75, 1.0)
ALT = (
    "{}, mean of {} seeds: after {} epochs the loss is {:.2f} on the training sentences and {:.2f} on those kept out; "
    "the accuracies are {:.2f} and {:.2f}."
)


def draw(dropout: bool = True) -> Picture:
    """Draw one of the two ways of training; both have the same scales."""
    said = "with dropout" if dropout else "without dropout"
    runs = json.loads(DATA.read_text(encoding="utf-8"))["curves"][said]
    found = {name: [run[name] for run in runs] for name in runs[0]}
    last = [
        sum(row[-1] for row in found[f"{part}_{what}"]) / len(runs)
        for what in ("loss", "accuracy")
        for part in ("train", "kept_out")
    ]
    alt = ALT.format(said.capitalize(), len(runs), len(found["train_loss"][0]), *last)
    wide = beside(*(_chart(found, what, ticks, 250) for what, ticks in (("loss", LOSSES), ("accuracy", ACCURACIES))))
    narrow = above(*(_chart(found, what, ticks, 160) for what, ticks in (("loss", LOSSES), ("accuracy", ACCURACIES))))
    return wide.picture(alt, narrow=narrow)


def _chart(found: dict[str, list[list[float]]], what: str, ticks: tuple[float, ...], wide: float) -> Thing:
    lines = {"training": found[f"train_{what}"], "kept out": found[f"kept_out_{what}"]}
    return above(label(what, "ink", strong=True), curves(lines, ticks, axis="epoch", wide=wide), align="left")
