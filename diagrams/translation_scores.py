"""How many sentences the translators in another guide get right, seed by seed, with and without attention."""

import json
from pathlib import Path

from unrolled import Picture, above, dots, label

DATA = Path("diagrams/data/translation/scores.json")
NAMES = {"translator": "without attention", "attentive": "with attention"}
TICKS = (40, 60, 80, 100)
ALT = "Percentage of 500 new sentences translated without a mistake, in five trainings of each network: {}."


def draw() -> Picture:
    """Draw a dot for each training run."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    shares = {called: [100 * each for each in found[name]] for name, called in NAMES.items()}
    said = "; ".join(f"{called} {', '.join(f'{each:.0f}' for each in sorted(shares[called]))}" for called in shares)
    axis = "% translated without a mistake"
    wide, narrow = (dots(shares, TICKS, axis=axis, wide=width) for width in (440, 100))
    note = label("Rings: single trainings; strokes: their mean.")
    return above(wide, note).picture(ALT.format(said), narrow=above(narrow, note))
