"""How many unseen sentences each network judges correctly, seed by seed, compared with words alone."""

import json
from pathlib import Path

from unrolled import Picture, above, beside, dots, label

DATA = Path("diagrams/data/reviews/results.json")
TICKS = (72, 74, 76, 78, 80)
ALT = "Percentage of held-out sentences judged correctly, averaged over {} seeds: {}."


def draw() -> Picture:
    """Draw a dot for each seed, and compare all networks with words alone."""
    found = json.loads(DATA.read_text(encoding="utf-8"))["accuracies"]
    shares = {name: [100 * each for each in values] for name, values in found.items()}
    means = ", ".join(f"{name} {sum(values) / len(values):.1f}" for name, values in shares.items())
    axis = "% judged correctly"
    wide, narrow = (dots(shares, TICKS, compared="words alone", axis=axis, wide=width) for width in (440, 128))
    notes = [label("Rings: single trainings; strokes: their mean."), label("Dashed: the mean of words alone.")]
    picture = above(wide, beside(*notes))
    return picture.picture(ALT.format(len(shares["LSTM"]), means), narrow=above(narrow, *notes))
