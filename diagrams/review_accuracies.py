"""How many unseen sentences each network judges correctly, seed by seed, compared with words alone."""

import json
from pathlib import Path

from unrolled import Picture, dots

DATA = Path("diagrams/data/reviews/results.json")
TICKS = (72, 74, 76, 78, 80)
ALT = "Percentage of held-out sentences judged correctly, averaged over {} seeds: {}."


def draw() -> Picture:
    """Draw a dot for each seed, and compare all networks with words alone."""
    found = json.loads(DATA.read_text(encoding="utf-8"))["accuracies"]
    shares = {name: [100 * each for each in values] for name, values in found.items()}
    means = ", ".join(f"{name} {sum(values) / len(values):.1f}" for name, values in shares.items())
    wide, narrow = (
        dots(shares, TICKS, compared="words alone", axis="% of 2,000 sentences", wide=width) for width in (440, 128)
    )
    return wide.picture(ALT.format(len(shares["LSTM"]), means), narrow=narrow)
