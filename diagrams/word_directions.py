"""All 23 verbs of the word vectors, now and past, on the average step from one to the other: hits and misses."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.group import in_column
from unrolled.flow.table import Table
from unrolled.fonts import WORD
from unrolled.geometry import Point
from unrolled.measures import Measures, measures
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.plots import CurveDot, Line
from unrolled.shapes.shape import Shape, Shapes
from unrolled.views.pieces import dot, heading, over, text

WORDS = Path(__file__).parent / "data" / "words"
WIDE, NARROW = (
    measures(bar=330, apart=16, letters=17),
    measures(bar=[90, 78, 70], apart=[8, 0, -4], letters=[15, 14, 13.5], is_full=False),
)
ROWS_APART, KEY_APART, TO_KEY, DASHES = 9, 12, 14, (3, 4)
ALT = (
    "How far {count} verbs lie along the average step from now to past. With the average step of the other {others}, "
    "{right} of them land on their own past. The others land on another verb’s: {misses}."
)


class Verb(NamedTuple):
    """A verb now and past, where the average step leads, and its places along the average step of all verbs."""

    now: str
    past: str
    guess: str
    start: float
    end: float
    cosine: float
    """Of its own step and the average of the others."""

    @property
    def is_right(self) -> bool:
        """Whether the step leads to its own past."""
        return self.guess == self.past


def verbs() -> list[Verb]:
    """Step from each verb by the average of all others; sort them, hits first, by how straight their own steps are."""
    with np.load(WORDS / "vectors.npz") as saved:
        known, vectors = saved["words"].tolist(), saved["vectors"].astype(np.float64)
    pairs = json.loads((WORDS / "relations.json").read_text(encoding="utf-8"))["go : went"]
    now, past = ([known.index(pair[end]) for pair in pairs] for end in (0, 1))
    steps = vectors[past] - vectors[now]
    along = steps.mean(axis=0) / np.linalg.norm(steps.mean(axis=0))
    found = []
    for at, (here, there) in enumerate(zip(now, past, strict=True)):
        step = np.delete(steps, at, axis=0).mean(axis=0)
        nearness = vectors @ (vectors[here] + step)
        nearness[here] = -np.inf
        cosine = steps[at] @ step / np.linalg.norm(steps[at]) / np.linalg.norm(step)
        start, end = vectors[[here, there]] @ along
        found.append(
            Verb(pairs[at][0], pairs[at][1], known[int(np.argmax(nearness))], float(start), float(end), float(cosine))
        )
    return sorted(found, key=lambda verb: (not verb.is_right, -verb.cosine))


def draw() -> Picture:
    """Draw a line from now to past for each verb; those that the step leads elsewhere are hollow and dashed."""
    found = verbs()
    right = sum(verb.is_right for verb in found)
    misses = ", ".join(f"{verb.now} on {verb.guess}" for verb in found if not verb.is_right)
    description = Description.of(
        ALT.format(count=len(found), others=len(found) - 1, right=right, misses=misses),
        table=[
            TextColumn("now", [verb.now for verb in found]),
            TextColumn("past", [verb.past for verb in found]),
            TextColumn("first guess", [verb.guess for verb in found]),
            TextColumn("cosine with the average step of the others", [f"{verb.cosine:.2f}" for verb in found]),
        ],
    )
    wide, narrow = ([_laid(found, right, sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, description)


def _laid(found: list[Verb], right: int, sizes: Measures) -> tuple[Shape, ...]:
    low, high = min(verb.start for verb in found), max(verb.end for verb in found)
    shown = Sample(len(found), (*range(right), None, *range(right, len(found))))
    table, letters = Table(shown, ROWS_APART), WORD.sized(sizes.letters)

    def place(value: float) -> Point:
        return Point(((value - low) / (high - low) - 0.5) * sizes.bar, 0)

    def said(word: str, role: str = "ink") -> Shapes:
        return text(word, role, letters)

    @table.column(heading("now"), align="left", head_align="left")
    def now(row: int) -> Shapes:
        return said(found[row].now)

    ends = Point(-sizes.bar / 2, 0), Point(sizes.bar / 2, 0)
    arrow: list[Shape] = [Arrow(name="along", role="embedding", points=ends)]
    average = "along the average step" if sizes.is_full else "average step"

    @table.column(over(text(average, name="average"), arrow, 4), sizes.apart)
    def step(row: int) -> Shapes:
        verb, name = found[row], f"step-{row + 1}"
        role, dashes = ("embedding", None) if verb.is_right else ("flow", DASHES)
        start, end = place(verb.start), place(verb.end)
        return [
            Line(name=f"{name}-scale", role="hair", start=ends[0], to=ends[1]),
            Line(name=name, role=role, start=start, to=end, width=2, dashes=dashes, round_ends=False),
            CurveDot(name=f"{name}-now", role=role, at=start),
            CurveDot(name=f"{name}-past", role=role, at=end, is_solid=verb.is_right, radius=4 if verb.is_right else 5),
        ]

    @table.column(heading("past"), sizes.apart, align="left", head_align="left")
    def past(row: int) -> Shapes:
        return said(found[row].past)

    @table.column((), sizes.apart, align="left")
    def guess(row: int) -> Shapes:
        return () if found[row].is_right else said(found[row].guess, "muted")

    table.more = lambda at: {"guess": heading("lands on", name="guess-head")}
    count = len(found)
    keys = [f"{right} of {count} land on the right past", f"{count - right} of {count} land on another verb’s past"]
    dots = [
        [
            *dot("flow" if at else "embedding", name=f"key-{at}", is_open=at > 0),
            *text(said, name=f"key-said-{at}", x=TO_KEY, anchor="start"),
        ]
        for at, said in enumerate(keys)
    ]
    return in_column([table.flow(), *dots], DOWN, KEY_APART)
