"""How many verdicts of each form five runs of four convolutions judge correctly, by the words that they see."""

import csv
import json
from pathlib import Path

import numpy as np

from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.group import in_column
from unrolled.flow.table import Table
from unrolled.geometry import Point
from unrolled.measures import Measures, measures
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.plots import Line
from unrolled.shapes.shape import DASHES, Shape, Shapes
from unrolled.views.pieces import dot, heading, over, spread, swarm, text

DATA = Path("diagrams/data/sentiment")
SCALE = GUESSING, BEST = 50, 100
"""In percent: half of the sentences of each form are kind, so the same answer to all of them is right this often."""
ROWS_APART, KEY_APART, TO_KEY, NAME_APART, NAME_WIDE = 18, 14, 12, 4, 80
WIDE, NARROW = measures(bar=92, apart=36), measures(bar=42, apart=30, is_full=False)
ALT = "Percentage of verdicts judged correctly by each of {} runs: {}."
TEXT = (
    "Each dot is a run. {} percent is what the same answer to every sentence gets; an open dot is a run that gives it."
)


def draw() -> Picture:
    """Draw a row for each form of sentence, with an example, and a dot for each run of each network."""
    found = json.loads((DATA / "windows.json").read_text(encoding="utf-8"))
    forms = list(next(iter(found["right"].values())))
    right = {name: 100 * np.array(list(each.values())) for name, each in found["right"].items()}
    examples = [f"“{_example(form)}”" for form in forms]
    columns = {name: list(map(_listed, shares)) for name, shares in right.items()}
    told = (
        f"seeing {name}, " + ", ".join(map(" ".join, zip(forms, column, strict=True)))
        for name, column in columns.items()
    )
    description = Description.of(
        ALT.format(len(found["seeds"]), "; ".join(told)),
        TEXT.format(GUESSING),
        table=[
            TextColumn("form", forms),
            TextColumn("example", examples),
            *(TextColumn(f"seeing {name}", column) for name, column in columns.items()),
        ],
    )
    wide, narrow = ([_laid(forms, examples, right, sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, description)


def _listed(runs: np.ndarray) -> str:
    return " ".join(f"{run:.0f}" for run in np.sort(runs))


def _laid(forms: list[str], examples: list[str], right: dict[str, np.ndarray], sizes: Measures) -> tuple[Shape, ...]:
    """Put each form and its example before its dots, or on a phone above them; below, the scale and a key."""
    half, pitch = sizes.bar / 2, sizes.bar + sizes.apart
    left = -(len(right) - 1) * pitch / 2 - half
    table = Table(Sample.all(len(forms)), ROWS_APART, ["form", "runs"] if sizes.is_full else ["both"])
    heads = spread([heading(f"sees {name}" if sizes.is_full else name, name=f"head-{name}") for name in right], pitch)
    dead = {name: np.flatnonzero((shares == GUESSING).all(axis=0)) for name, shares in right.items()}

    def name(row: int, x: float = 0) -> Shapes:
        return heading(forms[row], name=f"form-{row}", x=x, anchor="start")

    def example(row: int, x: float = 0) -> Shapes:
        return text(examples[row], name=f"example-{row}", x=x, anchor="start")

    @table.column(align="left")
    def form(row: int) -> Shapes:
        return over(name(row), example(row), NAME_APART)

    @table.column(heads, sizes.apart)
    def runs(row: int) -> Shapes:
        return spread(
            [
                swarm(shares[row], SCALE, GUESSING, sizes.bar, name=f"{name}-{row}", opened=dead[name])
                for name, shares in right.items()
            ],
            pitch,
        )

    @table.column(heads)
    def both(row: int) -> Shapes:
        return over([*name(row, left), *example(row, left + NAME_WIDE)], runs(row), 2)

    ends = [[(f"{name}-{end}", str(end), x) for end, x in zip(SCALE, (-half, half), strict=True)] for name in right]
    scales = [[label for name, said, x in pair for label in text(said, name=name, x=x)] for pair in ends]
    table.below = [{"runs": spread(scales, pitch), "both": spread(scales, pitch)}]
    count = len(next(iter(right.values()))[0])
    key = (f"one of {count} runs, percent judged correctly", "a run that never began to learn")
    dots = [
        [*dot(name=f"key-{at}", is_open=at > 0), *text(said, name=f"key-said-{at}", x=TO_KEY, anchor="start")]
        for at, said in enumerate(key)
    ]
    guess = Line(name="key-guess", role="ink", start=Point(0, -9), to=Point(0, 9), dashes=DASHES)
    dots.append([guess, *text(f"{GUESSING}: what guessing gets", name="key-guess-said", x=TO_KEY, anchor="start")])
    return in_column([table.flow(), *dots], DOWN, KEY_APART)


def _example(form: str) -> str:
    """Choose a short kind sentence of a form that no network was trained on."""
    name = "written.csv" if form == "written" else "sentences.csv"
    with (DATA / name).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("form", form) == form and row["kind"] == "1"]
    texts = [row["text"] for row in rows if row.get("split") != "train"]
    return min((text for text in texts if text.count(" ") > 2), key=len)
