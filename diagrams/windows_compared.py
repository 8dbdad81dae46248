"""How many verdicts of each form are judged correctly by convolutions that see one, three, five or fifteen words."""

import csv
import json
from pathlib import Path

import numpy as np

from unrolled import Picture, Thing, above, beside, cells, label

DATA = Path("diagrams/data/sentiment")
GUESSING = 50
"""Half of the sentences of each form are kind, so the same answer to all of them is right this often, in percent."""
NOTE = "no fill: 50, like guessing"
ALT = "Percentage of verdicts judged correctly, averaged over {} seeds: {}."


def draw() -> Picture:
    """Draw a heat map with a row for each form of sentence, with an example, and a column for each network."""
    found = json.loads((DATA / "windows.json").read_text(encoding="utf-8"))
    right = {name: [100 * float(np.mean(each)) for each in forms.values()] for name, forms in found["right"].items()}
    examples = {form: _example(form) for form in next(iter(found["right"].values()))}
    shares = np.array(list(right.values())).T
    title = label("percent judged correctly, if a network sees …", "ink", strong=True)
    short = label("percent right, by words seen", "ink", strong=True)
    names = [label(form, "ink", strong=True) for form in examples]
    rows = [beside(label(f"“{said}”"), name) for name, said in zip(names, examples.values(), strict=True)]
    halves = [map(label, _in_two_lines(f"“{said}”")) for said in examples.values()]
    stacked = [above(name, *said, align="right") for name, said in zip(names, halves, strict=True)]
    wide = above(title, _grid(shares, rows, list(right), 62), label(NOTE))
    narrow = above(short, _grid(shares, stacked, [name.split()[0] for name in right]), label(NOTE))
    told = "; ".join(
        f"seeing {name}, " + ", ".join(f"{form} {share:.0f}" for form, share in zip(examples, shares, strict=True))
        for name, shares in right.items()
    )
    return wide.picture(ALT.format(len(found["seeds"]), told), narrow=narrow)


def _example(form: str) -> str:
    """Choose a short kind sentence of a form that no network was trained on."""
    name = "written.csv" if form == "written" else "sentences.csv"
    with (DATA / name).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("form", form) == form and row["kind"] == "1"]
    texts = [row["text"] for row in rows if row.get("split") != "train"]
    return min((text for text in texts if text.count(" ") > 2), key=len)


def _in_two_lines(text: str) -> list[str]:
    """Break a sentence at the space nearest to its middle."""
    at = min(
        (place for place, letter in enumerate(text) if letter == " "), key=lambda place: abs(place - len(text) / 2)
    )
    return [text[:at], text[at + 1 :]]


def _grid(shares: np.ndarray, rows: list[Thing], columns: list[str], least_width: float = 0) -> Thing:
    return cells(
        shares,
        name="percent judged correctly",
        decimals=0,
        heat=(GUESSING, 100),
        large=True,
        least_width=least_width,
        rows=rows,
        columns=[label(each, "ink") for each in columns],
    )
